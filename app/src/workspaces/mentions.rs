//! The page of `/mentions`.

use super::{
    api::mentions,
    found::{Empty, FoundRow, ListPage, path_of, trouble},
};
use crate::asked::{answer, asked};
use leptos::prelude::*;

/// The list.
#[component]
pub fn MentionsPage() -> impl IntoView {
    let found = asked(|| (), |()| mentions());
    view! {
        <ListPage title="Mentions">
            <Suspense>
                {move || Suspend::new(async move {
                    match answer(found).await {
                        Ok(found) if found.is_empty() => view! {
                            <Empty
                                title="Nobody has called you yet"
                                more="A message that names you or the whole team with @ is listed here."
                            />
                        }
                        .into_any(),
                        Ok(found) => {
                            let rows = found
                                .into_iter()
                                .map(|found| {
                                    let href = path_of(found.workspace, &found.message);
                                    view! { <li><FoundRow found href/></li> }
                                })
                                .collect_view();
                            view! { <ul class="found-list">{rows}</ul> }.into_any()
                        }
                        Err(problem) => trouble(problem, "/mentions"),
                    }
                })}
            </Suspense>
        </ListPage>
    }
    .into_any()
}
