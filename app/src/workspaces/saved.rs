//! The page of `/saved`.

use super::{
    api::saved,
    found::{Empty, FoundRow, ListPage, path_of, trouble},
};
use crate::asked::{answer, asked};
use leptos::prelude::*;

/// The list.
#[component]
pub fn SavedPage() -> impl IntoView {
    let found = asked(|| (), |()| saved());
    view! {
        <ListPage title="Saved">
            <Suspense>
                {move || Suspend::new(async move {
                    match answer(found).await {
                        Ok(found) if found.is_empty() => view! {
                            <Empty
                                title="Nothing saved yet"
                                more="Choose \"Save for later\" at a message, or press S while it has the focus, and find it here on all your devices. Nobody else sees it."
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
                        Err(problem) => trouble(problem, "/saved"),
                    }
                })}
            </Suspense>
        </ListPage>
    }
    .into_any()
}
