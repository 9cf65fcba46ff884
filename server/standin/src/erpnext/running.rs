//! Starting the stand-in, and the handle of a running one.

mod people;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{ConnectInfo, Request, State as Shared},
    http::{HeaderValue, Response, header},
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use tokio::{net::TcpListener, sync::mpsc::unbounded_channel, task::JoinHandle};
use url::Url;

use super::{
    answer::Answer,
    call::Call,
    clock::Clock,
    control::{communications, control},
    faults::{Fate, Faults},
    journal::Journal,
    line::{Lines, Peer},
    refusal::Refusal,
    release::Release,
    seed::Seed,
    site::Site,
    store::{Doc, text},
    webhook::delivery::{Queue, Worker},
};

/// Bodies above this are not even read.
const MOST_BYTES: usize = 64 << 20;

/// Whoever may do everything.
pub(crate) const ADMINISTRATOR: &str = "Administrator";

/// The stand-in of an ERPNext site.
pub struct Erpnext;

/// A site and its faults; clones are the same site.
#[derive(Clone)]
pub struct State {
    site: Arc<Mutex<Site>>,
    faults: Faults,
    queue: Queue,
}

/// A stand-in that answers until it is dropped.
pub struct Running {
    addr: SocketAddr,
    state: State,
    task: JoinHandle<()>,
    /// Sends the webhooks.
    worker: JoinHandle<()>,
}

impl Erpnext {
    /// Starts on a free port of loopback.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn start(seed: Seed) -> io::Result<Running> {
        Self::start_on((Ipv4Addr::LOCALHOST, 0).into(), State::new(seed)).await
    }

    /// Starts on `addr` with a state of the caller's.
    ///
    /// # Errors
    /// When the address is taken.
    pub async fn start_on(addr: SocketAddr, state: State) -> io::Result<Running> {
        let listener = TcpListener::bind(addr).await?;
        let addr = listener.local_addr()?;
        let service = router(state.clone()).into_make_service_with_connect_info::<Peer>();
        let task = tokio::spawn(async move {
            if let Err(error) = axum::serve(Lines(listener), service).await {
                tracing::error!(%error, "the ERPNext stand-in stopped");
            }
        });
        let worker = tokio::spawn(state.worker().run());
        Ok(Running { addr, state, task, worker })
    }
}

impl State {
    /// A fresh site.
    #[must_use]
    pub fn new(seed: Seed) -> Self {
        Self::of(seed.site())
    }

    fn of(mut site: Site) -> Self {
        let queue = site.queue.take().unwrap_or_else(|| unbounded_channel().1);
        Self {
            site: Arc::new(Mutex::new(site)),
            faults: Faults::default(),
            queue: Arc::new(tokio::sync::Mutex::new(queue)),
        }
    }

    fn worker(&self) -> Worker {
        Worker {
            site: Arc::clone(&self.site),
            faults: self.faults.clone(),
            queue: Arc::clone(&self.queue),
        }
    }

