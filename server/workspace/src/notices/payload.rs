//! What is pushed, as `public/sw.js` reads it.

use push::PAYLOAD_LIMIT_BYTES;
use serde::Serialize;
use vocabulary::{Notice, NoticeKind, NoticeOf, readable};

/// Characters of a text that are shown.
const SHOWN_CHARS: usize = 200;

/// What a device shall show, or show no more.
#[derive(Debug, Serialize)]
pub(super) struct Payload {
    #[serde(skip_serializing_if = "Option::is_none")]
    show: Option<Show>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    close: Vec<String>,
    /// The number on the app's icon.
    badge: u32,
}

#[derive(Debug, Serialize)]
struct Show {
    tag: String,
    title: String,
    body: String,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    at: i64,
    silent: bool,
}

impl Payload {
    /// A notice to be shown, without a sound if it is `silent`.
    pub(super) fn showing(notice: &Notice, badge: u32, silent: bool) -> Self {
        let (title, body) = words(notice);
        let show = Show {
            tag: notice.id.to_string(),
            title: shortened(&title),
            body: shortened(&body),
            path: notice.path(),
            reply: notice.reply_path(),
            at: notice.at.as_millis(),
            silent,
        };
        Self { show: Some(show), close: Vec::new(), badge }
    }

    /// Notices that shall be shown no more.
    pub(super) fn closing(close: Vec<String>, badge: u32) -> Self {
        Self { show: None, close, badge }
    }

    /// As it is sent. Texts are short, so it fits; `None` if it does not all the same.
    pub(super) fn written(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(self).ok().filter(|bytes| bytes.len() <= PAYLOAD_LIMIT_BYTES)
    }
}

fn words(notice: &Notice) -> (String, String) {
    let project = &notice.project_name;
    match &notice.of {
        NoticeOf::Said { message } => {
            let who = &message.author.full_name;
            let title = match notice.kind {
                NoticeKind::Mention => format!("{who} mentioned you in {project}"),
                NoticeKind::Reply => format!("{who} replied in {project}"),
                _ => format!("{who} in {project}"),
            };
            let files =
                || message.files.iter().map(|file| &*file.name).collect::<Vec<_>>().join(", ");
            let said = readable(message.words());
            (title, if said.is_empty() { files() } else { said })
        }
        NoticeOf::Work { doctype, name, subject, words } => {
            let what = name.as_deref().unwrap_or("a new one");
            let subject = subject.as_deref().unwrap_or_default();
            let words = words.as_deref().unwrap_or_default();
            if notice.kind == NoticeKind::Assignment {
                let by = if words.is_empty() { "ERPNext" } else { words };
                (format!("{by} assigned {doctype} {what} to you"), format!("{subject} · {project}"))
            } else {
                (format!("ERPNext did not take your change of {doctype} {what}"), words.to_owned())
            }
        }
        NoticeOf::Unsent { words } => {
            ("A message that you scheduled was not sent".to_owned(), words.clone())
        }
    }
}

fn shortened(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = line.char_indices().nth(SHOWN_CHARS) {
        line.truncate(end);
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use vocabulary::{Moment, NoticeId, WorkDoctype, WorkspaceId};

    fn notice(words: &str) -> Notice {
        Notice {
            id: NoticeId::fresh(),
            kind: NoticeKind::Assignment,
            workspace: WorkspaceId::fresh(),
            project_name: words.into(),
            at: Moment::from_millis(0),
            unread: true,
            done: false,
            of: NoticeOf::Work {
                doctype: WorkDoctype::Task,
                name: Some("TASK-1".into()),
                subject: Some(words.into()),
                words: Some(words.into()),
            },
        }
    }

    #[test]
    fn the_longest_texts_fit_and_are_cut_between_signs() {
        // Four bytes each, and as JSON six for one.
        for sign in ["🎉", "\u{1}"] {
            let payload = Payload::showing(&notice(&sign.repeat(5_000)), 3, false);
            let written = payload.written().expect("it fits");
            let read: serde_json::Value = serde_json::from_slice(&written).unwrap();
            assert_eq!(read["badge"], 3);
            assert!(read["show"]["title"].as_str().unwrap().ends_with('…'));
            assert!(read.get("close").is_none());
        }
    }

    #[test]
    fn what_is_closed_shows_nothing() {
        let written = Payload::closing(vec!["a".into()], 0).written().unwrap();
        assert_eq!(written, br#"{"close":["a"],"badge":0}"#);
    }
}
