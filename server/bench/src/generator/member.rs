//! One member: a connection, a task that reads it, a way to post.

use super::{
    crowd::Seat,
    ledger::Ledger,
    tally::Tally,
    wire::{self, CLOSE, PING, PONG, TEXT},
};
use crate::fault::{Doing, Outcome};
use socket2::SockRef;
use std::{
    cell::RefCell,
    future::poll_fn,
    io,
    net::Shutdown,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, ReadBuf},
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
    sync::oneshot,
    task::JoinHandle,
};
use vocabulary::{Audience, MessageBody, MessageDraft, Seq, protocol::ClientFrame};

thread_local! {
    /// One read buffer per thread: a member keeps only what is left of an incomplete frame.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 * 1024]);
}

const JOIN_WITHIN: Duration = Duration::from_secs(30);

/// A member on the line.
#[derive(Debug)]
pub struct Member {
    seat: Seat,
    writer: Arc<OwnedWriteHalf>,
    reader: JoinHandle<Tally>,
}

impl Member {
    /// Connects, joins the room after `cursor` and waits for the answer.
    pub async fn join(seat: Seat, cursor: Option<u64>, ledger: &Arc<Ledger>) -> Outcome<Self> {
        let (stream, rest) = wire::open(seat.address, seat.cookie.as_deref()).await?;
        // Ending a line leaves no port waiting: thousands of connections follow each other.
        SockRef::from(&stream).set_linger(Some(Duration::ZERO))?;
        let (reader, writer) = stream.into_split();
        let writer = Arc::new(writer);
        let (joined, has_joined) = oneshot::channel();
        let mut reading = Reading {
            reader,
            writer: Arc::clone(&writer),
            rest,
            tally: Tally::from(cursor.unwrap_or_default()),
            joined: Some(joined),
            ledger: Arc::clone(ledger),
        };
        let reader = tokio::spawn(async move {
            let ended = poll_fn(|context| reading.poll(context)).await;
            reading.tally.cut = ended.is_err();
            reading.tally
        });
        let member = Self { seat, writer, reader };
        let after = cursor.map(|seq| Seq::new(i64::try_from(seq).unwrap_or(i64::MAX)));
        member.send(&ClientFrame::Join { room: member.seat.room, after }).await?;
        tokio::time::timeout(JOIN_WITHIN, has_joined)
            .await
            .doing("no answer to the join")?
            .doing("join refused")?;
        Ok(member)
    }

    /// Says the line with this number; its time starts here.
    pub async fn post(&self, ledger: &Ledger, number: usize, body: &MessageBody) -> Outcome<()> {
        let draft =
            MessageDraft { key: ledger.key(number), body: body.clone(), audience: Audience::Team };
        let frame = serde_json::to_vec(&ClientFrame::Post { room: self.seat.room, draft })?;
        let frame = wire::build(TEXT, &frame);
        ledger.mark_sent(number);
        self.write(&frame).await
    }

    /// Ends the line from this side, without a word, and tells what came.
    pub async fn leave(self) -> Outcome<(Seat, Tally)> {
        // Reading stops at once; nothing of this goes over the wire.
        if let Err(error) = SockRef::from(self.writer.as_ref().as_ref()).shutdown(Shutdown::Read)
            && error.kind() != io::ErrorKind::NotConnected
        {
            return Err(error.into());
        }
        let tally = self.reader.await.doing("reader")?;
        if let Some(writer) = Arc::into_inner(self.writer) {
            writer.forget();
        }
        Ok((self.seat, tally))
    }

    async fn send(&self, frame: &ClientFrame) -> Outcome<()> {
        self.write(&wire::build(TEXT, &serde_json::to_vec(frame)?)).await
    }

    async fn write(&self, mut frame: &[u8]) -> Outcome<()> {
        while !frame.is_empty() {
            match self.writer.try_write(frame) {
                Ok(written) => frame = frame.get(written..).unwrap_or_default(),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    self.writer.writable().await?
                }
                Err(error) => return Err(error).doing("posting"),
            }
        }
        Ok(())
    }
}

struct Reading {
    reader: OwnedReadHalf,
    writer: Arc<OwnedWriteHalf>,
    rest: Vec<u8>,
    tally: Tally,
    joined: Option<oneshot::Sender<()>>,
    ledger: Arc<Ledger>,
}

impl Reading {
    /// Reads until this side has had enough (`Ok`) or the server ends the line (`Err`).
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.rest.is_empty() {
            let first = std::mem::take(&mut self.rest);
            self.take(&first)?;
        }
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
                TEXT => {
                    if self.tally.take(frame.payload, &self.ledger) {
                        self.joined.take().map(|joined| joined.send(()));
                    }
                }
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
