//! What was given up: with the reason, to be sent again or discarded. The forms work without scripts too.

use super::{
    ago::Ago,
    api::{DiscardDeadLetter, ReplayDeadLetter, ReplayDeadLetters},
    board::Shown,
};
use crate::{
    sign_in::Flash,
    ui::{focus, holds_focus},
};
use contract::{AppError, DeadLetter};
use leptos::{form::ActionForm, prelude::*};
use vocabulary::Moment;

/// The id of the heading.
const HEADING: &str = "given-up";

/// The id of all that comes and goes with the letters.
const LIST: &str = "letters";

/// The list of dead letters.
#[component]
pub fn DeadLetters(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    let replay = ServerAction::<ReplayDeadLetter>::new();
    let replay_all = ServerAction::<ReplayDeadLetters>::new();
    let discard = ServerAction::<DiscardDeadLetter>::new();
    let flash = Flash::take();
    let said = RwSignal::new(flash.map(|flash| Err(flash.problem)));
    let follow = move |went: Option<Result<(), AppError>>, words: &'static str| {
        if let Some(went) = went {
            // Whether it was done here or by somebody else before: the letter goes, and its buttons with it.
            if holds_focus(LIST) {
                focus(HEADING);
            }
            said.set(Some(went.map(|()| words).map_err(|problem| problem.to_string())));
            shown.look_again();
        }
    };
    Effect::new(move |_| {
        follow(
            replay.value().get(),
            "It is sent again. Should ERPNext still refuse, it comes back here.",
        )
    });
    Effect::new(move |_| {
        follow(
            replay_all.value().get(),
            "All are sent again. What ERPNext still refuses comes back here.",
        )
    });
    Effect::new(move |_| {
        follow(discard.value().get(), "It is discarded. ERPNext will not get it.")
    });
    let letters = move || shown.report.with(|report| report.dead_letters.clone());
    let at = move || shown.report.with(|report| report.at);
    let dead = Memo::new(move |_| shown.report.with(|report| report.outbox.dead));
    view! {
        <section class="admin-section" aria-labelledby=HEADING>
            <h2 id=HEADING tabindex="-1">"Given up"</h2>
            <div aria-live="polite">
                {move || said.get().map(|said| match said {
                    Ok(words) => view! { <p class="admin-done">{words}</p> }.into_any(),
                    Err(words) => view! { <p class="alert">{words}</p> }.into_any(),
                })}
            </div>
            <div id=LIST class="admin-list">
                <Show
                    when=move || { dead.get() > 0 }
                    fallback=|| view! {
                        <p class="quiet">
                            "Nothing was given up. What ERPNext refuses for good is listed here with its reason, so that it can be mended there and sent again."
                        </p>
                    }
                >
                    <Show when=move || { dead.get() > 1 }>
                        <details class="admin-ask">
                            <summary class="button button-small">{move || format!("Send all {} again", dead.get())}</summary>
                            <div class="admin-asked">
                                <p>"Each is tried once more, the oldest first, before what waits behind it in its workspace."</p>
                                <ActionForm action=replay_all>
                                    <button type="submit" class="button button-small button-primary">"Send all again"</button>
                                </ActionForm>
                            </div>
                        </details>
                    </Show>
                    <ul class="admin-letters">
                        <For each=letters key=|letter| (letter.id, letter.attempts, letter.reason.clone()) let:letter>
                            <Letter letter at=Signal::derive(at) replay discard/>
                        </For>
                    </ul>
                    <Show when=move || { shown.report.with(|report| (report.dead_letters.len() as u64) < report.outbox.dead) }>
                        <p class="quiet">"Only the newest are listed."</p>
                    </Show>
                </Show>
            </div>
        </section>
    }
    .into_any()
}

#[component]
fn Letter(
    /// What was given up.
    letter: DeadLetter,
    /// When the report was made.
    at: Signal<Moment>,
    /// Sends it again.
    replay: ServerAction<ReplayDeadLetter>,
    /// Discards it.
    discard: ServerAction<DiscardDeadLetter>,
) -> impl IntoView {
    let DeadLetter { id, effect, project, created_at, attempts, reason } = letter;
    let tries = if attempts == 1 { "1 try".to_owned() } else { format!("{attempts} tries") };
    view! {
        <li class="admin-letter">
            <article aria-labelledby=format!("letter-{id}")>
                <h3 id=format!("letter-{id}")>{effect} " of " <code>{project}</code></h3>
                <p class="quiet">
                    {format!("Number {id}, ")} "caused " {move || view! { <Ago moment=created_at at=at.get()/> }}
                    {format!(", given up after {tries}")}
                </p>
                <p class="admin-reason">{reason}</p>
                <div class="admin-choices">
                    <details class="admin-ask" name=format!("letter-{id}")>
                        <Asking words="Send again"/>
                        <div class="admin-asked">
                            <p>"It is tried once more right away, before what waits behind it in its workspace. Mend the reason in ERPNext first."</p>
                            <ActionForm action=replay>
                                <input type="hidden" name="id" value=id/>
                                <button type="submit" class="button button-small button-primary">"Send it again"</button>
                            </ActionForm>
                        </div>
                    </details>
                    <details class="admin-ask" name=format!("letter-{id}")>
                        <Asking words="Discard"/>
                        <div class="admin-asked">
                            <p>"ERPNext will never get it; what was said stays in Parlance. This cannot be undone."</p>
                            <ActionForm action=discard>
                                <input type="hidden" name="id" value=id/>
                                <button type="submit" class="button button-small button-grave">"Discard it for good"</button>
                            </ActionForm>
                        </div>
                    </details>
                </div>
            </article>
        </li>
    }
    .into_any()
}

/// What opens a question and, while it is open, closes it.
#[component]
fn Asking(
    /// What is asked for.
    words: &'static str,
) -> impl IntoView {
    view! {
        <summary class="button button-small">
            <span class="admin-shut">{words}</span>
            <span class="admin-open">"Not now"</span>
        </summary>
    }
}
