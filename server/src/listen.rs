//! The listening socket.

use crate::cli::Failure;
use socket2::{Domain, Protocol, Socket, Type};
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// Lines that come back all at once queue here; the usual 128 would turn most of them away for a second or more.
const BACKLOG: i32 = 4096;

pub(crate) fn on(addr: SocketAddr) -> Result<TcpListener, Failure> {
    bind(addr).map_err(Failure::machine(format!("{addr} cannot be listened on (PARLANCE_ADDR)")))
}

fn bind(addr: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(addr), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&addr.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}
