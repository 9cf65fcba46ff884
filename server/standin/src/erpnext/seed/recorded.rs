//! The site the recorded exchanges were taken from, as far as they show it.

use serde_json::{Value, json};

use super::empty_site;
use crate::erpnext::site::Site;

const PETRA: &str = "petra.pm@nordlicht.example";
const TOM: &str = "tom.team@nordlicht.example";
const TINA: &str = "tina.team@nordlicht.example";
const CARL: &str = "carl.client@auroradesk.example";
const HUB: &str = "hub.service@nordlicht.example";
const AURORA: &str = "Aurora Desk Ltd";
const BERGMANN: &str = "Bergmann & Söhne KG";

pub(super) fn site() -> Site {
    let mut site = empty_site("Nordlicht Werke");
    people(&mut site);
    customers(&mut site);
    projects(&mut site);
    tasks(&mut site);
    issues(&mut site);
    email_template(&mut site);
    site
}

fn email_template(site: &mut Site) {
    let body = json!({
        "subject": "Status of {{ project_name }}", "use_html": 0,
        "response": "<div><p>Dear {{ customer }},</p><p>{{ project_name }} is {{ percent_complete }} % done.</p></div>",
    });
    site.plant("Email Template", "Project status update", "2026-11-22 08:59:33.666639", &body);
}

fn people(site: &mut Site) {
    let manager = ["Projects Manager", "Projects User", "Support Team", "Sales User", "Inbox User"];
    let service = [
        "System Manager",
        "Projects Manager",
        "Projects User",
        "Support Team",
        "Sales User",
        "Sales Master Manager",
        "Inbox User",
    ];
    let all = [
        (PETRA, ("Petra", "Planner"), manager.as_slice(), "petra"),
        (TOM, ("Tom", "Teammate"), &["Projects User"], "tom"),
        (TINA, ("Tina", "Teammate"), &["Projects User"], "tina"),
        (CARL, ("Carl", "Client"), &["Customer"], "carl"),
        (HUB, ("Hub", "Service"), &service, "service"),
    ];
    for (user, names, roles, short) in all {
        site.plant_user(user, names, roles, "2026-11-22 08:59:01.888653");
        site.passwords.insert(user.into(), format!("fake-password-{short}"));
        site.give_key(user, &format!("fakekey-{short}"), &format!("fakesecret-{short}"));
    }
}

fn customers(site: &mut Site) {
    let stamp = "2026-11-22 08:59:24.692058";
    for (name, users) in [(AURORA, json!([{"user": CARL}])), (BERGMANN, json!([]))] {
        let body = json!({
            "naming_series": "CUST-.YYYY.-", "customer_name": name, "customer_type": "Company",
            "customer_group": "Commercial", "territory": "Rest Of The World", "language": "en",
            "portal_users": users,
        });
        site.plant("Customer", name, stamp, &body);
    }
    let contacts = [
        (AURORA, "Carl", "Client", CARL, json!(CARL), "+44 20 7946 0100", "+447700900123"),
        (AURORA, "Clara", "Coates", "clara.coates@auroradesk.example", Value::Null, "", ""),
        (
            BERGMANN,
            "Bernd",
            "Bergmann",
            "bernd@bergmann.example",
            Value::Null,
            "+49 30 5550199",
            "0171 5550123",
        ),
    ];
    for (customer, first, last, address, user, phone, mobile) in contacts {
        let mut body = json!({
            "first_name": first, "last_name": last, "full_name": format!("{first} {last}"),
            "email_id": address, "user": user, "company_name": customer, "image": "",
            "phone": phone, "mobile_no": mobile, "designation": "Digital",
            "status": "Passive", "is_primary_contact": 1,
            "email_ids": [{"email_id": address, "is_primary": 1}],
            "phone_nos": [
                {"phone": phone, "is_primary_phone": 1},
                {"phone": mobile, "is_primary_mobile_no": 1},
            ],
            "links": [{"link_doctype": "Customer", "link_name": customer, "link_title": customer}],
        });
        if address == CARL {
            body["email_ids"] = json!([
                {"email_id": address, "is_primary": 1}, {"email_id": "carl@home.example"},
            ]);
        }
        site.plant("Contact", &format!("{first} {last}-{customer}"), stamp, &body);
    }
}

fn projects(site: &mut Site) {
    let users = |all: &[&str]| -> Vec<Value> {
        all.iter().map(|user| json!({"user": user, "welcome_email_sent": 1})).collect()
    };
    let times = [
        "from_time",
        "to_time",
        "first_email",
        "second_email",
        "daily_time_to_send",
        "weekly_time_to_send",
    ];
    let all = [
        (
            "PROJ-0001",
            "2026-11-22 08:59:27.476494",
            json!({
                "project_name": "Website Relaunch", "project_type": "External", "priority": "High",
                "customer": AURORA, "expected_start_date": "2026-11-02",
                "expected_end_date": "2027-02-26", "users": users(&[PETRA, TOM, CARL]),
                "notes": "<p>Relaunch</p>",
            }),
        ),
        (
            "PROJ-0002",
            "2026-11-22 08:59:27.912004",
            json!({
                "project_name": "ERP Rollout", "project_type": "External", "customer": BERGMANN,
                "expected_end_date": "2027-06-30", "users": users(&[PETRA, TINA]),
            }),
        ),
        (
            "PROJ-0003",
            "2026-11-22 08:59:28.268452",
            json!({
                "project_name": "Internal Tools", "project_type": "Internal", "users": users(&[TOM]),
            }),
        ),
    ];
    for (name, stamp, mut body) in all {
        for field in times {
            body[field] = "8:59:27.380534".into();
        }
        site.plant("Project", name, stamp, &body);
        site.store.take_name("PROJ-.####", name);
    }
}

