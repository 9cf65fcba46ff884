//! How the stand-in can be told to misbehave.

mod deliveries;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};

use super::{answer::Answer, refusal::Refusal};

/// One way to fail before anything was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A status: 429 as ERPNext's site limit sends it, others as a proxy's page.
    Status(u16),
    /// A database deadlock: a 500 of ERPNext itself, rolled back.
    Deadlock,
}

/// The controls; clones steer the same stand-in.
#[derive(Clone, Default)]
pub struct Faults {
    plan: Arc<Mutex<Plan>>,
}

#[derive(Default)]
struct Plan {
    next: VecDeque<Failure>,
    percentages: Vec<(Failure, f64)>,
    drop_after_commit_percent: f64,
    drop_next_after_commit: u32,
    lose_percent: f64,
    retry_after: Option<u64>,
    delay: Duration,
    down: bool,
    deliveries: deliveries::Plan,
}

/// What happens to one request.
pub(crate) enum Fate {
    Answer,
    Fail(Failure),
    /// Cut the line; nothing is done.
    Lose,
    /// Do it, then cut the line.
    DropAfterCommit,
}

impl Faults {
    /// The next `count` requests fail with `status`.
    pub fn fail_next(&self, count: usize, status: u16) {
        let failures = std::iter::repeat_n(Failure::Status(status), count);
        self.plan().next.extend(failures);
    }

    /// The next `count` requests end in a deadlock.
    pub fn deadlock_next(&self, count: usize) {
        self.plan().next.extend(std::iter::repeat_n(Failure::Deadlock, count));
    }

    /// From now on this percentage of requests fails like this; 0 ends it.
    pub fn fail_percent(&self, failure: Failure, percent: f64) {
        let mut plan = self.plan();
        plan.percentages.retain(|(one, _)| *one != failure);
        if percent > 0.0 {
            plan.percentages.push((failure, percent));
        }
    }

    /// The `Retry-After` of answers with 429, in seconds; 1 when nothing was said.
    pub fn retry_after(&self, seconds: u64) {
        self.plan().retry_after = Some(seconds);
    }

    /// This percentage of writes is done, and then the line is cut without an answer.
    pub fn drop_after_commit_percent(&self, percent: f64) {
        self.plan().drop_after_commit_percent = percent;
    }

    /// The next `count` writes are done, and then the line is cut without an answer.
    pub fn drop_next_after_commit(&self, count: u32) {
        self.plan().drop_next_after_commit = count;
    }

    /// This percentage of requests is cut off before anything is done.
    pub fn lose_percent(&self, percent: f64) {
        self.plan().lose_percent = percent;
    }

    /// Every answer takes this much longer.
    pub fn delay(&self, delay: Duration) {
        self.plan().delay = delay;
    }

    /// From now on connections are closed without an answer.
    pub fn go_down(&self) {
        self.plan().down = true;
    }

    /// Ends [`Self::go_down`].
    pub fn come_up(&self) {
        self.plan().down = false;
    }

