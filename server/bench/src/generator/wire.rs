//! The client's side of RFC 6455, only what a generator needs: the upgrade, whole text frames, pings, closes.

use crate::fault::{Doing, Outcome};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};

/// Text frame.
pub const TEXT: u8 = 0x1;
/// Close frame.
pub const CLOSE: u8 = 0x8;
/// Ping frame.
pub const PING: u8 = 0x9;
/// Pong frame.
pub const PONG: u8 = 0xa;

const CONNECT_WITHIN: Duration = Duration::from_secs(30);

/// Opens a WebSocket; what the server sent right after the upgrade comes along.
pub async fn open(address: SocketAddr, cookie: Option<&str>) -> Outcome<(TcpStream, Vec<u8>)> {
    tokio::time::timeout(CONNECT_WITHIN, upgrade(address, cookie))
        .await
        .doing("no answer to the upgrade")?
}

async fn upgrade(address: SocketAddr, cookie: Option<&str>) -> Outcome<(TcpStream, Vec<u8>)> {
    let mut stream = TcpStream::connect(address).await.doing("connecting")?;
    stream.set_nodelay(true)?;
    let key = generate_key();
    let cookie = cookie.map(|cookie| format!("Cookie: {cookie}\r\n")).unwrap_or_default();
    let request = format!(
        "GET /ws HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n{cookie}\r\n"
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::with_capacity(1024);
    let end = loop {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err("the server closed the connection instead of upgrading it".into());
        }
        if let Some(end) = memchr::memmem::find(&answer, b"\r\n\r\n") {
            break end + 4;
        }
    };
    let rest = answer.split_off(end);
    let head = String::from_utf8_lossy(&answer);
    let accepted =
        head.starts_with("HTTP/1.1 101") && head.contains(&derive_accept_key(key.as_bytes()));
    if !accepted {
        let status = head.lines().next().unwrap_or_default();
        return Err(format!("the server did not upgrade: {status}").into());
    }
    Ok((stream, rest))
}

/// A frame from the server.
#[derive(Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// FIN and opcode.
    pub kind: u8,
    /// What it carries.
    pub payload: &'a [u8],
}

/// Splits the first whole frame off; none while it is incomplete.
pub fn split(bytes: &[u8]) -> Option<(Frame<'_>, &[u8])> {
    let (&[first, second], rest) = bytes.split_first_chunk()?;
    let (length, rest) = match second & 0x7f {
        126 => rest
            .split_first_chunk()
            .map(|(length, rest)| (u64::from(u16::from_be_bytes(*length)), rest))?,
        127 => {
            rest.split_first_chunk().map(|(length, rest)| (u64::from_be_bytes(*length), rest))?
        }
        length => (u64::from(length), rest),
    };
    let (payload, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
    Some((Frame { kind: first & 0x0f, payload }, rest))
}

/// A whole frame of the client, masked with zeroes: what it hides from proxies does not matter on loopback.
pub fn build(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::with_capacity(payload.len() + 14);
    frame.push(0x80 | kind);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(length @ ..=125), _) => frame.push(0x80 | length),
        (_, Ok(length)) => {
            frame.push(0x80 | 126);
            frame.extend(length.to_be_bytes());
        }
        _ => {
            frame.push(0x80 | 127);
            frame.extend((payload.len() as u64).to_be_bytes());
        }
    }
    frame.extend([0; 4]);
    frame.extend(payload);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_split_whole_and_only_whole() {
        for length in [0_usize, 5, 125, 126, 300, 70_000] {
            let mut sent = build(TEXT, &vec![b'x'; length]);
            let mask = sent.len() - length - 4;
            sent.drain(mask..mask + 4);
            sent[1] &= 0x7f;
            sent.push(0xff);
            let (frame, rest) = split(&sent).unwrap();
            assert_eq!((frame.kind, frame.payload.len(), rest), (TEXT, length, &[0xff][..]));
            assert_eq!(split(&sent[..sent.len() - 2]).filter(|_| length > 0), None);
        }
        assert_eq!(split(&[0x81]), None);
    }
}
