//! Files and the messages that carry them: they never miss each other, and go together.

use crate::{Visit, draft, on_both};
use store::{
    files::{self, Arrived, Begun, Withdrawn},
    messages::{self, Acted, Posted},
    mine::scheduled,
    worker::{Due, Effect, Worker},
};
use uuid::Uuid;
use vocabulary::{
    AttachedState, FileId, FileName, Message, MessageAct, MessageDraft, MessageId, Moment, NewFile,
};

const MAYA: &str = "maya@parlance.demo";
const TOM: &str = "tom@parlance.demo";
const DAY: i64 = 24 * 60 * 60 * 1000;

fn carrying(files: &[FileId]) -> MessageDraft {
    let files = files.iter().map(|id| NewFile { id: *id, name: "gate.txt".into(), size: 3 });
    MessageDraft { files: files.collect(), ..draft("look") }
}

impl Visit {
    async fn begins(&self, id: FileId, key: &str) -> Begun {
        let name = FileName::new("gate.txt");
        files::begin(&self.db, &self.scope, &self.room, (id, &name), key).await.unwrap()
    }

    async fn arrives(&self, id: FileId, key: &str) -> Option<Vec<MessageId>> {
        let arrived = Arrived {
            key: key.to_owned(),
            content_type: "text/plain".into(),
            size: 3,
            sha256: "00".into(),
            sides: None,
            thumbnail: None,
        };
        files::arrived(&self.db, &self.scope, id, &arrived).await.unwrap()
    }

    /// A file that is here.
    async fn sends(&self) -> FileId {
        let (id, key) = (FileId::fresh(), Uuid::now_v7().to_string());
        assert_eq!(self.begins(id, &key).await, Begun::Yes);
        self.arrives(id, &key).await.unwrap();
        id
    }

    async fn posts(&self, files: &[FileId]) -> Message {
        match self.says(carrying(files)).await {
            Posted::New(message) => message,
            other => panic!("{other:?}"),
        }
    }

    async fn opens(&self, id: FileId) -> bool {
        files::file(&self.db, &self.scope, id).await.unwrap().is_some()
    }

    async fn acts(&self, message: MessageId, act: MessageAct) {
        let team = self.scope.clone().team().unwrap();
        let acted = messages::act(&self.db, &team, message, &act, Moment::now()).await.unwrap();
        assert!(matches!(acted, Acted::Changed(_)), "{acted:?}");
    }

    async fn states(&self, message: MessageId) -> Vec<AttachedState> {
        let message = messages::by_id(&self.db, &self.scope, message).await.unwrap().unwrap();
        message.files.iter().map(|file| file.state).collect()
    }

    fn worker(&self) -> Worker {
        Worker::for_background_work(self.db.clone())
    }

    /// Forgets as the sweep does in so many days; how many.
    async fn forgotten_in(&self, days: i64) -> u64 {
        let then = Moment::now().plus_millis(days * DAY);
        let (unsent, removed) = (then.plus_millis(-60 * DAY), then.plus_millis(-DAY));
        self.worker().forget_unsent_files(unsent, removed).await.unwrap()
    }

    async fn files_owed(&self) -> usize {
        let worker = self.worker();
        let until = Moment::now().plus_millis(60_000);
        let lanes = worker.hold_lanes(&[Due(self.workspace)], Uuid::now_v7(), until).await.unwrap();
        let owed = worker.owed(&lanes, 1000).await.unwrap();
        worker.free_lanes(&lanes).await.unwrap();
        owed.iter().filter(|owed| matches!(owed.effect, Effect::File(_))).count()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_and_its_message_never_miss_each_other() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        const TRIES: usize = 40;
        for _ in 0..TRIES {
            let (id, key) = (FileId::fresh(), Uuid::now_v7().to_string());
            assert_eq!(maya.begins(id, &key).await, Begun::Yes);
            let files = [id];
            let (posted, arrived) = tokio::join!(maya.posts(&files), maya.arrives(id, &key));
            assert!(arrived.is_some());
            assert_eq!(maya.states(posted.id).await, [AttachedState::Ready]);
        }
        assert_eq!(maya.files_owed().await, TRIES);
        // Those who take a file back while its message goes out: it is sent, or it is gone.
        for _ in 0..TRIES {
            let id = maya.sends().await;
            let (files, taken_back) = ([id], files::withdraw(&db, &maya.scope, id));
            let (posted, taken_back) = tokio::join!(maya.posts(&files), taken_back);
            let expected = match taken_back.unwrap() {
                Withdrawn::IsSent => AttachedState::Ready,
                Withdrawn::Gone(_) => AttachedState::Coming,
                other => panic!("{other:?}"),
            };
            assert_eq!(maya.states(posted.id).await, [expected]);
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_scheduled_message_names_stays_as_long_as_that_waits() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        let (named, unsent) = (maya.sends().await, maya.sends().await);
        let later = carrying(&[named]);
        let when = Moment::now().plus_millis(200 * DAY);
        scheduled::put(&db, &maya.scope, &maya.room, &later, when).await.unwrap();
        assert_eq!(maya.forgotten_in(59).await, 0);
        assert_eq!(maya.forgotten_in(100).await, 1);
        assert!(maya.opens(named).await && !maya.opens(unsent).await);
        let reach = policy::reach(&maya.who).unwrap();
        scheduled::cancel(&db, &reach, later.key).await.unwrap().unwrap();
        assert_eq!(maya.forgotten_in(100).await, 1);
        assert!(!maya.opens(named).await);
    })
    .await;
}