    /// Whether it [went down](Self::go_down).
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.plan().down
    }

    /// No more faults of any kind.
    pub fn clear(&self) {
        *self.plan() = Plan::default();
    }

    pub(crate) fn current_delay(&self) -> Duration {
        self.plan().delay
    }

    pub(crate) fn fate(&self, is_write: bool) -> Fate {
        let mut plan = self.plan();
        if plan.down {
            return Fate::Lose;
        }
        if let Some(failure) = plan.next.pop_front() {
            return Fate::Fail(failure);
        }
        let mut dice = rand::random_range(0.0..100.0);
        for (failure, percent) in &plan.percentages {
            if dice < *percent {
                return Fate::Fail(*failure);
            }
            dice -= percent;
        }
        if rand::random_range(0.0..100.0) < plan.lose_percent {
            return Fate::Lose;
        }
        if is_write && plan.drop_next_after_commit > 0 {
            plan.drop_next_after_commit -= 1;
            return Fate::DropAfterCommit;
        }
        if is_write && rand::random_range(0.0..100.0) < plan.drop_after_commit_percent {
            return Fate::DropAfterCommit;
        }
        Fate::Answer
    }

    pub(crate) fn failed(&self, failure: Failure) -> Answer {
        match failure {
            Failure::Deadlock => {
                let refusal = Refusal::crash(
                    "QueryDeadlockError",
                    "frappe.exceptions.QueryDeadlockError: (1213, 'Deadlock found when trying to get lock; try restarting transaction')",
                );
                Answer::json(refusal.status, &refusal.v1())
            }
            Failure::Status(429) => {
                let mut answer = Answer::json(429, &Refusal::too_many_requests().v1());
                answer.retry_after = Some(self.plan().retry_after.unwrap_or(1));
                answer
            }
            Failure::Status(status) => Answer::html(status, &format!("{status} from the proxy")),
        }
    }

    /// Takes settings by HTTP; names are those of the methods.
    pub(crate) fn set(&self, wanted: &Value) {
        let number = |name: &str| wanted.get(name).and_then(Value::as_f64);
        if let Some(next) = wanted.get("fail_next") {
            let count = next.get("count").and_then(Value::as_u64).unwrap_or(1);
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            match failure_called(next.get("status")) {
                Some(Failure::Status(status)) => self.fail_next(count, status),
                Some(Failure::Deadlock) => self.deadlock_next(count),
                None => {}
            }
        }
        if let Some(percent) = wanted.get("fail_percent").and_then(Value::as_object) {
            for (status, percent) in percent {
                if let Some(failure) = failure_called(Some(&Value::from(status.as_str()))) {
                    self.fail_percent(failure, percent.as_f64().unwrap_or(0.0));
                }
            }
        }
        if let Some(percent) = number("drop_after_commit_percent") {
            self.drop_after_commit_percent(percent);
        }
        if let Some(count) = wanted.get("drop_next_after_commit").and_then(Value::as_u64) {
            self.drop_next_after_commit(u32::try_from(count).unwrap_or(u32::MAX));
        }
        if let Some(percent) = number("lose_percent") {
            self.lose_percent(percent);
        }
        if let Some(seconds) = wanted.get("retry_after").and_then(Value::as_u64) {
            self.retry_after(seconds);
        }
        if let Some(millis) = wanted.get("delay_ms").and_then(Value::as_u64) {
            self.delay(Duration::from_millis(millis));
        }
        if let Some(down) = wanted.get("down").and_then(Value::as_bool) {
            self.plan().down = down;
        }
        self.set_deliveries(wanted);
    }

    pub(crate) fn describe(&self) -> Value {
        let plan = self.plan();
        let percentages = plan.percentages.iter().map(|(failure, percent)| {
            let name = match failure {
                Failure::Status(status) => status.to_string(),
                Failure::Deadlock => "deadlock".to_owned(),
            };
            (name, json!(percent))
        });
        let percentages: serde_json::Map<String, Value> = percentages.collect();
        let mut described = json!({
            "failures_to_come": plan.next.len(), "fail_percent": percentages,
            "drop_after_commit_percent": plan.drop_after_commit_percent,
            "drop_next_after_commit": plan.drop_next_after_commit,
            "lose_percent": plan.lose_percent, "retry_after": plan.retry_after,
            "delay_ms": u64::try_from(plan.delay.as_millis()).unwrap_or(u64::MAX), "down": plan.down,
        });
        if let (Some(all), Value::Object(more)) =
            (described.as_object_mut(), plan.deliveries.describe())
        {
            all.extend(more);
        }
        described
    }

    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn failure_called(name: Option<&Value>) -> Option<Failure> {
    let name = name.map(super::site::plain)?;
    if name == "deadlock" {
        return Some(Failure::Deadlock);
    }
    name.parse().ok().map(Failure::Status)
}
