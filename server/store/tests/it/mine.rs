//! What is a person's own: reading places, followed threads, saved messages and preferences.

use crate::{Visit, draft, on_both, on_both_at};
use policy::MemberReach;
use sea_orm::{ConnectionTrait, Database};
use store::{
    Db, messages,
    messages::Posted,
    mine::{
        self, Counted,
        drafts::{self, DraftKept},
        scheduled::{self, SendEnd},
    },
    worker::{DocumentKey, Worker},
};
use vocabulary::{
    DRAFTS_LIMIT, Mention, Message, MessageAct, MessageDraft, MessageId, Mine, Moment, Preference,
    Reply, RoomRead, Seq,
};

const MAYA: &str = "maya@parlance.demo";
const TOM: &str = "tom@parlance.demo";

fn reach(visit: &Visit) -> MemberReach {
    policy::reach(&visit.who).unwrap()
}

async fn own(visit: &Visit) -> Mine {
    mine::of(&visit.db, &reach(visit)).await.unwrap()
}

async fn room(visit: &Visit) -> RoomRead {
    own(visit).await.rooms.into_iter().find(|read| read.room == visit.room.id).unwrap()
}

async fn say(visit: &Visit, draft: MessageDraft) -> Message {
    match visit.says(draft).await {
        Posted::New(message) => message,
        other => panic!("{other:?}"),
    }
}

async fn read(visit: &Visit, seq: Seq, opened: bool) -> Counted {
    mine::mark_read(&visit.db, &visit.scope, &visit.room, seq, opened).await.unwrap()
}

fn reply(thread: MessageId, text: &str, also_in_room: bool) -> MessageDraft {
    MessageDraft { reply: Some(Reply { thread, also_in_room }), ..draft(text) }
}

async fn two(db: &Db) -> (Visit, Visit) {
    (Visit::of(db, MAYA, "PROJ-0001").await, Visit::of(db, TOM, "PROJ-0001").await)
}

#[tokio::test]
async fn the_first_visit_counts_what_is_there_as_read_and_own_words_are_read() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        say(&maya, draft("before tom came")).await;
        let first = room(&tom).await;
        assert_eq!((first.read.get(), first.unread, first.counted.get()), (1, 0, 1));
        say(&maya, draft("after")).await;
        say(&tom, draft("my own")).await;
        say(&maya, draft("for @[Tom](user:tom@parlance.demo) and @[team](team)")).await;
        let gone = say(&maya, draft("gone")).await;
        let team = maya.scope.clone().team().unwrap();
        messages::act(&db, &team, gone.id, &MessageAct::Remove, Moment::now()).await.unwrap();
        let now = room(&tom).await;
        assert_eq!((now.read.get(), now.unread, now.mentions), (1, 2, 1));
        let own = room(&maya).await;
        assert_eq!((own.unread, own.mentions), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn reading_never_goes_back_and_never_ahead_of_what_was_said() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        room(&tom).await;
        for text in ["one", "two", "three"] {
            say(&maya, draft(text)).await;
        }
        let counted = read(&tom, Seq::new(2), false).await;
        assert_eq!(counted, Counted { changes: 1, is_new: true });
        for back in [1, 2] {
            let same = read(&tom, Seq::new(back), false).await;
            assert_eq!(same, Counted { changes: 1, is_new: false });
        }
        assert_eq!(room(&tom).await.unread, 1);
        read(&tom, Seq::new(1_000_000), false).await;
        say(&maya, draft("four")).await;
        let now = room(&tom).await;
        assert_eq!((now.read.get(), now.unread), (3, 1));
    })
    .await;
}

#[tokio::test]
async fn what_is_marked_unread_stays_so_until_the_room_is_opened_again() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        room(&tom).await;
        for text in ["one", "two", "three"] {
            say(&maya, draft(text)).await;
        }
        read(&tom, Seq::new(3), false).await;
        let marked = mine::mark_unread(&db, &tom.scope, &tom.room, Seq::new(2)).await.unwrap();
        assert!(marked.is_new);
        let now = room(&tom).await;
        assert_eq!((now.read.get(), now.unread, now.marked_unread), (1, 2, true));
        // Another device that has the room open does not undo it.
        assert!(!read(&tom, Seq::new(3), false).await.is_new);
        assert!(room(&tom).await.marked_unread);
        assert!(read(&tom, Seq::new(3), true).await.is_new);
        let now = room(&tom).await;
        assert_eq!((now.unread, now.marked_unread), (0, false));
        mine::mark_unread(&db, &tom.scope, &tom.room, Seq::new(1)).await.unwrap();
        assert!(mine::mark_all_read(&db, &reach(&tom)).await.unwrap().is_new);
        assert!(!mine::mark_all_read(&db, &reach(&tom)).await.unwrap().is_new);
        assert_eq!((room(&tom).await.unread, room(&maya).await.unread), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn counting_ends_at_a_hundred() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        room(&tom).await;
        for number in 0..105 {
            say(&maya, draft(&format!("@[team](team) {number}"))).await;
        }
        let now = room(&tom).await;
        assert_eq!((now.unread, now.mentions), (100, 100));
    })
    .await;
}

