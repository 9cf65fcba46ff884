//! Tasks and Issues that are made in a column: typed one after the other, or pasted line by line.

use super::{arrange::Column, chosen::field_of, deck::Deck, wish::Group};
use crate::{
    live::Live,
    room::{MakingRow, make_work},
    ui::{
        closes, composes, focus, forget,
        icon::{AlertIcon, ClockIcon, PlusIcon},
        recall, store,
    },
};
use leptos::{ev, html, prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use vocabulary::{Making, NewWork, SaveId, TaskStatus, WorkField, WorkFields, checked};

/// Lines of a paste that become something of their own at once.
const LINES_LIMIT: usize = 100;

/// Lines of a paste that are shown before "and n more".
const LINES_SHOWN: usize = 5;

/// What was typed into columns and ERPNext does not have yet.
#[derive(Clone, Copy)]
pub struct Additions {
    deck: Deck,
    sent: RwSignal<Vec<Sent>>,
    is_sending: StoredValue<bool>,
}

/// Something that was typed, as long as the facts do not tell of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Sent {
    new: NewWork,
    /// Whether it was added at the end of its column.
    at_end: bool,
    /// Whether the server has it.
    stored: bool,
    /// Why it was not taken.
    trouble: Option<String>,
}

impl Additions {
    /// What was typed on this board before, in this browser, too.
    pub fn of(deck: Deck) -> Self {
        let live = expect_context::<Live>();
        let additions =
            Self { deck, sent: RwSignal::new(Vec::new()), is_sending: StoredValue::new(false) };
        Effect::new(move |before: Option<()>| {
            if before.is_none()
                && let Some(kept) = recall(&additions.place())
                && let Ok(kept) = serde_json::from_slice::<Vec<Sent>>(kept.as_bytes())
            {
                additions.sent.set(kept);
            }
            // What was on its way when the line was cut, or the page closed, is sent again: saved twice is saved once.
            if !live.away.get() {
                additions.send();
            }
        });
        // Once the facts have told of it they tell what becomes of it.
        Effect::new(move |_| {
            let making: Vec<SaveId> =
                deck.facts.facts(|facts| facts.making.iter().map(|one| one.save).collect());
            let is_over = |one: &Sent| one.stored && !making.contains(&one.new.save);
            if additions.sent.with_untracked(|sent| sent.iter().any(is_over)) {
                additions.change(|sent| sent.retain(|one| !is_over(one)));
            }
        });
        additions
    }

    fn place(self) -> String {
        let Deck { me, workspace, doctype, .. } = self.deck;
        format!("parlance.adding.{me}.{workspace}.{doctype}")
    }

    fn change(self, act: impl FnOnce(&mut Vec<Sent>)) {
        let kept = self.sent.try_update(|sent| {
            act(sent);
            serde_json::to_string(sent).ok().filter(|_| !sent.is_empty())
        });
        match kept {
            Some(Some(text)) => store(&self.place(), &text),
            Some(None) => forget(&self.place()),
            None => {}
        }
    }

    /// Makes one of each subject in a column.
    fn add(self, subjects: Vec<String>, column: &str, at_end: bool) {
        let group = self.deck.wish.with_untracked(|wish| wish.group);
        let new = subjects.into_iter().map(|subject| Sent {
            new: NewWork {
                save: SaveId::fresh(),
                doctype: self.deck.doctype,
                fields: fields(subject, group, column),
                about: None,
            },
            at_end,
            stored: false,
            trouble: None,
        });
        let new: Vec<Sent> = new.collect();
        self.change(|sent| sent.extend(new));
        self.send();
    }

    fn send(self) {
        if self.is_sending.try_update_value(|sending| std::mem::replace(sending, true))
            != Some(false)
        {
            return;
        }
        spawn_local(async move {
            while let Some(Some(new)) = self.sent.try_with_untracked(|sent| {
                let waits = sent.iter().find(|one| !one.stored && one.trouble.is_none());
                waits.map(|one| one.new.clone())
            }) {
                let save = new.save;
                let made = make_work(self.deck.workspace, new).await;
                if made.is_ok() {
                    self.deck.facts.read_now().await;
                }
                self.change(|sent| {
                    if let Some(one) = sent.iter_mut().find(|one| one.new.save == save) {
                        match made {
                            Ok(()) => one.stored = true,
                            Err(problem) => one.trouble = Some(problem.to_string()),
                        }
                    }
                });
            }
            self.is_sending.try_set_value(false);
            // What ERPNext had before the facts were read is a card by now.
            self.deck.facts.read_now().await;
            self.deck.read_now().await;
        });
    }

    fn again(self, save: SaveId) {
        self.change(|sent| {
            if let Some(one) = sent.iter_mut().find(|one| one.new.save == save) {
                one.trouble = None;
            }
        });
        self.send();
    }

    fn drop(self, save: SaveId) {
        self.change(|sent| sent.retain(|one| one.new.save != save));
    }

    fn is_at_end(self, save: SaveId) -> bool {
        self.sent.with(|sent| sent.iter().any(|one| one.new.save == save && one.at_end))
    }

