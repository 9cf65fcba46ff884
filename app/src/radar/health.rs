//! How a Project stands, in a word with a picture and a colour, and why.

use crate::ui::{
    closes,
    icon::{AlertIcon, IssueIcon, TaskIcon},
};
use leptos::{ev, html, prelude::*};
use leptos_router::components::A;
use vocabulary::{Flag, FlagSource, Health, Outlook, WorkspaceId};

/// The id of the list of reasons.
const WHY: &str = "health-why";

/// The word alone.
#[component]
pub(super) fn HealthWord(
    /// Which.
    health: Health,
) -> impl IntoView {
    let icon = match health {
        Health::OnTrack => view! { <TaskIcon/> }.into_any(),
        Health::AtRisk => view! { <AlertIcon/> }.into_any(),
        Health::OffTrack => view! { <IssueIcon/> }.into_any(),
    };
    view! { <span class=format!("health-word health-{}", tone(health))>{icon}{health.word()}</span> }
}

const fn tone(health: Health) -> &'static str {
    match health {
        Health::OnTrack => "good",
        Health::AtRisk => "wait",
        Health::OffTrack => "bad",
    }
}

/// The word, which tells its reasons where one points at it, comes to it with the keyboard, or taps it.
#[component]
pub fn HealthChip(
    /// The workspace.
    workspace: WorkspaceId,
    /// How it stands.
    outlook: Memo<Outlook>,
) -> impl IntoView {
    let pointed = RwSignal::new(false);
    let inside = RwSignal::new(false);
    let pressed = RwSignal::new(false);
    let open = Memo::new(move |_| pointed.get() || inside.get() || pressed.get());
    let whole = NodeRef::<html::Div>::new();
    let leaves = move |event: ev::FocusEvent| {
        let to = event.related_target();
        let stays = whole.get_untracked().is_some_and(|whole| {
            use leptos::wasm_bindgen::JsCast;
            to.and_then(|to| to.dyn_into::<web_sys::Node>().ok())
                .is_some_and(|to| whole.contains(Some(&to)))
        });
        if !stays {
            inside.set(false);
            pressed.set(false);
        }
    };
    let shut = move |event: ev::KeyboardEvent| {
        if closes(&event) && open.get_untracked() {
            event.stop_propagation();
            for held in [pointed, inside, pressed] {
                held.set(false);
            }
        }
    };
    view! {
        <div
            class="health" node_ref=whole
            on:mouseenter=move |_| pointed.set(true) on:mouseleave=move |_| pointed.set(false)
            on:focusin=move |_| inside.set(true) on:focusout=leaves on:keydown=shut
        >
            <button
                type="button" class="health-chip" aria-controls=WHY
                aria-expanded=move || open.get().to_string()
                on:click=move |_| pressed.update(|pressed| *pressed = !*pressed)
            >
                <span class="unseen">"Project health: "</span>
                {move || view! { <HealthWord health=outlook.with(|outlook| outlook.health)/> }}
            </button>
            <div class="health-why" id=WHY role="region" aria-label="Why" class:health-open=open>
                {move || outlook.with(|outlook| view! { <Reasons workspace flags=outlook.flags.clone() further=outlook.further/> })}
            </div>
        </div>
    }
    .into_any()
}

/// The reasons, each with its rule and a way to what it is about.
#[component]
pub(super) fn Reasons(
    /// The workspace.
    workspace: WorkspaceId,
    /// Why.
    flags: Vec<Flag>,
    /// How many more there are.
    further: usize,
) -> impl IntoView {
    if flags.is_empty() {
        return view! {
            <p class="quiet">
                "Nothing is late and nobody waits for an answer. This looks at due dates of Tasks and Issues, at the Project’s end, and at mails of the client."
            </p>
        }
        .into_any();
    }
    let rows = flags.into_iter().map(|flag| {
        let href = href_of(workspace, &flag.source);
        view! {
            <li class=format!("reason reason-{}", tone(flag.weight))>
                <A href=href attr:class="reason-words">{flag.words}</A>
                <span class="reason-rule">{flag.rule}</span>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <ul class="reasons">{rows}</ul>
        {(further > 0).then(|| view! { <p class="quiet">{format!("and {further} more")}</p> })}
    }
    .into_any()
}

/// Where a reason leads.
fn href_of(workspace: WorkspaceId, source: &FlagSource) -> String {
    match source {
        FlagSource::Work(doctype, name) => {
            format!("/w/{workspace}/timeline?about={doctype}:{name}&open={doctype}:{name}")
        }
        FlagSource::Entry(entry) => format!("/w/{workspace}/timeline?row={entry}"),
        FlagSource::Message(message) => format!("/w/{workspace}?m={message}"),
        FlagSource::Project => format!("/w/{workspace}/timeline?kind=change"),
    }
}
