//! The report: what the database, the client and the settings know. Asks ERPNext nothing.

use crate::{OauthVerdict, Services};
use contract::{
    ConnectionReport, DeadLetter, DoctypeReport, MirrorReport, OutboxReport, RateLimitReport,
    SiteReport, WayIn, WebhookReport,
};
use erpnext::SiteHealth;
use policy::AdminScope;
use store::{
    StoreError,
    worker::{self, DoctypeProgress, EffectKind, MirrorRound},
};
use vocabulary::Moment;

/// Dead letters on the page.
const SHOWN: u64 = 50;

/// Of a reason: ERPNext's words may quote a whole document.
const REASON_CHARS: usize = 600;

impl Services {
    pub(super) async fn report(&self, _leave: &AdminScope) -> Result<ConnectionReport, StoreError> {
        let worker = self.live.worker();
        let rounds = worker.mirror_rounds().await?;
        let doctypes = worker.mirror_progress().await?;
        let dead = worker.dead_letters(SHOWN).await?;
        Ok(ConnectionReport {
            at: Moment::now(),
            demo: self.settings.demo,
            site: site(self.site.base_url().as_str(), self.site.health()),
            mirror: mirror(&rounds, doctypes),
            webhooks: self.webhooks().await?,
            outbox: self.outbox(&rounds).await?,
            dead_letters: dead.into_iter().map(letter).collect(),
            ways_in: self.ways_in(),
        })
    }

    async fn webhooks(&self) -> Result<WebhookReport, StoreError> {
        let state = self.live.worker().webhook_state().await?;
        Ok(WebhookReport {
            expected: self.settings.setup.as_ref().is_some_and(|it| it.webhook_secret.is_some()),
            received_at: state.received_at.map(Moment::from_millis),
            received: count(state.received),
            refused_at: state.refused_at.map(Moment::from_millis),
            refused: count(state.refused),
        })
    }

    async fn outbox(&self, rounds: &[MirrorRound]) -> Result<OutboxReport, StoreError> {
        let worker = self.live.worker();
        let state = worker.outbox_state().await?;
        let put_off = worker.put_off_for().await?;
        Ok(OutboxReport {
            waiting: state.waiting,
            lanes: state.lanes,
            oldest: state.oldest,
            problem: round(rounds, "outbox").and_then(|round| round.error.clone()).map(brief),
            put_off: put_off.map(brief),
            dead: state.dead,
        })
    }

    fn ways_in(&self) -> Vec<WayIn> {
        let (oauth_is_open, oauth) = match self.oauth_verdict() {
            OauthVerdict::NotConfigured => {
                (false, "ERPNEXT_OAUTH_CLIENT_ID is not set. Members do not need it.".to_owned())
            }
            OauthVerdict::Off { reason } => (false, reason),
            OauthVerdict::MustProbe { release } => (
                false,
                format!(
                    "Frappe {release} may prove who somebody is. The next member who signs in with a password finds out."
                ),
            ),
            OauthVerdict::On { reason } => (true, reason),
        };
        let password = "Checked with ERPNext each time; the password is not kept.";
        vec![
            self.way_from_the_desk(),
            way("User name and password", Some(true), password),
            way("ERPNext's own page (OAuth)", Some(oauth_is_open), &oauth),
        ]
    }
}

pub(super) fn way(name: &str, is_open: Option<bool>, reason: &str) -> WayIn {
    WayIn { name: name.into(), is_open, reason: reason.into() }
}

fn site(url: &str, health: SiteHealth) -> SiteReport {
    SiteReport {
        url: url.to_owned(),
        last_answer_at: health.last_answer_at.map(Moment::from_millis),
        resting_for_seconds: health.resting_for_millis.map(|millis| millis.div_ceil(1000)),
        failures_in_a_row: health.failures_in_a_row,
        last_error: health.last_error.map(brief),
        last_error_at: health.last_error_at.map(Moment::from_millis),
        reads: health.reads,
        writes: health.writes,
        in_flight: health.in_flight,
        rate_limit: health.rate_limit.map(|limit| RateLimitReport {
            limit_millis: limit.limit_micros / 1000,
            remaining_millis: limit.remaining_micros / 1000,
            reset_seconds: limit.reset_seconds,
        }),
    }
}

