//! The site, writing to it, what it tells, and the ways in.

use super::{
    ago::{Ago, span},
    board::Shown,
};
use contract::{ConnectionReport, OutboxReport, RateLimitReport, SiteReport, WayIn, WebhookReport};
use leptos::prelude::*;
use vocabulary::Moment;

/// One card for each.
#[component]
pub fn Cards(
    /// What is shown.
    shown: Shown,
) -> impl IntoView {
    let of = move |view: fn(&ConnectionReport) -> AnyView| move || shown.report.with(view);
    view! {
        <div class="admin-cards">
            <section class="admin-card" aria-labelledby="card-site">
                <h2 id="card-site">"ERPNext"</h2>
                {of(|report| site(&report.site, report.demo, report.at))}
            </section>
            <section class="admin-card" aria-labelledby="card-outbox">
                <h2 id="card-outbox">"Writing"</h2>
                {of(|report| outbox(&report.outbox, report.at))}
            </section>
            <section class="admin-card" aria-labelledby="card-webhooks">
                <h2 id="card-webhooks">"Webhooks"</h2>
                {of(|report| webhooks(&report.webhooks, report.at))}
            </section>
            <section class="admin-card" aria-labelledby="card-ways">
                <h2 id="card-ways">"Signing in"</h2>
                {of(|report| ways_in(&report.ways_in))}
            </section>
        </div>
    }
    .into_any()
}

fn pill(tone: &str, word: &'static str) -> AnyView {
    view! { <span class=format!("pill pill-{tone}")>{word}</span> }.into_any()
}

fn when(moment: Option<Moment>, at: Moment) -> AnyView {
    match moment {
        Some(moment) => view! { <Ago moment at/> }.into_any(),
        None => "never".into_any(),
    }
}

fn site(site: &SiteReport, demo: bool, at: Moment) -> AnyView {
    let pill = match (site.resting_for_seconds, site.failures_in_a_row, site.last_answer_at) {
        (Some(_), _, _) => pill("bad", "Does not answer"),
        (None, 1.., _) => pill("wait", "Falters"),
        (None, 0, None) => pill("wait", "Not asked yet"),
        (None, 0, Some(_)) => pill("good", "Answers"),
    };
    let failed = site.last_error.clone().map(|words| {
        view! {
            <dt>"Last trouble"</dt>
            <dd>{words} " (" {when(site.last_error_at, at)} ")"</dd>
        }
    });
    view! {
        {pill}
        <dl class="admin-facts">
            <dt>"Address"</dt>
            <dd>
                <code>{site.url.clone()}</code>
                {demo.then(|| view! { " " <span class="pill pill-wait">"Demo stand-in"</span> })}
            </dd>
            <dt>"Last answer"</dt>
            <dd>{when(site.last_answer_at, at)}</dd>
            {site.resting_for_seconds.map(|seconds| view! {
                <dt>"Asked again"</dt>
                <dd>{format!("in {seconds} s, after {} failures in a row", site.failures_in_a_row)}</dd>
            })}
            <dt>"Requests"</dt>
            <dd>
                {format!("{} reading, {} writing, {} under way", site.reads, site.writes, site.in_flight)}
            </dd>
            <dt>"Rate limit"</dt>
            <dd>{site.rate_limit.as_ref().map_or_else(|| "ERPNext tells of none".into_any(), limit)}</dd>
            {failed}
        </dl>
        <p class="quiet">"As this server has seen it since it started."</p>
    }
    .into_any()
}

fn limit(limit: &RateLimitReport) -> AnyView {
    let whole = limit.limit_millis.max(1);
    let left = limit.remaining_millis.min(whole) * 100 / whole;
    let reset = limit.reset_seconds.and_then(|seconds| span(i64::try_from(seconds).ok()?));
    view! {
        <meter
            min="0" max="100" low="10" optimum="100" value=left.to_string()
            aria-label="Processing time left"
        ></meter>
        {format!(" {left} % of {:.1} s processing time left", seconds(limit.limit_millis))}
        {reset.map(|reset| format!(", whole again in {reset}"))}
    }
    .into_any()
}

