//! The tab in the desk and the script that fills it.

use erpnext::ListQuery;
use serde_json::json;

use super::{CONNECT, Exam, finding::some};
use crate::blueprint::{TABBED, client_scripts};

impl Exam<'_> {
    pub(super) async fn desk(&mut self) {
        let query = ListQuery {
            doctype: "Custom Field",
            fields: &["name"],
            filters: json!([["fieldname", "in", ["parlance_tab", "parlance_panel"]]]),
            order_by: "name asc",
            limit: 0,
        };
        let fields = match self.eyes.list_documents(query).await {
            Ok(fields) => fields,
            Err(error) => return self.unseen("desk-tab", "Custom Field", &error),
        };
        let has = |name: String| fields.iter().any(|field| field.name() == name);
        let tabless: Vec<&str> = TABBED
            .iter()
            .map(|(dt, _)| *dt)
            .filter(|dt| !has(format!("{dt}-parlance_tab")) || !has(format!("{dt}-parlance_panel")))
            .collect();
        if !tabless.is_empty() {
            self.fault(
                "desk-tab",
                format!("The desk's forms of {} have no Parlance tab.", some(&tabless)),
                CONNECT,
            );
        }
        let Some(scripts) = self.scripts().await else { return };
        let said = match scripts {
            Scripts { missing, .. } if !missing.is_empty() => {
                format!(
                    "The Client Script {} is missing or switched off, so its tab stays empty.",
                    some(&missing)
                )
            }
            Scripts { changed, .. } if !changed.is_empty() => {
                return self.warn(
                    "desk-tab",
                    format!("The Client Script {} was changed, or is of another release or address of Parlance.", some(&changed)),
                    CONNECT,
                );
            }
            _ if tabless.is_empty() => {
                return self.ok("desk-tab", "The tab is on the desk's forms.");
            }
            _ => return,
        };
        self.fault("desk-tab", said, CONNECT);
    }

    async fn scripts(&mut self) -> Option<Scripts> {
        let query = ListQuery {
            doctype: "Client Script",
            fields: &["name", "enabled", "script"],
            filters: json!([["name", "like", "Parlance%"]]),
            order_by: "name asc",
            limit: 0,
        };
        let rows = match self.eyes.list_documents(query).await {
            Ok(rows) => rows,
            Err(error) => {
                self.unseen("desk-tab", "Client Script", &error);
                return None;
            }
        };
        let mut scripts = Scripts::default();
        for wanted in client_scripts(&self.setup.public_url) {
            let is = rows.iter().find(|row| row.name() == wanted.name && row.is_on("enabled"));
            let text = wanted.fields.get("script").and_then(|text| text.as_str());
            match is.map(|is| is.text("script")) {
                None => scripts.missing.push(wanted.name),
                Some(is) if plain(is) != plain(text) => scripts.changed.push(wanted.name),
                Some(_) => {}
            }
        }
        Some(scripts)
    }
}

#[derive(Default)]
struct Scripts {
    missing: Vec<String>,
    changed: Vec<String>,
}

/// Editors in the desk change line ends.
fn plain(text: Option<&str>) -> String {
    text.unwrap_or_default().trim().replace("\r\n", "\n")
}