    /// What the facts do not tell of.
    fn untold(self, column: &str, at_end: bool) -> Vec<Sent> {
        let group = self.deck.wish.with(|wish| wish.group);
        let told: Vec<SaveId> =
            self.deck.facts.facts(|facts| facts.making.iter().map(|one| one.save).collect());
        self.sent.with(|sent| {
            let here = sent.iter().filter(|one| {
                one.at_end == at_end
                    && !told.contains(&one.new.save)
                    && column_of(&one.new.fields, group) == column
            });
            here.cloned().collect()
        })
    }

    /// What the facts tell of.
    fn making(self, column: &str, at_end: bool) -> Vec<Making> {
        let group = self.deck.wish.with(|wish| wish.group);
        let doctype = self.deck.doctype;
        let all: Vec<Making> = self.deck.facts.facts(|facts| facts.making.clone());
        let here = all.into_iter().filter(|one| {
            one.doctype == doctype
                && column_of(&one.fields, group) == column
                && self.is_at_end(one.save) == at_end
        });
        here.collect()
    }
}

/// What a new one starts with in a column.
fn fields(subject: String, group: Group, column: &str) -> WorkFields {
    let mut fields = WorkFields::new();
    fields.insert(WorkField::Subject, subject);
    fields.insert(WorkField::Priority, "Medium".to_owned());
    if let Some(field) = field_of(group).filter(|_| !column.is_empty()) {
        fields.insert(field, column.to_owned());
    }
    fields
}

fn column_of(fields: &WorkFields, group: Group) -> &str {
    let usual = match group {
        Group::Status => TaskStatus::Open.as_str(),
        Group::Priority | Group::Assignee => "",
    };
    let said = field_of(group).and_then(|field| fields.get(&field));
    said.map_or(usual, String::as_str)
}

/// Lines that say something.
fn lines(text: &str) -> Vec<String> {
    let bullets = |c: char| c.is_whitespace() || matches!(c, '-' | '*' | '•');
    text.lines()
        .map(|line| line.trim_start_matches(bullets).trim_end().to_owned())
        .filter(|line| !line.is_empty())
        .take(LINES_LIMIT)
        .collect()
}

/// What is being made in a column, on its top or at its end.
#[component]
pub fn Beginning(
    /// What was typed.
    additions: Additions,
    /// The column.
    #[prop(into)]
    column: String,
    /// Whether it is what was added at the end.
    at_end: bool,
) -> impl IntoView {
    let column = StoredValue::new(column);
    let untold = Memo::new(move |_| column.with_value(|column| additions.untold(column, at_end)));
    let making = Memo::new(move |_| column.with_value(|column| additions.making(column, at_end)));
    view! {
        <For each=move || making.get() key=|one| one.save let:one>
            <MakingRow board=additions.deck.facts making=Memo::new(move |before: Option<&Making>| {
                let now = making.with(|all| all.iter().find(|other| other.save == one.save).cloned());
                now.or_else(|| before.cloned()).unwrap_or_else(|| one.clone())
            })/>
        </For>
        <For each=move || untold.get() key=|one| (one.new.save, one.trouble.clone()) let:one>
            <Untold additions one/>
        </For>
    }
}

#[component]
fn Untold(additions: Additions, one: Sent) -> impl IntoView {
    let save = one.new.save;
    let subject = one.new.fields.get(&WorkField::Subject).cloned().unwrap_or_default();
    view! {
        <li class="fact fact-making">
            <bdi class="fact-subject">{subject}</bdi>
            {match one.trouble {
                None => view! { <p class="field-note"><ClockIcon/>"Saving"</p> }.into_any(),
                Some(words) => view! {
                    <p class="field-trouble" role="alert"><AlertIcon/><span>{words}</span></p>
                    <span class="decide-buttons">
                        <button type="button" class="button button-small" on:click=move |_| additions.again(save)>"Try again"</button>
                        <button type="button" class="button button-small" on:click=move |_| additions.drop(save)>"Drop it"</button>
                    </span>
                }
                .into_any(),
            }}
        </li>
    }
}