#[tokio::test]
async fn what_a_message_announces_is_its_authors_and_nobody_elses() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        let tom = Visit::of(&db, TOM, "PROJ-0001").await;
        let id = FileId::fresh();
        let message = maya.posts(&[id]).await;
        assert_eq!(maya.states(message.id).await, [AttachedState::Coming]);
        assert_eq!(tom.begins(id, "toms").await, Begun::IdUsedElsewhere);
        assert_eq!(maya.begins(id, "mayas").await, Begun::Yes);
        assert_eq!(maya.arrives(id, "mayas").await, Some(vec![message.id]));
        // Somebody else's file does not come with a message, and is not waited for.
        let mine = tom.sends().await;
        let stolen = maya.posts(&[mine]).await;
        assert_eq!(maya.states(stolen.id).await, [AttachedState::Failed]);
        assert!(!maya.opens(mine).await);
    })
    .await;
}

#[tokio::test]
async fn a_file_that_never_comes_fails_and_may_still_come() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        let late = |by| Moment::now().plus_millis(by);
        let announced = FileId::fresh();
        let message = maya.posts(&[announced]).await;
        assert_eq!(maya.states(message.id).await, [AttachedState::Coming]);
        assert_eq!(maya.worker().fail_late_files(late(-60_000)).await.unwrap(), 0);
        assert_eq!(maya.worker().fail_late_files(late(60_000)).await.unwrap(), 1);
        assert_eq!(maya.states(message.id).await, [AttachedState::Failed]);
        let now = messages::by_id(&db, &maya.scope, message.id).await.unwrap().unwrap();
        assert!(now.changed > message.changed, "lines hear of it");
        // It may still come.
        assert_eq!(maya.begins(announced, "late").await, Begun::Yes);
        assert!(maya.arrives(announced, "late").await.is_some());
        assert_eq!(maya.states(message.id).await, [AttachedState::Ready]);
    })
    .await;
}

#[tokio::test]
async fn a_removed_message_takes_its_file_along_and_one_sent_again_brings_it_back() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        let tom = Visit::of(&db, TOM, "PROJ-0001").await;
        let id = maya.sends().await;
        let first = maya.posts(&[id]).await;
        let twice = maya.posts(&[id]).await;
        maya.acts(first.id, MessageAct::Remove).await;
        assert!(tom.opens(id).await, "another message carries it");
        maya.acts(twice.id, MessageAct::Remove).await;
        assert!(!tom.opens(id).await && !maya.opens(id).await);
        let again = maya.posts(&[id]).await;
        assert_eq!(maya.states(again.id).await, [AttachedState::Ready]);
        assert!(tom.opens(id).await && maya.opens(id).await);
        assert_eq!(maya.forgotten_in(400).await, 0);
        // Once for each message: those of the removed ones end when they are looked at.
        assert_eq!(maya.files_owed().await, 3);

        maya.acts(again.id, MessageAct::Remove).await;
        assert_eq!(maya.forgotten_in(0).await, 0, "it may be sent again");
        assert_eq!(maya.forgotten_in(2).await, 1);
        assert!(!maya.opens(id).await);
        let left = maya.worker().old_file_tries(Moment::now()).await.unwrap();
        assert_eq!(left.len(), 1, "what it held goes");
    })
    .await;
}

#[tokio::test]
async fn a_message_taken_back_leaves_its_file_with_its_author() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        let tom = Visit::of(&db, TOM, "PROJ-0001").await;
        let id = maya.sends().await;
        let said = maya.posts(&[id]).await;
        maya.acts(said.id, MessageAct::Undo).await;
        assert!(maya.opens(id).await && !tom.opens(id).await);
        assert_eq!(maya.forgotten_in(2).await, 0);
        maya.posts(&[id]).await;
        assert!(tom.opens(id).await);
    })
    .await;
}

#[tokio::test]
async fn what_comes_after_its_message_was_removed_is_seen_by_nobody() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        let id = FileId::fresh();
        let said = maya.posts(&[id]).await;
        assert_eq!(maya.begins(id, "late").await, Begun::Yes);
        maya.acts(said.id, MessageAct::Remove).await;
        assert_eq!(maya.arrives(id, "late").await, Some(Vec::new()));
        assert!(!maya.opens(id).await);
        assert_eq!(maya.files_owed().await, 0);
        assert_eq!(maya.forgotten_in(2).await, 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_written_that_is_not_noted_before() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        let (id, worker) = (FileId::fresh(), maya.worker());
        let soon = || Moment::now().plus_millis(1_000);
        maya.begins(id, "first").await;
        maya.begins(id, "second").await;
        assert_eq!(worker.old_file_tries(soon()).await.unwrap(), ["first", "second"]);
        maya.arrives(id, "second").await.unwrap();
        assert_eq!(worker.old_file_tries(soon()).await.unwrap(), ["first"]);
        let asked = ["first", "second", "third"].map(str::to_owned).to_vec();
        assert_eq!(worker.unknown_file_keys(asked).await.unwrap(), ["third"]);
        files::end_try(&db, "first").await.unwrap();
        assert_eq!(worker.old_file_tries(soon()).await.unwrap(), [""; 0]);
        assert_eq!(worker.installation().await.unwrap(), worker.installation().await.unwrap());
    })
    .await;
}
