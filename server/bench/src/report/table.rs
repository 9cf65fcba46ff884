//! The tables for people.

use super::{Goals, Row, Section};
use std::fmt::Write;

/// CPU of others, per cent of a core, up to which times can be trusted.
const QUIET_MACHINE_PERCENT: f64 = 20.0;

/// Rows with what was measured, then what each comes to beside its goals.
pub fn markdown(sections: &[Section]) -> String {
    let mut text = String::from(
        "| scenario | server | p50 / p95 / p99 ms | server CPU ms per 1,000 | PostgreSQL | generator | core % | others % \
         | kB per connection (private) | last one whole s | owed | lost | doubled | out of order | refused | cut |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |\n",
    );
    for section in sections {
        for row in &section.rows {
            measured(&mut text, section, row);
        }
    }
    let others = sections.iter().flat_map(|section| &section.rows);
    let others = others.map(|row| row.result.others_core_percent).fold(0.0, f64::max);
    if others > QUIET_MACHINE_PERCENT {
        let _ = writeln!(
            text,
            "\nOthers used up to {others:.0} % of a core meanwhile: read the CPU and the memory, not the times."
        );
    }
    text.push_str("\n| scenario | server | figure | measured | goal | |\n| --- | --- | --- | --- | --- | --- |\n");
    for section in sections {
        for row in &section.rows {
            compared(&mut text, section, row);
        }
    }
    text
}

fn measured(text: &mut String, section: &Section, row: &Row) {
    let r = &row.result;
    let times = match (r.p50_ms, r.p95_ms, r.p99_ms) {
        (Some(p50), Some(p95), Some(p99)) => format!("{p50:.2} / {p95:.2} / {p99:.2}"),
        _ => "–".to_owned(),
    };
    // Below, what a server allocates once hides what a connection takes.
    let memory = match (r.kb_per_connection, r.private_kb_per_connection) {
        (Some(all), Some(private)) if section.connections >= 200 => {
            format!("{all:.1} ({private:.1})")
        }
        _ => "–".to_owned(),
    };
    let number = |value: Option<f64>, digits: usize| {
        value.map_or("–".to_owned(), |value| format!("{value:.digits$}"))
    };
    let _ = writeln!(
        text,
        "| {} | {} | {times} | {} | {} | {} | {:.1} | {:.1} | {memory} | {} | {} | {} | {} | {} | {} | {} |",
        section.title,
        row.side.title(),
        number(r.server_cpu_ms, 1),
        number(r.postgres_cpu_ms, 1),
        number(r.generator_cpu_ms, 1),
        r.server_core_percent,
        r.others_core_percent,
        number(r.whole_after_s, 3),
        r.owed.map_or("–".to_owned(), |owed| owed.to_string()),
        r.lost,
        r.doubled,
        r.disordered,
        r.refused,
        r.cut,
    );
}

fn compared(text: &mut String, section: &Section, row: &Row) {
    let Goals { p50, p99, server_cpu, kb_per_connection, core_percent, whole_after_s } =
        section.goals;
    let r = &row.result;
    let mut line = |figure: &str, value: Option<f64>, unit: &str, goal: Option<f64>| {
        let Some(value) = value else { return };
        let verdict = match goal {
            Some(goal) if value <= goal => "met",
            Some(_) => "**missed**",
            None => "",
        };
        let goal = goal.map_or("–".to_owned(), |goal| format!("<= {goal}{unit}"));
        let (title, side) = (&section.title, row.side.title());
        let _ = writeln!(
            text,
            "| {title} | {side} | {figure} | {value:.2}{unit} | {goal} | {verdict} |"
        );
    };
    if let Some(bare) = section.bare().filter(|bare| bare.side != row.side).map(|bare| &bare.result)
    {
        line("p50", ratio(r.p50_ms, bare.p50_ms), "x", p50);
        line("p99", ratio(r.p99_ms, bare.p99_ms), "x", p99);
        line("server CPU", ratio(r.server_cpu_ms, bare.server_cpu_ms), "x", server_cpu);
        line("last one whole", ratio(r.whole_after_s, bare.whole_after_s), "x", None);
        let memory = ratio(r.kb_per_connection, bare.kb_per_connection);
        line("memory", memory.filter(|_| section.connections >= 200), "x", None);
    }
    line(
        "memory per connection",
        kb_per_connection.and(r.kb_per_connection),
        " kB",
        kb_per_connection,
    );
    line("idle CPU", core_percent.map(|_| r.server_core_percent), " % of a core", core_percent);
    line("last one whole", whole_after_s.and(r.whole_after_s), " s", whole_after_s);
    line("lost and doubled", Some((r.lost + r.doubled) as f64), "", Some(0.0));
}

fn ratio(ours: Option<f64>, bare: Option<f64>) -> Option<f64> {
    match (ours, bare) {
        (Some(ours), Some(bare)) if bare > 0.0 => Some(ours / bare),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        scenarios::{Name, Round},
        servers::Side,
    };

    #[test]
    fn ratios_stand_beside_their_goals() {
        let row = |side, p50| Row::new(side, vec![Round { p50_ms: Some(p50), ..Round::default() }]);
        let section = Section {
            scenario: Name::Busy,
            title: "busy".into(),
            connections: 200,
            goals: Goals::of(Name::Busy),
            rows: vec![row(Side::Bare, 2.0), row(Side::BareAgain, 3.0)],
        };
        let text = markdown(&[section]);
        assert!(text.contains("| p50 | 1.50x | <= 1.3x | **missed** |"), "{text}");
        assert!(text.contains("| lost and doubled | 0.00 | <= 0 | met |"), "{text}");
    }
}
