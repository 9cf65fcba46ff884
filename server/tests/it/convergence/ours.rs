//! What members do in Parlance meanwhile: eight of them, each one thing after the other.

use crate::{
    call::request,
    faults::{everything, say},
    town::{self, Place},
};
use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use standin::{cast, erpnext::Running};
use std::{
    collections::{BTreeMap, HashMap},
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
use vocabulary::{MessageKey, SaveId};

use super::theirs::OURS;

const WRITERS: usize = 8;
const PRIORITIES: [&str; 4] = ["Low", "Medium", "High", "Urgent"];

/// How long somebody may find the door of a renamed Project shut.
const RENAMED_FOR: Duration = Duration::from_secs(90);

/// One thing to do.
#[derive(Clone, Debug)]
enum Wish {
    Say {
        place: Place,
        words: String,
    },
    /// A Task that nobody in ERPNext touches.
    Make {
        place: Place,
        number: usize,
    },
    /// A field of a Task: of one of the writer's own, or of one that somebody in ERPNext may change as well.
    Change {
        place: Place,
        own: bool,
        which: usize,
        field: &'static str,
        value: String,
    },
}

/// What a writer was promised.
#[derive(Debug)]
enum Promise {
    Said {
        place: Place,
        key: MessageKey,
    },
    Made {
        subject: String,
    },
    Changed {
        subject: String,
        field: &'static str,
        value: String,
    },
    /// Nothing: what should be changed is there no more, or others have a say in it.
    Nothing,
}

/// The members.
pub struct Ours {
    places: Vec<Place>,
    writers: Vec<(UnboundedSender<Wish>, JoinHandle<Vec<Promise>>)>,
    asked: usize,
    done: Arc<AtomicUsize>,
    reader: Session,
}

/// What all of them were promised, each in order.
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
            .enumerate()
            .map(|(number, session)| {
                let (sender, wishes) = unbounded_channel();
                let writer = Writer { number, session, done: Arc::clone(&done) };
                (sender, tokio::spawn(writer.work(wishes)))
            })
            .collect();
        Self { places, writers, asked: 0, done, reader }
    }

    /// One of them does something.
    pub fn ask(&mut self, rng: &mut StdRng) {
        self.asked += 1;
        let place = self.places[rng.random_range(0..self.places.len())];
        let wish = match rng.random_range(0..10) {
            0..5 => Wish::Say { place, words: format!("ours {}", self.asked) },
            5 => Wish::Make { place, number: self.asked },
            kind => {
                let (field, value) = match rng.random_range(0..3) {
                    0 => ("priority", (*PRIORITIES.choose(rng).unwrap()).to_owned()),
                    1 => ("progress", rng.random_range(1..99).to_string()),
                    _ => (
                        "exp_end_date",
                        format!("2028-0{}-1{}", rng.random_range(1..9), rng.random_range(0..9)),
                    ),
                };
                Wish::Change {
                    place,
                    own: kind < 9,
                    which: rng.random_range(0..1000),
                    field,
                    value,
                }
            }
        };
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

struct Writer {
    number: usize,
    session: Session,
    done: Arc<AtomicUsize>,
}

impl Writer {
    async fn work(self, mut wishes: UnboundedReceiver<Wish>) -> Vec<Promise> {
        let mut socket = None;
        let mut promises = Vec::new();
        while let Some(wish) = wishes.recv().await {
            promises.push(match wish {
                Wish::Say { place, words } => {
                    let draft = testkit::socket::draft(&words);
                    // A Project that ERPNext has just renamed is nobody's until the mirror has followed.
                    let patience = Instant::now() + RENAMED_FOR;
                    while let Err(reason) =
                        say(&self.session, &mut socket, place.room, &draft).await
                    {
                        assert!(Instant::now() < patience, "{reason}");
                        tokio::time::sleep(Duration::from_millis(250)).await;
                    }
                    Promise::Said { place, key: draft.key }
                }
                Wish::Make { place, number } => self.make(place, number).await,
                Wish::Change { place, own, which, field, value } => {
                    self.change(place, own, which, field, value).await
                }
            });
            self.done.fetch_add(1, Ordering::SeqCst);
        }
        promises
    }

    /// The subjects of this writer's own Tasks begin like this.
    fn own(&self) -> String {
        format!("{OURS} {} ", self.number)
    }

    async fn make(&self, place: Place, number: usize) -> Promise {
        let subject = format!("{}no. {number}", self.own());
        let fields = [
            ("id", place.workspace.to_string()),
            ("new[save]", SaveId::fresh().to_string()),
            ("new[doctype]", "Task".to_owned()),
            ("new[fields][subject]", subject.clone()),
        ];
        let made = self.call("make_work", &fields).await;
        made.unwrap_or_else(|refusal| panic!("{subject}: {refusal}"));
        Promise::Made { subject }
    }

    async fn change(
        &self,
        place: Place,
        own: bool,
        which: usize,
        field: &'static str,
        value: String,
    ) -> Promise {
        let id = place.workspace.to_string();
        let facts = self.call("facts", &[("id", id.clone())]).await.unwrap();
        let tasks: Vec<(String, String)> =
            facts["open_tasks"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(|task| {
                    Some((task["name"].as_str()?.to_owned(), task["subject"].as_str()?.to_owned()))
                })
                .filter(|(_, subject)| {
                    if own { subject.starts_with(&self.own()) } else { !subject.starts_with(OURS) }
                })
                .collect();
        let Some((name, subject)) = tasks.get(which % tasks.len().max(1)).cloned() else {
            return Promise::Nothing;
        };
        let asked = [("id", id.clone()), ("doctype", "Task".into()), ("name", name.clone())];
        let Ok(item) = self.call("work_item", &asked).await else { return Promise::Nothing };
        let base = shown(&item, field);
        let mut fields = vec![
            ("id", id),
            ("change[save]", SaveId::fresh().to_string()),
            ("change[doctype]", "Task".to_owned()),
            ("change[name]", name),
            ("change[changes][0][field]", field.to_owned()),
            ("change[changes][0][value]", value.clone()),
        ];
        if let Some(base) = base {
            fields.push(("change[changes][0][base]", base));
        }
        match self.call("change_work", &fields).await {
            Ok(_) if own => Promise::Changed { subject, field, value },
            Err(refusal) if own => panic!("{subject}: {refusal}"),
            _ => Promise::Nothing,
        }
    }

    /// Calls a server function until it is answered, over every restart and renaming.
    async fn call(&self, name: &str, fields: &[(&str, String)]) -> Result<Value, String> {
        let patience = Instant::now() + RENAMED_FOR;
        loop {
            let sent = request(&self.session, &Method::POST, &format!("/api/{name}"))
                .form(fields)
                .timeout(Duration::from_secs(10))
                .send()
                .await;
            if let Ok(answer) = sent {
                let status = answer.status();
                if let Ok(body) = answer.text().await {
                    if status.is_success() {
                        return Ok(serde_json::from_str(&body).unwrap_or(json!(null)));
                    }
                    let later = status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS;
                    let renamed = status == StatusCode::NOT_FOUND && name != "work_item";
                    if !(later || renamed && Instant::now() < patience) {
                        return Err(format!("{name}: {status} {body}"));
                    }
                }
            }
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
    }
}

/// What a field shows: what is on its way, else what ERPNext has.
fn shown(item: &Value, field: &str) -> Option<String> {
    let mut edits = item["edits"].as_array().into_iter().flatten();
    let under_way =
        edits.rfind(|edit| edit["field"] == field && edit["state"]["state"] == "pending");
    match under_way {
        Some(edit) => edit["value"].as_str().map(str::to_owned),
        None => item["fields"][field].as_str().map(str::to_owned),
    }
}

impl Asked {
    /// Whether the outbox is empty.
    pub async fn nothing_is_owed(&self, worker: &Worker) -> bool {
        worker.outbox_state().await.unwrap().waiting == 0
    }

    /// Each promise is kept, and none twice.
    pub async fn is_done_once(&self, erpnext: &Running, worker: &Worker) {
        self.every_line_is_there_once(erpnext).await;
        self.every_task_is_there_once_as_it_was_left(erpnext);
        let letters = worker.dead_letters(1000).await.unwrap();
        // What members wished for others' Tasks may be refused; it is said to them and is not lost on the way.
        assert!(letters.is_empty(), "{letters:?}");
    }

    async fn every_line_is_there_once(&self, erpnext: &Running) {
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
                if let Promise::Said { place: at, key } = promise
                    && at.room == place.room
                {
                    let id = kept.get(key).unwrap_or_else(|| panic!("{key} is lost"));
                    assert_eq!(written.get(id), Some(&1), "{key} is not once in ERPNext");
                    said += 1;
                }
            }
        }
        assert_eq!(written.len(), said, "ERPNext has Communications that nobody wrote");
    }

    fn every_task_is_there_once_as_it_was_left(&self, erpnext: &Running) {
        let mut tasks: HashMap<String, Vec<Value>> = HashMap::new();
        for task in erpnext.documents("Task") {
            let subject = task["subject"].as_str().unwrap_or_default().to_owned();
            if subject.starts_with(OURS) {
                tasks.entry(subject).or_default().push(task);
            }
        }
        let (mut made, mut left) = (0, BTreeMap::new());
        for promise in &self.promises {
            match promise {
                Promise::Made { subject } => {
                    assert_eq!(
                        tasks.get(subject).map(Vec::len),
                        Some(1),
                        "{subject} is not once in ERPNext"
                    );
                    made += 1;
                }
                // The last one counts.
                Promise::Changed { subject, field, value } => {
                    left.insert((subject, field), value);
                }
                Promise::Said { .. } | Promise::Nothing => {}
            }
        }
        assert_eq!(tasks.len(), made, "ERPNext has Tasks that nobody made");
        println!("{made} Tasks made, {} fields of them changed", left.len());
        assert!(made > 0 && !left.is_empty(), "members did too little for this to mean something");
        for ((subject, field), value) in left {
            let there = &tasks[subject][0][field];
            let there = there
                .as_str()
                .map_or_else(|| there.as_f64().unwrap_or_default().to_string(), str::to_owned);
            assert_eq!(&there, value, "{subject}: {field}");
        }
    }
}
