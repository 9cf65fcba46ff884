//! Whether the site answers, by what line, and what time it has.

use chrono::TimeDelta;
use erpnext::{ErpError, Probe, Site, Unreached};
use url::Url;

use super::{Exam, Finding, tls};

/// Worth a word: pages show times of both clocks.
const NOTICEABLE: TimeDelta = TimeDelta::seconds(30);
/// Wrong: what was said just now stands in ERPNext at another time.
const WRONG: TimeDelta = TimeDelta::minutes(2);

/// The findings, and whether ERPNext answered.
pub(super) async fn findings(site: &Site) -> (Vec<Finding>, bool) {
    match site.probe().await {
        Ok(probe) => (of_answer(site.base_url(), &probe), true),
        Err(error) => (vec![of_silence(site.base_url(), &error)], false),
    }
}

fn of_answer(url: &Url, probe: &Probe) -> Vec<Finding> {
    let address = Finding::ok(
        "address",
        format!("ERPNext answers at {url} in {} ms.", probe.took.as_millis()),
    );
    vec![address, line(url), clock(probe)]
}

fn line(url: &Url) -> Finding {
    let host = url.host_str().unwrap_or_default();
    match (url.scheme(), tls::is_public(url)) {
        ("https", _) => Finding::ok("tls", format!("The certificate of {host} is accepted.")),
        (_, false) => {
            Finding::ok("tls", format!("{host} is spoken to without TLS, inside its own network."))
        }
        (_, true) => Finding::fault(
            "tls",
            format!(
                "API secrets and passwords go to {host} over plain http, where others can read them."
            ),
            "Set up https for ERPNext and write https in ERPNEXT_URL.",
        ),
    }
}

fn clock(probe: &Probe) -> Finding {
    let Some(skew) = probe.clock_skew() else {
        return Finding::warning(
            "clock",
            "ERPNext's answers say no time, so the clocks were not compared.",
            "Let the proxy in front of ERPNext send the header Date.",
        );
    };
    let seconds = skew.abs().num_seconds();
    let side = if skew > TimeDelta::zero() { "ahead of" } else { "behind" };
    let said = format!("ERPNext's clock is {} {side} this machine's.", duration(seconds));
    let fix = "Set both clocks by NTP (timedatectl set-ntp true).";
    match skew.abs() {
        skew if skew > WRONG => Finding::fault("clock", said, fix),
        skew if skew > NOTICEABLE => Finding::warning("clock", said, fix),
        _ => Finding::ok("clock", "Both clocks agree."),
    }
}

fn duration(seconds: i64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", (seconds + 30) / 60),
        _ => format!("{} h", (seconds + 1800) / 3600),
    }
}

fn of_silence(url: &Url, error: &ErpError) -> Finding {
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    let fault = |said: String, fix: &str| Finding::fault("address", said, fix);
    match error {
        ErpError::Unreachable { because, source } => match because {
            Unreached::UnknownHost => fault(
                format!("The host name {host} has no address."),
                "Correct ERPNEXT_URL, or the name server this machine asks.",
            ),
            Unreached::Refused => fault(
                format!("Nobody listens at {host}, port {port}."),
                "Start ERPNext, or correct host and port in ERPNEXT_URL.",
            ),
            Unreached::TimedOut => fault(
                format!("{host}, port {port}, does not answer."),
                "Correct ERPNEXT_URL, or let this machine through the firewall in front of it.",
            ),
            Unreached::Tls | Unreached::Other if tls::is_tls(source) => {
                let (said, fix) = tls::problem(source, url);
                Finding::fault("tls", said, fix)
            }
            _ => fault(
                format!("{host} was not reached: {source}."),
                "Correct ERPNEXT_URL, or the network between this machine and ERPNext.",
            ),
        },
        ErpError::NotErpnext { .. } => fault(
            format!("What answers at {url} is not ERPNext: {error}."),
            "Write the address at which the desk opens into ERPNEXT_URL, with https if it has that.",
        ),
        ErpError::Unavailable { status, .. } => fault(
            format!("A proxy answers at {url} in place of ERPNext (status {status})."),
            "Start ERPNext behind the proxy (bench start, or its services).",
        ),
        ErpError::TooManyRequests { .. } | ErpError::Resting { .. } => fault(
            format!("ERPNext asks to be left alone for a while: {error}."),
            "Run `parlance doctor` again in a minute.",
        ),
        error => fault(
            format!("ERPNext at {url} gives no usable answer: {error}."),
            "Open that address in a browser and look at ERPNext's Error Log.",
        ),
    }
}

impl Exam<'_> {
    /// All stamps are in the site's zone.
    pub(super) async fn time_zone(&mut self) {
        match self.site.time_zone().await {
            Ok(zone) => self.ok("time-zone", format!("The site's time zone is {zone}.")),
            Err(error) => self.fault(
                "time-zone",
                format!("The site's time zone cannot be read: {error}."),
                "Choose a time zone in ERPNext's System Settings.",
            ),
        }
    }
}
