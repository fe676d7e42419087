//! What can be sent between roles.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value that can be sent from one role to another.
///
/// Every type that can be cloned, serialised, and handed to another thread is one: derive `Clone`,
/// [`serde::Serialize`] and [`serde::Deserialize`]. There is nothing else to implement.
///
/// In memory a message is moved or cloned, never serialised; over bytes a [`Codec`](crate::Codec) serialises it.
/// Decoding an encoded value has to give an equal value back.
///
/// ```
/// use chor_runtime::Message;
///
/// #[derive(Clone, serde::Serialize, serde::Deserialize)]
/// struct Order {
///     title: String,
///     budget: u32,
/// }
///
/// fn can_be_sent<M: Message>() {}
/// can_be_sent::<Order>();
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent between roles",
    label = "this value crosses from one role to another",
    note = "a message is `Clone + Send + Sync + 'static` and serialisable",
    note = "add `#[derive(Clone, serde::Serialize, serde::Deserialize)]` to the type"
)]
pub trait Message: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Serialize + DeserializeOwned + Send + Sync + 'static> Message for T {}
