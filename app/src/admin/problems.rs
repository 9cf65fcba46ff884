//! What somebody on call has to know first.

use super::{
    ago::span,
    cards::{WebhookState, webhook_state},
    mirror::{DoctypeState, state},
};
use contract::ConnectionReport;

/// Effects waiting longer than this are worth a look.
const LONG_SECONDS: i64 = 60;

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Whether something stands still, rather than being late or incomplete.
    pub is_grave: bool,
    /// In one sentence.
    pub words: String,
}

/// All there is to look at, the gravest first.
pub fn problems(report: &ConnectionReport) -> Vec<Problem> {
    let mut found = Vec::new();
    let mut note = |is_grave, words: String| found.push(Problem { is_grave, words });
    if let Some(seconds) = report.site.resting_for_seconds {
        note(
            true,
            format!(
                "ERPNext does not answer. It is asked again in {seconds} s; chat goes on, and what is owed waits."
            ),
        );
    } else if let Some(error) = &report.mirror.error {
        note(true, format!("Reading from ERPNext stands still: {error}"));
    }
    if let Some(problem) = &report.outbox.problem {
        note(true, format!("Writing to ERPNext stands still: {problem}"));
    }
    match report.outbox.dead {
        0 => {}
        1 => note(false, "1 effect was given up. It is listed below with ERPNext's reason.".into()),
        dead => note(
            false,
            format!("{dead} effects were given up. They are listed below with ERPNext's reasons."),
        ),
    }
    if report.outbox.problem.is_none()
        && let Some(oldest) = report.outbox.oldest
        && let seconds @ LONG_SECONDS.. = (report.at.as_millis() - oldest.as_millis()) / 1000
    {
        let waits = span(seconds).unwrap_or_default();
        note(false, format!("The oldest effect has waited for {waits}."));
    }
    let late: Vec<&str> = report
        .mirror
        .doctypes
        .iter()
        .filter(|it| state(report.at, it) == DoctypeState::Late)
        .map(|it| it.doctype.as_str())
        .collect();
    if !late.is_empty() && report.site.resting_for_seconds.is_none() {
        note(false, format!("Not read for more than three minutes: {}.", late.join(", ")));
    }
    let refused: Vec<&str> = report
        .mirror
        .doctypes
        .iter()
        .filter(|it| it.error.is_some())
        .map(|it| it.doctype.as_str())
        .collect();
    if !refused.is_empty() && report.mirror.error.is_none() {
        note(false, format!("ERPNext did not let these be read: {}.", refused.join(", ")));
    }
    if webhook_state(&report.webhooks) == WebhookState::Refused {
        note(false, "What came last as a webhook was not signed with our secret. If it came from ERPNext, running parlance connect gives both the same.".into());
    }
    if let Some(limit) = &report.site.rate_limit
        && limit.limit_millis > 0
        && limit.remaining_millis * 10 < limit.limit_millis
    {
        note(false, "Less than a tenth of ERPNext's rate limit is left in this window.".into());
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use contract::{
        DoctypeReport, MirrorReport, OutboxReport, RateLimitReport, SiteReport, WebhookReport,
    };
    use vocabulary::Moment;

    const AT: Moment = Moment::from_millis(10_000_000);

    fn seconds_before(seconds: i64) -> Option<Moment> {
        Some(AT.plus_millis(-seconds * 1000))
    }

    fn task() -> DoctypeReport {
        DoctypeReport {
            doctype: "Task".into(),
            copied: 5,
            expected: Some(5),
            finished_at: seconds_before(3),
            complete_at: seconds_before(40),
            error: None,
        }
    }

    fn well() -> ConnectionReport {
        ConnectionReport {
            at: AT,
            demo: false,
            site: SiteReport {
                url: "https://erp.example.com/".into(),
                last_answer_at: seconds_before(1),
                resting_for_seconds: None,
                failures_in_a_row: 0,
                last_error: None,
                last_error_at: None,
                reads: 10,
                writes: 2,
                in_flight: 0,
                rate_limit: None,
            },
            mirror: MirrorReport {
                finished_at: seconds_before(3),
                error: None,
                doctypes: vec![task()],
            },
            webhooks: WebhookReport {
                expected: true,
                received_at: None,
                received: 0,
                refused_at: None,
                refused: 0,
            },
            outbox: OutboxReport {
                waiting: 0,
                lanes: 0,
                oldest: None,
                problem: None,
                put_off: None,
                dead: 0,
            },
            dead_letters: vec![],
            ways_in: vec![],
        }
    }

    fn found(change: impl FnOnce(&mut ConnectionReport)) -> String {
        let mut report = well();
        change(&mut report);
        let lines = problems(&report).into_iter();
        lines.map(|it| format!("{}{}", if it.is_grave { "! " } else { "" }, it.words)).collect()
    }

    #[test]
    fn what_is_well_is_not_talked_about() {
        assert_eq!(found(|_| {}), "");
        assert_eq!(found(|report| report.outbox.oldest = seconds_before(5)), "");
    }

    #[test]
    fn a_site_that_is_away_is_one_problem_and_not_four() {
        let said = found(|report| {
            report.site.resting_for_seconds = Some(12);
            report.mirror.error = Some("no answer".into());
            report.mirror.doctypes[0].finished_at = seconds_before(600);
        });
        assert!(said.starts_with("! ERPNext does not answer. It is asked again in 12 s"), "{said}");
        assert_eq!(said.matches("!").count(), 1);
        assert!(!said.contains("Task"));
    }

    #[test]
    fn each_thing_that_stands_still_is_told() {
        for (said, words) in [
            (
                found(|it| it.mirror.error = Some("a key".into())),
                "! Reading from ERPNext stands still: a key",
            ),
            (
                found(|it| it.outbox.problem = Some("a field".into())),
                "! Writing to ERPNext stands still: a field",
            ),
            (found(|it| it.outbox.dead = 1), "1 effect was given up."),
            (found(|it| it.outbox.oldest = seconds_before(600)), "waited for 10 min"),
            (
                found(|it| it.mirror.doctypes[0].finished_at = seconds_before(600)),
                "Not read for more than three minutes: Task.",
            ),
            (
                found(|it| it.mirror.doctypes[0].error = Some("no".into())),
                "did not let these be read: Task",
            ),
            (found(|it| it.webhooks.refused_at = seconds_before(9)), "not signed with our secret"),
        ] {
            assert!(said.contains(words), "{said}");
        }
        let used_up =
            RateLimitReport { limit_millis: 1000, remaining_millis: 99, reset_seconds: None };
        assert!(found(|it| it.site.rate_limit = Some(used_up)).contains("rate limit"));
    }

    #[test]
    fn webhooks_that_came_after_a_refusal_are_well() {
        let said = found(|it| {
            it.webhooks.refused_at = seconds_before(9);
            it.webhooks.received_at = seconds_before(3);
        });
        assert_eq!(said, "");
    }

    #[test]
    fn nothing_is_said_of_webhooks_that_nobody_expects() {
        let said = found(|it| {
            it.webhooks.expected = false;
            it.webhooks.refused_at = seconds_before(9);
        });
        assert_eq!(said, "");
    }
}