#[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
fn seconds(millis: u64) -> f64 {
    millis as f64 / 1000.0
}

fn outbox(outbox: &OutboxReport, at: Moment) -> AnyView {
    let pill = match (&outbox.problem, outbox.waiting) {
        (Some(_), _) => pill("bad", "Stands still"),
        (None, 0) => pill("good", "Nothing waits"),
        (None, _) => pill("busy", "Sending"),
    };
    let effects = if outbox.waiting == 1 { "effect waits" } else { "effects wait" };
    let lanes = match outbox.lanes {
        0 | 1 => String::new(),
        lanes => format!(" in {lanes} workspaces"),
    };
    view! {
        {pill}
        <p class="admin-depth">
            <strong class="admin-number">{outbox.waiting}</strong> " " {effects} {lanes}
        </p>
        <dl class="admin-facts">
            <dt>"Oldest"</dt>
            <dd>{outbox.oldest.map_or_else(|| "none".into_any(), |oldest| view! { "caused " <Ago moment=oldest at/> }.into_any())}</dd>
            <dt>"Given up"</dt>
            <dd>{outbox.dead}</dd>
            {outbox.problem.clone().or_else(|| outbox.put_off.clone()).map(|words| view! {
                <dt>"Held by"</dt>
                <dd>{words}</dd>
            })}
        </dl>
        <p class="quiet">"Each workspace's effects go out in order; one that is put off holds those behind it."</p>
    }
    .into_any()
}

/// How ERPNext's webhooks stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookState {
    /// There is no secret to verify them by.
    Off,
    /// None has come yet.
    None,
    /// They come.
    Arrive,
    /// What came last was not signed with our secret.
    Refused,
}

/// How they stand. Anybody may post something unsigned: it is worth a look, and nothing stands still.
pub fn webhook_state(webhooks: &WebhookReport) -> WebhookState {
    match (webhooks.expected, webhooks.received_at) {
        (false, _) => WebhookState::Off,
        (true, received) if webhooks.refused_at > received => WebhookState::Refused,
        (true, None) => WebhookState::None,
        (true, Some(_)) => WebhookState::Arrive,
    }
}

fn webhooks(webhooks: &WebhookReport, at: Moment) -> AnyView {
    let pill = match webhook_state(webhooks) {
        WebhookState::Off => pill("wait", "Switched off"),
        WebhookState::None => pill("wait", "None yet"),
        WebhookState::Arrive => pill("good", "Arrive"),
        WebhookState::Refused => pill("wait", "Refused"),
    };
    let words = if webhooks.expected {
        "They only hurry: what they miss is found by reading all the same."
    } else {
        "ERPNEXT_WEBHOOK_SECRET is not set. Changes in ERPNext show here by reading, some seconds later."
    };
    view! {
        {pill}
        <dl class="admin-facts">
            <dt>"Last received"</dt>
            <dd>{when(webhooks.received_at, at)} {format!(", {} in all", webhooks.received)}</dd>
            <dt>"Last refused"</dt>
            <dd>{when(webhooks.refused_at, at)} {format!(", {} in all", webhooks.refused)}</dd>
        </dl>
        <p class="quiet">{words}</p>
    }
    .into_any()
}

fn ways_in(ways: &[WayIn]) -> AnyView {
    let ways = ways
        .iter()
        .map(|way| {
            let pill = match way.is_open {
                Some(true) => pill("good", "On"),
                Some(false) => pill("wait", "Off"),
                None => pill("calm", "Not known yet"),
            };
            view! {
                <li>
                    <span class="admin-way">{way.name.clone()} {pill}</span>
                    <span class="quiet">{way.reason.clone()}</span>
                </li>
            }
        })
        .collect_view();
    view! { <ul class="admin-ways">{ways}</ul> }.into_any()
}
