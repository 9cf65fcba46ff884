//! Choosing an emoji.

use super::{often, remember, table};
use leptos::{ev, html, prelude::*};

/// Columns of the grid; style/messages.css has as many.
const COLUMNS: usize = 8;

/// A search shows so many.
const FOUND: usize = 96;

/// What one may press.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Choice {
    text: String,
    name: String,
}

/// Search, groups and a grid. The focus stays in the search box: arrows go through the grid, Enter takes, Esc leaves.
#[component]
pub fn EmojiPicker(
    /// Somebody took this one.
    on_pick: Callback<String>,
    /// Somebody left without one.
    on_close: Callback<()>,
) -> impl IntoView {
    let search = NodeRef::<html::Input>::new();
    let grid = NodeRef::<html::Div>::new();
    let query = RwSignal::new(String::new());
    // The first are those taken last.
    let group = RwSignal::new(0_usize);
    let active = RwSignal::new(0_usize);
    let recent = StoredValue::new(often());

    let choices = Memo::new(move |_| {
        let table = table();
        let named = |text: &str| {
            let name = table.as_ref().and_then(|table| table.by_text(text)).map(|emoji| emoji.name);
            Choice { text: text.to_owned(), name: name.unwrap_or(text).to_owned() }
        };
        let wanted = query.get();
        let of = |emoji: &super::Emoji| Choice {
            text: emoji.text.to_owned(),
            name: emoji.name.to_owned(),
        };
        match (&table, wanted.trim(), group.get()) {
            (Some(table), "", group) if group > 0 => {
                table.all.iter().filter(|emoji| emoji.group == group - 1).map(of).collect()
            }
            (Some(table), wanted, _) if !wanted.is_empty() => {
                table.search(wanted, FOUND).into_iter().map(of).collect()
            }
            _ => recent.with_value(|recent| recent.iter().map(|text| named(text)).collect()),
        }
    });
    let pick = move |text: String| {
        remember(&text);
        on_pick.run(text);
    };
    let go = move |to: usize| {
        active.set(to);
        request_animation_frame(move || {
            let chosen = grid
                .try_get_untracked()
                .flatten()
                .and_then(|grid| grid.query_selector("[aria-selected=true]").ok().flatten());
            if let Some(chosen) = chosen {
                nearest(&chosen);
            }
        });
    };
    let key = move |event: ev::KeyboardEvent| {
        let last = choices.with_untracked(Vec::len).saturating_sub(1);
        let here = active.get_untracked().min(last);
        let to = match event.key().as_str() {
            // In the middle of a word the arrows belong to the word.
            "ArrowRight" if query.with_untracked(String::is_empty) => (here + 1).min(last),
            "ArrowLeft" if query.with_untracked(String::is_empty) => here.saturating_sub(1),
            "ArrowDown" => {
                if here + COLUMNS <= last {
                    here + COLUMNS
                } else {
                    last
                }
            }
            "ArrowUp" => here.saturating_sub(COLUMNS),
            "Enter" if !event.is_composing() => {
                event.prevent_default();
                let chosen = choices.with_untracked(|choices| choices.get(here).cloned());
                if let Some(choice) = chosen {
                    pick(choice.text);
                }
                return;
            }
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                on_close.run(());
                return;
            }
            _ => return,
        };
        event.prevent_default();
        go(to);
    };
    Effect::new(move |_| {
        if let Some(search) = search.get() {
            let _ = search.focus();
        }
    });
    let groups = move || {
        let names = table().map(|table| table.groups.clone()).unwrap_or_default();
        std::iter::once("Last used")
            .chain(names)
            .enumerate()
            .map(|(n, name)| {
                view! {
                    <button
                        type="button" class="emoji-group" title=name aria-label=name
                        aria-pressed=move || (group.get() == n && query.with(String::is_empty)).to_string()
                        on:click=move |_| {
                            query.set(String::new());
                            group.set(n);
                            go(0);
                            if let Some(search) = search.get_untracked() {
                                let _ = search.focus();
                            }
                        }
                    >
                        <span aria-hidden="true">{sign(name)}</span>
                    </button>
                }
            })
            .collect_view()
    };

    view! {
        <div class="emoji-picker" on:keydown=key>
            <input
                node_ref=search type="search" class="emoji-search" aria-label="Find an emoji" placeholder="Find an emoji"
                autocomplete="off" spellcheck="false" role="combobox" aria-expanded="true" aria-controls="emoji-grid"
                aria-activedescendant=move || choices.with(|choices| !choices.is_empty()).then(|| format!("emoji-{}", active.get()))
                prop:value=move || query.get()
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    go(0);
                }
            />
            <div class="emoji-groups" role="group" aria-label="Groups">{groups}</div>
            <div node_ref=grid id="emoji-grid" class="emoji-grid" role="listbox" aria-label="Emoji">
                {move || {
                    choices
                        .get()
                        .into_iter()
                        .enumerate()
                        .map(|(n, Choice { text, name })| {
                            let taken = text.clone();
                            view! {
                                <div
                                    id=format!("emoji-{n}") class="emoji" role="option" title=name.clone() aria-label=name
                                    aria-selected=move || (active.get() == n).to_string()
                                    on:mousedown=|event| event.prevent_default()
                                    on:click=move |_| pick(taken.clone())
                                >
                                    {text}
                                </div>
                            }
                        })
                        .collect_view()
                }}
            </div>
            <p class="emoji-name" aria-live="polite">
                {move || {
                    choices
                        .with(|choices| choices.get(active.get()).map(|choice| choice.name.clone()))
                        .unwrap_or_else(|| "No emoji has that name".to_owned())
                }}
            </p>
        </div>
    }
    .into_any()
}

fn sign(group: &str) -> &'static str {
    match group {
        "Smileys & emotion" => "😀",
        "People & body" => "👋",
        "Animals & nature" => "🌱",
        "Food & drink" => "🍎",
        "Travel & places" => "🚗",
        "Activities" => "⚽",
        "Objects" => "💡",
        "Symbols" => "❤️",
        "Flags" => "🏁",
        _ => "🕘",
    }
}

/// Scrolls only as far as needed.
fn nearest(element: &web_sys::Element) {
    let options = web_sys::ScrollIntoViewOptions::new();
    options.set_block(web_sys::ScrollLogicalPosition::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}
