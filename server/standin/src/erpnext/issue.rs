//! What Communications do to the Issue they reference. Being linked to its timeline does nothing.

use chrono::NaiveDateTime;
use serde_json::Value;

use super::{
    site::Site,
    store::{Doc, text},
};

impl Site {
    /// What comes in opens any Issue again; what goes out is a response. Both move `modified` but send `on_change` only.
    pub(crate) fn after_communication(&mut self, doc: &Doc) {
        let name = text(doc, "reference_name").to_owned();
        if text(doc, "reference_doctype") != "Issue" {
            return;
        }
        let Some(mut issue) = self.store.get("Issue", &name).cloned() else {
            return;
        };
        let user = text(doc, "owner");
        let is_received = text(doc, "sent_or_received") == "Received";
        if is_received {
            issue.insert("status".into(), "Open".into());
        } else if !self.set_response_times(&name, doc, &mut issue) {
            return;
        }
        let stamp = self.store.stamp();
        issue.insert("modified".into(), stamp.into());
        issue.insert("modified_by".into(), user.into());
        self.store.put("Issue", issue.clone());
        self.happened(user, "Issue", &["on_change"], &issue);
        if is_received {
            self.apply_assignment_rules(user, "Issue", &name);
        }
    }

    /// The first response, and the mean of all answers to what came in. Whether anything changed.
    fn set_response_times(&self, name: &str, sent: &Doc, issue: &mut Doc) -> bool {
        let mut times = Vec::new();
        if text(issue, "first_responded_on").is_empty() {
            let now = text(sent, "creation");
            issue.insert("first_responded_on".into(), now.into());
            times.push(("first_response_time", seconds(text(issue, "creation"), now)));
        }
        times.push(("avg_response_time", self.mean_response_time(name)));
        let is_first = times.len() > 1;
        let mut changed = is_first;
        for (field, time) in times {
            let value = time.map(|time| Value::from((time * 100.0).round() / 100.0));
            if let Some(value) = value.filter(|value| issue.get(field) != Some(value)) {
                issue.insert(field.into(), value);
                changed = true;
            }
        }
        changed
    }

    fn mean_response_time(&self, issue: &str) -> Option<f64> {
        let all = self.store.holding("Communication", issue);
        let mut all: Vec<&Doc> = all
            .filter(|one| text(one, "reference_doctype") == "Issue")
            .filter(|one| text(one, "reference_name") == issue)
            .collect();
        all.sort_by_key(|one| text(one, "creation"));
        let times: Vec<f64> = all
            .windows(2)
            .filter(|pair| text(pair[0], "sent_or_received") == "Received")
            .filter(|pair| text(pair[1], "sent_or_received") == "Sent")
            .filter_map(|pair| seconds(text(pair[0], "creation"), text(pair[1], "creation")))
            .filter(|time| *time > 0.0)
            .collect();
        let count = u32::try_from(times.len()).ok().filter(|count| *count > 0)?;
        Some(times.iter().sum::<f64>() / f64::from(count))
    }
}

fn seconds(from: &str, to: &str) -> Option<f64> {
    let read = |stamp| NaiveDateTime::parse_from_str(stamp, "%Y-%m-%d %H:%M:%S%.f").ok();
    let time = read(to)? - read(from)?;
    time.num_microseconds().map(|us| us as f64 / 1e6)
}
