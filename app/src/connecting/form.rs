//! What is asked for, and what comes of it.

use super::{
    api::{PlanConnection, apply_connection, connecting_progress},
    plan::ShownPlan,
    progress::ShownProgress,
};
use crate::ui::focus;
use contract::{AppError, ConnectingForm, ConnectingPlan, ConnectingProgress};
use leptos::{form::ActionForm, prelude::*};
use std::time::Duration;

/// How often the page asks how far it is.
const EVERY: Duration = Duration::from_secs(1);

/// What the page is about at the moment.
#[derive(Clone)]
pub enum Stage {
    /// Asking.
    Form,
    /// Showing what would be done.
    Plan(ConnectingPlan),
    /// Doing it, or done.
    Work(ConnectingProgress),
}

/// The id of what stands in the form's place.
const AFTER: &str = "connect-after";

/// Form, plan and progress, one at a time.
#[component]
pub fn ConnectForm(
    /// What the form begins with.
    first: ConnectingForm,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Form);
    let problem = RwSignal::new(None::<AppError>);
    let action = ServerAction::<PlanConnection>::new();
    Effect::new(move |_| match action.value().get() {
        Some(Ok(plan)) => {
            problem.set(None);
            stage.set(Stage::Plan(plan));
        }
        Some(Err(error)) => problem.set(Some(error)),
        None => {}
    });
    // Somebody may come back to work that is under way, or that ended while they were away.
    Effect::new(move |_| look(stage, problem));
    Effect::new(move |_| {
        let tick = move || {
            let works = stage.with_untracked(
                |stage| matches!(stage, Stage::Work(progress) if progress.ended.is_none()),
            );
            if works {
                look(stage, problem);
            }
        };
        if let Ok(handle) = set_interval_with_handle(tick, EVERY) {
            on_cleanup(move || handle.clear());
        }
    });
    // What was clicked goes with its stage; the keyboard goes on to the next.
    let is_form = Memo::new(move |_| stage.with(|stage| matches!(stage, Stage::Form)));
    Effect::new(move |before: Option<bool>| {
        let is_form = is_form.get();
        if before.is_some_and(|before| before != is_form) {
            request_animation_frame(move || {
                focus(if is_form { "api_key" } else { AFTER });
            });
        }
        is_form
    });
    let agree = move |plan: String| {
        leptos::task::spawn_local(async move {
            match apply_connection(plan).await {
                Ok(()) => look(stage, problem),
                Err(error) => {
                    let _ = problem.try_set(Some(error));
                }
            }
        });
    };
    // Its button goes before the first word on how far it is.
    let begin = move |plan| {
        focus(AFTER);
        agree(plan);
    };
    let back = move || {
        problem.set(None);
        stage.set(Stage::Form);
    };
    view! {
        {move || {
            problem.get().map(|problem| view! { <p class="alert" role="alert">{problem.to_string()}</p> })
        }}
        // Kept while the plan is shown, so that going back finds what was typed.
        <div hidden=move || !is_form.get()>
            <Fields first action/>
        </div>
        <div id=AFTER class="connect-after" tabindex="-1">
            {move || match stage.get() {
                Stage::Form => ().into_any(),
                Stage::Plan(plan) => view! { <ShownPlan plan agree=begin back/> }.into_any(),
                Stage::Work(progress) => view! { <ShownProgress progress back/> }.into_any(),
            }}
        </div>
    }
    .into_any()
}

fn look(stage: RwSignal<Stage>, problem: RwSignal<Option<AppError>>) {
    leptos::task::spawn_local(async move {
        match connecting_progress().await {
            Ok(Some(progress)) => {
                // The page may be left by now.
                let _ = stage.try_set(Stage::Work(progress));
                let _ = problem.try_set(None);
            }
            Ok(None) => {}
            Err(error) => {
                let _ = problem.try_set(Some(error));
            }
        }
    });
}

#[component]
fn Fields(
    /// What the form begins with.
    first: ConnectingForm,
    /// Where it goes.
    action: ServerAction<PlanConnection>,
) -> impl IntoView {
    let is_known = first.site.is_some();
    view! {
        <p>
            "With the API key of a System Manager, Parlance makes in ERPNext what it needs: a service user with few rights, the unique key field, the ticket doctype, the tab in the desk, and webhooks. You see the plan before anything is done. The key is not kept."
        </p>
        <ActionForm action attr:class="door-form" attr:autocomplete="off">
            <label for="site">"ERPNext site"</label>
            <input
                id="site" name="site" type="url" placeholder="https://erp.example.com" required
                readonly=is_known value=first.site
            />
            <label for="api_key">"API key"</label>
            <input id="api_key" name="api_key" type="text" required spellcheck="false" autocapitalize="none"/>
            <label for="api_secret">"API secret"</label>
            <input id="api_secret" name="api_secret" type="password" required autocomplete="off"/>
            <p class="quiet">
                "In ERPNext: your own user, Settings, API Access, Generate Keys."
            </p>
            <label for="public_url">"Where people and ERPNext reach Parlance"</label>
            <input id="public_url" name="public_url" type="url" required value=first.public_url/>
            <label class="connect-check">
                <input name="auditor" type="checkbox" value="true" checked/>
                " Make a user that only reads what a System Manager may (who may read which Project, deletions)"
            </label>
            <label class="connect-check">
                <input name="new_keys" type="checkbox" value="true"/>
                " Make keys and webhook secret anew"
            </label>
            <button
                type="submit" class="button button-primary"
                aria-busy=move || action.pending().get().to_string()
            >
                "Show the plan"
            </button>
        </ActionForm>
    }
}
