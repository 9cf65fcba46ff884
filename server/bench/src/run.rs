//! The measurement: every scenario, every round, every server.

use crate::{
    fault::{Doing, Outcome},
    options::RunOptions,
    report::{Row, Section, markdown},
    scenarios::{Name, Round, Scenario},
    servers::Side,
    services::Services,
};
use clap::ValueEnum;
use tokio::signal::unix::{SignalKind, signal};

/// Measures what the options ask for, prints the tables, writes the file.
///
/// # Errors
/// When a server cannot be started or stops in the middle.
pub async fn run(options: RunOptions) -> Outcome<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let services = Services::start(&options)?;
    // On a signal the servers end too: they end with the values that hold them.
    let sections = tokio::select! {
        sections = measure(&options, &services) => sections,
        _ = terminate.recv() => Err("stopped".into()),
        _ = tokio::signal::ctrl_c() => Err("stopped".into()),
    };
    services.stop().await?;
    let sections = sections?;
    println!("{}", markdown(&sections));
    if let Some(path) = &options.out {
        std::fs::write(path, serde_json::to_vec_pretty(&sections)?).doing("--out")?;
    }
    Ok(())
}

async fn measure(options: &RunOptions, services: &Services) -> Outcome<Vec<Section>> {
    let sides = sides(options);
    let names =
        if options.scenario.is_empty() { Name::value_variants() } else { &options.scenario };
    let rounds = if options.quick { options.rounds.min(2) } else { options.rounds };
    let mut sections = Vec::new();
    for name in names {
        let scenario = Scenario::new(*name, options);
        sections.push(section(&scenario, &sides, rounds.max(1), services, options).await?);
    }
    Ok(sections)
}

async fn section(
    scenario: &Scenario,
    sides: &[Side],
    rounds: usize,
    services: &Services,
    options: &RunOptions,
) -> Outcome<Section> {
    let mut results: Vec<Vec<Round>> = vec![Vec::new(); sides.len()];
    for number in 0..rounds {
        let mut order: Vec<usize> = (0..sides.len()).collect();
        // Whoever is first in one round is last in the next: a machine that slowly changes favours nobody.
        if number % 2 == 1 {
            order.reverse();
        }
        for index in order {
            let (Some(side), Some(results)) = (sides.get(index), results.get_mut(index)) else {
                continue;
            };
            let doing =
                format!("{}, round {} of {rounds}, {}", scenario.title(), number + 1, side.title());
            eprintln!("{doing}");
            results.push(scenario.round(*side, services, options).await.doing(&doing)?);
        }
    }
    let rows = sides.iter().zip(results).map(|(side, rounds)| Row::new(*side, rounds)).collect();
    Ok(Section {
        scenario: scenario.name,
        title: scenario.title(),
        connections: scenario.shape.members(),
        goals: scenario.goals(),
        rows,
    })
}

fn sides(options: &RunOptions) -> Vec<Side> {
    if options.self_check {
        return vec![Side::Bare, Side::BareAgain];
    }
    if options.side.is_empty() {
        return Side::value_variants()
            .iter()
            .copied()
            .filter(|side| *side != Side::BareAgain)
            .collect();
    }
    options.side.clone()
}
