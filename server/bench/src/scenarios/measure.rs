//! One round's figures, and what they are made of.

use crate::{
    fault::Outcome,
    generator::{Ledger, Seat, Tally},
    proc::{self, Family, Memory},
    servers::Running,
    services::Services,
};
use serde::Serialize;
use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

/// What one round on one server came to. Absent: the scenario does not tell.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Round {
    /// Half of the deliveries took no longer, in ms.
    pub p50_ms: Option<f64>,
    /// 95 % took no longer, in ms.
    pub p95_ms: Option<f64>,
    /// 99 % took no longer, in ms.
    pub p99_ms: Option<f64>,
    /// CPU of the server processes, ms per 1,000 deliveries.
    pub server_cpu_ms: Option<f64>,
    /// CPU of PostgreSQL, ms per 1,000 deliveries.
    pub postgres_cpu_ms: Option<f64>,
    /// CPU of the generator, ms per 1,000 deliveries.
    pub generator_cpu_ms: Option<f64>,
    /// CPU of the server processes, per cent of one core.
    pub server_core_percent: f64,
    /// CPU of everybody else on the machine, per cent of one core: while it is high, times are not to be trusted.
    pub others_core_percent: f64,
    /// Growth of resident memory per connection, kB.
    pub kb_per_connection: Option<f64>,
    /// The same, only pages no other process has.
    pub private_kb_per_connection: Option<f64>,
    /// Communications that ERPNext was still owed at the end.
    pub owed: Option<u64>,
    /// Until the last client had everything it missed, in seconds.
    pub whole_after_s: Option<f64>,
    /// Deliveries counted.
    pub deliveries: usize,
    /// Deliveries that never came.
    pub lost: usize,
    /// Deliveries that came again, or under another identifier.
    pub doubled: usize,
    /// Deliveries that came after one with a higher place.
    pub disordered: usize,
    /// Lines the server refused.
    pub refused: usize,
    /// Connections the server ended.
    pub cut: usize,
}

/// CPU clocks at the beginning of the measured window.
pub struct Window {
    began: Instant,
    server: Duration,
    generator: Duration,
    postgres: Option<Family>,
    standin: Duration,
    machine: Duration,
    deliveries: usize,
}

impl Window {
    /// Opens the window.
    pub fn open(running: &Running, services: &Services, ledger: &Ledger) -> Outcome<Self> {
        Ok(Self {
            began: Instant::now(),
            server: running.cpu()?,
            generator: proc::cpu(std::process::id())?,
            postgres: services.postmaster().map(Family::read),
            standin: running.standin_cpu()?,
            machine: proc::machine_cpu()?,
            deliveries: ledger.delivered.load(Relaxed),
        })
    }

    /// Closes it and fills in what CPU it took.
    pub fn close(
        self,
        running: &Running,
        services: &Services,
        ledger: &Ledger,
        round: &mut Round,
    ) -> Outcome<()> {
        let server = running.cpu()?.saturating_sub(self.server);
        let generator = proc::cpu(std::process::id())?.saturating_sub(self.generator);
        let deliveries = ledger.delivered.load(Relaxed) - self.deliveries;
        let postgres = match (&self.postgres, services.postmaster()) {
            (Some(earlier), Some(postmaster)) => Some(Family::read(postmaster).since(earlier)),
            _ => None,
        };
        let standin = running.standin_cpu()?.saturating_sub(self.standin);
        let machine = proc::machine_cpu()?.saturating_sub(self.machine);
        let ours = server + generator + standin + postgres.unwrap_or_default();
        let took = self.began.elapsed();
        let core_percent = |cpu: Duration| cpu.as_secs_f64() / took.as_secs_f64() * 100.0;
        let per_thousand =
            |cpu: Duration| (deliveries > 0).then(|| cpu.as_secs_f64() * 1e6 / deliveries as f64);
        round.server_core_percent = core_percent(server);
        round.others_core_percent = core_percent(machine.saturating_sub(ours));
        round.server_cpu_ms = per_thousand(server);
        round.generator_cpu_ms = per_thousand(generator);
        round.postgres_cpu_ms = postgres.and_then(per_thousand);
        round.deliveries = deliveries;
        Ok(())
    }
}

impl Round {
    /// What the connections added to the servers' memory.
    pub fn memory(&mut self, before: Memory, after: Memory, connections: usize) {
        let each = |before: u64, after: u64| {
            after.saturating_sub(before) as f64 / connections.max(1) as f64
        };
        self.kb_per_connection = Some(each(before.rss, after.rss));
        self.private_kb_per_connection = Some(each(before.private, after.private));
    }

    /// Counts what did not come, what came twice, and what was refused. Of `lines` lines in all,
    /// a member of the room with number r should have those whose number is r modulo `rooms`.
    pub fn count(
        &mut self,
        members: &[(Seat, Tally)],
        ledger: &Ledger,
        lines: usize,
        rooms: usize,
    ) {
        for (index, (_, tally)) in members.iter().enumerate() {
            let expected = (index % rooms..lines).step_by(rooms);
            self.lost += expected.filter(|number| !tally.has(*number)).count();
            self.doubled += tally.doubled;
            self.disordered += tally.disordered;
            self.cut += usize::from(tally.cut);
        }
        self.doubled += ledger.renamed.load(Relaxed);
        self.refused += ledger.refused.load(Relaxed);
    }

    /// The percentiles of the deliveries of lines from number `first` on.
    pub fn percentiles(&mut self, members: &[(Seat, Tally)], first: usize) {
        let ages = members.iter().flat_map(|(_, tally)| &tally.ages);
        let mut ages: Vec<u32> =
            ages.filter(|(number, _)| *number as usize >= first).map(|(_, age)| *age).collect();
        ages.sort_unstable();
        let at = |share: f64| {
            let rank = (ages.len() as f64 * share).ceil() as usize;
            ages.get(rank.saturating_sub(1)).map(|micros| f64::from(*micros) / 1_000.0)
        };
        (self.p50_ms, self.p95_ms, self.p99_ms) = (at(0.50), at(0.95), at(0.99));
    }
}
