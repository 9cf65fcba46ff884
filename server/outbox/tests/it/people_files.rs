//! Files people send: with their Communication in ERPNext, or here only.

use crate::town::{Town, draft};
use files::{Files, Limits, Place, fresh_key};
use standin::cast;
use store::messages::Acted;
use testkit::folder::Folder;
use vocabulary::{FileId, MessageAct, MessageDraft, MessageId, NewFile};

/// A storage, and an outbox that reads from it.
struct Storage {
    files: Files,
    _folder: Folder,
}

impl Storage {
    fn of(town: &mut Town) -> Self {
        let folder = Folder::new("people-files");
        let place = Place::Folder(folder.path().to_owned());
        let files = Files::at(&place, Limits { largest: 80_000_000, ..Limits::default() }).unwrap();
        town.outbox = town.outbox.clone().with_files(files.clone());
        Self { files, _folder: folder }
    }

    /// Tom sends a file of so many bytes.
    async fn takes(&self, town: &Town, bytes: usize) -> FileId {
        let (id, key) = (FileId::fresh(), fresh_key());
        let pieces = vec![vec![b'x'; 1 << 20]; bytes >> 20].into_iter();
        let pieces =
            pieces.chain([vec![b'x'; bytes % (1 << 20)]]).filter(|piece| !piece.is_empty());
        let pieces = futures::stream::iter(pieces.map(|piece| Ok::<_, ()>(piece.into())));
        let kept = self.files.keep(&key, pieces).await.unwrap();
        town.file_arrives(id, &key, kept).await;
        id
    }
}

fn carrying(files: &[(FileId, &str)]) -> MessageDraft {
    let files = files.iter().map(|(id, name)| NewFile { id: *id, name: (*name).into(), size: 3 });
    MessageDraft { body: None, files: files.collect(), ..draft("x") }
}

async fn goes(town: &Town, message: MessageId, act: MessageAct) {
    assert!(matches!(town.acts(message, &act).await, Acted::Changed(_)));
}

#[tokio::test]
async fn what_is_larger_than_what_is_sent_there_stays_here_and_says_so() {
    let mut town = Town::start().await;
    let storage = Storage::of(&mut town);
    let large = storage.takes(&town, 33 << 20).await;
    let message = town.posts(carrying(&[(large, "film.txt")])).await;
    let asked = town.erpnext.documents("File").len();
    town.drain().await;
    let note = town.attached(message).await.remove(0).note.unwrap();
    assert!(note.contains("kept here only"), "{note}");
    assert_eq!(town.erpnext.documents("File").len(), asked);
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
}

#[tokio::test]
async fn a_file_whose_message_is_removed_leaves_nothing_in_erpnext() {
    // Before anything is sent, between the line and its file, and when all is there; and whoever lost an answer.
    for (lost, act) in [
        (0, MessageAct::Remove),
        (0, MessageAct::Undo),
        (1, MessageAct::Remove),
        (2, MessageAct::Remove),
        (3, MessageAct::Undo),
    ] {
        let mut town = Town::start().await;
        let storage = Storage::of(&mut town);
        let id = storage.takes(&town, 3).await;
        let message = town.posts(carrying(&[(id, "gate.txt")])).await;
        if lost > 0 {
            town.erpnext.faults().drop_next_after_commit(lost);
            town.outbox.run_once().await.unwrap();
        }
        goes(&town, message, act.clone()).await;
        town.drain().await;
        let key = message.to_string();
        assert!(town.found("Communication", "parlance_key", &key).is_empty(), "{lost} {act:?}");
        assert!(town.found("File", "file_name", "gate.txt").is_empty(), "{lost} {act:?}");
        assert_eq!(town.worker.dead_letters(10).await.unwrap(), [], "{lost} {act:?}");
    }
}

#[tokio::test]
async fn a_file_that_was_given_up_ends_with_its_message() {
    let mut town = Town::start().await;
    let storage = Storage::of(&mut town);
    let id = storage.takes(&town, 3).await;
    let message = town.posts(carrying(&[(id, "gate.txt")])).await;
    town.erpnext.delete("Custom Field", "File-parlance_key").unwrap();
    town.drain().await;
    assert_eq!(town.worker.dead_letters(10).await.unwrap().len(), 1);
    goes(&town, message, MessageAct::Remove).await;
    town.drain().await;
    assert_eq!(town.worker.dead_letters(10).await.unwrap(), []);
}

#[tokio::test]
async fn what_was_removed_and_is_sent_again_is_there_once() {
    let mut town = Town::start().await;
    let storage = Storage::of(&mut town);
    let id = storage.takes(&town, 3).await;
    let first = town.posts(carrying(&[(id, "gate.txt")])).await;
    town.drain().await;
    goes(&town, first, MessageAct::Remove).await;
    let second = town.posts(carrying(&[(id, "gate.txt")])).await;
    town.drain().await;
    let files = town.found("File", "file_name", "gate.txt");
    let written = town.found("Communication", "parlance_key", &second.to_string());
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0]["attached_to_name"], written[0]["name"]);
    assert_eq!(written[0]["reference_name"], cast::WEBSITE);
}
