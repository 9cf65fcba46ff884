//! The filters of a query as chips: each stands in the query, and pressing one edits it.

use super::address::Wanted;
use crate::ui::icon::CloseIcon;
use leptos::prelude::*;
use leptos_router::components::A;
use vocabulary::{Clause, FoundKind, FoundOrder, SearchQuery, Term};

/// What narrows the search, and what could.
#[component]
pub fn FilterChips(
    /// What the address asks for.
    wanted: Wanted,
    /// How much was found of each kind.
    kinds: Vec<(FoundKind, u32)>,
) -> impl IntoView {
    let query = SearchQuery::read(&wanted.query);
    let filters = query
        .clauses
        .iter()
        .enumerate()
        .filter(|(_, clause)| clause.term.is_filter())
        .map(|(place, clause)| {
            let text = clause.to_string();
            let href = wanted.path(&query.without(place).to_string());
            view! {
                <li>
                    <A href=href attr:class="search-chip search-chip-on" attr:aria-label=format!("Take out {text}")>
                        <bdi>{text.clone()}</bdi><CloseIcon/>
                    </A>
                </li>
            }
        })
        .collect_view();
    let narrowed = query.clauses.iter().any(|clause| matches!(clause.term, Term::Kind(_)));
    let offered = (!narrowed && kinds.len() > 1).then(|| {
        kinds
            .into_iter()
            .map(|(kind, count)| {
                let narrower = query.with(Clause::is(Term::Kind(kind)));
                view! {
                    <li>
                        <A href=wanted.path(&narrower.to_string()) attr:class="search-chip">
                            {kind.plural()}" "<span class="search-count">{count}</span>
                        </A>
                    </li>
                }
            })
            .collect_view()
    });
    let orders = [(FoundOrder::Best, "Best first"), (FoundOrder::Newest, "Newest first")].map(
        |(order, name)| {
            let current = (order == wanted.order).then_some("true");
            view! {
                <li>
                    <A href=wanted.in_order(order) attr:class="search-order" attr:aria-current=current>{name}</A>
                </li>
            }
        },
    );
    view! {
        <div class="search-chips">
            <ul aria-label="Filters">{filters}{offered}</ul>
            <ul class="search-orders" aria-label="Order">{orders.collect_view()}</ul>
        </div>
    }
    .into_any()
}
