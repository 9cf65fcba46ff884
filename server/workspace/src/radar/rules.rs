//! The rules. Each flag says which one it comes from, with its numbers.

use super::{calendar::Calendar, day_of};
use chrono::NaiveDate;
use chrono_tz::Tz;
use std::collections::HashMap;
use store::radar::{Due, Promise, Sighted, Source, Subject, Turn};
use vocabulary::{Flag, FlagSource, Health, Outlook, WorkDoctype};

/// Working days from which something late is off track.
const LATE_DAYS: u32 = 5;

/// The same for what is High or Urgent.
const URGENT_LATE_DAYS: u32 = 2;

/// Working days within which a date is near.
const NEAR_DAYS: u32 = 2;

/// Working days without an answer from which a client waits too long.
const WAIT_DAYS: u32 = 1;

/// And far too long.
const LONG_WAIT_DAYS: u32 = 3;

/// Flags that are told of one Project.
const TOLD: usize = 20;

/// When it is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// The site's date.
    pub(super) today: NaiveDate,
    /// The site's zone.
    pub(super) zone: Tz,
}

/// How the Project of `subject` stands.
pub(super) fn judged(subject: &Subject, sighted: &Sighted, known: Known) -> Outlook {
    let list = subject.holiday_list.as_ref().and_then(|name| sighted.holidays.get(name));
    let judge = Judge { known, calendar: Calendar::of(list) };
    let mut flags = Vec::new();
    if subject.status == "Open" {
        let of_project = |workspace| workspace == subject.workspace;
        let dues = sighted.dues.iter().filter(|due| of_project(due.workspace));
        flags.extend(dues.filter_map(|due| judge.due(due)));
        flags.extend(judge.end(subject));
        let turns = sighted.turns.iter().filter(|turn| of_project(turn.workspace));
        flags.extend(
            unanswered(turns.filter(|turn| is_the_clients(turn, subject)))
                .filter_map(|turn| judge.waiting(turn)),
        );
    }
    flags.sort_by_key(|(weight, days, _)| std::cmp::Reverse((*weight, *days)));
    let health = flags.first().map(|(weight, ..)| *weight).unwrap_or_default();
    let further = flags.len().saturating_sub(TOLD);
    Outlook {
        expected_start_date: subject.expected_start_date.clone(),
        expected_end_date: subject.expected_end_date.clone(),
        health,
        flags: flags.into_iter().take(TOLD).map(|(.., flag)| flag).collect(),
        further,
    }
}

/// Whether a turn is one between the team and this Project's client: what ERPNext links with another Customer is not.
fn is_the_clients(turn: &Turn, subject: &Subject) -> bool {
    match (&subject.customer, turn.customers.as_slice()) {
        (_, []) => matches!(turn.source, Source::Message(_)) || turn.on_issue || !turn.came_in,
        (Some(customer), customers) => {
            !turn.came_in || customers.iter().any(|one| one == customer.as_str())
        }
        (None, _) => true,
    }
}

/// The first turn of each thread that came in and has no answer yet: nothing went out after it in the same thread, nor to
/// whoever it came from.
fn unanswered<'a>(turns: impl Iterator<Item = &'a Turn>) -> impl Iterator<Item = &'a Turn> {
    let mut waiting: Vec<&Turn> = Vec::new();
    for turn in turns {
        if turn.came_in {
            waiting.push(turn);
        } else {
            waiting
                .retain(|one| one.thread != turn.thread && one.outside.is_disjoint(&turn.outside));
        }
    }
    let mut first: HashMap<(&str, &str), &Turn> = HashMap::new();
    for turn in waiting {
        first.entry((&turn.thread, &turn.who)).or_insert(turn);
    }
    first.into_values()
}

struct Judge<'a> {
    known: Known,
    calendar: Calendar<'a>,
}

/// A flag with what it is sorted by.
type Weighed = (Health, u32, Flag);

