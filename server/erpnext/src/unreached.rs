//! When there is no answer: what the transport knows about it.

use crate::ErpError;

/// Why the site was not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unreached {
    /// The host name has no address.
    UnknownHost,
    /// Nobody listens there.
    Refused,
    /// No connection in time.
    TimedOut,
    /// The certificate or the TLS handshake failed.
    Tls,
    /// Anything else below HTTP.
    Other,
}

impl std::fmt::Display for Unreached {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::UnknownHost => "its host name has no address",
            Self::Refused => "nobody answers at its address",
            Self::TimedOut => "no connection in time",
            Self::Tls => "no trusted TLS connection",
            Self::Other => "the network failed",
        })
    }
}

impl ErpError {
    /// From a request that got no answer, or from a body that broke off.
    pub(crate) fn from_transport(source: reqwest::Error, connected: bool) -> Self {
        let source = source.without_url();
        if source.is_connect() {
            return Self::Unreachable { because: unreached(&source), source };
        }
        if source.is_timeout() {
            return Self::TimedOut { source };
        }
        if source.is_builder() && !connected {
            return Self::Configuration {
                problem: format!("the request cannot be built: {source}"),
            };
        }
        Self::Interrupted { source }
    }
}

fn unreached(error: &reqwest::Error) -> Unreached {
    if error.is_timeout() {
        return Unreached::TimedOut;
    }
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = cause {
        if let Some(io) = inner.downcast_ref::<std::io::Error>() {
            match io.kind() {
                std::io::ErrorKind::ConnectionRefused => return Unreached::Refused,
                std::io::ErrorKind::TimedOut => return Unreached::TimedOut,
                std::io::ErrorKind::InvalidData => return Unreached::Tls,
                _ => {}
            }
        }
        let text = inner.to_string();
        if text.contains("dns error") {
            return Unreached::UnknownHost;
        }
        if text.contains("certificate") {
            return Unreached::Tls;
        }
        cause = inner.source();
    }
    Unreached::Other
}
