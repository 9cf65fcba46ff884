//! Where a push may go: to push services on the internet, never into the network that we stand in.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

/// What may be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Public addresses by https.
    Internet,
    /// The same, and this machine by http, for tests.
    InternetAndLoopback,
}

impl Reach {
    /// Whether something may be sent to `url`, as far as it says itself; what its name leads to is looked at when it is.
    #[must_use]
    pub fn allows(self, url: &Url) -> bool {
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return false;
        }
        let (Some(host), scheme) = (url.host(), url.scheme()) else { return false };
        let address = match host {
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
            Host::Domain(_) => None,
        };
        if self == Self::InternetAndLoopback && address.is_some_and(|address| address.is_loopback())
        {
            return matches!(scheme, "http" | "https");
        }
        let is_public = match (address, url.domain()) {
            (Some(address), _) => is_public(address),
            (None, Some(name)) => is_public_name(name),
            (None, None) => false,
        };
        scheme == "https" && is_public
    }

    fn allows_address(self, address: IpAddr) -> bool {
        is_public(address) || self == Self::InternetAndLoopback && address.is_loopback()
    }
}

/// Names that a network gives to its own machines have no dot, or end so (RFC 6761, RFC 6762, RFC 8375, RFC 9476).
fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let own = [".localhost", ".local", ".internal", ".home.arpa", ".lan", ".intranet", ".alt"];
    name.contains('.') && !own.iter().any(|end| name.ends_with(end))
}

/// Whether an address is one of the internet's, by the registries of special ones (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        // Shared by carriers, for tests of benchmarks, kept for protocols and for later.
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || a >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    // Whatever holds an address of the other kind goes where that goes.
    if let Some(inner) = inner_v4(address) {
        return is_public_v4(inner);
    }
    let [a, b, ..] = address.segments();
    // Only this block is given out; some of it for documents and tunnels.
    (a & 0xe000) == 0x2000 && !(a == 0x2001 && (b == 0x0db8 || b < 0x0200)) && a != 0x3fff
}

fn inner_v4(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let parts = address.segments();
    let joined = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match parts {
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => Some(joined(high, low)),
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => address.to_ipv4_mapped(),
    }
}

/// Looks names up and leaves out what may not be reached: nobody can point a name at our own network.
pub(crate) struct Guarded(pub(crate) Reach);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> =
                found.filter(|address| reach.allows_address(address.ip())).collect();
            if allowed.is_empty() {
                return Err(format!("{} leads to no public address", name.as_str()).into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn only_public_addresses_by_https_are_reached() {
        for good in [
            "https://fcm.googleapis.com/fcm/send/x",
            "https://updates.push.services.mozilla.com/wpush/v2/x",
            "https://8.8.8.8/x",
            "https://[2600:1901:0:92a9::]/x",
        ] {
            assert!(Reach::Internet.allows(&url(good)), "{good}");
        }
        for bad in [
            "http://fcm.googleapis.com/x",
            "https://user:pass@push.example.com/",
            "https://push.example.com/#x",
            "https://localhost/x",
            "https://a.localhost/x",
            "https://intranet/x",
            "https://db.internal/x",
            "https://printer.local./x",
            "https://127.0.0.1/x",
            "https://127.1/x",
            "https://0x7f000001/x",
            "https://2130706433/x",
            "https://0.0.0.0/x",
            "https://10.0.0.1/x",
            "https://172.16.3.4/x",
            "https://192.168.1.1/x",
            "https://169.254.169.254/latest/meta-data",
            "https://100.64.0.1/x",
            "https://198.18.0.1/x",
            "https://224.0.0.1/x",
            "https://255.255.255.255/x",
            "https://[::1]/x",
            "https://[::]/x",
            "https://[fe80::1]/x",
            "https://[fc00::1]/x",
            "https://[::ffff:10.0.0.1]/x",
            "https://[64:ff9b::7f00:1]/x",
            "https://[2002:7f00:1::]/x",
            "https://[2001:db8::1]/x",
        ] {
            assert!(!Reach::Internet.allows(&url(bad)), "{bad}");
        }
    }

    #[test]
    fn a_test_may_reach_this_machine_and_nothing_else_of_the_network() {
        let reach = Reach::InternetAndLoopback;
        assert!(reach.allows(&url("http://127.0.0.1:4000/x")));
        assert!(reach.allows(&url("http://[::1]:4000/x")));
        assert!(!reach.allows(&url("http://10.0.0.1/x")));
        assert!(!reach.allows(&url("http://push.example.com/x")));
    }

    #[test]
    fn a_name_that_leads_to_this_machine_is_not_followed() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let resolve = |reach| {
            let name = "localhost".parse().unwrap();
            runtime.block_on(Guarded(reach).resolve(name)).map(Iterator::count)
        };
        assert!(resolve(Reach::Internet).is_err());
        assert!(resolve(Reach::InternetAndLoopback).is_ok_and(|count| count > 0));
    }
}
