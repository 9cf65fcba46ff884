//! The demo's Tasks and Issues.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    cast::{CUSTOMER, INES, INTRANET, OTHER_CUSTOMER, WEBSITE, WINE_SHOP},
    erpnext::site::Site,
};

struct Task {
    project: &'static str,
    subject: &'static str,
    status: &'static str,
    priority: &'static str,
    /// First and last day, from today.
    days: (i64, i64),
    progress: f64,
    /// Numbers of the tasks it waits for.
    after: &'static [usize],
}

const fn task(
    project: &'static str,
    subject: &'static str,
    status: &'static str,
    priority: &'static str,
    days: (i64, i64),
    progress: f64,
    after: &'static [usize],
) -> Task {
    Task { project, subject, status, priority, days, progress, after }
}

/// In the order of their names, from 1.
const TASKS: &[Task] = &[
    task(WEBSITE, "Kick-off and goals", "Completed", "High", (-22, -21), 100.0, &[]),
    task(
        WEBSITE,
        "Site survey of the three houses",
        "Completed",
        "Medium",
        (-20, -18),
        100.0,
        &[1],
    ),
    task(WEBSITE, "Wireframes: home, house, room", "Completed", "High", (-19, -14), 100.0, &[1]),
    task(WEBSITE, "Choose the booking engine", "Completed", "Urgent", (-17, -12), 100.0, &[1]),
    task(
        WEBSITE,
        "Quote after the price discussion",
        "Completed",
        "Medium",
        (-13, -11),
        100.0,
        &[4],
    ),
    task(WEBSITE, "Photo shoot Évora", "Completed", "Medium", (-11, -10), 100.0, &[2]),
    task(WEBSITE, "Photo shoot Porto", "Working", "Medium", (-6, 3), 80.0, &[2]),
    task(WEBSITE, "Photo shoot Lisbon", "Open", "Medium", (4, 6), 0.0, &[2]),
    task(WEBSITE, "Visual design", "Completed", "High", (-14, -8), 100.0, &[3]),
    task(WEBSITE, "Nightly import of rooms and rates", "Completed", "High", (-12, -7), 100.0, &[4]),
    task(WEBSITE, "Room page", "Pending Review", "High", (-9, -2), 90.0, &[9, 10]),
    task(WEBSITE, "Checkout with holds and payment", "Working", "Urgent", (-7, 5), 70.0, &[4, 10]),
    task(WEBSITE, "Captions in Portuguese and English", "Open", "Medium", (-3, 8), 10.0, &[6, 7]),
    task(WEBSITE, "Redirects of the 38 visited pages", "Working", "Medium", (-4, 9), 30.0, &[]),
    task(WEBSITE, "Newsletter sign-up", "Overdue", "Low", (-10, -1), 60.0, &[9]),
    task(WEBSITE, "Accessibility pass", "Open", "High", (10, 16), 0.0, &[11, 12]),
    task(WEBSITE, "Training for the front desks", "Open", "Medium", (20, 22), 0.0, &[12]),
    task(WEBSITE, "Migration and go-live", "Open", "Urgent", (30, 38), 0.0, &[12, 13, 14, 16]),
    task(
        WINE_SHOP,
        "Split vintages out of the product names",
        "Completed",
        "Medium",
        (-17, -8),
        100.0,
        &[],
    ),
    task(WINE_SHOP, "Age check at checkout and door", "Working", "High", (-8, 4), 50.0, &[]),
    task(WINE_SHOP, "Parcel prices", "Pending Review", "Medium", (-4, -1), 90.0, &[]),
    task(WINE_SHOP, "Opening offer", "Open", "Low", (12, 18), 0.0, &[20, 21]),
    task(INTRANET, "Holiday calendar", "Completed", "Medium", (-16, -9), 100.0, &[]),
    task(INTRANET, "On-call rota", "Working", "Medium", (-8, 6), 60.0, &[23]),
    task(INTRANET, "Expiry reminder for backup keys", "Open", "Low", (3, 9), 0.0, &[]),
];

struct Issue {
    project: &'static str,
    customer: &'static str,
    subject: &'static str,
    kind: &'static str,
    status: &'static str,
    priority: &'static str,
    days_ago: i64,
    description: &'static str,
}

