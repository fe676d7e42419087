//! Choreography values whose roles may be the same participant.

use chor::play_together;
use chor::prelude::*;

chor! {
    chor pair[X, Y](x: u32 @ X) -> (String @ X, u64 @ Y) {
        let y: u32 = X -> Y: x;
        (X: x.to_string(), Y: u64::from(y))
    }
    chor given[X, Y](x: u32 @ X) -> u32 @ Y { X -> Y: x }
    chor upwards[Nodes[..]](x: u32 @ each Nodes, same: bool @ Nodes) {
        each u in Nodes {
            each v in Nodes {
                if u.index() < v.index() || same {
                    let both = pair[u, v];
                    let (text, number) = both(u: x);
                    let one = given[u, v];
                    let x = one(u: x);
                    u: assert!(!text.is_empty());
                    v: assert_eq!(number, u64::from(x));
                }
            }
        }
    }
}

#[tokio::test]
async fn a_value_fails_only_where_it_is_called_by_one_for_both() -> Result<(), Error> {
    play_together(upwards::Choreography::new(vec![1, 2, 3], false)).await?;
    let error = play_together(upwards::Choreography::new(vec![1, 2], true)).await.unwrap_err();
    let text = format!("{error}: {}", std::error::Error::source(&error).unwrap());
    assert!(text.contains("can't play two roles"), "{text}");
    Ok(())
}
