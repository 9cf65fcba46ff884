//! Code.

use super::address::is_unseen;
use leptos::prelude::*;

/// Code on lines of its own; coloured once the colours are there.
#[component]
pub fn CodeBlock(
    /// The language named after the fence.
    language: Option<String>,
    /// The code.
    text: String,
) -> impl IntoView {
    let block = NodeRef::<leptos::html::Pre>::new();
    let label = language.as_ref().map_or_else(|| "Code".to_owned(), |name| format!("Code, {name}"));
    let coloured = RwSignal::new(None::<Vec<Stretch>>);
    #[cfg(feature = "hydrate")]
    if let Some(language) = language.clone() {
        super::highlight::when_seen(block, language, text.clone(), coloured);
    }
    view! {
        <pre node_ref=block class="text-code" dir="ltr" tabindex="0" role="group" aria-label=label data-language=language>
            <code>
                {move || match coloured.get() {
                    None => shown_code(&text),
                    Some(stretches) => stretches.into_iter().map(Stretch::into_view).collect(),
                }}
            </code>
        </pre>
    }
    .into_any()
}

/// A stretch of code of one colour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// What it is, if anything: `keyword`, `string` and so on.
    pub scope: Option<String>,
    /// The code.
    pub text: String,
}

impl Stretch {
    fn into_view(self) -> AnyView {
        match self.scope {
            None => shown_code(&self.text).into_any(),
            Some(scope) => {
                view! { <span class=format!("code-{scope}")>{shown_code(&self.text)}</span> }
                    .into_any()
            }
        }
    }
}

/// Code as it stands there: what cannot be seen is shown by its number, so that it does what it seems to do.
pub fn shown_code(text: &str) -> Vec<AnyView> {
    let mut parts = Vec::new();
    let mut plain = 0;
    for (place, c) in text.char_indices().filter(|(_, c)| is_unseen(*c)) {
        if plain < place {
            parts.push(text[plain..place].to_owned().into_any());
        }
        let number = format!("U+{:04X}", u32::from(c));
        parts.push(view! { <span class="code-unseen">{number}</span> }.into_any());
        plain = place + c.len_utf8();
    }
    if plain < text.len() {
        parts.push(text[plain..].to_owned().into_any());
    }
    parts
}