/// Where something new is typed: Enter makes it and waits for the next one.
#[component]
pub fn AddLine(
    /// What was typed.
    additions: Additions,
    /// The column.
    column: Column,
    /// Whether it is added at the end.
    at_end: bool,
    /// Whether somebody types here.
    open: RwSignal<bool>,
) -> impl IntoView {
    let deck = additions.deck;
    let doctype = deck.doctype;
    let id = format!("add-{}-{}", if at_end { "end" } else { "top" }, column.id());
    let Column { key, label, .. } = column;
    let place = format!("parlance.add.{}.{}.{doctype}.{key}.{at_end}", deck.me, deck.workspace);
    let (key, id, place) = (StoredValue::new(key), StoredValue::new(id), StoredValue::new(place));
    let text = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<String>);
    let pasted = RwSignal::new(Vec::<String>::new());
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        if let Some(kept) = place.with_value(|place| recall(place)) {
            text.set(kept);
            open.set(true);
        }
    });
    Effect::new(move |before: Option<bool>| {
        let now = open.get();
        // What was kept opens by itself, without taking the keyboard.
        if now
            && before == Some(false)
            && !text.with_untracked(|text| !text.is_empty())
            && let Some(input) = input.get()
        {
            let _ = input.focus();
        }
        now
    });
    let typed = move |value: String| {
        problem.set(None);
        place.with_value(
            |place| if value.is_empty() { forget(place) } else { store(place, &value) },
        );
        text.set(value);
    };
    let make = move |subjects: Vec<String>| {
        let wrong = subjects.iter().find_map(|subject| {
            let wrong = checked(doctype, WorkField::Subject, Some(subject)).err()?;
            Some(if subjects.len() > 1 {
                format!("“{subject}”: {wrong}")
            } else {
                wrong.to_string()
            })
        });
        if let Some(wrong) = wrong {
            problem.set(Some(wrong));
            return;
        }
        key.with_value(|key| additions.add(subjects, key, at_end));
        pasted.set(Vec::new());
        typed(String::new());
        id.with_value(|id| focus(id));
    };
    let shut = move || {
        open.set(false);
        pasted.set(Vec::new());
        id.with_value(|id| focus(&format!("{id}-open")));
    };
    let name = format!("New {doctype} in {label}");
    let opens = if at_end {
        format!("Add a {doctype} at the end of {label}")
    } else {
        format!("Add a {doctype} on top of {label}")
    };
    let opens = StoredValue::new(opens);
    let name = StoredValue::new(name);
    let show_button = move || at_end && !open.get();
    view! {
        <Show when=move || open.get()>
            <li class="add-line">
                <input
                    node_ref=input id=id.get_value() class="control" autocomplete="off" dir="auto" aria-label=name.get_value()
                    placeholder="What is to be done? Enter adds it." prop:value=text
                    aria-invalid=move || problem.with(Option::is_some).then_some("true")
                    on:input=move |event| typed(event_target_value(&event))
                    on:keydown=move |event: ev::KeyboardEvent| {
                        if composes(&event) {
                        } else if event.key() == "Enter" {
                            event.prevent_default();
                            make(vec![text.get_untracked().trim().to_owned()]);
                        } else if closes(&event) {
                            event.prevent_default();
                            event.stop_propagation();
                            shut();
                        }
                    }
                    on:paste=move |event: web_sys::ClipboardEvent| {
                        let found = event.clipboard_data().and_then(|data| data.get_data("text").ok());
                        let found = lines(&found.unwrap_or_default());
                        if found.len() > 1 {
                            event.prevent_default();
                            pasted.set(found);
                        }
                    }
                />
                {move || problem.get().map(|words| view! {
                    <p class="field-trouble" role="alert"><AlertIcon/><span>{words}</span></p>
                })}
                <Show when=move || pasted.with(|pasted| !pasted.is_empty())>
                    <div class="add-pasted" role="group" aria-label="Pasted lines">
                        <ol>
                            {move || pasted.get().into_iter().take(LINES_SHOWN).map(|line| view! { <li dir="auto">{line}</li> }).collect_view()}
                        </ol>
                        {move || {
                            let more = pasted.with(Vec::len).saturating_sub(LINES_SHOWN);
                            (more > 0).then(|| view! { <p class="quiet">"and " {more} " more"</p> })
                        }}
                        <span class="decide-buttons">
                            <button type="button" class="button button-small button-primary" on:click=move |_| make(pasted.get_untracked())>
                                {move || format!("Make {} {doctype}s", pasted.with(Vec::len))}
                            </button>
                            <button type="button" class="button button-small" on:click=move |_| {
                                typed(pasted.get_untracked().join(" "));
                                pasted.set(Vec::new());
                                id.with_value(|id| focus(id));
                            }>"Make one of it"</button>
                            <button type="button" class="button button-small" on:click=move |_| {
                                pasted.set(Vec::new());
                                id.with_value(|id| focus(id));
                            }>"Cancel"</button>
                        </span>
                    </div>
                </Show>
            </li>
        </Show>
        <Show when=show_button>
            <li class="add-end">
                <button
                    type="button" class="add-button" id=format!("{}-open", id.get_value()) aria-label=opens.get_value()
                    on:click=move |_| open.set(true)
                >
                    <PlusIcon/><span aria-hidden="true">"Add"</span>
                </button>
            </li>
        </Show>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_line_that_says_something_is_one() {
        assert_eq!(lines("- Paint\r\n\n  * Sand \n•\tOil\n"), ["Paint", "Sand", "Oil"]);
        assert_eq!(lines("one").len(), 1);
        assert_eq!(lines(&"x\n".repeat(300)).len(), LINES_LIMIT);
    }

    #[test]
    fn what_is_made_in_a_column_stands_in_it() {
        for (group, column) in
            [(Group::Status, "Working"), (Group::Priority, "Urgent"), (Group::Assignee, "")]
        {
            let fields = fields("Paint".into(), group, column);
            assert_eq!(column_of(&fields, group), column);
        }
        assert_eq!(column_of(&WorkFields::new(), Group::Status), "Open");
    }
}
