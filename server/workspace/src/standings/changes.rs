//! Noticing without webhooks that ERPNext may answer differently: what decides about rights is counted and its newest
//! change looked at, every few seconds and by one replica.

use crate::Services;
use erpnext::{ErpError, ListQuery, Site};
use serde_json::{Value, json};
use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};
use store::StoreError;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use vocabulary::Moment;

/// Between two looks.
const EVERY: Duration = Duration::from_secs(10);

/// For three looks, so that another replica takes over soon after this one is gone.
const LEASE_MILLIS: i64 = 35_000;

/// Changes about more people than this at once are about everybody.
const EVERYBODY: usize = 200;

/// What decides about rights, and which field says about whose.
const WATCHED: [(&str, Option<&str>); 4] = [
    ("User Permission", Some("user")),
    ("DocShare", Some("user")),
    ("User", Some("name")),
    ("Custom DocPerm", None),
];

/// How a doctype stood at the last look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Mark {
    count: u64,
    newest: String,
}

#[derive(Default)]
struct Watched {
    mark: Mark,
    /// Each document's `modified` and whose it is.
    documents: HashMap<String, (String, String)>,
}

/// Whom a change is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum About {
    Users(BTreeSet<String>),
    Everybody,
}

impl Services {
    /// Looks for changes until `stop`.
    pub async fn watch_permissions(&self, stop: CancellationToken) {
        let holder = Uuid::now_v7();
        let mut known: HashMap<&str, Watched> = HashMap::new();
        let mut look = tokio::time::interval(EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => {}
            }
            let until = Moment::now().plus_millis(LEASE_MILLIS);
            match self.live.worker().hold_lease("permissions", holder, until).await {
                Ok(true) => self.look_for_changes(&mut known).await,
                // What is remembered here gets old while another replica looks.
                Ok(false) => known.clear(),
                Err(error) => tracing::debug!(%error, "nobody looks for changed permissions now"),
            }
        }
    }

    async fn look_for_changes(&self, known: &mut HashMap<&'static str, Watched>) {
        let site = self.site.auditing();
        for (doctype, whose) in WATCHED {
            match changes(&site, doctype, whose, known.get(doctype)).await {
                Ok(None) => {}
                Ok(Some((watched, about))) => {
                    if let Err(error) = self.ask_again(about).await {
                        tracing::warn!(%error, "changed permissions could not be noted");
                        return;
                    }
                    known.insert(doctype, watched);
                }
                Err(error) if error.is_site_down() => return,
                Err(error) => {
                    tracing::debug!(doctype, %error, "changes of permissions are not seen here");
                }
            }
        }
    }

    async fn ask_again(&self, about: About) -> Result<(), StoreError> {
        let worker = self.live.worker();
        match about {
            About::Everybody => worker.ask_again_about(None).await,
            About::Users(users) => {
                for user in users {
                    worker.ask_again_about(Some(&user)).await?;
                }
                Ok(())
            }
        }
    }
}

/// What changed since `before`; `None` if nothing.
async fn changes(
    site: &Site,
    doctype: &'static str,
    whose: Option<&str>,
    before: Option<&Watched>,
) -> Result<Option<(Watched, About)>, ErpError> {
    let mark = mark(site, doctype).await?;
    if before.is_some_and(|before| before.mark == mark) {
        return Ok(None);
    }
    let Some(whose) = whose else {
        let about = if before.is_some() { About::Everybody } else { About::Users(BTreeSet::new()) };
        return Ok(Some((Watched { mark, documents: HashMap::new() }, about)));
    };
    let query = ListQuery {
        doctype,
        fields: &["name", "modified", whose],
        filters: json!([]),
        order_by: "name asc",
        limit: 0,
    };
    let documents: HashMap<String, (String, String)> = site
        .list_documents(query)
        .await?
        .iter()
        .map(|row| {
            let about = row.text(whose).unwrap_or_default().to_owned();
            (row.name().to_owned(), (row.modified().to_owned(), about))
        })
        .collect();
    let about = match before {
        Some(before) => concerned(&before.documents, &documents),
        None => About::Users(BTreeSet::new()),
    };
    Ok(Some((Watched { mark, documents }, about)))
}

async fn mark(site: &Site, doctype: &str) -> Result<Mark, ErpError> {
    let count = site.read("frappe.client.get_count", &[("doctype", doctype.to_owned())]).await?;
    let query = ListQuery {
        doctype,
        fields: &["name", "modified"],
        filters: json!([]),
        order_by: "modified desc",
        limit: 1,
    };
    let newest = site.list_documents(query).await?;
    Ok(Mark {
        count: Value::as_u64(&count).unwrap_or(0),
        newest: newest
            .first()
            .map(|row| format!("{} {}", row.modified(), row.name()))
            .unwrap_or_default(),
    })
}

fn concerned(
    before: &HashMap<String, (String, String)>,
    now: &HashMap<String, (String, String)>,
) -> About {
    let differs = |one: &HashMap<String, (String, String)>,
                   other: &HashMap<String, (String, String)>| {
        let changed = one.iter().filter(|(name, document)| other.get(*name) != Some(*document));
        changed.map(|(_, (_, whose))| whose.clone()).collect::<BTreeSet<String>>()
    };
    let mut users = differs(before, now);
    users.extend(differs(now, before));
    if users.len() > EVERYBODY { About::Everybody } else { About::Users(users) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(rules: &[(&str, &str, &str)]) -> HashMap<String, (String, String)> {
        rules
            .iter()
            .map(|(name, modified, user)| {
                ((*name).to_owned(), ((*modified).to_owned(), (*user).to_owned()))
            })
            .collect()
    }

    #[test]
    fn a_rule_that_came_went_or_moved_is_about_its_user_before_and_after() {
        let before = rules(&[("a", "1", "maya"), ("b", "1", "tom"), ("c", "1", "lea")]);
        let now = rules(&[("a", "1", "maya"), ("b", "2", "nils"), ("d", "2", "priya")]);
        let users = ["lea", "nils", "priya", "tom"].map(str::to_owned);
        assert_eq!(concerned(&before, &now), About::Users(users.into()));
        assert_eq!(concerned(&now, &now), About::Users(BTreeSet::new()));
    }

    #[test]
    fn too_many_at_once_are_everybody() {
        let many: Vec<String> = (0..=EVERYBODY).map(|number| number.to_string()).collect();
        let now = many.iter().map(|one| (one.clone(), ("1".into(), one.clone()))).collect();
        assert_eq!(concerned(&HashMap::new(), &now), About::Everybody);
    }
}