#[tokio::test]
async fn a_reply_a_mention_and_an_own_beginning_make_one_follow() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        let lea = Visit::of(&db, "lea@parlance.demo", "PROJ-0001").await;
        let root = say(&maya, draft("who takes the menu?")).await;
        assert_eq!(own(&maya).await.threads, []);
        say(&tom, reply(root.id, "I do", false)).await;
        // Maya began it, Tom answered, Lea has nothing to do with it.
        let threads = own(&maya).await.threads;
        assert_eq!((threads[0].thread, threads[0].unread, threads[0].mentions), (root.id, 1, 0));
        assert_eq!(own(&tom).await.threads[0].unread, 0);
        assert_eq!(own(&lea).await.threads, []);
        let before = own(&lea).await.changes;
        say(&tom, reply(root.id, "with @[Lea](user:lea@parlance.demo)", false)).await;
        let told = own(&lea).await;
        assert!(told.changes > before, "her devices are told");
        assert_eq!((told.threads[0].unread, told.threads[0].mentions), (1, 1));
        assert_eq!(room(&lea).await.mentions, 0, "the thread counts it, not the room");
        let last = say(&maya, reply(root.id, "thanks", true)).await;
        assert_eq!(own(&maya).await.threads[0].unread, 0, "who answers has read");
        assert_eq!(own(&lea).await.threads[0].unread, 2);
        let seq = last.seq;
        assert!(mine::mark_thread_read(&db, &lea.scope, root.id, seq).await.unwrap().is_new);
        assert!(!mine::mark_thread_read(&db, &lea.scope, root.id, seq).await.unwrap().is_new);
        assert_eq!(own(&lea).await.threads[0].unread, 0);
    })
    .await;
}

#[tokio::test]
async fn who_follows_no_longer_is_left_alone_until_called() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        let root = say(&maya, draft("noise")).await;
        say(&tom, reply(root.id, "one", false)).await;
        mine::follow(&db, &maya.scope, root.id, false).await.unwrap();
        say(&tom, reply(root.id, "two", false)).await;
        assert_eq!(own(&maya).await.threads, []);
        assert_eq!(mine::followers(&db, &maya.scope, root.id).await.unwrap(), [tom.who.person()]);
        say(&tom, reply(root.id, "@[Maya](user:maya@parlance.demo)?", false)).await;
        let threads = own(&maya).await.threads;
        assert_eq!((threads[0].unread, threads[0].mentions), (1, 1));
        mine::follow(&db, &maya.scope, root.id, false).await.unwrap();
        mine::follow(&db, &maya.scope, root.id, true).await.unwrap();
        assert_eq!(own(&maya).await.threads[0].unread, 0, "what was said meanwhile is read");
    })
    .await;
}

#[tokio::test]
async fn the_list_of_threads_has_what_is_unread_first_and_the_last_replies() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        let mut roots = Vec::new();
        for name in ["a", "b", "c"] {
            let root = say(&maya, draft(name)).await;
            for number in 0..4 {
                say(&tom, reply(root.id, &format!("{name}{number}"), false)).await;
            }
            roots.push(root.id);
        }
        say(&maya, reply(roots[2], "read", false)).await;
        let listed = mine::followed(&db, &reach(&maya)).await.unwrap();
        let shown: Vec<_> =
            listed.iter().map(|thread| (thread.root.message.words(), thread.read.unread)).collect();
        assert_eq!(shown, [("b", 4), ("a", 4), ("c", 0)]);
        let newest: Vec<_> = listed[0].newest.iter().map(Message::words).collect();
        assert_eq!(newest, ["b1", "b2", "b3"]);
        assert_eq!(listed[0].root.project_name, "Title of PROJ-0001");
        assert_eq!(listed[0].root.message.replies.as_ref().unwrap().count, 4);
    })
    .await;
}

