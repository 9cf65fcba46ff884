//! The demo's mails with clients, and a call that somebody noted.

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    cast::{CUSTOMER, INES, MAYA, WEBSITE},
    erpnext::site::Site,
};

struct Mail {
    days_ago: i64,
    medium: &'static str,
    from_client: bool,
    subject: &'static str,
    content: &'static str,
}

/// The last one has no answer yet.
const MAILS: [Mail; 5] = [
    Mail {
        days_ago: 20,
        medium: "Email",
        from_client: true,
        subject: "Photos of the three houses",
        content: "<p>Dear Maya,</p><p>the photos of Évora are in the folder. Please start with the courtyard.</p><p>Ines</p>",
    },
    Mail {
        days_ago: 19,
        medium: "Email",
        from_client: false,
        subject: "Re: Photos of the three houses",
        content: "<p>Dear Ines,</p><p>thank you, they are lovely. The courtyard comes first.</p><p>Maya</p>",
    },
    Mail {
        days_ago: 10,
        medium: "Phone",
        from_client: true,
        subject: "Call about the opening date",
        content: "<p>Ines would like to open on a Monday, not on a Friday.</p>",
    },
    Mail {
        days_ago: 9,
        medium: "Email",
        from_client: false,
        subject: "Opening on a Monday",
        content: "<p>Dear Ines,</p><p>Monday it is. The plan in the portal says so now.</p><p>Maya</p>",
    },
    Mail {
        days_ago: 4,
        medium: "Email",
        from_client: true,
        subject: "Late check-out for twenty euros?",
        content: "<p>Dear Maya,</p><p>could guests book a late check-out with the room? When would that be ready?</p><p>Ines</p>",
    },
];

pub(super) fn plant(site: &mut Site, now: DateTime<Utc>) {
    let links = json!([
        {"link_doctype": "Contact", "link_name": "Ines Duarte-Casa Duarte Hotels"},
        {"link_doctype": "Customer", "link_name": CUSTOMER},
    ]);
    for (number, mail) in MAILS.iter().enumerate() {
        let stamp = site.ago(now, mail.days_ago, 90);
        let (sender, recipient) = if mail.from_client { (INES, MAYA) } else { (MAYA, INES) };
        let body = json!({
            "communication_type": "Communication", "communication_medium": mail.medium,
            "sent_or_received": if mail.from_client { "Received" } else { "Sent" },
            "subject": mail.subject, "content": mail.content, "status": "Linked",
            "sender": sender.user, "sender_full_name": sender.full_name(), "recipients": recipient.user,
            "communication_date": stamp, "reference_doctype": "Project", "reference_name": WEBSITE,
            "timeline_links": links,
        });
        site.plant("Communication", &format!("demomail{number:02}"), &stamp, &body);
    }
}
