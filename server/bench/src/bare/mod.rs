//! The bare room server: what an axum WebSocket room costs when it does nothing but keep each line and pass it on.
//!
//! One broadcast channel per room, one INSERT and one commit per line before anybody gets it, a frame serialised once
//! per room. No sign-in, no policy, no pages, no outbox. It speaks the frames of `vocabulary::protocol`.

mod durable;
mod line;
mod relay;
mod rooms;

use crate::{
    fault::{Doing, Outcome},
    options::BareOptions,
};
use axum::{
    Router,
    extract::{State, WebSocketUpgrade},
    response::Response,
    routing::get,
    serve::ListenerExt,
};
use durable::Durable;
use relay::Relay;
use rooms::Rooms;
use socket2::{Domain, Protocol, Socket, Type};
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpListener;
use vocabulary::protocol::CLIENT_FRAME_LIMIT_BYTES;

/// Connections the kernel may hold for us until they are accepted.
const BACKLOG: i32 = 4096;

/// tungstenite's default of 128 KiB would be allocated for every connection.
const READ_BUFFER_BYTES: usize = 4096;

/// What every line shares.
struct Shared {
    durable: Durable,
    relay: Option<Relay>,
    rooms: Arc<Rooms>,
}

/// Serves until it is ended.
///
/// # Errors
/// When the address, the database or Redis cannot be had.
pub async fn serve(options: BareOptions) -> Outcome<()> {
    let rooms = Arc::new(Rooms::default());
    let relay = match &options.redis_url {
        Some(url) => Some(Relay::connect(url, Arc::clone(&rooms)).await?),
        None => None,
    };
    let durable = Durable::connect(&options.database_url).await?;
    let shared = Arc::new(Shared { durable, relay, rooms });
    let router = Router::new().route("/ws", get(upgrade)).with_state(shared);
    let listener = listen(options.addr).doing("listening")?.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            eprintln!("bench bare: TCP_NODELAY: {error}");
        }
    });
    Ok(axum::serve(listener, router).await?)
}

async fn upgrade(State(shared): State<Arc<Shared>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade
        .read_buffer_size(READ_BUFFER_BYTES)
        .max_message_size(CLIENT_FRAME_LIMIT_BYTES)
        .on_upgrade(move |socket| line::run(socket, shared))
}

fn listen(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    TcpListener::from_std(socket.into())
}