#[tokio::test]
async fn what_is_saved_or_calls_me_is_listed_as_long_as_i_may_read_it() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        let first = say(&maya, draft("keep this")).await;
        let second =
            say(&maya, draft("and this, @[Tom](user:tom@parlance.demo) of the @[team](team)"))
                .await;
        for (at, message) in [(1, &first), (2, &second), (3, &first)] {
            let at = Moment::from_millis(at);
            mine::save(&db, &tom.scope, message.id, true, at).await.unwrap();
        }
        let words = |found: Vec<vocabulary::FoundMessage>| {
            found.into_iter().map(|found| found.message.id).collect::<Vec<_>>()
        };
        let saved = mine::saved(&db, &reach(&tom)).await.unwrap();
        assert_eq!(words(saved), [second.id, first.id]);
        assert_eq!(own(&tom).await.saved, [second.id, first.id]);
        assert_eq!(words(mine::saved(&db, &reach(&maya)).await.unwrap()), []);
        let called = mine::mentions(&db, &reach(&tom)).await.unwrap();
        assert_eq!(words(called), [second.id], "called twice, listed once");
        assert_eq!(words(mine::mentions(&db, &reach(&maya)).await.unwrap()), []);
        mine::save(&db, &tom.scope, second.id, false, Moment::now()).await.unwrap();
        assert_eq!(own(&tom).await.saved, [first.id]);
        store::standings::record(&db, tom.who.person(), &[], Moment::now()).await.unwrap();
        assert_eq!(words(mine::saved(&db, &reach(&tom)).await.unwrap()), []);
        assert_eq!(words(mine::mentions(&db, &reach(&tom)).await.unwrap()), []);
        assert_eq!(own(&tom).await.rooms, []);
    })
    .await;
}

#[tokio::test]
async fn a_preference_is_kept_and_counted_when_it_changes() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        for (value, is_new) in [("never", true), ("never", false), ("always", true)] {
            let chosen = mine::prefer(&db, &reach(&maya), Preference::Reading, value).await;
            assert_eq!(chosen.unwrap().is_new, is_new, "{value}");
        }
        assert_eq!(own(&maya).await.preference(Preference::Reading), Some("always"));
    })
    .await;
}

#[tokio::test]
async fn a_renamed_user_goes_on_to_be_called() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        room(&tom).await;
        let both = "@[Tom](user:tom@parlance.demo) and @[Thomas](user:thomas@parlance.demo)";
        let said = say(&maya, draft("@[Tom](user:tom@parlance.demo) look")).await;
        say(&maya, draft(both)).await;
        let key = DocumentKey {
            doctype: "User".into(),
            name: "Tom@parlance.demo".into(),
            creation: "2026-01-01 00:00:00".into(),
        };
        let worker = Worker::for_background_work(db.clone());
        worker.rename_document(&key, "Thomas@parlance.demo").await.unwrap();
        let now = messages::by_id(&db, &maya.scope, said.id).await.unwrap().unwrap();
        assert_eq!(now.mentions, [Mention::User("thomas@parlance.demo".into())]);
        assert_eq!(now.words(), "@[Tom](user:thomas@parlance.demo) look");
        assert!(now.changed > said.changed, "lines hear of it");
        assert_eq!(mine::mentions(&db, &reach(&tom)).await.unwrap().len(), 2);
        assert_eq!(room(&tom).await.mentions, 2);
        let last = worker.places(&[maya.workspace]).await.unwrap()[0].seq;
        assert_eq!(last.get(), 4, "each of the two took one place");
    })
    .await;
}

#[tokio::test]
async fn a_muted_room_stays_muted_for_its_person_alone_and_counts_on() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        room(&tom).await;
        room(&maya).await;
        let first = mine::mute(&db, &tom.scope, &tom.room, true).await.unwrap();
        assert!(first.is_new);
        let again = mine::mute(&db, &tom.scope, &tom.room, true).await.unwrap();
        assert_eq!(again, Counted { is_new: false, ..first });
        say(&maya, draft("@[Tom](user:tom@parlance.demo)")).await;
        let now = room(&tom).await;
        assert_eq!((now.muted, now.unread, now.mentions), (true, 1, 1));
        assert!(!room(&maya).await.muted);
        read(&tom, Seq::new(1), true).await;
        assert!(room(&tom).await.muted, "reading does not unmute");
        mine::mute(&db, &tom.scope, &tom.room, false).await.unwrap();
        assert!(!room(&tom).await.muted);
    })
    .await;
}

