//! The demo's site: people, customers, permissions.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{demo_around, demo_mail, demo_work, empty_site};
use crate::{
    cast::{
        COMPANY, CUSTOMER, INES, INTRANET, JONAS, LEA, MAYA, NILS, OTHER_CUSTOMER, PASSWORD,
        PEOPLE, PRIYA, Person, SERVICE, SERVICE_KEY, SERVICE_SECRET, TOM, WEBSITE, WINE_SHOP,
    },
    erpnext::site::Site,
};

pub(super) fn site(now: DateTime<Utc>) -> Site {
    let mut site = empty_site(COMPANY);
    people(&mut site, now);
    customers(&mut site, now);
    key_fields(&mut site, now);
    projects(&mut site, now);
    demo_work::plant(&mut site, now);
    demo_around::plant(&mut site, now);
    demo_mail::plant(&mut site, now);
    let stamp = site.ago(now, 20, 0);
    let rule = json!({"user": NILS.user, "allow": "Project", "for_value": INTRANET, "apply_to_all_doctypes": 1});
    site.plant("User Permission", "nilsreads1", &stamp, &rule);
    site
}

/// The role that connecting makes, for what the standard roles of the service account do not give.
const OUR_ROLE: &str = "Parlance Integration";

fn people(site: &mut Site, now: DateTime<Utc>) {
    let stamp = site.ago(now, 61, 0);
    site.plant("Role", OUR_ROLE, &stamp, &json!({"role_name": OUR_ROLE, "desk_access": 1}));
    site.allow(OUR_ROLE, "Communication", &["read", "write", "create", "delete"]);
    for (number, person) in PEOPLE.iter().chain([&SERVICE]).enumerate() {
        let stamp = site.ago(now, 60, i64::try_from(number).unwrap_or(0));
        let names = (person.first_name, person.last_name);
        site.plant_user(person.user, names, person.roles, &stamp);
        site.passwords.insert(person.user.into(), PASSWORD.into());
    }
    site.give_key(SERVICE.user, SERVICE_KEY, SERVICE_SECRET);
}

fn customers(site: &mut Site, now: DateTime<Utc>) {
    let stamp = site.ago(now, 30, 0);
    let portal = json!([{"user": INES.user}]);
    for (name, users) in [(CUSTOMER, portal), (OTHER_CUSTOMER, json!([]))] {
        let body = json!({"customer_name": name, "customer_type": "Company", "language": "en", "portal_users": users});
        site.plant("Customer", name, &stamp, &body);
    }
    let contact = json!({
        "first_name": INES.first_name, "last_name": INES.last_name, "full_name": INES.full_name(),
        "email_id": INES.user, "user": INES.user, "phone": "+351 21 555 0142",
        "company_name": CUSTOMER, "designation": "Owner", "is_primary_contact": 1,
        "email_ids": [{"email_id": INES.user, "is_primary": 1}],
        "phone_nos": [{"phone": "+351 21 555 0142", "is_primary_phone": 1}],
        "links": [{"link_doctype": "Customer", "link_name": CUSTOMER}],
    });
    site.plant("Contact", "Ines Duarte-Casa Duarte Hotels", &stamp, &contact);
}

/// The unique fields that Parlance's own set-up would have made.
fn key_fields(site: &mut Site, now: DateTime<Utc>) {
    let stamp = site.ago(now, 25, 0);
    for (doctype, after) in [
        ("Communication", "message_id"),
        ("Task", "description"),
        ("Issue", "description"),
        ("File", "content_hash"),
    ] {
        let body = json!({
            "dt": doctype, "fieldname": "parlance_key", "label": "Parlance Key",
            "fieldtype": "Data", "unique": 1, "read_only": 1, "no_copy": 1, "insert_after": after,
        });
        site.plant("Custom Field", &format!("{doctype}-parlance_key"), &stamp, &body);
    }
}

fn projects(site: &mut Site, now: DateTime<Utc>) {
    let team = |people: &[Person]| -> Vec<Value> {
        let row = |one: &Person| json!({"user": one.user, "welcome_email_sent": 1});
        people.iter().map(row).collect()
    };
    let all = [
        (
            WEBSITE,
            22,
            json!({
                "project_name": "New website and direct booking", "customer": CUSTOMER,
                "project_type": "External", "priority": "High",
                "expected_start_date": site.day(now, -22), "expected_end_date": site.day(now, 41),
                "users": team(&[MAYA, TOM, PRIYA, JONAS, LEA, INES]),
                "notes": "<p>Three houses, one site, bookings without the portals.</p>",
            }),
        ),
        (
            WINE_SHOP,
            20,
            json!({
                "project_name": "Wine shop", "customer": OTHER_CUSTOMER,
                "project_type": "External", "priority": "Medium",
                "expected_start_date": site.day(now, -20), "expected_end_date": site.day(now, 24),
                "users": team(&[MAYA, JONAS]),
            }),
        ),
        (
            INTRANET,
            17,
            json!({
                "project_name": "Studio intranet", "project_type": "Internal", "priority": "Low",
                "expected_start_date": site.day(now, -17), "users": team(&[TOM, NILS]),
            }),
        ),
    ];
    for (name, days, body) in all {
        let stamp = site.ago(now, days, 7);
        site.plant("Project", name, &stamp, &body);
        site.store.take_name("PROJ-.####", name);
    }
}