fn mirror(rounds: &[MirrorRound], doctypes: Vec<DoctypeProgress>) -> MirrorReport {
    let round = round(rounds, "round");
    MirrorReport {
        finished_at: round.and_then(|round| ended(round.finished_at)),
        error: round.and_then(|round| round.error.clone()).map(brief),
        doctypes: doctypes
            .into_iter()
            .map(|it| DoctypeReport {
                doctype: it.doctype,
                copied: count(it.copied),
                expected: it.expected.map(count),
                finished_at: ended(it.finished_at),
                complete_at: it.complete_at.map(Moment::from_millis),
                error: it.error.map(brief),
            })
            .collect(),
    }
}

fn letter(dead: worker::DeadLetter) -> DeadLetter {
    DeadLetter {
        id: dead.id,
        effect: dead.effect.map_or("An effect of another version of Parlance", words).to_owned(),
        project: dead.project,
        created_at: dead.since,
        attempts: dead.attempts,
        reason: brief(dead.reason),
    }
}

const fn words(effect: EffectKind) -> &'static str {
    match effect {
        EffectKind::Communication => "A chat line as a Communication",
        EffectKind::CommunicationUpdate => "A correction of a Communication",
        EffectKind::CommunicationDelete => "Taking a Communication back",
        EffectKind::Insert => "A new Task or Issue",
        EffectKind::Update => "A change to a Task or an Issue",
        EffectKind::File => "A file",
        EffectKind::Assign => "An assignment",
        EffectKind::Unassign => "Taking an assignment back",
    }
}

fn round<'a>(rounds: &'a [MirrorRound], name: &str) -> Option<&'a MirrorRound> {
    rounds.iter().find(|round| round.doctype == name)
}

/// 0 stands for never.
fn ended(millis: i64) -> Option<Moment> {
    (millis > 0).then(|| Moment::from_millis(millis))
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

fn brief(words: String) -> String {
    match words.char_indices().nth(REASON_CHARS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_reasons_are_cut_between_letters() {
        assert_eq!(brief("short".into()), "short");
        let long = brief("é".repeat(REASON_CHARS + 1));
        assert_eq!(long.chars().count(), REASON_CHARS + 1);
        assert!(long.ends_with('…'));
    }

    #[test]
    fn what_is_left_of_the_limit_is_told_in_milliseconds_and_a_rest_in_whole_seconds() {
        let health = SiteHealth {
            resting_for_millis: Some(1_200),
            rate_limit: Some(erpnext::RateLimit {
                limit_micros: 600_000_000,
                remaining_micros: 30_500_000,
                used_micros: None,
                reset_seconds: Some(40),
            }),
            ..SiteHealth::default()
        };
        let site = site("https://erp.example.com/", health);
        assert_eq!(site.resting_for_seconds, Some(2));
        let limit = site.rate_limit.unwrap();
        assert_eq!((limit.limit_millis, limit.remaining_millis), (600_000, 30_500));
        assert_eq!((limit.reset_seconds, site.last_answer_at), (Some(40), None));
    }

    #[test]
    fn a_doctype_that_was_never_read_has_no_time() {
        let progress = |finished_at| DoctypeProgress {
            doctype: "Task".into(),
            copied: 3,
            expected: Some(7),
            cursor: None,
            finished_at,
            complete_at: None,
            error: None,
        };
        let it = mirror(&[], vec![progress(0), progress(5)]);
        assert_eq!((it.finished_at, it.doctypes[0].finished_at), (None, None));
        assert_eq!(it.doctypes[1].finished_at, Some(Moment::from_millis(5)));
        assert_eq!((it.doctypes[1].copied, it.doctypes[1].expected), (3, Some(7)));
    }
}
