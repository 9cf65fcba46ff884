//! What people and jobs do in ERPNext itself: any document of any mirrored doctype, in any way ERPNext allows.

use rand::{Rng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};
use standin::{
    cast::{self, Person},
    erpnext::Running,
};

const PEOPLE: [Person; 4] = [cast::MAYA, cast::TOM, cast::PRIYA, cast::JONAS];
const PRIORITIES: [&str; 4] = ["Low", "Medium", "High", "Urgent"];
const TASK_STATUSES: [&str; 4] = ["Open", "Working", "Pending Review", "Cancelled"];
const MEDIA: [&str; 3] = ["Email", "Phone", "Chat"];
/// Often what there is much of.
const DELETED: [&str; 11] = [
    "Task",
    "Task",
    "Task",
    "Issue",
    "Comment",
    "Comment",
    "Comment",
    "Communication",
    "Communication",
    "ToDo",
    "File",
];
const ISSUE_STATUSES: [&str; 5] = ["Open", "Replied", "On Hold", "Resolved", "Closed"];

/// Subjects of Tasks and Issues that only members write begin like this: nobody in ERPNext touches those.
pub const OURS: &str = "ours";

/// Everybody at ERPNext.
pub struct Theirs {
    number: u32,
    /// Edits that ERPNext took.
    pub done: u32,
    /// Edits that it refused, as it does when a Task waits for another.
    pub refused: u32,
}

impl Theirs {
    pub fn new(erpnext: &Running) -> Self {
        for kind in ["Website", "Shop", "Inside"] {
            erpnext.insert("Project Type", &json!({"project_type": kind})).unwrap();
        }
        Self { number: 0, done: 0, refused: 0 }
    }

    /// One edit.
    pub fn edit(&mut self, erpnext: &Running, rng: &mut StdRng) {
        self.number += 1;
        let words = format!("theirs {}", self.number);
        let went = match rng.random_range(0..100) {
            0..22 => change_task(erpnext, rng, &words),
            22..36 => change_issue(erpnext, rng, &words),
            36..43 => insert_task(erpnext, rng, &words),
            43..48 => insert_issue(erpnext, rng, &words),
            48..56 => insert_comment(erpnext, rng, &words),
            56..62 => insert_communication(erpnext, rng, &words),
            62..67 => assign(erpnext, rng, &words),
            67..73 => change_around(erpnext, rng, &words),
            73..75 => insert_file(erpnext, rng, &words),
            75..78 => insert_contact(erpnext, rng, &words),
            78..82 => change_project(erpnext, rng, &words),
            82..92 => delete(erpnext, rng),
            92..93 => rename(erpnext, rng, self.number),
            93..96 => silently(erpnext, rng),
            96..97 => Ok(erpnext.mark_overdue()).map(|_| ()),
            _ => make_and_delete(erpnext, rng, &words),
        };
        match went {
            Ok(()) => self.done += 1,
            Err(_) => self.refused += 1,
        }
    }
}

type Went = Result<(), Value>;

fn name(document: &Value) -> &str {
    document["name"].as_str().unwrap_or_default()
}

/// Any document that is not only ours.
fn pick(erpnext: &Running, rng: &mut StdRng, doctype: &str) -> Result<String, Value> {
    let all = erpnext.documents(doctype);
    let theirs: Vec<&Value> = all
        .iter()
        .filter(|one| !one["subject"].as_str().unwrap_or_default().starts_with(OURS))
        .filter(|one| one["parlance_key"].as_str().is_none_or(str::is_empty))
        .collect();
    theirs.choose(rng).map(|one| name(one).to_owned()).ok_or(Value::Null)
}

fn project(erpnext: &Running, rng: &mut StdRng) -> Result<String, Value> {
    pick(erpnext, rng, "Project")
}

/// Something to comment on: a Project, Task or Issue.
fn subject_of_talk(erpnext: &Running, rng: &mut StdRng) -> Result<(&'static str, String), Value> {
    let doctype = ["Project", "Task", "Issue"][rng.random_range(0..3)];
    Ok((doctype, pick(erpnext, rng, doctype)?))
}

fn change_task(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let task = pick(erpnext, rng, "Task")?;
    let fields = match rng.random_range(0..7) {
        0 => json!({"subject": words}),
        1 => json!({"priority": PRIORITIES.choose(rng)}),
        2 => json!({"status": TASK_STATUSES.choose(rng)}),
        3 => json!({"status": "Completed", "progress": 100}),
        4 => json!({"description": format!("<p>{words} &amp; more</p>")}),
        5 => {
            json!({"exp_end_date": format!("2027-0{}-1{}", rng.random_range(1..9), rng.random_range(0..9)), "exp_start_date": "2026-01-05"})
        }
        _ => json!({"progress": rng.random_range(0..100), "project": project(erpnext, rng)?}),
    };
    erpnext.update("Task", &task, &fields)
}

fn change_issue(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let issue = pick(erpnext, rng, "Issue")?;
    let fields = match rng.random_range(0..4) {
        0 => json!({"subject": words}),
        1 => json!({"status": ISSUE_STATUSES.choose(rng)}),
        2 => json!({"description": format!("<p>{words}</p>")}),
        _ => json!({"project": project(erpnext, rng)?}),
    };
    erpnext.update("Issue", &issue, &fields)
}

fn insert_task(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let mut fields = json!({"subject": words, "project": project(erpnext, rng)?, "priority": PRIORITIES.choose(rng)});
    if rng.random_bool(0.3) {
        fields["depends_on"] = json!([{"task": pick(erpnext, rng, "Task")?}]);
    }
    erpnext.insert("Task", &fields).map(drop)
}

