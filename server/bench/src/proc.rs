//! What the kernel says about a process: CPU time to the nanosecond, memory, children.

use crate::fault::{Doing, Outcome};
use nix::{
    sys::resource::{Resource, getrlimit, setrlimit},
    time::ClockId,
    unistd::Pid,
};
use serde::Serialize;
use std::{collections::HashMap, fs, time::Duration};

/// Memory of a process, in kB.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Memory {
    /// Resident pages.
    pub rss: u64,
    /// Resident pages that no other process has.
    pub private: u64,
}

/// Lets this process and its children open as many files as the system allows.
pub fn raise_open_files() {
    if let Ok((_, hard)) = getrlimit(Resource::RLIMIT_NOFILE)
        && let Err(error) = setrlimit(Resource::RLIMIT_NOFILE, hard, hard)
    {
        eprintln!("bench: the limit of open files stays as it is: {error}");
    }
}

/// User and system time this process and its threads have used since their start, children not counted.
///
/// # Errors
/// When the process is gone.
pub fn cpu(pid: u32) -> Outcome<Duration> {
    let pid = Pid::from_raw(i32::try_from(pid)?);
    let clock = ClockId::pid_cpu_clock_id(pid).doing("CPU clock of the server")?;
    Ok(clock.now().doing("CPU time of the server")?.into())
}

/// Resident memory right now.
///
/// # Errors
/// When the process is gone.
pub fn memory(pid: u32) -> Outcome<Memory> {
    let text =
        fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).doing("memory of the server")?;
    let kilobytes = |name: &str| {
        text.lines()
            .filter_map(|line| {
                line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok()
            })
            .sum::<u64>()
    };
    Ok(Memory {
        rss: kilobytes("Rss:"),
        private: kilobytes("Private_Clean:") + kilobytes("Private_Dirty:"),
    })
}

/// CPU time the whole machine has used since it started, whoever used it.
///
/// # Errors
/// When the kernel does not tell.
pub fn machine_cpu() -> Outcome<Duration> {
    let text = fs::read_to_string("/proc/stat").doing("CPU time of the machine")?;
    let ticks = text.lines().next().unwrap_or_default().split_whitespace().skip(1);
    // user nice system idle iowait irq softirq steal; the guests' time is part of user's. 100 ticks a second (proc(5)).
    let ticks = ticks.take(8).enumerate().filter(|(column, _)| !matches!(column, 3 | 4));
    let used: u64 = ticks.filter_map(|(_, ticks)| ticks.parse::<u64>().ok()).sum();
    Ok(Duration::from_millis(used * 10))
}

/// CPU times of a process and its direct children: PostgreSQL forks one per connection.
#[derive(Debug)]
pub struct Family(HashMap<u32, Duration>);

impl Family {
    /// Reads them now; those that just ended are left out.
    pub fn read(parent: u32) -> Self {
        let children = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children"))
            .unwrap_or_default();
        let pids = children.split_whitespace().filter_map(|pid| pid.parse().ok());
        Self(pids.chain([parent]).filter_map(|pid| Some((pid, cpu(pid).ok()?))).collect())
    }

    /// CPU time used since `earlier`.
    pub fn since(&self, earlier: &Self) -> Duration {
        let used = |(pid, now): (&u32, &Duration)| {
            now.saturating_sub(earlier.0.get(pid).copied().unwrap_or_default())
        };
        self.0.iter().map(used).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machine_has_used_more_than_this_process() {
        assert!(machine_cpu().unwrap() > cpu(std::process::id()).unwrap());
    }

    #[test]
    fn a_process_can_read_itself() {
        let me = std::process::id();
        assert!(cpu(me).unwrap() > Duration::ZERO);
        assert!(memory(me).unwrap().rss > 100);
    }
}
