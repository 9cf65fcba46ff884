//! Files people send: kept once, given whole or in part to whoever may see them, harmless whatever they are.

use crate::{
    call::{Answer, answer, api, request},
    town::{self, Place},
};
use bytes::Bytes;
use reqwest::{
    Method, RequestBuilder, Response, StatusCode,
    header::{self, HeaderMap},
};
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::{collections::BTreeSet, path::Path, time::Duration};
use testkit::{
    eventually,
    http::Session,
    process::Server,
    socket::{Line, draft},
};
use tokio_stream::wrappers::ReceiverStream;
use vocabulary::{
    Attached, AttachedState, FileId, Message, MessageDraft, NewFile, RoomId, protocol::ServerFrame,
};

const TEXT: &[u8] = b"The gate code is 4711.\n";

struct Town {
    server: Server,
    place: Place,
    maya: Session,
    tom: Session,
}

impl Town {
    async fn start() -> Self {
        Self::of(town::server()).await
    }

    async fn of(server: Server) -> Self {
        let server = server.start().await;
        let maya = town::cast(&server, cast::MAYA.user).await;
        let place = town::place(&maya, cast::WEBSITE).await;
        let tom = town::cast(&server, cast::TOM.user).await;
        Self { server, place, maya, tom }
    }

    async fn sends(&self, name: &str, bytes: &[u8]) -> FileId {
        let id = FileId::fresh();
        let got = answer(put(&self.maya, self.place.room, id, name).body(bytes.to_vec())).await;
        assert_eq!(got.status, StatusCode::CREATED, "{}", got.body);
        id
    }

    /// Everything people sent that lies in the storage, as paths.
    fn stored(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        below(&self.server.data_folder().join("demo-files"), &mut found);
        // It says whose the storage is.
        found.retain(|path| !path.ends_with("/installation"));
        found
    }
}

fn below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { below(&path, found) } else { found.extend([path.display().to_string()]) }
    }
}

fn put(session: &Session, room: RoomId, id: FileId, name: &str) -> RequestBuilder {
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    request(session, &Method::PUT, &format!("/files/{id}?room={room}&name={name}"))
}

async fn get(session: &Session, id: FileId) -> Response {
    request(session, &Method::GET, &format!("/files/{id}")).send().await.unwrap()
}

async fn asked(session: &Session, id: FileId, headers: &[(&str, &str)]) -> Response {
    let mut asking = request(session, &Method::GET, &format!("/files/{id}"));
    for (name, value) in headers {
        asking = asking.header(*name, *value);
    }
    asking.send().await.unwrap()
}

fn with_files(text: &str, files: &[(FileId, &str, usize)]) -> MessageDraft {
    let files = files.iter().map(|(id, name, size)| NewFile {
        id: *id,
        name: (*name).to_owned(),
        size: *size as u64,
    });
    MessageDraft { files: files.collect(), ..draft(text) }
}

