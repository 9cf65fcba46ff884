//! What members do in Parlance meanwhile: eight of them, each one thing after the other.

use crate::{
    faults::{everything, say},
    town::{self, Place},
};
use rand::{Rng, rngs::StdRng};
use standin::{cast, erpnext::Running};
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use store::worker::Worker;
use testkit::{eventually, http::Session, process::Server};
use tokio::{
    sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel},
    task::JoinHandle,
};
use vocabulary::MessageKey;

const WRITERS: usize = 8;

/// How long somebody may find the door of a renamed Project shut.
const RENAMED_FOR: Duration = Duration::from_secs(90);

/// One thing to do.
#[derive(Clone, Debug)]
enum Wish {
    Say { place: Place, words: String },
}

/// What a writer was promised.
#[derive(Debug)]
enum Promise {
    Said { place: Place, key: MessageKey },
}

/// The members.
pub struct Ours {
    places: Vec<Place>,
    writers: Vec<(UnboundedSender<Wish>, JoinHandle<Vec<Promise>>)>,
    asked: usize,
    done: Arc<AtomicUsize>,
    reader: Session,
}

/// What all of them were promised.
pub struct Asked {
    promises: Vec<Promise>,
    places: Vec<Place>,
    reader: Session,
}

impl Ours {
    pub async fn at(server: &Server) -> Self {
        let users = [cast::MAYA, cast::TOM, cast::PRIYA, cast::JONAS];
        let mut sessions = Vec::new();
        for writer in 0..WRITERS {
            sessions.push(town::cast(server, users[writer % users.len()].user).await);
        }
        let places = town::places(&sessions[0]).await.into_iter().map(|(_, place)| place).collect();
        let done = Arc::new(AtomicUsize::new(0));
        let reader = sessions[0].clone();
        let writers = sessions
            .into_iter()
            .map(|session| {
                let (sender, wishes) = unbounded_channel();
                (sender, tokio::spawn(write(session, wishes, Arc::clone(&done))))
            })
            .collect();
        Self { places, writers, asked: 0, done, reader }
    }

    /// One of them does something.
    pub fn ask(&mut self, rng: &mut StdRng) {
        self.asked += 1;
        let words = format!("ours {}", self.asked);
        let place = self.places[rng.random_range(0..self.places.len())];
        let wish = Wish::Say { place, words };
        self.writers[self.asked % WRITERS].0.send(wish).unwrap();
    }

    /// Waits until no more than `behind` things are left to do.
    pub async fn keep_up(&self, behind: usize) {
        eventually("members get on", Duration::from_secs(120), || async {
            (self.done.load(Ordering::SeqCst) + behind >= self.asked).then_some(())
        })
        .await;
    }

    pub async fn finish(self) -> Asked {
        let mut promises = Vec::new();
        for (sender, writer) in self.writers {
            drop(sender);
            promises.extend(writer.await.unwrap());
        }
        assert_eq!(promises.len(), self.asked);
        Asked { promises, places: self.places, reader: self.reader }
    }
}

async fn write(
    session: Session,
    mut wishes: UnboundedReceiver<Wish>,
    done: Arc<AtomicUsize>,
) -> Vec<Promise> {
    let mut socket = None;
    let mut promises = Vec::new();
    while let Some(wish) = wishes.recv().await {
        promises.push(match wish {
            Wish::Say { place, words } => {
                let draft = testkit::socket::draft(&words);
                // A Project that ERPNext has just renamed is nobody's until the mirror has followed.
                let patience = Instant::now() + RENAMED_FOR;
                while let Err(reason) = say(&session, &mut socket, place.room, &draft).await {
                    assert!(Instant::now() < patience, "{reason}");
                    tokio::time::sleep(Duration::from_millis(250)).await;
                }
                Promise::Said { place, key: draft.key }
            }
        });
        done.fetch_add(1, Ordering::SeqCst);
    }
    promises
}

impl Asked {
    /// Whether the outbox is empty.
    pub async fn nothing_is_owed(&self, worker: &Worker) -> bool {
        worker.outbox_state().await.unwrap().waiting == 0
    }

    /// Each promise is kept, and none twice.
    pub async fn is_done_once(&self, erpnext: &Running, _worker: &Worker) {
        let mut written: HashMap<String, usize> = HashMap::new();
        for row in erpnext.communications() {
            if let Some(key) = row["parlance_key"].as_str().filter(|key| !key.is_empty()) {
                *written.entry(key.to_owned()).or_default() += 1;
            }
        }
        let mut said = 0;
        for place in &self.places {
            let kept: HashMap<MessageKey, String> = everything(&self.reader, *place)
                .await
                .into_iter()
                .map(|(_, key, id)| (key, id))
                .collect();
            for promise in &self.promises {
                let Promise::Said { place: at, key } = promise;
                if at.room == place.room {
                    let id = kept.get(key).unwrap_or_else(|| panic!("{key} is lost"));
                    assert_eq!(written.get(id), Some(&1), "{key} is not once in ERPNext");
                    said += 1;
                }
            }
        }
        assert_eq!(written.len(), said, "ERPNext has Communications that nobody wrote");
    }
}
