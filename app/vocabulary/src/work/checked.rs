//! What can be said to be wrong with a value before ERPNext is asked.

use super::{IssueStatus, Priority, TaskStatus, WorkDoctype, WorkField};
use std::fmt;

/// The longest subject ERPNext takes, in characters.
pub const SUBJECT_LIMIT_CHARS: usize = 140;

/// The longest description taken here, in characters.
pub const DESCRIPTION_LIMIT_CHARS: usize = 20_000;

/// The longest value of a choice.
const CHOICE_LIMIT_CHARS: usize = 140;

/// Why a value is none for its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldProblem {
    /// The doctype has no such field here.
    NotHere,
    /// It may not be empty.
    Empty,
    /// It is longer than this, in characters.
    TooLong(usize),
    /// It is no day.
    NoDate,
    /// It is no whole number from 0 to 100.
    NoPercentage,
}

impl fmt::Display for FieldProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotHere => f.write_str("This field cannot be changed here."),
            Self::Empty => f.write_str("This cannot be empty."),
            Self::TooLong(limit) => write!(f, "This is longer than {limit} characters."),
            Self::NoDate => f.write_str("This is not a day. Write it like 2026-12-31."),
            Self::NoPercentage => f.write_str("This is not a whole number from 0 to 100."),
        }
    }
}

/// `value` as it is sent to ERPNext; `None` empties the field.
///
/// # Errors
/// [`FieldProblem`] where ERPNext need not be asked.
pub fn checked(
    doctype: WorkDoctype,
    field: WorkField,
    value: Option<&str>,
) -> Result<Option<String>, FieldProblem> {
    if !doctype.fields().contains(&field) {
        return Err(FieldProblem::NotHere);
    }
    let text = tidied(field, value.unwrap_or_default());
    if text.is_empty() {
        return match field {
            WorkField::Subject | WorkField::Status | WorkField::Priority => {
                Err(FieldProblem::Empty)
            }
            WorkField::Progress => Ok(Some("0".into())),
            WorkField::ExpStartDate
            | WorkField::ExpEndDate
            | WorkField::Description
            | WorkField::Assigned => Ok(None),
        };
    }
    let value = match (field, doctype) {
        (WorkField::Subject, _) => within(text, SUBJECT_LIMIT_CHARS)?,
        (WorkField::Description, _) => within(text, DESCRIPTION_LIMIT_CHARS)?,
        (WorkField::Status, WorkDoctype::Task) => {
            within(TaskStatus::from(&*text).to_string(), CHOICE_LIMIT_CHARS)?
        }
        (WorkField::Status, WorkDoctype::Issue) => {
            within(IssueStatus::from(&*text).to_string(), CHOICE_LIMIT_CHARS)?
        }
        (WorkField::Priority, _) => within(Priority::from(&*text).to_string(), CHOICE_LIMIT_CHARS)?,
        (WorkField::ExpStartDate | WorkField::ExpEndDate, _) if is_day(&text) => text,
        (WorkField::ExpStartDate | WorkField::ExpEndDate, _) => return Err(FieldProblem::NoDate),
        (WorkField::Progress, _) => match text.parse::<u8>() {
            Ok(percent) if percent <= 100 => percent.to_string(),
            _ => return Err(FieldProblem::NoPercentage),
        },
        (WorkField::Assigned, _) => return Err(FieldProblem::NotHere),
    };
    Ok(Some(value))
}

/// Without characters that nobody can see; in one line where the field is one.
fn tidied(field: WorkField, value: &str) -> String {
    let value = value.replace("\r\n", "\n");
    let text: String = if field == WorkField::Description {
        value.chars().filter(|c| matches!(c, '\n' | '\t') || !c.is_control()).collect()
    } else {
        value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    text.trim().to_owned()
}

fn within(text: String, limit: usize) -> Result<String, FieldProblem> {
    if text.chars().count() > limit { Err(FieldProblem::TooLong(limit)) } else { Ok(text) }
}

fn is_day(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<u32>().ok())?
    };
    let (Some(year), Some(month), Some(day)) = (number(4), number(2), number(2)) else {
        return false;
    };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let last = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return false,
    };
    parts.next().is_none() && year >= 1000 && (1..=last).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(field: WorkField, value: &str) -> Result<Option<String>, FieldProblem> {
        checked(WorkDoctype::Task, field, Some(value))
    }

    #[test]
    fn only_days_that_exist_are_days() {
        for day in ["2026-12-31", "2028-02-29"] {
            assert_eq!(task(WorkField::ExpEndDate, day), Ok(Some(day.into())));
        }
        for other in ["2026-02-29", "2026-13-01", "31.12.2026", "2026-12-31T00:00:00Z", "26-1-1"] {
            assert_eq!(task(WorkField::ExpEndDate, other), Err(FieldProblem::NoDate), "{other}");
        }
        assert_eq!(task(WorkField::ExpEndDate, " "), Ok(None));
    }

    #[test]
    fn a_subject_is_one_line_that_is_not_empty() {
        assert_eq!(task(WorkField::Subject, " a\nb "), Ok(Some("a b".into())));
        assert_eq!(task(WorkField::Subject, " \n"), Err(FieldProblem::Empty));
        assert_eq!(task(WorkField::Subject, &"x".repeat(141)), Err(FieldProblem::TooLong(140)));
    }

    #[test]
    fn progress_is_a_whole_number_of_percent() {
        assert_eq!(task(WorkField::Progress, "040"), Ok(Some("40".into())));
        for other in ["101", "-1", "4.5", "half"] {
            assert_eq!(task(WorkField::Progress, other), Err(FieldProblem::NoPercentage));
        }
    }

    #[test]
    fn an_issue_has_no_progress() {
        let value = checked(WorkDoctype::Issue, WorkField::Progress, Some("10"));
        assert_eq!(value, Err(FieldProblem::NotHere));
    }
}
