//! What is shown of a board, and how.

use super::{
    chosen::priorities,
    deck::Deck,
    views::Views,
    wish::{Group, NOBODY, Sort, Wish},
};
use leptos::prelude::*;

/// Filters, columns, order, and named views.
#[component]
pub fn Toolbar(
    /// The board.
    deck: Deck,
    /// Shows something else.
    wished: Callback<Wish>,
    /// Where the page is.
    #[prop(into)]
    path: Signal<String>,
) -> impl IntoView {
    let wish = deck.wish;
    let change = move |act: fn(&mut Wish, String), value: String| {
        let mut now = wish.get_untracked();
        act(&mut now, value);
        wished.run(now);
    };
    let people = Memo::new(move |_| deck.facts.colleagues());
    let switch = move |list: bool, label: &'static str| {
        view! {
            <button
                type="button" class="switch" aria-pressed=move || wish.with(|wish| (wish.list == list).to_string())
                on:click=move |_| wished.run(Wish { list, ..wish.get_untracked() })
            >
                {label}
            </button>
        }
    };
    view! {
        <div class="board-tools" role="toolbar" aria-label="What is shown">
            <input
                type="search" class="control board-text" aria-label=format!("Find {}s", deck.doctype) placeholder="Find…"
                autocomplete="off" prop:value=move || wish.with(|wish| wish.text.clone())
                on:input=move |event| change(|wish, value| wish.text = value, event_target_value(&event))
            />
            <select
                class="control" aria-label="Person" prop:value=move || wish.with(|wish| wish.assignee.clone())
                on:change=move |event| change(|wish, value| wish.assignee = value, event_target_value(&event))
            >
                <option value="">"Everybody"</option>
                <option value=NOBODY selected=move || wish.with(|wish| wish.assignee == NOBODY)>"Nobody"</option>
                <For each=move || people.get() key=|one| one.user.clone() let:one>
                    <option
                        value=one.user.clone()
                        selected={
                            let user = one.user.clone();
                            move || wish.with(|wish| wish.assignee == user)
                        }
                    >
                        {one.full_name}
                    </option>
                </For>
            </select>
            <select
                class="control" aria-label="Priority" prop:value=move || wish.with(|wish| wish.priority.clone())
                on:change=move |event| change(|wish, value| wish.priority = value, event_target_value(&event))
            >
                <option value="">"Any priority"</option>
                {priorities(deck.doctype).into_iter().map(|word| {
                    let shown = word.clone();
                    view! {
                        <option value=word.clone() selected=move || wish.with(|wish| wish.priority == word)>{shown}</option>
                    }
                }).collect_view()}
            </select>
            <label class="board-late">
                <input
                    type="checkbox" prop:checked=move || wish.with(|wish| wish.overdue)
                    on:change=move |event| {
                        wished.run(Wish { overdue: event_target_checked(&event), ..wish.get_untracked() });
                    }
                />
                "Late only"
            </label>
            <label class="board-pick">
                "Columns"
                <select
                    class="control" prop:value=move || wish.with(|wish| wish.group.as_str())
                    on:change=move |event| change(|wish, value| wish.group = Group::called(&value).unwrap_or_default(), event_target_value(&event))
                >
                    {Group::ALL.iter().map(|one| view! {
                        <option value=one.as_str() selected=move || wish.with(|wish| wish.group == *one)>{one.label()}</option>
                    }).collect_view()}
                </select>
            </label>
            <label class="board-pick">
                "Order"
                <select
                    class="control" prop:value=move || wish.with(|wish| wish.sort.as_str())
                    on:change=move |event| change(|wish, value| wish.sort = Sort::called(&value).unwrap_or_default(), event_target_value(&event))
                >
                    {Sort::ALL.iter().map(|one| view! {
                        <option value=one.as_str() selected=move || wish.with(|wish| wish.sort == *one)>{one.label()}</option>
                    }).collect_view()}
                </select>
            </label>
            <span class="switches" role="group" aria-label="Shown as">{switch(false, "Board")}{switch(true, "List")}</span>
            <Views doctype=deck.doctype wish path/>
            <Show when=move || wish.with(Wish::filters)>
                <button
                    type="button" class="button button-small"
                    on:click=move |_| wished.run(wish.with_untracked(Wish::without_filters))
                >
                    "Show all"
                </button>
            </Show>
        </div>
    }
    .into_any()
}
