//! The reading half of a member: frames as they come, as little work for each as possible.

use super::{
    ledger::Ledger,
    tally::{Answer, Tally},
    wire::{self, CLOSE, PING, PONG, TEXT},
};
use std::{
    cell::RefCell,
    future::poll_fn,
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{
    io::{AsyncRead, ReadBuf},
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
    sync::oneshot,
};

thread_local! {
    /// One read buffer per thread: a member keeps only what is left of an incomplete frame.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 * 1024]);
}

/// The reading half of a member.
pub struct Reading {
    /// Where frames come from.
    pub reader: OwnedReadHalf,
    /// Where pings are answered.
    pub writer: Arc<OwnedWriteHalf>,
    /// Bytes that were read but are no whole frame yet.
    pub rest: Vec<u8>,
    /// What came.
    pub tally: Tally,
    /// Told when the join was answered, dropped when it was refused.
    pub joined: Option<oneshot::Sender<()>>,
    /// The round's lines.
    pub ledger: Arc<Ledger>,
}

impl Reading {
    /// Reads until either side has had enough, and tells what came.
    pub async fn run(mut self) -> Tally {
        let first = std::mem::take(&mut self.rest);
        if self.take(&first).is_ok() {
            // How it ended does not matter: whoever did not end it sees that it is over.
            let _: io::Result<()> = poll_fn(|context| self.poll(context)).await;
        }
        self.tally
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        BUFFER.with_borrow_mut(|buffer| {
            loop {
                let mut read = ReadBuf::new(buffer);
                ready!(Pin::new(&mut self.reader).poll_read(context, &mut read))?;
                if read.filled().is_empty() {
                    return Poll::Ready(Ok(()));
                }
                if self.rest.is_empty() {
                    self.take(read.filled())?;
                } else {
                    let mut joined = std::mem::take(&mut self.rest);
                    joined.extend_from_slice(read.filled());
                    self.take(&joined)?;
                }
            }
        })
    }

    fn take(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while let Some((frame, rest)) = wire::split(bytes) {
            bytes = rest;
            match frame.kind {
                TEXT => match self.tally.take(frame.payload, &self.ledger) {
                    Answer::Joined => {
                        if let Some(joined) = self.joined.take() {
                            // Nobody waits for it any more: the join took too long.
                            let _: Result<(), ()> = joined.send(());
                        }
                    }
                    Answer::Refused => self.joined = None,
                    Answer::None => {}
                },
                PING => {
                    self.writer.try_write(&wire::build(PONG, frame.payload))?;
                }
                CLOSE => return Err(io::ErrorKind::ConnectionAborted.into()),
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
        self.rest.extend_from_slice(bytes);
        Ok(())
    }
}
