//! Whether the desk can show us in its tab.

use reqwest::header::{CONTENT_SECURITY_POLICY, HeaderMap, X_FRAME_OPTIONS};

use url::Url;

use super::{Exam, Finding, knock};

impl Exam<'_> {
    pub(super) async fn frames(&mut self) {
        let (ours, desk) = (self.setup.public_url.clone(), self.site.base_url().clone());
        if let Some(fault) = mixed(&desk, &ours) {
            self.findings.push(fault);
            return;
        }
        let mut page = ours.clone();
        page.set_path("/embed");
        page.set_query(Some("doctype=Project&name=doctor"));
        let answer = match knock::client(&ours) {
            Ok(client) => client.get(page).send().await,
            Err(error) => Err(error),
        };
        let Ok(answer) = answer else {
            // That Parlance does not answer is told elsewhere.
            return;
        };
        let desk = desk.origin().ascii_serialization();
        match forbidden(answer.headers(), &desk) {
            None => self.ok("frames", format!("The desk at {desk} may show Parlance in its tab.")),
            Some(header) => self.fault(
                "frames",
                format!("{ours} forbids the desk at {desk} to show it in a tab ({header})."),
                format!("Let the proxy in front of Parlance leave {} as Parlance sends it, and restart Parlance if it was just connected.", header.split(':').next().unwrap_or_default()),
            ),
        }
    }
}

/// Browsers block an http page within an https page (Mixed Content, section 4).
fn mixed(desk: &Url, ours: &Url) -> Option<Finding> {
    (desk.scheme() == "https" && ours.scheme() == "http").then(|| {
        Finding::fault(
            "public-url",
            format!("The desk is on https and Parlance on {ours}: browsers show no http page in an https desk."),
            "Put an https proxy in front of Parlance, write https in PARLANCE_PUBLIC_URL and run `parlance connect` again.",
        )
    })
}

/// The header that forbids it.
fn forbidden(headers: &HeaderMap, desk: &str) -> Option<String> {
    let policies = headers.get_all(CONTENT_SECURITY_POLICY).iter();
    let ancestors: Vec<&str> = policies
        .filter_map(|policy| policy.to_str().ok())
        .flat_map(|policy| policy.split([';', ',']))
        .filter_map(|directive| directive.trim().strip_prefix("frame-ancestors"))
        .collect();
    let lets = |sources: &&str| {
        sources
            .split_whitespace()
            .any(|source| source == "*" || source.trim_end_matches('/') == desk)
    };
    if let Some(sources) = ancestors.iter().find(|sources| !lets(sources)) {
        return Some(format!("Content-Security-Policy: frame-ancestors{sources}"));
    }
    // A policy with frame-ancestors beats the older header (CSP level 2, section 7.7.1).
    let old = headers.get(X_FRAME_OPTIONS)?.to_str().ok()?;
    ancestors.is_empty().then(|| format!("X-Frame-Options: {old}"))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn an_https_desk_shows_only_https() {
        let mixed = |desk: &str, ours: &str| {
            mixed(&Url::parse(desk).unwrap(), &Url::parse(ours).unwrap()).is_some()
        };
        assert!(mixed("https://erp.example.com", "http://talk.example.com"));
        assert!(!mixed("https://erp.example.com", "https://talk.example.com"));
        assert!(!mixed("http://erp.internal", "http://talk.internal"));
    }

    #[test]
    fn the_policy_beats_the_older_header_and_every_policy_counts() {
        let desk = "https://erp.example.com";
        let of = |pairs: &[(&'static str, &str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.append(*name, value.parse().unwrap());
            }
            forbidden(&headers, desk)
        };
        let csp = "content-security-policy";
        let ours = (csp, "default-src 'self'; frame-ancestors 'self' https://erp.example.com");
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[ours]), None);
        assert_eq!(of(&[ours, ("x-frame-options", "SAMEORIGIN")]), None);
        assert!(of(&[("x-frame-options", "SAMEORIGIN")]).is_some());
        assert!(of(&[ours, (csp, "frame-ancestors 'self'")]).is_some());
        assert!(of(&[(csp, "frame-ancestors https://erp.example.com.evil.example")]).is_some());
    }
}