    /// A site that goes on from the journal at `path` and keeps its writes there.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn kept(seed: Seed, path: &Path) -> io::Result<Self> {
        let mut site = seed.site();
        let (journal, lines) = Journal::open(path)?;
        if lines.is_empty() {
            site.store.keep_in(journal);
        } else {
            // Not on top of a fresh seed: a restart must not make the old documents younger.
            site.store.replay_all(&lines);
            site.recall_secrets();
            site.store.journal = journal;
        }
        Ok(Self::of(site))
    }

    /// How to make it misbehave.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// From now on it plays `release`.
    pub fn set_release(&self, release: Release) {
        self.site().release = release;
    }

    fn site(&self) -> MutexGuard<'_, Site> {
        self.site.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does it in a transaction of its own; a refusal leaves nothing behind.
    pub(crate) fn transact<T>(
        &self,
        work: impl FnOnce(&mut Site) -> Result<T, Refusal>,
    ) -> Result<T, Value> {
        self.site().transact(work).map_err(|refusal| refusal.v1())
    }
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// `http://127.0.0.1:port/`.
    ///
    /// # Panics
    /// Never: an address makes a URL.
    #[must_use]
    #[expect(clippy::expect_used, reason = "an address makes a URL")]
    pub fn url(&self) -> Url {
        Url::parse(&format!("http://{}/", self.addr)).expect("an address makes a URL")
    }

    /// How to make it misbehave.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        self.state.faults()
    }

    /// All Communications, oldest first, with `parlance_key`, `content`, `reference_name` and more.
    #[must_use]
    pub fn communications(&self) -> Vec<Value> {
        communications(&self.state.site())
    }

    /// Requests answered or dropped so far, those to `/_standin` left out.
    #[must_use]
    pub fn requests(&self) -> u64 {
        self.state.site().counters.requests
    }

    /// Those of them that may change something.
    #[must_use]
    pub fn writes(&self) -> u64 {
        self.state.site().counters.writes
    }

    /// The document as it is kept, if there is one.
    #[must_use]
    pub fn document(&self, doctype: &str, name: &str) -> Option<Value> {
        self.state.site().store.get(doctype, name).cloned().map(Value::Object)
    }

    /// All documents of the doctype as they are kept, child rows included, by name.
    #[must_use]
    pub fn documents(&self, doctype: &str) -> Vec<Value> {
        self.state.site().store.all(doctype).cloned().map(Value::Object).collect()
    }

    /// The doctypes that have or had documents.
    #[must_use]
    pub fn doctypes(&self) -> Vec<String> {
        self.state.site().store.doctypes().cloned().collect()
    }

    /// Inserts as Administrator and gives the name.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub fn insert(&self, doctype: &str, fields: &Value) -> Result<String, Value> {
        self.state.transact(|site| {
            let doc = site.insert(ADMINISTRATOR, doctype, &object(fields))?;
            Ok(text(&doc, "name").to_owned())
        })
    }

    /// Updates as Administrator.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub fn update(&self, doctype: &str, name: &str, fields: &Value) -> Result<(), Value> {
        self.state
            .transact(|site| site.update(ADMINISTRATOR, doctype, name, &object(fields)).map(|_| ()))
    }

    /// Deletes as Administrator.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub fn delete(&self, doctype: &str, name: &str) -> Result<(), Value> {
        self.state.transact(|site| site.delete(ADMINISTRATOR, doctype, name))
    }

    /// Renames as Administrator; links follow, `modified` stays.
    ///
    /// # Errors
    /// The body of the site's own refusal.
    pub fn rename(&self, doctype: &str, old: &str, new: &str) -> Result<(), Value> {
        self.state.transact(|site| site.rename(ADMINISTRATOR, doctype, old, new))
    }

    /// Changes fields as ERPNext's own jobs do: `modified` stays and no webhook is sent. False when there is no such
    /// document.
    pub fn change_silently(&self, doctype: &str, name: &str, fields: &Value) -> bool {
        self.state.site().change_silently(doctype, name, &object(fields))
    }

    /// Runs the daily job: late Tasks become Overdue, silently. Gives how many.
    pub fn mark_overdue(&self) -> usize {
        let done = self.state.transact(|site| Ok(site.mark_overdue()));
        done.unwrap_or(0)
    }

    /// Webhooks that are not sent yet.
    #[must_use]
    pub fn deliveries_waiting(&self) -> u64 {
        self.state.site().counters.deliveries_waiting
    }

    /// The site's clock.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.state.site().store.now()
    }

    /// Sets the site's clock; from there it goes on.
    pub fn set_clock(&self, moment: DateTime<Utc>) {
        self.state.site().store.set_clock(Clock::showing(moment));
    }

    /// Moves the site's clock forwards.
    pub fn advance_clock(&self, by: Duration) {
        let mut site = self.state.site();
        let by = chrono::Duration::from_std(by).unwrap_or(chrono::Duration::MAX);
        let clock = site.store.clock.advanced(by);
        site.store.set_clock(clock);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
        self.worker.abort();
    }
}

/// The site as a router, which sends no webhooks; without a real connection, faults that cut the line answer 502 instead.
pub fn router(state: State) -> Router {
    Router::new().fallback(answer).with_state(state)
}

async fn answer(Shared(state): Shared<State>, request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let peer = head.extensions.get::<ConnectInfo<Peer>>().map(|info| info.0.clone());
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        return Answer::html(413, "413 Request Entity Too Large").into_response();
    };
    let size = body.len();
    let mut call = Call::new(head.method, &head.uri, head.headers, body.to_vec());
    call.take_apart().await;
    if call.path.first().is_some_and(|first| first == "_standin") {
        if peer.is_some_and(|peer| !peer.addr.ip().is_loopback()) {
            return Answer::json(404, &Refusal::no_such_path().v1()).into_response();
        }
        return control(&mut state.site(), &state.faults, &call).into_response();
    }
    let delay = state.faults.current_delay();
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let is_write = call.is_unsafe() && call.path.last().is_none_or(|last| last != "login");
    let fate = state.faults.fate(is_write);
    let mut site = state.site();
    site.counters.requests += 1;
    site.counters.writes += u64::from(is_write);
    match fate {
        Fate::Answer => {
            let answer = site.answer(&call, size).into_response();
            dated(answer, site.store.now())
        }
        Fate::Fail(failure) => state.faults.failed(failure).into_response(),
        Fate::Lose => cut(peer.as_ref()),
        Fate::DropAfterCommit => {
            let _unsent = site.answer(&call, size);
            cut(peer.as_ref())
        }
    }
}

/// A server's clock shows in every answer (RFC 9110, section 6.6.1).
fn dated(mut answer: Response<Body>, now: DateTime<Utc>) -> Response<Body> {
    let date = now.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    if let Ok(date) = HeaderValue::from_str(&date) {
        answer.headers_mut().insert(header::DATE, date);
    }
    answer
}

fn cut(peer: Option<&Peer>) -> Response<Body> {
    if let Some(peer) = peer {
        peer.cut();
    }
    Answer::html(502, "502 Bad Gateway").into_response()
}

fn object(value: &Value) -> Doc {
    value.as_object().cloned().unwrap_or_default()
}
