//! What we aim at: ratios to the bare room measured in the same run, and a few plain figures.

use crate::scenarios::Name;
use serde::Serialize;

/// The goals of one scenario; absent: none was set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Goals {
    /// p50, as a ratio.
    pub p50: Option<f64>,
    /// p99, as a ratio.
    pub p99: Option<f64>,
    /// Server CPU per delivery, as a ratio.
    pub server_cpu: Option<f64>,
    /// kB per connection.
    pub kb_per_connection: Option<f64>,
    /// Per cent of one core while nobody talks.
    pub core_percent: Option<f64>,
    /// Seconds until the last client is whole.
    pub whole_after_s: Option<f64>,
}

impl Goals {
    /// The goals of this scenario.
    pub const fn of(name: Name) -> Self {
        let none = Self {
            p50: None,
            p99: None,
            server_cpu: None,
            kb_per_connection: None,
            core_percent: None,
            whole_after_s: None,
        };
        match name {
            Name::Quiet => Self { p50: Some(1.5), p99: Some(1.6), ..none },
            Name::Busy => Self { p50: Some(1.3), p99: Some(1.5), server_cpu: Some(1.5), ..none },
            Name::Company => Self { p50: Some(1.5), p99: Some(1.6), server_cpu: Some(2.0), ..none },
            Name::CompanyEach => none,
            Name::Redis => Self { p50: Some(1.3), p99: Some(1.5), ..none },
            Name::Idle => Self { kb_per_connection: Some(24.0), core_percent: Some(1.0), ..none },
            Name::Storm => Self { whole_after_s: Some(0.3), ..none },
        }
    }
}
