//! The page of `/radar`.

use super::{
    api::radar,
    health::{HealthWord, Reasons},
};
use crate::{
    asked::{answer, asked},
    workspaces::{Empty, ListPage, trouble},
};
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::RadarRow;

/// All open workspaces, the worst first.
#[component]
pub fn RadarPage() -> impl IntoView {
    let rows = asked(|| (), |()| radar());
    view! {
        <ListPage title="Radar">
            <Suspense>
                {move || Suspend::new(async move {
                    match answer(rows).await {
                        Ok(rows) if rows.iter().all(|row| row.outlook.flags.is_empty()) => view! {
                            <Empty
                                title="Nothing to look at"
                                more="A Task that is late, a date that comes near, or a client who waits for an answer is listed here, with the rule that says so. Example: “Ines has waited 2 working days for an answer”."
                            />
                        }
                        .into_any(),
                        Ok(rows) => {
                            let rows = rows
                                .into_iter()
                                .filter(|row| !row.outlook.flags.is_empty())
                                .map(|row| view! { <li><Row row/></li> })
                                .collect_view();
                            view! { <ul class="found-list" aria-label="Projects to look at">{rows}</ul> }.into_any()
                        }
                        Err(problem) => trouble(problem, "/radar"),
                    }
                })}
            </Suspense>
        </ListPage>
    }
    .into_any()
}

#[component]
fn Row(
    /// Which.
    row: RadarRow,
) -> impl IntoView {
    let RadarRow { workspace, project, project_name, customer, outlook } = row;
    view! {
        <article class="found radar-row">
            <header class="radar-head">
                <h2><A href=format!("/w/{workspace}")><bdi>{project_name}</bdi></A></h2>
                <HealthWord health=outlook.health/>
            </header>
            <p class="found-where">
                {customer.map(|customer| view! { <bdi>{customer.to_string()}</bdi> })}
                <span>{project.to_string()}</span>
            </p>
            <Reasons workspace flags=outlook.flags further=outlook.further/>
        </article>
    }
    .into_any()
}