const ISSUES: &[Issue] = &[
    Issue {
        project: WEBSITE,
        customer: CUSTOMER,
        subject: "Newsletter box accepts anything as an address",
        kind: "Bug",
        status: "Open",
        priority: "Medium",
        days_ago: 0,
        description: "<p>I typed only my first name on the test site and it said thank you.</p>",
    },
    Issue {
        project: WEBSITE,
        customer: CUSTOMER,
        subject: "Price of the tower room in Porto is wrong",
        kind: "Bug",
        status: "Replied",
        priority: "High",
        days_ago: 6,
        description: "<p>It shows 118, it should be 168 from April.</p>",
    },
    Issue {
        project: WEBSITE,
        customer: CUSTOMER,
        subject: "Can guests choose a late check-out?",
        kind: "Change Request",
        status: "On Hold",
        priority: "Low",
        days_ago: 9,
        description: "<p>Until 2 pm, for 20 euros. Phase two would be fine.</p>",
    },
    Issue {
        project: WEBSITE,
        customer: CUSTOMER,
        subject: "Blank page when the last room is gone",
        kind: "Bug",
        status: "Resolved",
        priority: "High",
        days_ago: 3,
        description: "<p>Two of us tried to book the same room at the same time.</p>",
    },
    Issue {
        project: WEBSITE,
        customer: CUSTOMER,
        subject: "Who may see the old guest list?",
        kind: "Question",
        status: "Closed",
        priority: "Medium",
        days_ago: 15,
        description: "<p>Before you copy anything we have to talk about it.</p>",
    },
    Issue {
        project: WINE_SHOP,
        customer: OTHER_CUSTOMER,
        subject: "Invoice needs the customer number",
        kind: "Change Request",
        status: "Open",
        priority: "Medium",
        days_ago: 4,
        description: "<p>At the top right, as on the paper ones.</p>",
    },
];

pub(super) fn plant(site: &mut Site, now: DateTime<Utc>) {
    let year = site.store.local(now).format("%Y").to_string();
    for (number, task) in TASKS.iter().enumerate() {
        plant_task(site, now, &year, number + 1, task);
    }
    for (number, issue) in ISSUES.iter().enumerate() {
        plant_issue(site, now, &year, number + 1, issue);
    }
    for project in [WEBSITE, WINE_SHOP, INTRANET] {
        site.recompute_percent(project);
    }
}

fn plant_task(site: &mut Site, now: DateTime<Utc>, year: &str, number: usize, task: &Task) {
    let name_of = |number: usize| format!("TASK-{year}-{number:05}");
    let name = name_of(number);
    let place = i64::try_from(number).unwrap_or(0);
    let needed: Vec<Value> = task.after.iter().map(|one| json!({"task": name_of(*one)})).collect();
    let listed: String = task.after.iter().map(|one| format!("{},", name_of(*one))).collect();
    let mut body = json!({
        "subject": task.subject, "project": task.project, "status": task.status,
        "priority": task.priority, "exp_start_date": site.day(now, task.days.0),
        "exp_end_date": site.day(now, task.days.1), "progress": task.progress,
        "depends_on": needed, "depends_on_tasks": listed,
        "lft": 2 * place - 1, "rgt": 2 * place, "old_parent": "",
        // Worked on last when it ended, or else some hours ago.
        "modified": site.ago(now, (-task.days.1).max(0), 60 + 11 * place),
    });
    if task.status == "Completed" {
        body["completed_on"] = site.day(now, task.days.1).into();
    }
    let stamp = site.ago(now, 21, 300 - place);
    site.plant("Task", &name, &stamp, &body);
    site.store.take_name("TASK-.YYYY.-.#####", &name);
}

fn plant_issue(site: &mut Site, now: DateTime<Utc>, year: &str, number: usize, issue: &Issue) {
    let name = format!("ISS-{year}-{number:05}");
    let stamp = site.ago(now, issue.days_ago, 140);
    let raised_by = if issue.customer == CUSTOMER { INES.user } else { "keller@weinhaus.demo" };
    let mut body = json!({
        "subject": issue.subject, "project": issue.project, "customer": issue.customer,
        "issue_type": issue.kind, "status": issue.status, "priority": issue.priority,
        "raised_by": raised_by, "description": issue.description,
        "opening_date": site.day(now, -issue.days_ago), "opening_time": "9:12:00",
    });
    if raised_by == INES.user {
        body["contact"] = "Ines Duarte-Casa Duarte Hotels".into();
    }
    site.plant("Issue", &name, &stamp, &body);
    site.store.take_name("ISS-.YYYY.-", &name);
}
