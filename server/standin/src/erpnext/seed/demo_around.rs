//! What lies around the demo's work: comments, assignments, a file, templates for mail and the days off.

use chrono::{DateTime, Datelike, Utc};
use serde_json::{Value, json};

use crate::{
    cast::{JONAS, LEA, MAYA, PRIYA, Person, TOM, WEBSITE},
    erpnext::site::Site,
};

/// The number of the Task and who has it.
const ASSIGNED: [(usize, Person); 6] =
    [(7, LEA), (11, PRIYA), (12, JONAS), (14, TOM), (15, TOM), (20, JONAS)];

/// The number of the Task, who wrote, how many days ago, words.
const COMMENTS: [(usize, Person, i64, &str); 4] = [
    (4, JONAS, 12, "<p>Contract is signed, test account comes on Monday.</p>"),
    (11, PRIYA, 2, "<p>Waiting for the photos of the tower room.</p>"),
    (12, JONAS, 1, "<p>Holds end after twelve minutes now.</p>"),
    (15, TOM, 1, "<p>Needs the double opt-in text from Ines.</p>"),
];

const TEMPLATES: [(&str, &str, &str); 3] = [
    (
        "Project status",
        "Status of {{ project_name }}",
        "<p>Dear {{ customer }},</p><p>{{ project_name }} is {{ percent_complete }} % done.</p>",
    ),
    (
        "Question received",
        "Your question: {{ subject }}",
        "<p>Thank you. We look at it and answer within two working days.</p>",
    ),
    (
        "Issue resolved",
        "Done: {{ subject }}",
        "<p>This should work now. If it does not, just answer this mail.</p>",
    ),
];

/// Month and day of the days off.
const DAYS_OFF: [(u32, u32, &str); 5] = [
    (1, 1, "New Year's Day"),
    (5, 1, "Labour Day"),
    (10, 3, "Day of German Unity"),
    (12, 25, "Christmas Day"),
    (12, 26, "Second Day of Christmas"),
];

const BRIEF: &[u8] = b"Three houses, one site.\nBooking on a phone in under two minutes.\nPhotos: courtyard first.\n";

pub(super) fn plant(site: &mut Site, now: DateTime<Utc>) {
    let year = site.store.local(now).format("%Y").to_string();
    let task = |number: usize| format!("TASK-{year}-{number:05}");
    for (number, person) in ASSIGNED {
        assign(site, now, &task(number), &person);
    }
    for (place, (number, person, days, words)) in COMMENTS.iter().enumerate() {
        let name = format!("democomm{place:02}");
        let body = json!({
            "comment_type": "Comment", "reference_doctype": "Task",
            "reference_name": task(*number), "content": words,
            "comment_email": person.user, "comment_by": person.full_name(),
        });
        let stamp = site.ago(now, *days, 200);
        plant_by(site, "Comment", &name, person.user, &stamp, &body);
    }
    let stamp = site.ago(now, 21, 30);
    let mut file = site.plant_content("/private/files/brief.txt", BRIEF);
    file["attached_to_doctype"] = "Project".into();
    file["attached_to_name"] = WEBSITE.into();
    plant_by(site, "File", "demobrief0", MAYA.user, &stamp, &file);
    for (name, subject, response) in TEMPLATES {
        let body = json!({"subject": subject, "use_html": 0, "response": response});
        site.plant("Email Template", name, &stamp, &body);
    }
    holidays(site, now, &stamp);
}

fn assign(site: &mut Site, now: DateTime<Utc>, task: &str, person: &Person) {
    let stamp = site.ago(now, 5, 60);
    let body = json!({
        "status": "Open", "priority": "Medium", "date": site.day(now, -5),
        "allocated_to": person.user, "description": format!("Assignment for Task {task}"),
        "reference_type": "Task", "reference_name": task, "assigned_by": MAYA.user,
        "assigned_by_full_name": MAYA.full_name(),
    });
    let name = format!("todo{}", &task[task.len() - 6..]).replace('-', "0");
    plant_by(site, "ToDo", &name, MAYA.user, &stamp, &body);
    let assigned = json!({"_assign": format!("[\"{}\"]", person.user)});
    site.change_silently("Task", task, &assigned.as_object().cloned().unwrap_or_default());
}

fn holidays(site: &mut Site, now: DateTime<Utc>, stamp: &str) {
    let year = site.store.local(now).year();
    let days: Vec<Value> = DAYS_OFF
        .iter()
        .map(|(month, day, what)| {
            let date = format!("{year}-{month:02}-{day:02}");
            json!({"holiday_date": date, "description": what, "weekly_off": 0})
        })
        .collect();
    let name = format!("Studio {year}");
    let body = json!({
        "holiday_list_name": name, "from_date": format!("{year}-01-01"),
        "to_date": format!("{year}-12-31"), "total_holidays": days.len(), "holidays": days,
    });
    site.plant("Holiday List", &name, stamp, &body);
}

/// As [`Site::plant`], but made by `owner`.
fn plant_by(site: &mut Site, doctype: &str, name: &str, owner: &str, stamp: &str, body: &Value) {
    site.plant(doctype, name, stamp, body);
    let by = json!({"owner": owner, "modified_by": owner});
    site.change_silently(doctype, name, &by.as_object().cloned().unwrap_or_default());
}
