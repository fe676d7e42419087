//! A connection that is cut after every byte of a run, or passes a byte at a time.

use crate::support::{connection, within};
use chor::prelude::*;
use chor::tcp::{Options, Stream, Tcp, from_streams_with};
use chor::{DefaultCodec, Reason};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::join;
use tokio::net::TcpStream;

chor! {
    chor trade[Buyer, Seller](title: String @ Buyer) -> (u32 @ Buyer, u32 @ Seller) {
        let title: String = Buyer -> Seller: title;
        let price: u32 = Seller => Buyer: u32::try_from(title.len())?;
        let paid: u32 = Buyer -> Seller: price;
        let receipt: u32 = Seller => Buyer: paid + 1;
        (Buyer: receipt, Seller: receipt)
    }
}

/// Passes on so many bytes at most, a few at a time, and gives how many there were. Then hangs up
/// this direction.
async fn pass(
    from: &mut (impl AsyncRead + Unpin),
    to: &mut (impl AsyncWrite + Unpin),
    limit: usize,
    at_once: usize,
) -> usize {
    let mut buffer = vec![0; at_once];
    let mut passed = 0;
    while passed < limit {
        let room = at_once.min(limit - passed);
        let Ok(count @ 1..) = from.read(&mut buffer[..room]).await else { break };
        if to.write_all(&buffer[..count]).await.is_err() {
            break;
        }
        passed += count;
        tokio::task::yield_now().await;
    }
    let _ = to.shutdown().await;
    passed
}

fn end(place: usize, stream: TcpStream) -> Tcp {
    let options = Options::default().handshake(Duration::from_secs(30));
    let stream = Stream::plaintext(stream);
    from_streams_with(place, [stream], DefaultCodec::default(), options).expect("a connection")
}

/// How a run ends at both, if the connection passes only so many bytes in each direction; and how
/// many it has passed.
async fn run(
    limits: (usize, usize),
    at_once: usize,
) -> (Result<u32, Error>, Result<u32, Error>, (usize, usize)) {
    let (near, mut a) = connection().await;
    let (far, mut b) = connection().await;
    let (buyer, seller) = (end(0, near), end(1, far));
    let proxy = tokio::spawn(async move {
        let ((a_in, a_out), (b_in, b_out)) = (&mut a.split(), &mut b.split());
        join!(pass(a_in, b_out, limits.0, at_once), pass(b_in, a_out, limits.1, at_once))
    });
    let buyer = async {
        let ended = play_role(trade::Buyer::new("TAPL".to_owned()), &buyer).await;
        drop(buyer);
        ended
    };
    let seller = async {
        let ended = play_role(trade::Seller::new(), &seller).await;
        drop(seller);
        ended
    };
    let (bought, sold) = within(Box::pin(async { join!(buyer, seller) })).await;
    (bought, sold, within(proxy).await.expect("no panic"))
}

fn assert_right_or_lost(ended: Result<u32, Error>, peer: &str) {
    match ended {
        Ok(receipt) => assert_eq!(receipt, 5),
        Err(error) => {
            let cause = error.cause();
            assert!(matches!(cause.reason(), Reason::Lost(_)), "{peer}: {error:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_passes_a_byte_at_a_time_is_as_good_as_any() {
    let (bought, sold, _) = run((usize::MAX, usize::MAX), 1).await;
    assert_eq!((bought.unwrap(), sold.unwrap()), (5, 5));
}

#[tokio::test]
async fn a_cut_after_any_byte_ends_both_roles_right_or_with_an_error() {
    let (.., (there, back)) = run((usize::MAX, usize::MAX), 1 << 16).await;
    assert!(there > 100 && back > 100);
    for limit in 0..there {
        let (bought, sold, _) = run((limit, usize::MAX), 1 << 16).await;
        assert_right_or_lost(bought, "Seller");
        assert_right_or_lost(sold, "Buyer");
    }
    for limit in 0..back {
        let (bought, sold, _) = run((usize::MAX, limit), 1 << 16).await;
        assert_right_or_lost(bought, "Seller");
        assert_right_or_lost(sold, "Buyer");
    }
}