#[tokio::test]
async fn a_workspace_one_has_lost_is_named_nowhere() {
    on_both(|db| async move {
        let (maya, tom) = two(&db).await;
        let said = say(&maya, draft("@[Tom](user:tom@parlance.demo) look")).await;
        say(&tom, reply(said.id, "yes", false)).await;
        mine::save(&db, &tom.scope, said.id, true, Moment::now()).await.unwrap();
        let now = Moment::now();
        drafts::keep(&db, &tom.scope, &tom.room, None, "begun", now).await.unwrap();
        for text in ["later", "failed"] {
            let later = draft(text);
            scheduled::put(&db, &tom.scope, &tom.room, &later, now).await.unwrap();
            if text == "failed" {
                let worker = Worker::for_background_work(db.clone());
                worker.take_due_message(later.key, now).await.unwrap().unwrap();
                let end = SendEnd::Failed("No.".into());
                worker.end_due_message(tom.who.person(), later.key, &end).await.unwrap();
            }
        }
        let all = async || {
            let reach = reach(&tom);
            let told = (
                own(&tom).await.rooms,
                mine::saved(&db, &reach).await.unwrap(),
                mine::mentions(&db, &reach).await.unwrap(),
                mine::followed(&db, &reach).await.unwrap(),
                drafts::all(&db, &reach).await.unwrap(),
                scheduled::all(&db, &reach).await.unwrap(),
            );
            (serde_json::to_string(&told).unwrap(), told.5)
        };
        assert_eq!(all().await.0.matches("Title of PROJ-0001").count(), 6);
        store::standings::record(&db, tom.who.person(), &[], Moment::now()).await.unwrap();
        let (told, waiting) = all().await;
        assert!(!told.contains("Title of PROJ-0001"), "{told}");
        // What was not sent is still there to be taken back.
        let words: Vec<_> = waiting.iter().map(|one| one.draft.body.as_ref().unwrap()).collect();
        assert_eq!(words.iter().map(|body| body.as_str()).collect::<Vec<_>>(), ["failed"]);
    })
    .await;
}

#[tokio::test]
async fn so_many_drafts_and_no_more() {
    on_both(|db| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        let keep = async |thread: MessageId, text: &str| {
            let (scope, room) = (&maya.scope, &maya.room);
            drafts::keep(&db, scope, room, Some(thread), text, Moment::now()).await.unwrap()
        };
        let first = MessageId::fresh();
        assert!(matches!(keep(first, "begun").await, DraftKept::Changed(_)));
        for _ in 1..DRAFTS_LIMIT {
            assert!(matches!(keep(MessageId::fresh(), "begun").await, DraftKept::Changed(_)));
        }
        let counted = own(&maya).await.changes;
        assert_eq!(keep(MessageId::fresh(), "one more").await, DraftKept::TooMany);
        assert_eq!(keep(first, "begun").await, DraftKept::Same);
        assert_eq!(own(&maya).await.changes, counted, "nothing has changed");
        assert!(matches!(keep(first, "written on").await, DraftKept::Changed(_)));
        assert!(matches!(keep(first, " ").await, DraftKept::Changed(_)));
        assert!(matches!(keep(MessageId::fresh(), "again").await, DraftKept::Changed(_)));
    })
    .await;
}

#[tokio::test]
async fn what_waits_and_cannot_be_read_is_shown_with_its_text_and_holds_nothing_up() {
    on_both_at(|db, url| async move {
        let maya = Visit::of(&db, MAYA, "PROJ-0001").await;
        let (broken, whole) = (draft("said in another version"), draft("whole"));
        let now = Moment::now();
        for draft in [&broken, &whole] {
            scheduled::put(&db, &maya.scope, &maya.room, draft, now).await.unwrap();
        }
        let connection = Database::connect(&url).await.unwrap();
        let sql = "UPDATE scheduled SET draft = REPLACE(draft, '\"audience\":\"team\"', '\"audience\":\"moon\"') WHERE draft LIKE '%another%'";
        assert_eq!(connection.execute_unprepared(sql).await.unwrap().rows_affected(), 1);
        connection.close().await.unwrap();

        let all = scheduled::all(&db, &reach(&maya)).await.unwrap();
        let told = |key| all.iter().find(|one| one.draft.key == key).unwrap();
        assert_eq!(told(broken.key).draft.body, broken.body);
        assert_eq!(told(broken.key).failed.as_deref(), Some(scheduled::UNREADABLE));
        assert_eq!(told(whole.key).failed, None);

        let worker = Worker::for_background_work(db.clone());
        assert_eq!(worker.due_messages(now, 10).await.unwrap().len(), 2);
        let due = worker.take_due_message(broken.key, now).await.unwrap().unwrap();
        assert_eq!(due.draft, None);
        let end = SendEnd::Failed(scheduled::UNREADABLE.into());
        worker.end_due_message(due.person, broken.key, &end).await.unwrap();
        let due = worker.take_due_message(whole.key, now).await.unwrap().unwrap();
        assert_eq!(due.draft, Some(whole));
        // Changing it mends it.
        let found = scheduled::one(&db, &reach(&maya), broken.key).await.unwrap().unwrap();
        let reach = reach(&maya);
        let changed = scheduled::change(&db, &reach, &found.1, found.1.body.clone(), now).await;
        assert!(changed.unwrap().is_some());
        let due = worker.take_due_message(broken.key, now).await.unwrap().unwrap();
        assert_eq!(due.draft, Some(broken));
    })
    .await;
}
