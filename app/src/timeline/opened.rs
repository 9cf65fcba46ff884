//! The words of a mail, a comment or a file, opened in its row or where an address names it.

use super::api::timeline_text;
use contract::AppError;
use leptos::{prelude::*, task::spawn_local};
use vocabulary::{EntryId, EntryText, WorkspaceId};

type Text = RwSignal<Option<Result<EntryText, AppError>>>;

fn ask(workspace: WorkspaceId, id: EntryId, text: Text) {
    spawn_local(async move {
        let come = timeline_text(workspace, id).await;
        text.try_set(Some(come));
    });
}

/// The title, which opens the rest below itself.
#[component]
pub(super) fn Opened(
    /// The workspace.
    workspace: WorkspaceId,
    /// Which row.
    id: EntryId,
    /// What it is called.
    #[prop(into)]
    title: String,
    /// How it begins.
    gist: String,
    /// ERPNext's origin.
    erpnext: StoredValue<String>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let text: Text = RwSignal::new(None);
    let body_id = format!("text-{id}");
    let controls = body_id.clone();
    let press = move |_| {
        open.update(|open| *open = !*open);
        let failed = text.with_untracked(|text| !matches!(text, Some(Ok(_))));
        if open.get_untracked() && failed {
            ask(workspace, id, text);
        }
    };
    view! {
        <button
            type="button" class="entry-link" aria-controls=controls
            aria-expanded=move || open.get().to_string() on:click=press
        >
            <bdi>{title}</bdi>
        </button>
        <p class="entry-gist" dir="auto" hidden=open>{gist}</p>
        <div id=body_id class="entry-text" hidden=move || !open.get()>
            {move || open.get().then(|| view! { <Words text erpnext/> })}
        </div>
    }
    .into_any()
}

/// What an address names, above the rows.
#[component]
pub(super) fn Named(
    /// The workspace.
    workspace: WorkspaceId,
    /// Which row.
    id: EntryId,
    /// ERPNext's origin.
    erpnext: StoredValue<String>,
) -> impl IntoView {
    let text: Text = RwSignal::new(None);
    Effect::new(move |_| ask(workspace, id, text));
    view! {
        <section class="entry-named" aria-label="Opened">
            <Words text erpnext/>
            <a href=format!("/w/{workspace}/timeline") class="button button-small">"Show the whole timeline"</a>
        </section>
    }
    .into_any()
}

#[component]
fn Words(text: Text, erpnext: StoredValue<String>) -> impl IntoView {
    move || match text.get() {
        None => view! { <p class="quiet" role="status">"Loading …"</p> }.into_any(),
        Some(Err(problem)) => view! { <p role="alert">{problem.to_string()}</p> }.into_any(),
        Some(Ok(text)) => {
            let EntryText { doctype, name, lines, text } = text;
            let lines = lines.into_iter().map(|(label, words)| {
                view! { <div><dt>{label}</dt><dd><bdi>{words}</bdi></dd></div> }
            });
            let lines = lines.collect_view();
            let slug = doctype.to_lowercase().replace(' ', "-");
            let origin = erpnext.get_value();
            let href = (!origin.is_empty()).then(|| format!("{origin}/app/{slug}/{name}"));
            view! {
                <dl class="entry-lines">{lines}</dl>
                {(!text.is_empty()).then(|| view! { <div class="entry-body" dir="auto">{text}</div> })}
                {href.map(|href| view! {
                    <p><a href=href target="_blank" rel="noopener noreferrer">"Open in ERPNext"</a></p>
                })}
            }
            .into_any()
        }
    }
}