impl Judge<'_> {
    fn due(&self, due: &Due) -> Option<Weighed> {
        let by: NaiveDate = due.by.get(..10)?.parse().ok()?;
        let urgent = matches!(due.priority.as_str(), "High" | "Urgent");
        let limit = if urgent { URGENT_LATE_DAYS } else { LATE_DAYS };
        let what = match due.promise {
            Promise::End => "",
            Promise::Response => ": first answer",
            Promise::Resolution => ": resolution",
        };
        let named = format!("{}{what}", due.subject);
        let rule = |what: &str| match due.promise {
            Promise::End => format!("exp_end_date {by} of {} {what}", due.name),
            Promise::Response => format!("response_by {} of {} {what}", minutes(&due.by), due.name),
            Promise::Resolution => {
                format!("sla_resolution_by {} of {} {what}", minutes(&due.by), due.name)
            }
        };
        let (weight, days, words, rule) = self.dated(by, limit, &named, rule)?;
        let doctype: WorkDoctype = due.doctype;
        Some((
            weight,
            days,
            Flag { weight, words, rule, source: FlagSource::Work(doctype, due.name.clone()) },
        ))
    }

    fn end(&self, subject: &Subject) -> Option<Weighed> {
        let by: NaiveDate = subject.expected_end_date.as_deref()?.get(..10)?.parse().ok()?;
        let rule = |what: &str| format!("expected_end_date {by} of {} {what}", subject.project);
        let (weight, days, words, rule) = self.dated(by, LATE_DAYS, "The project’s end", rule)?;
        Some((weight, days, Flag { weight, words, rule, source: FlagSource::Project }))
    }

    /// What is to be said of a date, if it is past or near.
    fn dated(
        &self,
        by: NaiveDate,
        limit: u32,
        named: &str,
        rule: impl Fn(&str) -> String,
    ) -> Option<(Health, u32, String, String)> {
        let late = self.calendar.working_days(by, self.known.today);
        if late > 0 {
            let weight = if late >= limit { Health::OffTrack } else { Health::AtRisk };
            let words = format!("{named} is {} late", working_days(late));
            return Some((
                weight,
                late,
                words,
                rule(&format!("is past; off track from {} on", working_days(limit))),
            ));
        }
        if by < self.known.today {
            // It ended on the last working day.
            return Some((
                Health::OnTrack,
                0,
                format!("{named} was due on the last working day"),
                rule("is past"),
            ));
        }
        let left = self.calendar.working_days(self.known.today, by);
        if left > NEAR_DAYS {
            return None;
        }
        let words = match left {
            0 => format!("{named} is due today"),
            left => format!("{named} is due in {}", working_days(left)),
        };
        Some((Health::OnTrack, 0, words, rule(&format!("is within {}", working_days(NEAR_DAYS)))))
    }

    fn waiting(&self, turn: &Turn) -> Option<Weighed> {
        let day = day_of(turn.at, self.known.zone);
        let days = self.calendar.working_days(day, self.known.today);
        let weight = match days {
            days if days >= LONG_WAIT_DAYS => Health::OffTrack,
            days if days >= WAIT_DAYS => Health::AtRisk,
            _ => Health::OnTrack,
        };
        let about =
            turn.subject.as_ref().map(|subject| format!(" (“{subject}”)")).unwrap_or_default();
        let words = match days {
            0 => format!("{} waits for an answer since today{about}", turn.who),
            days => format!("{} has waited {} for an answer{about}", turn.who, working_days(days)),
        };
        let rule = format!(
            "Came in on {day}, nothing went out since; at risk from {}, off track from {} on",
            working_days(WAIT_DAYS),
            working_days(LONG_WAIT_DAYS)
        );
        let source = match turn.source {
            Source::Entry(entry) => FlagSource::Entry(entry),
            Source::Message(message) => FlagSource::Message(message),
        };
        // What came today counts from tomorrow on: until then it is only told.
        Some((weight, days, Flag { weight, words, rule, source }))
    }
}