fn insert_issue(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let fields = json!({"subject": words, "project": project(erpnext, rng)?, "raised_by": cast::INES.user, "customer": pick(erpnext, rng, "Customer")?});
    erpnext.insert("Issue", &fields).map(drop)
}

fn insert_comment(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let (doctype, of) = subject_of_talk(erpnext, rng)?;
    let fields = json!({"comment_type": "Comment", "reference_doctype": doctype, "reference_name": of, "content": words, "comment_email": PEOPLE[rng.random_range(0..4)].user});
    erpnext.insert("Comment", &fields).map(drop)
}

fn insert_communication(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let (doctype, of) = subject_of_talk(erpnext, rng)?;
    let received = rng.random_bool(0.5);
    let fields = json!({
        "subject": words, "content": format!("<p>{words}</p>"), "communication_type": "Communication",
        "communication_medium": MEDIA.choose(rng),
        "sent_or_received": if received { "Received" } else { "Sent" },
        "sender": if received { cast::INES.user } else { cast::MAYA.user },
        "reference_doctype": doctype, "reference_name": of,
        "timeline_links": [{"link_doctype": "Customer", "link_name": pick(erpnext, rng, "Customer")?}],
    });
    erpnext.insert("Communication", &fields).map(drop)
}

fn assign(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    if rng.random_bool(0.4) {
        let todo = pick(erpnext, rng, "ToDo")?;
        let status = ["Open", "Closed", "Cancelled"].choose(rng);
        return erpnext.update("ToDo", &todo, &json!({"status": status, "description": words}));
    }
    let fields = json!({"allocated_to": PEOPLE[rng.random_range(0..4)].user, "description": words, "reference_type": "Task", "reference_name": pick(erpnext, rng, "Task")?});
    erpnext.insert("ToDo", &fields).map(drop)
}

fn change_around(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let (doctype, fields) = match rng.random_range(0..6) {
        0 => ("Customer", json!({"customer_details": words})),
        1 => (
            "Contact",
            json!({"department": words, "phone_nos": [{"phone": "+49 30 900", "is_primary_phone": 1}]}),
        ),
        2 => ("Email Template", json!({"response": format!("<p>{words}</p>")})),
        3 => ("Comment", json!({"content": words})),
        4 => (
            "Holiday List",
            json!({"holidays": [{"holiday_date": "2026-05-01", "description": words, "weekly_off": 0}]}),
        ),
        _ => ("Project Type", json!({"description": words})),
    };
    let of = pick(erpnext, rng, doctype)?;
    erpnext.update(doctype, &of, &fields)
}

fn insert_file(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let (doctype, of) = subject_of_talk(erpnext, rng)?;
    let fields = json!({"file_name": format!("{words}.txt"), "content": words, "is_private": 1, "attached_to_doctype": doctype, "attached_to_name": of});
    erpnext.insert("File", &fields).map(drop)
}

fn insert_contact(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let fields = match rng.random_bool(0.5) {
        true => {
            json!({"first_name": words, "email_ids": [{"email_id": format!("{}@client.demo", words.replace(' ', ".")), "is_primary": 1}], "links": [{"link_doctype": "Customer", "link_name": pick(erpnext, rng, "Customer")?}]})
        }
        false => json!({"first_name": words}),
    };
    erpnext.insert("Contact", &fields).map(drop)
}

fn change_project(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let of = project(erpnext, rng)?;
    let fields = match rng.random_range(0..3) {
        0 => json!({"notes": format!("<p>{words}</p>")}),
        1 => json!({"expected_end_date": format!("2027-0{}-11", rng.random_range(1..9))}),
        _ => json!({"priority": PRIORITIES[..3].choose(rng)}),
    };
    erpnext.update("Project", &of, &fields)
}

fn delete(erpnext: &Running, rng: &mut StdRng) -> Went {
    let doctype = DELETED[rng.random_range(0..DELETED.len())];
    // The last one often, so that the next to be made gets its name.
    let all = erpnext.documents(doctype);
    let of = match all.last() {
        Some(last)
            if rng.random_bool(0.5)
                && last["subject"].as_str().is_none_or(|it| it.starts_with("theirs"))
                && last["parlance_key"].as_str().is_none_or(str::is_empty) =>
        {
            name(last).to_owned()
        }
        _ => pick(erpnext, rng, doctype)?,
    };
    erpnext.delete(doctype, &of)
}

fn rename(erpnext: &Running, rng: &mut StdRng, number: u32) -> Went {
    let doctype = [
        "Project",
        "Customer",
        "Contact",
        "Email Template",
        "Project Type",
        "Issue",
        "Holiday List",
    ][rng.random_range(0..7)];
    let of = pick(erpnext, rng, doctype)?;
    let stem = of.split(" no. ").next().unwrap_or(&of).to_owned();
    erpnext.rename(doctype, &of, &format!("{stem} no. {number}"))
}

fn silently(erpnext: &Running, rng: &mut StdRng) -> Went {
    let (doctype, fields) = match rng.random_range(0..3) {
        0 => ("Project", json!({"percent_complete": rng.random_range(0..1000) as f64 / 10.0})),
        1 => ("Task", json!({"status": "Overdue"})),
        _ => ("Issue", json!({"status": "Open"})),
    };
    let of = pick(erpnext, rng, doctype)?;
    erpnext.change_silently(doctype, &of, &fields);
    Ok(())
}

/// A Task that is gone at once, and another that gets its name.
fn make_and_delete(erpnext: &Running, rng: &mut StdRng, words: &str) -> Went {
    let fields = json!({"subject": format!("{words} first"), "project": project(erpnext, rng)?});
    let first = erpnext.insert("Task", &fields)?;
    erpnext.delete("Task", &first)?;
    let fields = json!({"subject": format!("{words} second"), "project": project(erpnext, rng)?});
    erpnext.insert("Task", &fields).map(drop)
}
