//! Every route, server function and socket frame there is, as nobody, as a stranger and as a client: none gets data.

use crate::{
    call::{Answer, answer, api, request},
    town::{self, Place},
};
use reqwest::{Method, StatusCode};
use standin::cast;
use testkit::{
    http::Session,
    process::Server,
    socket::{Line, draft},
};
use vocabulary::{
    SaveId, Seq,
    protocol::{ClientFrame, RefusalCode},
};

/// Said in the website's team room; whoever reads it was let in.
const SECRET: &str = "The draft price is 4,200 and nobody outside may know";

/// Of the website's Project.
const FIRST_TASK: &str = "TASK-2026-00001";

/// What a path is for, and so who may get something from it.
enum Purpose {
    /// The same for everybody; tells nothing about people or projects.
    Public,
    /// One's own page or data: others get theirs, never somebody else's.
    OwnData,
    /// A page in one workspace, or a file made of it: what its address ends in.
    WorkspacePage(&'static str),
    /// A server function about one workspace, with its arguments.
    Workspace(fn(&Place) -> Vec<(&'static str, String)>),
    /// A server function about something that there is none of, such as an edit that waits for its author.
    Decision,
    /// Only for administrators: a server function with its arguments.
    Administrators(&'static [(&'static str, &'static str)]),
    /// A file of the website's team room.
    File,
    /// The live socket, which has a walk of its own.
    Socket,
}

/// One entry for each path; a path without one fails the test.
fn purpose(path: &str) -> Option<Purpose> {
    Some(match path {
        "/healthz" | "/readyz" | "/sign-in" | "/api/sign_in" | "/api/sign_out" | "/embed"
        | "/panel/nonce" | "/panel/redeem" | "/oauth/start" | "/oauth/callback"
        | "/webhooks/erpnext" => Purpose::Public,
        "/threads" | "/saved" | "/mentions" | "/settings" | "/api/mine" | "/api/mark_all_read"
        | "/api/threads" | "/api/saved" | "/api/mentions" | "/api/prefer" => Purpose::OwnData,
        "/api/mark_read" => Purpose::Workspace(|place| {
            let room = place.room.to_string();
            vec![("room", room), ("seq", "1".into()), ("opened", "false".into())]
        }),
        "/api/mark_unread" => Purpose::Workspace(|place| {
            vec![("room", place.room.to_string()), ("from", "1000000".into())]
        }),
        "/api/mute_room" => Purpose::Workspace(|place| {
            vec![("room", place.room.to_string()), ("muted", "false".into())]
        }),
        "/api/mark_thread_read" => Purpose::Workspace(|place| of_thread(place, "seq", "1")),
        "/api/follow_thread" => Purpose::Workspace(|place| of_thread(place, "following", "true")),
        "/api/save_message" => Purpose::Workspace(|place| about(place, &[("saved", "true")])),
        "/" | "/workspaces" | "/portal" | "/admin" | "/admin/connect" | "/api/whoami"
        | "/api/my_workspaces" | "/api/administers" | "/panel/place" | "/files" | "/drafts"
        | "/api/begun" | "/radar" | "/api/radar" => Purpose::OwnData,
        "/files/{id}" | "/files/{id}/thumbnail" => Purpose::File,
        "/w/:id" | "/w/{id}" => Purpose::WorkspacePage(""),
        "/w/:id/timeline" | "/w/{id}/timeline" => Purpose::WorkspacePage("/timeline"),
        "/w/{id}/timeline/export" => Purpose::WorkspacePage("/timeline/export?format=md"),
        "/api/timeline" | "/api/look_at_timeline" => Purpose::Workspace(|place| {
            vec![("id", place.workspace.to_string()), ("all", "false".into())]
        }),
        "/api/workspace" => Purpose::Workspace(|place| vec![("id", place.workspace.to_string())]),
        "/api/post_message" => Purpose::Workspace(|place| {
            let draft = draft("said through the server function");
            vec![
                ("room", place.room.to_string()),
                ("draft[key]", draft.key.to_string()),
                ("draft[body]", draft.body.as_ref().unwrap().as_str().to_owned()),
                ("draft[audience]", "team".into()),
            ]
        }),
        "/api/change_message" => Purpose::Workspace(|place| about(place, &[("act[react]", "👍")])),
        "/api/thread" | "/api/versions" => Purpose::Workspace(|place| about(place, &[])),
        "/api/history" => Purpose::Workspace(|place| {
            vec![("room", place.room.to_string()), ("aim[day]", "0".into())]
        }),
        "/api/chips" => Purpose::Workspace(|place| {
            vec![
                ("id", place.workspace.to_string()),
                ("tags[0][doctype]", "Task".into()),
                ("tags[0][name]", FIRST_TASK.into()),
            ]
        }),
        "/api/make_of_message" => Purpose::Workspace(|place| {
            let save = SaveId::fresh().to_string();
            about(place, &[("doctype", "Task"), ("save", &save)])
        }),
        "/api/pinned" | "/api/mentionable" => {
            Purpose::Workspace(|place| vec![("room", place.room.to_string())])
        }
        "/api/taggable" => Purpose::Workspace(|place| {
            vec![("room", place.room.to_string()), ("query", "book".into())]
        }),
        "/api/keep_draft" => Purpose::Workspace(|place| {
            vec![("room", place.room.to_string()), ("body", "begun".into())]
        }),
        "/api/schedule_message" => Purpose::Workspace(|place| {
            let draft = draft("said later");
            let tomorrow = vocabulary::Moment::now().plus_millis(86_400_000).as_millis();
            vec![
                ("room", place.room.to_string()),
                ("draft[key]", draft.key.to_string()),
                ("draft[body]", draft.body.as_ref().unwrap().as_str().to_owned()),
                ("draft[audience]", "team".into()),
                ("send_at", tomorrow.to_string()),
            ]
        }),
        "/api/connection_report" | "/api/examine_connection" | "/api/replay_dead_letters" => {
            Purpose::Administrators(&[])
        }
        "/api/replay_dead_letter" | "/api/discard_dead_letter" => {
            Purpose::Administrators(&[("id", "1")])
        }
        "/api/facts" => Purpose::Workspace(|place| vec![("id", place.workspace.to_string())]),
        "/api/work_item" => Purpose::Workspace(|place| task(place, "", &[])),
        "/api/make_work" => Purpose::Workspace(|place| {
            let mut fields = vec![("id", place.workspace.to_string())];
            fields.push(("new[save]", SaveId::fresh().to_string()));
            fields.push(("new[doctype]", "Task".into()));
            fields.push(("new[fields][subject]", "made through the server function".into()));
            fields
        }),
        "/api/change_work" => Purpose::Workspace(|place| {
            let mut fields = task(place, "change", &[("change[changes][0][field]", "priority")]);
            fields.push(("change[changes][0][value]", "High".into()));
            fields
        }),
        "/api/assign_work" => Purpose::Workspace(|place| {
            task(place, "assign", &[("assign[user]", cast::LEA.user), ("assign[shall]", "true")])
        }),
        "/api/resolve_edit"
        | "/api/timeline_text"
        | "/api/drop_new_work"
        | "/api/change_scheduled"
        | "/api/cancel_scheduled" => Purpose::Decision,
        "/api/connecting_form"
        | "/api/plan_connection"
        | "/api/apply_connection"
        | "/api/connecting_progress" => Purpose::Administrators(&[]),
        "/ws" => Purpose::Socket,
        _ => return None,
    })
}

/// A message of the room, and more fields.
fn about(place: &Place, more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut fields = vec![("room", place.room.to_string()), ("message", place.message.to_string())];
    fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    fields
}

/// The thread of a message of the room, and one field more.
fn of_thread(place: &Place, name: &'static str, value: &str) -> Vec<(&'static str, String)> {
    let thread = place.message.to_string();
    vec![("room", place.room.to_string()), ("thread", thread), (name, value.to_owned())]
}

/// The first Task of the demo, and more fields.
fn task(
    place: &Place,
    argument: &'static str,
    more: &[(&'static str, &str)],
) -> Vec<(&'static str, String)> {
    let names = match argument {
        "change" => ["change[save]", "change[doctype]", "change[name]"],
        "assign" => ["assign[save]", "assign[doctype]", "assign[name]"],
        _ => ["save", "doctype", "name"],
    };
    let values = [SaveId::fresh().to_string(), "Task".into(), FIRST_TASK.into()];
    let mut fields = vec![("id", place.workspace.to_string())];
    fields.extend(names.into_iter().zip(values));
    fields.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    fields
}

struct Town {
    server: Server,
    place: Place,
    /// Sent to the website's team room.
    file: vocabulary::FileId,
    maya: Session,
    nobody: Session,
    stranger: Session,
    client: Session,
}

impl Town {
    async fn start() -> Self {
        let server = town::demo().await;
        let maya = town::cast(&server, cast::MAYA.user).await;
        let place = town::place(&maya, cast::WEBSITE).await;
        let file = vocabulary::FileId::fresh();
        let path = format!("/files/{file}?room={}&name=price.txt", place.room);
        let kept = answer(request(&maya, &Method::PUT, &path).body(SECRET)).await;
        assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.body);
        let mut said = draft(SECRET);
        said.files = vec![vocabulary::NewFile { id: file, name: "price.txt".into(), size: 1 }];
        let mut line = Line::connect(&maya).await;
        line.join(place.room, None).await;
        line.post(place.room, said).await;
        Self {
            place,
            file,
            nobody: server.visitor(),
            stranger: town::cast(&server, cast::NILS.user).await,
            client: town::cast(&server, cast::INES.user).await,
            maya,
            server,
        }
    }

    fn outsiders(&self) -> [(&'static str, &Session); 3] {
        [("nobody", &self.nobody), ("a stranger", &self.stranger), ("a client", &self.client)]
    }
}

fn assert_tells_nothing(answer: &Answer, who: &str, path: &str) {
    for secret in [SECRET, "Casa Duarte", "direct booking", "PROJ-0001", "TASK-2026", "Lindqvist"] {
        assert!(
            !answer.body.contains(secret),
            "{path} tells {who} about {secret:?}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn every_path_there_is_gives_outsiders_nothing() {
    let town = Town::start().await;
    let paths = parlance::router::paths();
    assert!(paths.len() >= 16, "the paths are not enumerated: {paths:?}");
    for (method, path) in paths {
        let Some(purpose) = purpose(&path) else {
            panic!("{method} {path} has no entry here: say who may get something from it");
        };
        match purpose {
            Purpose::Public => {
                let got = answer(request(&town.nobody, &method, &path)).await;
                assert_tells_nothing(&got, "nobody", &path);
            }
            Purpose::OwnData => {
                let got = answer(request(&town.nobody, &method, &path)).await;
                assert_eq!(got.status, StatusCode::UNAUTHORIZED, "{path}: {}", got.body);
                for (who, session) in town.outsiders() {
                    assert_tells_nothing(
                        &answer(request(session, &method, &path)).await,
                        who,
                        &path,
                    );
                }
            }
            Purpose::WorkspacePage(end) => {
                let page = format!("/w/{}{end}", town.place.workspace);
                assert!(answer(request(&town.maya, &method, &page)).await.body.contains(SECRET));
                let missing = format!("/w/{}{end}", vocabulary::WorkspaceId::fresh());
                for (who, session) in town.outsiders() {
                    let got = answer(request(session, &method, &page)).await;
                    let wrong = answer(request(session, &method, &missing)).await;
                    assert_tells_nothing(&got, who, &page);
                    assert_eq!(
                        got.status, wrong.status,
                        "{who} can tell a hidden workspace from a wrong one"
                    );
                    let expected = if who == "nobody" {
                        StatusCode::UNAUTHORIZED
                    } else {
                        StatusCode::NOT_FOUND
                    };
                    assert_eq!(got.status, expected, "{who}: {}", got.body);
                }
            }
            Purpose::Workspace(fields) => {
                let name = path.strip_prefix("/api/").unwrap();
                let call = async |session: &Session, place: &Place| {
                    let fields = fields(place);
                    let fields: Vec<_> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
                    api(session, name, &fields).await
                };
                let allowed = call(&town.maya, &town.place).await;
                assert_eq!(allowed.status, StatusCode::OK, "{name}: {}", allowed.body);
                let wrong = Place {
                    workspace: vocabulary::WorkspaceId::fresh(),
                    room: vocabulary::RoomId::fresh(),
                    message: vocabulary::MessageId::fresh(),
                };
                for (who, session) in town.outsiders() {
                    let got = call(session, &town.place).await;
                    let same = call(session, &wrong).await;
                    assert_tells_nothing(&got, who, &path);
                    assert_eq!(
                        (got.status, &got.body),
                        (same.status, &same.body),
                        "{who} can tell hidden from wrong"
                    );
                    let expected = if who == "nobody" {
                        StatusCode::UNAUTHORIZED
                    } else {
                        StatusCode::NOT_FOUND
                    };
                    assert_eq!(got.status, expected, "{name} as {who}: {}", got.body);
                }
            }
            Purpose::Decision => {
                let name = path.strip_prefix("/api/").unwrap();
                let (id, save) = (town.place.workspace.to_string(), SaveId::fresh().to_string());
                let fields = [
                    ("id", &*id),
                    ("save", &*save),
                    ("edit", "1"),
                    ("entry", &*save),
                    ("resolve", "keep_mine"),
                    ("key", &*save),
                    ("send_at", "0"),
                ];
                assert_eq!(api(&town.maya, name, &fields).await.status, StatusCode::NOT_FOUND);
                for (who, session) in town.outsiders() {
                    let got = api(session, name, &fields).await;
                    let expected = if who == "nobody" {
                        StatusCode::UNAUTHORIZED
                    } else {
                        StatusCode::NOT_FOUND
                    };
                    assert_eq!(got.status, expected, "{name} as {who}: {}", got.body);
                }
            }
            Purpose::Administrators(fields) => {
                let name = path.strip_prefix("/api/").unwrap();
                for (who, session) in town.outsiders() {
                    let got = api(session, name, fields).await;
                    let expected = if who == "nobody" {
                        StatusCode::UNAUTHORIZED
                    } else {
                        StatusCode::NOT_FOUND
                    };
                    assert_eq!(got.status, expected, "{name} as {who}: {}", got.body);
                }
                // A member is no administrator either.
                assert_eq!(api(&town.maya, name, fields).await.status, StatusCode::NOT_FOUND);
            }
            Purpose::File => {
                let there = path.replace("{id}", &town.file.to_string());
                let missing = path.replace("{id}", &vocabulary::FileId::fresh().to_string());
                let room = format!("?room={}&name=x", town.place.room);
                for (who, session) in town.outsiders() {
                    let ask =
                        |path: &str| request(session, &method, &format!("{path}{room}")).body("x");
                    let (got, wrong) = (answer(ask(&there)).await, answer(ask(&missing)).await);
                    assert_tells_nothing(&got, who, &path);
                    let expected = if who == "nobody" {
                        StatusCode::UNAUTHORIZED
                    } else {
                        StatusCode::NOT_FOUND
                    };
                    assert_eq!(got.status, expected, "{method} {path} as {who}: {}", got.body);
                    assert_eq!(
                        (got.status, got.body),
                        (wrong.status, wrong.body),
                        "{who} can tell a hidden file from a wrong one"
                    );
                }
            }
            Purpose::Socket => {
                assert_eq!(path, "/ws");
                assert!(Line::try_connect(&town.nobody).await.is_err());
            }
        }
    }
    drop(town.server);
}

/// All frames a client can send; a new one does not compile without an entry here.
fn frames(place: Place) -> Vec<ClientFrame> {
    let entry = |frame: &ClientFrame| match frame {
        ClientFrame::Join { .. }
        | ClientFrame::Leave { .. }
        | ClientFrame::Post { .. }
        | ClientFrame::Typing { .. }
        | ClientFrame::Ping => {}
    };
    let frames = vec![
        ClientFrame::Join { room: place.room, after: None },
        ClientFrame::Join { room: place.room, after: Some(Seq::START) },
        ClientFrame::Leave { room: place.room },
        ClientFrame::Post { room: place.room, draft: draft("let me in") },
        ClientFrame::Typing { room: place.room, thread: None },
        ClientFrame::Ping,
    ];
    frames.iter().for_each(entry);
    frames
}

#[tokio::test]
async fn no_frame_of_the_socket_lets_outsiders_hear_or_speak() {
    let town = Town::start().await;
    let mut maya = Line::connect(&town.maya).await;
    maya.join(town.place.room, None).await;
    for (who, session) in town.outsiders() {
        if who == "nobody" {
            assert!(Line::try_connect(session).await.is_err(), "nobody has a line");
            continue;
        }
        let mut line = Line::connect(session).await;
        for frame in frames(town.place) {
            line.send(&frame).await;
        }
        let hidden = line.try_join(town.place.room, Some(Seq::START)).await.unwrap_err();
        let wrong = line.try_join(vocabulary::RoomId::fresh(), Some(Seq::START)).await.unwrap_err();
        assert_eq!(hidden, wrong, "{who} can tell a hidden room from a wrong one");
        assert_eq!(hidden.code, RefusalCode::NotFound);
        let refused = line.try_post(town.place.room, draft("hello?")).await.unwrap_err();
        assert_eq!(refused.code, RefusalCode::NotFound);
        maya.say(town.place.room, SECRET).await;
        assert_eq!(
            line.messages_until_quiet(std::time::Duration::from_millis(300)).await,
            [],
            "{who} hears the team"
        );
    }
    // What outsiders posted was said nowhere.
    let heard = maya.messages_until_quiet(std::time::Duration::from_millis(300)).await;
    assert!(heard.iter().all(|message| message.words() == SECRET), "{heard:?}");
}

#[tokio::test]
async fn a_path_that_does_not_exist_says_so_without_a_session_too() {
    let server = town::demo().await;
    let nobody = server.visitor();
    for path in [
        "/w",
        "/api/no_such_function",
        "/.env",
        "/pkg/../Cargo.toml",
        "/../../etc/passwd",
        "/data/demo.sqlite",
        "/data/parlance.sqlite",
    ] {
        let got = answer(request(&nobody, &Method::GET, path)).await;
        assert!(
            matches!(got.status, StatusCode::UNAUTHORIZED | StatusCode::NOT_FOUND),
            "{path}: {} {}",
            got.status,
            got.body
        );
    }
}