async fn hear(line: &mut Line, wanted: impl Fn(&Message) -> bool) -> Message {
    line.pick("a message with its file", |frame| match frame {
        ServerFrame::Message(message) if wanted(message) => Some(message.clone()),
        _ => None,
    })
    .await
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_file_is_kept_once_and_given_back_as_it_was() {
    let town = Town::start().await;
    let id = FileId::fresh();
    let send = || put(&town.maya, town.place.room, id, "gate.txt").body(TEXT);
    let first = answer(send()).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    let again = answer(send()).await;
    assert_eq!(again.status, StatusCode::OK, "{}", again.body);
    let attached = |got: &Answer| serde_json::from_str::<Attached>(&got.body).unwrap();
    assert_eq!(attached(&first), attached(&again));
    assert_eq!(attached(&first).content_type, "text/plain");
    assert_eq!(town.stored().len(), 1, "{:?}", town.stored());

    let got = get(&town.maya, id).await;
    assert_eq!(got.status(), StatusCode::OK);
    let etag = text(got.headers(), "etag").to_owned();
    assert_eq!(text(got.headers(), "cache-control"), "private, no-cache");
    assert_eq!(text(got.headers(), "content-length"), TEXT.len().to_string());
    assert!(!got.headers().contains_key("content-encoding"));
    assert_eq!(got.bytes().await.unwrap(), TEXT);
    // Who has it already is asked about again, and told so.
    let known = asked(&town.maya, id, &[("if-none-match", &etag)]).await;
    assert_eq!(known.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn a_part_can_be_asked_for() {
    let town = Town::start().await;
    let bytes: Vec<u8> = (0..100_000_u32).map(|number| b'a' + (number % 23) as u8).collect();
    let id = town.sends("letters.txt", &bytes).await;
    let etag = text(get(&town.maya, id).await.headers(), "etag").to_owned();

    let part = asked(&town.maya, id, &[("range", "bytes=70000-70099")]).await;
    assert_eq!(part.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(text(part.headers(), "content-range"), "bytes 70000-70099/100000");
    assert_eq!(part.bytes().await.unwrap(), &bytes[70_000..70_100]);
    let last = asked(&town.maya, id, &[("range", "bytes=-7"), ("if-range", &etag)]).await;
    assert_eq!(last.status(), StatusCode::PARTIAL_CONTENT);
    assert_eq!(last.bytes().await.unwrap(), &bytes[99_993..]);
    let nowhere = asked(&town.maya, id, &[("range", "bytes=100000-")]).await;
    assert_eq!(nowhere.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(text(nowhere.headers(), "content-range"), "bytes */100000");
    let other = asked(&town.maya, id, &[("range", "bytes=5-9"), ("if-range", "\"other\"")]).await;
    assert_eq!(other.status(), StatusCode::OK);
    assert_eq!(other.bytes().await.unwrap(), bytes);
    // Compressing would move the parts.
    let packed = asked(&town.maya, id, &[("accept-encoding", "gzip, br")]).await;
    assert!(!packed.headers().contains_key("content-encoding"));
    let head = request(&town.maya, &Method::HEAD, &format!("/files/{id}")).send().await.unwrap();
    assert_eq!(text(head.headers(), "content-length"), "100000");
}

#[tokio::test]
async fn a_file_is_its_senders_until_it_is_sent_and_never_an_outsiders() {
    let town = Town::start().await;
    let id = town.sends("gate.txt", TEXT).await;
    let missing = FileId::fresh();
    let nobody = town.server.visitor();
    let stranger = town::cast(&town.server, cast::NILS.user).await;
    let client = town::cast(&town.server, cast::INES.user).await;
    let same = |session: Session| async move {
        for ending in ["", "/thumbnail"] {
            for method in [Method::GET, Method::DELETE] {
                let ask = |id| request(&session, &method, &format!("/files/{id}{ending}"));
                let (hidden, wrong) = (answer(ask(id)).await, answer(ask(missing)).await);
                assert_eq!((hidden.status, &hidden.body), (wrong.status, &wrong.body));
                assert!(hidden.status.is_client_error() && !hidden.body.contains("4711"));
            }
        }
    };
    assert_eq!(get(&town.maya, id).await.status(), StatusCode::OK);
    assert_eq!(get(&town.tom, id).await.status(), StatusCode::NOT_FOUND);
    for outsider in [&nobody, &stranger, &client] {
        same(outsider.clone()).await;
    }
    let mut line = Line::connect(&town.maya).await;
    line.join(town.place.room, None).await;
    line.post(town.place.room, with_files("the code", &[(id, "gate.txt", TEXT.len())])).await;
    assert_eq!(get(&town.tom, id).await.bytes().await.unwrap(), TEXT);
    for outsider in [nobody, stranger, client] {
        same(outsider).await;
    }
}

#[tokio::test]
async fn somebody_elses_message_opens_no_file_that_was_not_sent() {
    let town = Town::start().await;
    let id = town.sends("gate.txt", TEXT).await;
    let mut line = Line::connect(&town.tom).await;
    line.join(town.place.room, None).await;
    line.post(town.place.room, with_files("mine now", &[(id, "gate.txt", TEXT.len())])).await;
    assert_eq!(get(&town.tom, id).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn only_who_is_in_the_room_can_send_there() {
    let town = Town::start().await;
    let stranger = town::cast(&town.server, cast::NILS.user).await;
    let client = town::cast(&town.server, cast::INES.user).await;
    for (session, expected) in [
        (&town.server.visitor(), StatusCode::UNAUTHORIZED),
        (&stranger, StatusCode::NOT_FOUND),
        (&client, StatusCode::NOT_FOUND),
    ] {
        let send = |room| put(session, room, FileId::fresh(), "x.txt").body(TEXT);
        let (hidden, wrong) =
            (answer(send(town.place.room)).await, answer(send(RoomId::fresh())).await);
        assert_eq!(hidden.status, expected, "{}", hidden.body);
        assert_eq!((hidden.status, hidden.body), (wrong.status, wrong.body));
    }
    let forged = put(&town.maya, town.place.room, FileId::fresh(), "x.txt").body(TEXT);
    let forged = forged.header("origin", "https://evil.example").build().unwrap();
    let mut headers = forged.headers().clone();
    headers.insert("origin", "https://evil.example".parse().unwrap());
    let forged = testkit::http::client()
        .put(forged.url().clone())
        .headers(headers)
        .body(TEXT)
        .send()
        .await
        .unwrap();
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    assert_eq!(town.stored(), BTreeSet::new());
}

#[tokio::test]
async fn an_id_belongs_to_one_person_and_one_room() {
    let town = Town::start().await;
    let id = town.sends("gate.txt", TEXT).await;
    let other = town::places(&town.maya)
        .await
        .into_iter()
        .map(|(_, place)| place)
        .find(|place| place.room != town.place.room)
        .unwrap();
    for (session, room) in [(&town.tom, town.place.room), (&town.maya, other.room)] {
        let got = answer(put(session, room, id, "gate.txt").body("something else")).await;
        assert_eq!(got.status, StatusCode::CONFLICT, "{}", got.body);
    }
    assert_eq!(get(&town.maya, id).await.bytes().await.unwrap(), TEXT);
}

#[tokio::test]
async fn what_a_message_announces_nobody_else_can_send() {
    let town = Town::start().await;
    let id = FileId::fresh();
    let mut line = Line::connect(&town.maya).await;
    line.join(town.place.room, None).await;
    line.post(town.place.room, with_files("soon", &[(id, "gate.txt", TEXT.len())])).await;
    let stolen = answer(put(&town.tom, town.place.room, id, "gate.txt").body("not hers")).await;
    assert_eq!(stolen.status, StatusCode::CONFLICT, "{}", stolen.body);
    let hers = answer(put(&town.maya, town.place.room, id, "gate.txt").body(TEXT)).await;
    assert_eq!(hers.status, StatusCode::CREATED, "{}", hers.body);
    assert_eq!(get(&town.tom, id).await.bytes().await.unwrap(), TEXT);
}

#[tokio::test]
async fn what_goes_with_a_removed_message_is_hidden_at_once_and_comes_back_with_the_next() {
    let town = Town::start().await;
    let (room, bytes) = (town.place.room, png(1200, 900));
    let id = FileId::fresh();
    let sent = answer(put(&town.maya, room, id, "site.png").body(bytes.clone())).await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.body);
    let mut line = Line::connect(&town.maya).await;
    line.join(room, None).await;
    let draft = |words| with_files(words, &[(id, "site.png", bytes.len())]);
    let small = |session| request(session, &Method::GET, &format!("/files/{id}/thumbnail"));
    for (words, act, authors) in [
        ("look", "remove", StatusCode::NOT_FOUND),
        ("look again", "undo", StatusCode::OK),
        ("look once more", "remove", StatusCode::NOT_FOUND),
    ] {
        let posted = line.post(room, draft(words)).await;
        for session in [&town.maya, &town.tom] {
            assert_eq!(get(session, id).await.status(), StatusCode::OK, "{words}");
            assert_eq!(answer(small(session)).await.status, StatusCode::OK, "{words}");
        }
        let etag = text(get(&town.tom, id).await.headers(), "etag").to_owned();
        let (room, message) = (room.to_string(), posted.id.to_string());
        let fields = [("room", &*room), ("message", &*message), ("act", act)];
        let gone = api(&town.maya, "change_message", &fields).await;
        assert_eq!(gone.status, StatusCode::OK, "{}", gone.body);
        // Also for a browser that has it already.
        let known = asked(&town.tom, id, &[("if-none-match", &etag)]).await;
        assert_eq!(known.status(), StatusCode::NOT_FOUND, "{words}");
        assert_eq!(answer(small(&town.tom)).await.status, StatusCode::NOT_FOUND, "{words}");
        assert_eq!(get(&town.maya, id).await.status(), authors, "{words}");
        assert_eq!(answer(small(&town.maya)).await.status, authors, "{words}");
    }
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let town = Town::start().await;
    let (id, room) = (FileId::fresh(), town.place.room);
    for (path, status) in [
        (format!("/files/{id}"), StatusCode::UNPROCESSABLE_ENTITY),
        (format!("/files/{id}?room={room}"), StatusCode::UNPROCESSABLE_ENTITY),
        (format!("/files/{id}?room=x&name=y"), StatusCode::UNPROCESSABLE_ENTITY),
        (format!("/files/none?room={room}&name=y"), StatusCode::NOT_FOUND),
    ] {
        let got = answer(request(&town.maya, &Method::PUT, &path).body(TEXT)).await;
        assert_eq!(got.status, status, "{path}: {}", got.body);
    }
    for path in ["/files/none", "/files/..%2f..%2fdemo.sqlite", "/files/none/thumbnail"] {
        let got = answer(request(&town.maya, &Method::GET, path)).await;
        assert_eq!(got.status, StatusCode::NOT_FOUND, "{path}: {}", got.body);
    }
    let empty = answer(put(&town.maya, room, id, "empty.txt").body("")).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(empty.body.contains("empty"), "{}", empty.body);
    assert_eq!(town.stored(), BTreeSet::new());
}

#[tokio::test]
async fn what_is_too_large_or_of_a_refused_type_is_named_and_leaves_nothing() {
    let server = town::server()
        .env("PARLANCE_FILE_LIMIT_MB", "1")
        .env("PARLANCE_FILE_TYPES_REFUSED", "application/zip");
    let town = Town::of(server).await;
    let (room, large) = (town.place.room, vec![b'x'; 1_000_001]);
    let rules = answer(request(&town.maya, &Method::GET, "/files")).await.json();
    assert_eq!(rules["largest"], 1_000_000);

    // Said before anything comes, and found out while it comes.
    let pieces = futures::stream::iter(
        large
            .chunks(10_000)
            .map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)))
            .collect::<Vec<_>>(),
    );
    for body in [reqwest::Body::from(large.clone()), reqwest::Body::wrap_stream(pieces)] {
        let got = answer(put(&town.maya, room, FileId::fresh(), "large.txt").body(body)).await;
        assert_eq!(got.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", got.body);
        assert!(got.body.contains("larger than 1 MB"), "{}", got.body);
    }
    let zip = [b"PK\x03\x04".as_slice(), &[0; 9000]].concat();
    let got = answer(put(&town.maya, room, FileId::fresh(), "notes.txt").body(zip)).await;
    assert_eq!(got.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{}", got.body);
    assert!(got.body.contains("application/zip"), "{}", got.body);
    assert_eq!(town.stored(), BTreeSet::new());
    let whole =
        answer(put(&town.maya, room, FileId::fresh(), "fits.txt").body(vec![b'x'; 1_000_000]))
            .await;
    assert_eq!(whole.status, StatusCode::CREATED, "{}", whole.body);
}

#[tokio::test]
async fn a_line_that_is_cut_leaves_nothing_and_the_file_can_be_sent_again() {
    let town = Town::start().await;
    let (id, room) = (FileId::fresh(), town.place.room);
    let (pieces, coming) = tokio::sync::mpsc::channel::<Result<Bytes, std::io::Error>>(1);
    let body = reqwest::Body::wrap_stream(ReceiverStream::new(coming));
    let sending = tokio::spawn(put(&town.maya, room, id, "half.txt").body(body).send());
    // Beyond what is held in memory, so that a part lies on the disk.
    for _ in 0..200 {
        pieces.send(Ok(Bytes::from(vec![b'x'; 60_000]))).await.unwrap();
    }
    eventually("a part is on the disk", Duration::from_secs(20), || async {
        (!town.stored().is_empty()).then_some(())
    })
    .await;
    pieces.send(Err(std::io::Error::other("the train goes into a tunnel"))).await.unwrap();
    assert!(sending.await.unwrap().is_err());
    eventually("nothing is left of it", Duration::from_secs(20), || async {
        town.stored().is_empty().then_some(())
    })
    .await;
    assert_eq!(get(&town.maya, id).await.status(), StatusCode::NOT_FOUND);
    let again = answer(put(&town.maya, room, id, "half.txt").body(TEXT)).await;
    assert_eq!(again.status, StatusCode::CREATED, "{}", again.body);
    assert_eq!(get(&town.maya, id).await.bytes().await.unwrap(), TEXT);
}

#[tokio::test]
async fn words_go_before_their_file_and_the_file_is_seen_when_it_is_there() {
    let town = Town::start().await;
    let (id, room) = (FileId::fresh(), town.place.room);
    let mut tom = Line::connect(&town.tom).await;
    tom.join(room, None).await;
    let mut maya = Line::connect(&town.maya).await;
    maya.join(room, None).await;
    let name = "pho\u{202e}gnp.exe";
    let posted = maya.post(room, with_files("look", &[(id, name, TEXT.len())])).await;
    let coming = hear(&mut tom, |message| message.id == posted.id).await;
    assert_eq!(coming.files.len(), 1);
    assert_eq!(coming.files[0].state, AttachedState::Coming);
    assert_eq!(coming.files[0].name, "phognp.exe", "the mark that turns names round is gone");
    assert_eq!(get(&town.tom, id).await.status(), StatusCode::NOT_FOUND);

    let got = answer(put(&town.maya, room, id, name).body(TEXT)).await;
    assert_eq!(got.status, StatusCode::CREATED, "{}", got.body);
    let here =
        hear(&mut tom, |message| message.id == posted.id && message.changed > coming.changed).await;
    assert_eq!(here.files[0].state, AttachedState::Ready);
    assert_eq!(
        (here.files[0].size, here.files[0].content_type.as_str()),
        (TEXT.len() as u64, "text/plain")
    );
    assert_eq!(get(&town.tom, id).await.bytes().await.unwrap(), TEXT);
}

#[tokio::test]
async fn files_alone_are_a_message() {
    let town = Town::start().await;
    let id = town.sends("gate.txt", TEXT).await;
    let mut line = Line::connect(&town.maya).await;
    line.join(town.place.room, None).await;
    let mut alone = with_files("x", &[(id, "gate.txt", TEXT.len())]);
    alone.body = None;
    let posted = line.post(town.place.room, alone).await;
    let said = hear(&mut line, |message| message.id == posted.id).await;
    assert_eq!((said.body, said.files[0].state), (None, AttachedState::Ready));
}

#[tokio::test]
async fn what_is_taken_back_goes_and_what_was_sent_stays() {
    let town = Town::start().await;
    let take_back = |id| request(&town.maya, &Method::DELETE, &format!("/files/{id}"));
    let id = town.sends("gate.txt", TEXT).await;
    assert_eq!(answer(take_back(id)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(answer(take_back(id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(town.stored(), BTreeSet::new());

    let (sent, late) = (town.sends("gate.txt", TEXT).await, FileId::fresh());
    let mut line = Line::connect(&town.maya).await;
    line.join(town.place.room, None).await;
    let files = [(sent, "gate.txt", TEXT.len()), (late, "late.txt", 9)];
    let posted = line.post(town.place.room, with_files("both", &files)).await;
    assert_eq!(answer(take_back(sent)).await.status, StatusCode::CONFLICT);
    assert_eq!(get(&town.tom, sent).await.status(), StatusCode::OK);
    // Cancelled after the words were sent: everybody sees that it does not come.
    assert_eq!(answer(take_back(late)).await.status, StatusCode::NO_CONTENT);
    let failed = hear(&mut line, |message| {
        message.id == posted.id && message.files[1].state == AttachedState::Failed
    });
    assert_eq!(failed.await.files[0].state, AttachedState::Ready);
}

#[tokio::test]
async fn whatever_a_file_is_it_runs_nowhere() {
    let town = Town::start().await;
    let svg = br#"<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>"#;
    let mut polyglot = b"GIF89a/*\x01\0\x01\0".to_vec();
    polyglot.extend_from_slice(b"*/=1;alert(document.domain);//<html><script>alert(1)</script>");
    let hostile: [(&str, &[u8], &str); 9] = [
        ("drawing.svg", svg, "image/svg+xml"),
        ("photo.png", b"<!doctype html><script>alert(1)</script>", "text/html"),
        ("photo.jpg", b"\n\n<HTML><body onload=alert(1)>", "text/html"),
        ("feed.xml", b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>", "text/xml"),
        ("page.xhtml", b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>", "text/html"),
        ("plan.pdf", b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>", "application/pdf"),
        ("script.js", b"alert(1)", "text/plain"),
        ("\"><img src=x onerror=alert(1)>.txt", b"x", "text/plain"),
        ("anim.gif", &polyglot, "image/gif"),
    ];
    for (name, bytes, seen) in hostile {
        let id = FileId::fresh();
        let kept = answer(put(&town.maya, town.place.room, id, name).body(bytes.to_vec())).await;
        assert_eq!(kept.status, StatusCode::CREATED, "{name}: {}", kept.body);
        let attached: Attached = serde_json::from_str(&kept.body).unwrap();
        assert_eq!(attached.content_type, seen, "{name}");
        assert_eq!(attached.width, None, "{name} is no picture that is drawn");
        let got = get(&town.maya, id).await;
        let headers = got.headers();
        if seen == "image/gif" {
            assert_eq!(text(headers, "content-type"), "image/gif");
        } else {
            assert_eq!(text(headers, "content-type"), "application/octet-stream", "{name}");
            assert!(text(headers, "content-disposition").starts_with("attachment;"), "{name}");
        }
        assert_eq!(text(headers, "x-content-type-options"), "nosniff", "{name}");
        let policies: Vec<_> = headers
            .get_all(header::CONTENT_SECURITY_POLICY)
            .iter()
            .map(|policy| policy.to_str().unwrap())
            .collect();
        assert!(policies.contains(&"default-src 'none'; sandbox"), "{name}: {policies:?}");
        assert_eq!(text(headers, "cross-origin-resource-policy"), "same-origin", "{name}");
        assert_eq!(got.bytes().await.unwrap(), bytes, "{name}");
        let small = request(&town.maya, &Method::GET, &format!("/files/{id}/thumbnail"));
        assert_eq!(answer(small).await.status, StatusCode::NOT_FOUND, "{name}");
    }
}

#[tokio::test]
async fn an_archive_is_kept_as_it_is_and_never_unpacked() {
    let town = Town::start().await;
    // One entry that says it unfolds to four gigabytes (ZIP, 4.3.7).
    let mut bomb = b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0\0\0\0\0".to_vec();
    bomb.extend_from_slice(&100_u32.to_le_bytes());
    bomb.extend_from_slice(&u32::MAX.to_le_bytes());
    bomb.extend_from_slice(&[5, 0, 0, 0]);
    bomb.extend_from_slice(b"a.txt");
    bomb.extend_from_slice(&[0; 100]);
    let id = town.sends("bomb.zip", &bomb).await;
    let got = get(&town.maya, id).await;
    assert_eq!(text(got.headers(), "content-type"), "application/octet-stream");
    assert_eq!(got.bytes().await.unwrap(), bomb);
    let stored = town.stored();
    assert_eq!(stored.len(), 1, "{stored:?}");
    let path = stored.first().unwrap();
    assert_eq!(std::fs::metadata(path).unwrap().len(), bomb.len() as u64);
}

/// A PNG of one colour, of stored blocks: nothing here compresses (RFC 1950, RFC 1951).
fn png(width: u32, height: u32) -> Vec<u8> {
    let mut rows = Vec::new();
    for _ in 0..height {
        rows.push(0);
        rows.extend(std::iter::repeat_n([11_u8, 106, 106], width as usize).flatten());
    }
    let mut data = vec![0x78, 0x01];
    let mut blocks = rows.chunks(65_535).peekable();
    while let Some(block) = blocks.next() {
        data.push(u8::from(blocks.peek().is_none()));
        let length = u16::try_from(block.len()).unwrap();
        data.extend_from_slice(&length.to_le_bytes());
        data.extend_from_slice(&(!length).to_le_bytes());
        data.extend_from_slice(block);
    }
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in &rows {
        a = (a + u32::from(*byte)) % 65_521;
        b = (b + a) % 65_521;
    }
    data.extend_from_slice(&((b << 16) | a).to_be_bytes());
    let mut header = width.to_be_bytes().to_vec();
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, data) in [(b"IHDR", &header), (b"IDAT", &data), (b"IEND", &Vec::new())] {
        bytes.extend_from_slice(&u32::try_from(data.len()).unwrap().to_be_bytes());
        let start = bytes.len();
        bytes.extend_from_slice(kind);
        bytes.extend_from_slice(data);
        let mut crc = u32::MAX;
        for byte in &bytes[start..] {
            crc ^= u32::from(*byte);
            for _ in 0..8 {
                crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
            }
        }
        bytes.extend_from_slice(&(!crc).to_be_bytes());
    }
    bytes
}

#[tokio::test]
async fn a_picture_is_measured_and_has_a_small_copy() {
    let town = Town::start().await;
    let id = FileId::fresh();
    let kept = answer(put(&town.maya, town.place.room, id, "site.bin").body(png(1200, 900))).await;
    let attached: Attached = serde_json::from_str(&kept.body).unwrap();
    assert_eq!(attached.content_type, "image/png", "by its bytes, whatever it is called");
    assert_eq!((attached.width, attached.height), (Some(1200), Some(900)));
    let small = request(&town.maya, &Method::GET, &format!("/files/{id}/thumbnail"));
    let small = small.send().await.unwrap();
    assert_eq!(text(small.headers(), "content-type"), "image/jpeg");
    assert_eq!(text(small.headers(), "x-content-type-options"), "nosniff");
    assert!(small.bytes().await.unwrap().starts_with(b"\xff\xd8\xff"));
    let whole = get(&town.maya, id).await;
    assert_eq!(text(whole.headers(), "content-type"), "image/png");
    assert!(text(whole.headers(), "content-disposition").starts_with("inline;"));
}

async fn files_of(erpnext: &Running, file_name: &str) -> Vec<serde_json::Value> {
    let mut files = erpnext.documents("File");
    files.retain(|file| file["file_name"] == file_name && file["is_folder"] != 1);
    files
}

#[tokio::test]
async fn erpnext_gets_each_file_once_privately_with_the_communication() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let town = Town::of(town::on_site(&erpnext)).await;
    let (before, after) = (FileId::fresh(), FileId::fresh());
    let send = |id, name| put(&town.maya, town.place.room, id, name).body(TEXT);
    assert_eq!(answer(send(before, "before.txt")).await.status, StatusCode::CREATED);
    let mut line = Line::connect(&town.maya).await;
    line.join(town.place.room, None).await;
    let files = [(before, "before.txt", TEXT.len()), (after, "after.txt", TEXT.len())];
    let posted = line.post(town.place.room, with_files("two files", &files)).await;
    assert_eq!(answer(send(after, "after.txt")).await.status, StatusCode::CREATED);
    assert_eq!(answer(send(after, "after.txt")).await.status, StatusCode::OK);
    let communication = eventually("the Communication", Duration::from_secs(30), || async {
        let found = erpnext.communications().into_iter();
        let mut found = found.filter(|row| row["parlance_key"] == posted.id.to_string());
        found.next().and_then(|row| row["name"].as_str().map(str::to_owned))
    })
    .await;
    for name in ["before.txt", "after.txt"] {
        let files = eventually("its File", Duration::from_secs(30), || async {
            let files = files_of(&erpnext, name).await;
            (!files.is_empty()).then_some(files)
        })
        .await;
        assert_eq!(files.len(), 1, "{files:?}");
        assert_eq!(files[0]["attached_to_doctype"], "Communication");
        assert_eq!(files[0]["attached_to_name"], communication.as_str());
        assert_eq!(files[0]["is_private"], 1);
    }
}

#[tokio::test]
async fn what_erpnext_does_not_take_is_kept_here_and_says_so() {
    let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
    let town = Town::of(town::on_site(&erpnext)).await;
    // More than `max_file_size` of the site, less than what is taken here.
    let large = vec![b'x'; 27_000_000];
    let id = FileId::fresh();
    let kept = answer(put(&town.maya, town.place.room, id, "large.txt").body(large.clone())).await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.body);
    let mut line = Line::connect(&town.maya).await;
    line.join(town.place.room, None).await;
    let files = [(id, "large.txt", large.len())];
    let posted = line.post(town.place.room, with_files("a large one", &files)).await;
    let noted = line
        .pick_within(Duration::from_secs(60), |frame| match frame {
            ServerFrame::Message(message) if message.id == posted.id => {
                message.files[0].note.clone()
            }
            _ => None,
        })
        .await;
    assert!(noted.as_ref().is_some_and(|note| note.contains("Too large for ERPNext")), "{noted:?}");
    assert_eq!(get(&town.tom, id).await.bytes().await.unwrap().len(), large.len());
    // What is said afterwards is not held up.
    let next = line.say(town.place.room, "and on").await.id.to_string();
    eventually("the next Communication", Duration::from_secs(30), || async {
        erpnext.communications().iter().any(|row| row["parlance_key"] == *next).then_some(())
    })
    .await;
}
