//! Unbounded channels of frames between participants.

#![allow(dead_code, unreachable_pub, reason = "each test is a crate that uses its part")]

use chor_runtime::bytes::Channel;
use tokio::sync::{Mutex, mpsc};

pub type Frames = mpsc::UnboundedSender<Vec<u8>>;

/// Unbounded channels from and to each participant.
pub struct Pipes {
    pub place: usize,
    pub to: Vec<Frames>,
    pub from: Vec<Mutex<mpsc::UnboundedReceiver<Vec<u8>>>>,
}

impl Channel for Pipes {
    type Error = mpsc::error::SendError<Vec<u8>>;

    async fn send(&self, to: usize, frame: Vec<u8>) -> Result<(), Self::Error> {
        self.to[to].send(frame)
    }

    async fn recv(&self, from: usize) -> Result<Option<Vec<u8>>, Self::Error> {
        Ok(self.from[from].lock().await.recv().await)
    }

    fn close(&self, last: Vec<u8>) {
        for (to, frames) in self.to.iter().enumerate() {
            if to != self.place {
                let _ = frames.send(last.clone());
            }
        }
    }
}

/// The pipes of so many participants.
pub fn pipes(participants: usize) -> Vec<Pipes> {
    let mut ends: Vec<_> =
        (0..participants).map(|place| Pipes { place, to: Vec::new(), from: Vec::new() }).collect();
    for from in 0..participants {
        for to in 0..participants {
            let (sender, receiver) = mpsc::unbounded_channel();
            ends[from].to.push(sender);
            ends[to].from.push(Mutex::new(receiver));
        }
    }
    ends
}