fn working_days(count: u32) -> String {
    if count == 1 { "1 working day".to_owned() } else { format!("{count} working days") }
}

/// A stamp without its seconds.
fn minutes(stamp: &str) -> &str {
    stamp.get(..16).unwrap_or(stamp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use uuid::Uuid;
    use vocabulary::{CustomerName, EntryId, Moment, ProjectName, WorkspaceId};

    const PLACE: WorkspaceId = WorkspaceId::from_uuid(Uuid::from_u128(1));
    /// 2026-12-01T12:00:00Z, a Tuesday.
    const NOON: i64 = 1_796_126_400_000;
    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    fn known() -> Known {
        Known { today: "2026-12-01".parse().unwrap(), zone: Tz::UTC }
    }

    fn subject() -> Subject {
        Subject {
            workspace: PLACE,
            project: ProjectName::new("PROJ-1"),
            project_name: "Site".into(),
            customer: Some(CustomerName::new("Casa")),
            status: "Open".into(),
            expected_start_date: None,
            expected_end_date: None,
            holiday_list: None,
        }
    }

    fn due(by: &str, priority: &str) -> Due {
        Due {
            workspace: PLACE,
            doctype: WorkDoctype::Task,
            name: "TASK-1".into(),
            subject: "Room page".into(),
            priority: priority.into(),
            promise: Promise::End,
            by: by.into(),
        }
    }

    fn mail(at: i64, came_in: bool, thread: &str) -> Turn {
        Turn {
            workspace: PLACE,
            source: Source::Entry(EntryId::from_uuid(Uuid::from_u128(7))),
            at: Moment::from_millis(at),
            came_in,
            thread: thread.into(),
            outside: BTreeSet::from(["ines@casa.example".to_owned()]),
            who: "Ines".into(),
            subject: Some("Prices".into()),
            customers: vec!["Casa".into()],
            on_issue: false,
        }
    }

    fn outlook(dues: Vec<Due>, turns: Vec<Turn>) -> Outlook {
        let sighted = Sighted { subjects: vec![subject()], dues, turns, ..Sighted::default() };
        judged(&subject(), &sighted, known())
    }

    fn words(outlook: &Outlook) -> Vec<&str> {
        outlook.flags.iter().map(|flag| flag.words.as_str()).collect()
    }

    #[test]
    fn a_project_of_which_nothing_is_known_is_on_track() {
        assert_eq!(outlook(vec![], vec![]), Outlook::default());
    }

    #[test]
    fn what_is_late_weighs_by_its_working_days_and_its_priority() {
        for (by, priority, health, said) in [
            // Friday to Tuesday.
            ("2026-11-27", "Low", Health::AtRisk, "Room page is 2 working days late"),
            ("2026-11-27", "Urgent", Health::OffTrack, "Room page is 2 working days late"),
            ("2026-11-30", "Urgent", Health::AtRisk, "Room page is 1 working day late"),
            ("2026-11-24", "Low", Health::OffTrack, "Room page is 5 working days late"),
            ("2026-12-01", "Low", Health::OnTrack, "Room page is due today"),
            ("2026-12-03", "Low", Health::OnTrack, "Room page is due in 2 working days"),
        ] {
            let outlook = outlook(vec![due(by, priority)], vec![]);
            assert_eq!((outlook.health, words(&outlook)), (health, vec![said]), "{by} {priority}");
        }
        assert!(outlook(vec![due("2026-12-04", "Urgent")], vec![]).flags.is_empty());
    }

    #[test]
    fn a_weekend_is_not_late() {
        let sunday = Known { today: "2026-11-29".parse().unwrap(), ..known() };
        let sighted = Sighted { dues: vec![due("2026-11-27", "Urgent")], ..Sighted::default() };
        let outlook = judged(&subject(), &sighted, sunday);
        assert_eq!(outlook.health, Health::OnTrack);
        assert_eq!(words(&outlook), ["Room page was due on the last working day"]);
    }

    #[test]
    fn a_client_waits_from_the_first_mail_without_an_answer() {
        let first = mail(NOON - 4 * DAY, true, "Project PROJ-1");
        let again = mail(NOON - HOUR, true, "Project PROJ-1");
        let outlook = outlook(vec![], vec![first, again]);
        // Friday noon to Tuesday.
        assert_eq!(words(&outlook), ["Ines has waited 2 working days for an answer (“Prices”)"]);
        assert_eq!(outlook.health, Health::AtRisk);
        assert!(outlook.flags[0].rule.contains("2026-11-27"), "{}", outlook.flags[0].rule);
    }

    #[test]
    fn an_answer_ends_the_wait_and_a_later_mail_begins_another() {
        let asked = mail(NOON - 4 * DAY, true, "Project PROJ-1");
        let answered = mail(NOON - 3 * DAY, false, "Project PROJ-1");
        assert!(outlook(vec![], vec![asked.clone(), answered.clone()]).flags.is_empty());
        let later = mail(NOON - HOUR, true, "Project PROJ-1");
        let waits = outlook(vec![], vec![asked.clone(), answered, later]);
        assert_eq!(words(&waits), ["Ines waits for an answer since today (“Prices”)"]);
        assert_eq!(waits.health, Health::OnTrack);
        // An answer in another thread counts where it went to whoever asked, and else not.
        let elsewhere = mail(NOON - DAY, false, "Task TASK-1");
        assert!(outlook(vec![], vec![asked.clone(), elsewhere.clone()]).flags.is_empty());
        let other = Turn { outside: BTreeSet::from(["x@y.example".to_owned()]), ..elsewhere };
        assert_eq!(outlook(vec![], vec![asked, other]).flags.len(), 1);
    }

    #[test]
    fn another_customers_mail_is_not_this_clients() {
        let foreign = Turn { customers: vec!["Brewery".into()], ..mail(NOON - 9 * DAY, true, "x") };
        let unlinked = Turn { customers: vec![], ..mail(NOON - 9 * DAY, true, "y") };
        let on_issue = Turn { on_issue: true, ..unlinked.clone() };
        assert!(outlook(vec![], vec![foreign, unlinked]).flags.is_empty());
        assert_eq!(outlook(vec![], vec![on_issue]).health, Health::OffTrack);
    }

    #[test]
    fn what_is_over_is_not_judged() {
        let closed = Subject { status: "Completed".into(), ..subject() };
        let sighted = Sighted { dues: vec![due("2026-11-01", "Urgent")], ..Sighted::default() };
        assert!(judged(&closed, &sighted, known()).flags.is_empty());
    }

    #[test]
    fn the_worst_comes_first_and_what_is_not_told_is_counted() {
        let mut dues: Vec<Due> = (0..25).map(|_| due("2026-11-30", "Low")).collect();
        dues.push(due("2026-11-10", "Low"));
        let outlook = outlook(dues, vec![]);
        assert_eq!(outlook.health, Health::OffTrack);
        assert_eq!(outlook.flags[0].words, "Room page is 15 working days late");
        assert_eq!((outlook.flags.len(), outlook.further), (TOLD, 6));
    }

    #[test]
    fn the_projects_end_and_an_issues_promise_are_dates_too() {
        let late = Subject { expected_end_date: Some("2026-11-27".into()), ..subject() };
        let promised = Due {
            doctype: WorkDoctype::Issue,
            promise: Promise::Response,
            by: "2026-11-30 17:00:00".into(),
            ..due("", "Medium")
        };
        let sighted = Sighted { dues: vec![promised], ..Sighted::default() };
        let outlook = judged(&late, &sighted, known());
        assert_eq!(
            words(&outlook),
            [
                "The project’s end is 2 working days late",
                "Room page: first answer is 1 working day late"
            ]
        );
        assert!(outlook.flags[1].rule.starts_with("response_by 2026-11-30 17:00 of TASK-1"));
    }
}
