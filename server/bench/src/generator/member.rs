//! One member: a connection, a task that reads it, a way to post.

use super::{
    crowd::Seat,
    ledger::Ledger,
    reading::Reading,
    tally::Tally,
    wire::{self, TEXT},
};
use crate::fault::{Doing, Outcome};
use socket2::SockRef;
use std::{io, net::Shutdown, sync::Arc, time::Duration};
use tokio::{net::tcp::OwnedWriteHalf, sync::oneshot, task::JoinHandle};
use vocabulary::{Audience, MessageBody, MessageDraft, Seq, protocol::ClientFrame};

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
        let reading = Reading {
            reader,
            writer: Arc::clone(&writer),
            rest,
            tally: Tally::from(cursor.unwrap_or_default()),
            joined: Some(joined),
            ledger: Arc::clone(ledger),
        };
        let reader = tokio::spawn(reading.run());
        let member = Self { seat, writer, reader };
        let after = cursor.map(|seq| Seq::new(i64::try_from(seq).unwrap_or(i64::MAX)));
        member.send(&ClientFrame::Join { room: member.seat.room, after }).await?;
        tokio::time::timeout(JOIN_WITHIN, has_joined)
            .await
            .doing("no answer to the join")?
            .doing("the join was refused or the line ended")?;
        Ok(member)
    }

    /// Says the line with this number; its time starts here.
    pub async fn post(&self, ledger: &Ledger, number: usize, body: &MessageBody) -> Outcome<()> {
        let draft = MessageDraft::said(ledger.key(number), body.clone(), Audience::Team);
        let frame = serde_json::to_vec(&ClientFrame::Post { room: self.seat.room, draft })?;
        let frame = wire::build(TEXT, &frame);
        ledger.mark_sent(number);
        self.write(&frame).await
    }

    /// Ends the line from this side, without a word, and tells what came.
    pub async fn leave(self) -> Outcome<(Seat, Tally)> {
        let cut = self.reader.is_finished();
        // Reading stops at once; nothing of this goes over the wire.
        if let Err(error) = SockRef::from(self.writer.as_ref().as_ref()).shutdown(Shutdown::Read)
            && error.kind() != io::ErrorKind::NotConnected
        {
            return Err(error.into());
        }
        let mut tally = self.reader.await.doing("reader")?;
        tally.cut = cut;
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
