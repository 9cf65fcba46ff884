//! What is wrong with a certificate, in words.

use std::{error::Error, net::Ipv6Addr};

use url::{Host, Url};

/// The problem and its fix.
pub(super) fn problem(error: &(dyn Error + 'static), whose: &Url) -> (String, String) {
    let text = innermost_about_certificates(error).to_ascii_lowercase();
    let host = whose.host_str().unwrap_or_default();
    let (said, fix) = if text.contains("unknownissuer") || text.contains("self-signed") {
        (
            "is signed by nobody this machine trusts (self-signed, or its issuer is not sent along)".to_owned(),
            format!("Give {host} a certificate of a public authority with its whole chain, or name a file with its issuer in SSL_CERT_FILE."),
        )
    } else if text.contains("expired") {
        ("has expired".to_owned(), format!("Renew the certificate of {host}."))
    } else if text.contains("not valid yet") || text.contains("notvalidyet") {
        (
            "is not valid yet by this machine's clock".to_owned(),
            "Set this machine's clock, or wait until the certificate is valid.".to_owned(),
        )
    } else if text.contains("name") {
        (
            format!("is not for the name {host}"),
            format!("Use the name the certificate is for, or get one for {host}."),
        )
    } else if text.contains("certificate") {
        (
            format!("is not accepted ({})", text.trim()),
            format!("Give {host} a certificate of a public authority."),
        )
    } else {
        (
            "could not be asked for, as what answers there does not speak TLS".to_owned(),
            "Use http in the address if this is meant, or set up https there.".to_owned(),
        )
    };
    (format!("The certificate of {host} {said}."), fix)
}

/// Whether something in the chain of causes is about TLS.
pub(super) fn is_tls(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(inner) = cause {
        let text = inner.to_string().to_ascii_lowercase();
        if text.contains("certificate") || text.contains("corrupt message") || text.contains("tls")
        {
            return true;
        }
        cause = inner.source();
    }
    false
}

fn innermost_about_certificates(error: &(dyn Error + 'static)) -> String {
    let mut found = String::new();
    let mut cause = Some(error);
    while let Some(inner) = cause {
        let text = inner.to_string();
        if text.contains("certificate") {
            found = text;
        }
        cause = inner.source();
    }
    found
}

/// Whether what is sent there crosses networks that others can read.
pub(super) fn is_public(url: &Url) -> bool {
    match url.host() {
        None => false,
        Some(Host::Ipv4(ip)) => !(ip.is_loopback() || ip.is_private() || ip.is_link_local()),
        Some(Host::Ipv6(ip)) => !(ip.is_loopback() || is_local(ip)),
        // A name of one word is known to one network only.
        Some(Host::Domain(name)) => {
            let inside = [".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test"];
            name.contains('.') && !inside.iter().any(|end| name.ends_with(end))
        }
    }
}

/// Unique local and link-local addresses (RFC 4193, RFC 4291).
fn is_local(ip: Ipv6Addr) -> bool {
    ip.is_unique_local() || ip.is_unicast_link_local()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests may")]
mod tests {
    use super::*;

    #[test]
    fn only_what_others_can_read_is_public() {
        let public = |url: &str| is_public(&Url::parse(url).unwrap());
        for url in ["http://erp.example.com", "http://93.184.216.34", "http://[2001:db8::1]"] {
            assert!(public(url), "{url}");
        }
        for url in [
            "http://localhost",
            "http://127.0.0.1:8000",
            "http://10.0.0.4",
            "http://erpnext:8000",
            "http://erp.internal",
            "http://[::1]",
            "http://[fd00::1]",
        ] {
            assert!(!public(url), "{url}");
        }
    }
}
