//! Medians over rounds.

use crate::scenarios::Round;

/// The medians of what was timed; the sums of what was counted; the longest queue.
pub fn over(rounds: &[Round]) -> Round {
    let some = |pick: fn(&Round) -> Option<f64>| median(rounds.iter().filter_map(pick).collect());
    let all =
        |pick: fn(&Round) -> f64| median(rounds.iter().map(pick).collect()).unwrap_or_default();
    let sum = |pick: fn(&Round) -> usize| rounds.iter().map(pick).sum();
    Round {
        p50_ms: some(|round| round.p50_ms),
        p95_ms: some(|round| round.p95_ms),
        p99_ms: some(|round| round.p99_ms),
        server_cpu_ms: some(|round| round.server_cpu_ms),
        postgres_cpu_ms: some(|round| round.postgres_cpu_ms),
        generator_cpu_ms: some(|round| round.generator_cpu_ms),
        server_core_percent: all(|round| round.server_core_percent),
        others_core_percent: all(|round| round.others_core_percent),
        kb_per_connection: some(|round| round.kb_per_connection),
        private_kb_per_connection: some(|round| round.private_kb_per_connection),
        owed: rounds.iter().filter_map(|round| round.owed).max(),
        whole_after_s: some(|round| round.whole_after_s),
        deliveries: sum(|round| round.deliveries),
        lost: sum(|round| round.lost),
        doubled: sum(|round| round.doubled),
        disordered: sum(|round| round.disordered),
        refused: sum(|round| round.refused),
        cut: sum(|round| round.cut),
    }
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_unstable_by(f64::total_cmp);
    let middle = values.len() / 2;
    let upper = *values.get(middle)?;
    if values.len() % 2 == 1 {
        return Some(upper);
    }
    values.get(middle - 1).map(|lower| f64::midpoint(*lower, upper))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_even_and_odd_many() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }

    #[test]
    fn what_must_not_happen_is_added_up() {
        let round = |lost| Round { lost, ..Round::default() };
        assert_eq!(over(&[round(0), round(0), round(1)]).lost, 1);
    }
}
