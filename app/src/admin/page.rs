//! The administrator's page.

use super::{api::connection_report, board::Board, frame::AdminFrame};
use crate::asked::asked;
use leptos::prelude::*;

/// How the connection stands.
#[component]
pub fn AdminPage() -> impl IntoView {
    let report = asked(|| (), |()| connection_report());
    view! {
        <AdminFrame
            title="Connections" path="/admin" opened=report
            page=|report| view! { <main><Board first=report/></main> }.into_any()
        />
    }
    .into_any()
}
