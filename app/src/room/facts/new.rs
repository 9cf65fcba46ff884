//! The form for a new Task or Issue.

use super::{api::make_work, board::Board, control::Control, drafts};
use crate::ui::{closes, focus, icon::BackIcon};
use contract::AppError;
use leptos::{html, prelude::*, task::spawn_local};
use vocabulary::{NewWork, WorkDoctype, WorkField, checked};

/// What a new one starts with; the rest is said when it is there.
const fn asked(doctype: WorkDoctype) -> &'static [WorkField] {
    match doctype {
        WorkDoctype::Task => &[
            WorkField::Subject,
            WorkField::Priority,
            WorkField::ExpStartDate,
            WorkField::ExpEndDate,
            WorkField::Description,
        ],
        WorkDoctype::Issue => &[WorkField::Subject, WorkField::Priority, WorkField::Description],
    }
}

/// The form. What is typed is kept until ERPNext is owed it.
#[component]
pub(super) fn New(
    /// Where it is shown.
    board: Board,
    /// Of which doctype.
    doctype: WorkDoctype,
) -> impl IntoView {
    let mut new = drafts::new(board.me, board.workspace, doctype);
    new.fields.entry(WorkField::Priority).or_insert_with(|| "Medium".to_owned());
    let new = RwSignal::new(new);
    let sending = RwSignal::new(false);
    let trouble = RwSignal::new(None::<(Option<WorkField>, String)>);
    let form = NodeRef::<html::Form>::new();
    Effect::new(move |_| {
        if form.get().is_some() {
            focus(&control_id(WorkField::Subject));
        }
    });
    let typed = move |field: WorkField, value: String| {
        new.update(|new| {
            if value.is_empty() {
                new.fields.remove(&field);
            } else {
                new.fields.insert(field, value);
            }
        });
        new.with_untracked(|new| drafts::keep_new(board.me, board.workspace, new));
    };
    let wrong = move |field: Option<WorkField>, words: String| {
        trouble.try_set(Some((field, words)));
        if let Some(field) = field {
            focus(&control_id(field));
        }
    };
    let send = move || {
        if sending.get_untracked() {
            return;
        }
        let now = new.get_untracked();
        if let Some((field, words)) = problem(&now) {
            wrong(Some(field), words);
            return;
        }
        trouble.set(None);
        sending.set(true);
        spawn_local(async move {
            let made = make_work(board.workspace, now).await;
            sending.try_set(false);
            match made {
                Ok(()) => {
                    drafts::forget_new(board.me, board.workspace, doctype);
                    board.read_again();
                    board.close();
                }
                Err(AppError::Invalid { field, reason }) => wrong(field.parse().ok(), reason),
                Err(problem) => wrong(None, problem.to_string()),
            }
        });
    };
    let is_wrong = move |field| {
        trouble.with(|trouble| trouble.as_ref().is_some_and(|(of, _)| *of == Some(field)))
    };
    let trouble_of = move |field: Option<WorkField>| {
        trouble.get().filter(|(of, _)| *of == field).map(|(_, words)| {
            let id = field.map(|field| format!("{}-trouble", control_id(field)));
            view! { <p id=id class="field-trouble" role="alert">{words}</p> }
        })
    };
    view! {
        <section class="sheet" aria-label=format!("New {doctype}") on:keydown=move |event| {
            if closes(&event) {
                event.stop_propagation();
                board.close();
            }
        }>
            <header class="sheet-head">
                <button type="button" class="icon-button" aria-label=board.back title=board.back on:click=move |_| board.close()>
                    <BackIcon/>
                </button>
                <h2>"New " {doctype.as_str()}</h2>
            </header>
            <form
                node_ref=form novalidate
                on:submit=move |event| {
                    event.prevent_default();
                    send();
                }
            >
                {asked(doctype).iter().map(|field| {
                    let field = *field;
                    let id = control_id(field);
                    let value = Memo::new(move |_| {
                        new.with(|new| new.fields.get(&field).cloned().unwrap_or_default())
                    });
                    view! {
                        <div class="field">
                            <label for=id.clone()>{field.label()}</label>
                            <Control
                                doctype field id value=value readonly=false
                                invalid=Signal::derive(move || is_wrong(field))
                                typed=Callback::new(move |text| typed(field, text))
                                entered=Callback::new(move |()| send())
                            />
                            {move || trouble_of(Some(field))}
                        </div>
                    }
                }).collect_view()}
                {move || trouble_of(None)}
                <button type="submit" class="button button-primary" aria-busy=move || sending.get().to_string()>
                    "Create " {doctype.as_str()}
                </button>
            </form>
        </section>
    }
}

/// The first thing that is wrong, before the server is asked.
fn problem(new: &NewWork) -> Option<(WorkField, String)> {
    if !new.fields.contains_key(&WorkField::Subject) {
        return Some((WorkField::Subject, "This cannot be empty.".to_owned()));
    }
    new.fields.iter().find_map(|(field, value)| {
        let problem = checked(new.doctype, *field, Some(value)).err()?;
        Some((*field, problem.to_string()))
    })
}

fn control_id(field: WorkField) -> String {
    format!("new-{}", field.as_str())
}
