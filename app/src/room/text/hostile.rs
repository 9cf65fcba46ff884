//! Hostile texts (end2end/hostile), drawn as the server draws them: whatever was typed, only our own elements come out.

use super::MessageText;
use html5gum::{Token, Tokenizer};
use leptos::{prelude::*, reactive::owner::Owner};
use serde::Deserialize;

#[derive(Deserialize)]
struct Hostile {
    kind: String,
    body: String,
    #[serde(default = "once")]
    repeat: usize,
}

const fn once() -> usize {
    1
}

/// Our elements, and what each may say.
const ALLOWED: &[(&str, &[&str])] = &[
    ("a", &["href", "target", "rel"]),
    ("bdi", &[]),
    ("blockquote", &[]),
    ("code", &[]),
    ("div", &["tabindex"]),
    ("em", &[]),
    ("h2", &[]),
    ("hr", &[]),
    ("input", &["type", "disabled", "checked"]),
    ("li", &[]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &["tabindex", "data-language"]),
    ("s", &[]),
    ("span", &["title"]),
    ("strong", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &[]),
    ("th", &["scope"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

/// What every element of ours may say.
const ALLOWED_ANYWHERE: &[&str] = &["class", "dir", "role", "aria-label"];

const CLASSES: &[&str] = &[
    "code-unseen",
    "mention",
    "mention-me",
    "msg-body",
    "msg-large",
    "tag",
    "text-center",
    "text-code",
    "text-end",
    "text-heading",
    "text-heading-1",
    "text-host",
    "text-start",
    "text-table",
    "text-task",
];

fn texts() -> Vec<Hostile> {
    let texts: Vec<Hostile> =
        serde_json::from_str(include_str!("../../../../end2end/hostile/texts.json")).unwrap();
    assert!(texts.len() >= 200);
    texts
}

fn drawn(body: String) -> String {
    let owner = Owner::new();
    owner.with(|| view! { <MessageText body/> }.to_html())
}

/// The words a reader sees.
fn examine(html: &str, what: &str) -> String {
    let mut words = String::new();
    for token in Tokenizer::new(html).flatten() {
        match token {
            Token::StartTag(tag) => {
                let name = String::from_utf8(tag.name.to_vec()).unwrap();
                let own = ALLOWED.iter().find(|(allowed, _)| *allowed == name);
                let (_, own) = own.unwrap_or_else(|| panic!("<{name}> came out of {what}"));
                for (attribute, value) in tag.attributes {
                    let attribute = String::from_utf8(attribute.to_vec()).unwrap();
                    let value = String::from_utf8(value.value.to_vec()).unwrap();
                    assert!(
                        own.contains(&attribute.as_str())
                            || ALLOWED_ANYWHERE.contains(&attribute.as_str()),
                        "<{name} {attribute}={value}> came out of {what}"
                    );
                    check(&name, &attribute, &value, what);
                }
            }
            Token::String(text) => words.push_str(std::str::from_utf8(&text).unwrap()),
            // `<!>` between two texts is the framework's.
            Token::EndTag(_) | Token::Comment(_) | Token::Error(_) => {}
            other => panic!("{other:?} came out of {what}"),
        }
    }
    words
}

fn check(name: &str, attribute: &str, value: &str, what: &str) {
    match attribute {
        "href" => {
            // Said apart from the code that decides it: what a browser takes for a scheme.
            let begin = value.to_ascii_lowercase();
            let good = ["http://", "https://", "mailto:", "/w/"];
            assert!(good.iter().any(|good| begin.starts_with(good)), "{value} came out of {what}");
            assert!(!value.contains(['\n', '\t', '\\', '\u{202e}', '\u{200b}']), "{what}");
            let host = begin.split("//").nth(1).unwrap_or_default();
            let host = host.split(['/', '?', '#']).next().unwrap();
            assert!(begin.starts_with("mailto:") || !host.contains('@'), "{value} of {what}");
        }
        "target" => assert_eq!(value, "_blank"),
        "rel" => assert_eq!(value, "noopener noreferrer nofollow"),
        "type" => assert_eq!((name, value), ("input", "checkbox")),
        "class" => {
            for class in value.split_whitespace() {
                assert!(CLASSES.contains(&class), "class {class} came out of {what}");
            }
        }
        "start" => assert!(value.parse::<u64>().is_ok()),
        "dir" => assert!(matches!(value, "auto" | "ltr")),
        "tabindex" => assert_eq!(value, "0"),
        _ => {}
    }
}

#[test]
fn only_our_own_elements_come_out_of_hostile_texts() {
    for Hostile { kind, body, repeat } in texts() {
        let what = format!("{kind}: {}", body.chars().take(80).collect::<String>());
        let html = drawn(body.repeat(repeat));
        let words = examine(&html, &what);
        // Nothing vanishes: what looks like markup is there to be read.
        if kind == "script" && body.contains("window.harm") {
            assert!(words.contains("window.harm"), "{what} vanished: {html}");
        }
    }
}

#[test]
fn a_link_into_the_open_never_tells_where_it_was_pressed() {
    for Hostile { body, .. } in texts().into_iter().filter(|text| text.kind == "link") {
        let html = drawn(body);
        assert_eq!(
            html.matches("target=\"_blank\"").count(),
            html.matches("rel=\"noopener noreferrer nofollow\"").count()
        );
    }
}