/// Number, project, subject, status, priority; what no exchange shows is made up.
const TASKS: [(u32, &str, &str, &str, &str); 21] = [
    (1, "PROJ-0001", "Kick-off", "Completed", "High"),
    (2, "PROJ-0001", "Collect requirements", "Completed", "Medium"),
    (3, "PROJ-0001", "Wireframes", "Working", "High"),
    (4, "PROJ-0001", "Visual design", "Open", "Medium"),
    (5, "PROJ-0001", "Hosting", "Pending Review", "Medium"),
    (6, "PROJ-0001", "Frontend build", "Open", "Urgent"),
    (7, "PROJ-0001", "Component library", "Open", "Medium"),
    (8, "PROJ-0001", "Accessibility pass", "Open", "Low"),
    (9, "PROJ-0001", "Old shop", "Cancelled", "Low"),
    (10, "PROJ-0001", "Late texts", "Overdue", "Medium"),
    (11, "PROJ-0002", "Fit-gap analysis", "Working", "High"),
    (12, "PROJ-0002", "Chart of accounts", "Open", "Medium"),
    (13, "PROJ-0002", "Stock import", "Open", "Low"),
    (14, "PROJ-0002", "Cut-over plan", "Open", "Urgent"),
    (15, "PROJ-0002", "Training", "Open", "Medium"),
    (16, "PROJ-0002", "Print formats", "Pending Review", "Low"),
    (17, "PROJ-0003", "Rotate backup keys", "Open", "Medium"),
    (18, "PROJ-0003", "Wiki", "Working", "Medium"),
    (19, "PROJ-0003", "Printer", "Open", "Low"),
    (20, "PROJ-0003", "Phone list", "Completed", "Low"),
    (21, "", "Site template", "Template", "Low"),
];

fn tasks(site: &mut Site) {
    for (number, project, subject, status, priority) in TASKS {
        let name = format!("TASK-2026-{number:05}");
        let stamp = format!("2026-11-22 08:59:{:02}.482583", 28 + number / 2);
        let stamp = stamp.replace(".482583", &format!(".{:06}", 400_000 + number * 1_001));
        let mut body = json!({
            "subject": subject, "status": status, "priority": priority, "depends_on_tasks": "",
            "lft": 2 * number - 1, "rgt": 2 * number, "old_parent": "",
        });
        if !project.is_empty() {
            body["project"] = project.into();
        }
        if number == 3 {
            body["type"] = "Design".into();
            body["exp_start_date"] = "2026-11-16".into();
            body["exp_end_date"] = "2026-11-27".into();
            body["progress"] = 40.0.into();
            body["description"] = "<p>Desktop &amp; mobile</p>".into();
            body["depends_on"] = json!([{"task": "TASK-2026-00002"}]);
            body["depends_on_tasks"] = "TASK-2026-00002,".into();
        }
        if number == 18 {
            body["exp_end_date"] = "2026-11-20".into();
        }
        site.plant("Task", &name, &stamp, &body);
    }
    // One more was made and deleted before the recording began, out of order.
    site.store.take_name("TASK-.YYYY.-.#####", "TASK-2026-00022");
    for project in ["PROJ-0001", "PROJ-0002", "PROJ-0003"] {
        site.recompute_percent(project);
    }
}

fn issues(site: &mut Site) {
    let all = [
        ("Login page shows 500 on Safari", "Open", "High", "Bug", "PROJ-0001", AURORA),
        ("Can we add a Spanish version?", "Replied", "Low", "Change Request", "PROJ-0001", AURORA),
        ("Invoice layout question", "Open", "Medium", "Question", "PROJ-0002", BERGMANN),
        ("Slow search", "On Hold", "Low", "Bug", "PROJ-0002", BERGMANN),
        ("Wrong tax rate", "Open", "High", "Bug", "PROJ-0002", BERGMANN),
        ("Typo on landing page", "Closed", "Low", "Bug", "PROJ-0001", AURORA),
    ];
    for (number, (subject, status, priority, kind, project, customer)) in all.iter().enumerate() {
        let name = format!("ISS-2026-{:05}", number + 1);
        let stamp = format!("2026-11-22 08:59:33.{:06}", 5_570 + number * 80_000);
        let mut body = json!({
            "naming_series": "ISS-.YYYY.-", "subject": subject, "status": status,
            "priority": priority, "issue_type": kind, "project": project, "customer": customer,
            "raised_by": if *customer == AURORA { CARL } else { "bernd@bergmann.example" },
            "opening_date": "2026-11-22", "opening_time": "8:59:33.086003",
        });
        if number == 0 {
            body["description"] = "<p>Since this morning.</p>".into();
            body["contact"] = "Carl Client-Aurora Desk Ltd".into();
        }
        if number == 2 {
            body["first_response_time"] = 1282.55.into();
        }
        site.plant("Issue", &name, &stamp, &body);
        site.store.take_name("ISS-.YYYY.-", &name);
    }
}
