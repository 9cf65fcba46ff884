//! The mirror ends up with what ERPNext has, also where `modified` does not show it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests make the proofs that the program gets from the policy"
)]

use erpnext::{Site, SiteConfig};
use mirror::Mirror;
use policy::{Principal, Standing};
use serde_json::json;
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::{collections::BTreeMap, time::Duration};
use store::{
    Db, facts, people,
    standings::{self, Reads},
    worker::Worker,
    workspaces,
};
use testkit::folder::Folder;
use vocabulary::{Moment, PersonKind, WorkspaceFacts, WorkspaceSummary};

struct Town {
    erpnext: Running,
    mirror: Mirror,
    db: Db,
    maya: Principal,
    _folder: Folder,
}

impl Town {
    async fn start() -> Self {
        // Installs the TLS provider that the site's client needs.
        let _provider = testkit::http::client();
        let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
        let folder = Folder::new("mirror");
        let url = format!("sqlite://{}", folder.path().join("test.sqlite").display());
        let db = Db::connect(&url).await.unwrap();
        db.migrate().await.unwrap();
        let site = Site::new(SiteConfig {
            base_url: erpnext.url(),
            api_key: cast::SERVICE_KEY.into(),
            api_secret: cast::SERVICE_SECRET.into(),
            auditor: None,
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(5),
        })
        .unwrap();
        let mirror = Mirror::of(site, Worker::for_background_work(db.clone()));
        mirror.run_once(true).await.unwrap();
        let maya =
            people::remember(&db, cast::MAYA.user, "Maya", PersonKind::Member).await.unwrap();
        let maya = Principal::of_checked_session(maya.id, maya.kind, maya.full_name);
        Self { erpnext, mirror, db, maya, _folder: folder }
    }

    /// What Maya sees of a Project now, if its workspace is open.
    async fn sees(&self, project: &str) -> Option<(WorkspaceSummary, WorkspaceFacts)> {
        let person = self.maya.person();
        standings::record(&self.db, person, &[project.to_owned()], Moment::now()).await.unwrap();
        let reach = policy::reach(&self.maya).unwrap();
        let summary = workspaces::within_reach(&self.db, &reach).await.unwrap().pop()?;
        for doctype in ["Task", "Issue"] {
            let everything = [(summary.id, standings::Reads::All)].into();
            standings::record_documents(&self.db, person, doctype, &everything).await.unwrap();
        }
        let scope = policy::enter(self.maya.clone(), summary.id, Standing::ReadsProject).unwrap();
        for doctype in ["Task", "Issue"] {
            let reads = BTreeMap::from([(summary.id, Reads::All)]);
            standings::record_documents(&self.db, person, doctype, &reads).await.unwrap();
        }
        let facts = facts::of(&self.db, &scope.team().unwrap()).await.unwrap();
        Some((summary, facts))
    }
}

#[tokio::test]
async fn projects_come_with_their_customer_their_users_tasks_and_issues() {
    let town = Town::start().await;
    let (summary, facts) = town.sees(cast::WEBSITE).await.unwrap();
    let project = town.erpnext.document("Project", cast::WEBSITE).unwrap();
    assert_eq!(summary.project_name, project["project_name"]);
    assert_eq!(summary.customer.unwrap().as_str(), project["customer"]);
    assert!(facts.colleagues.iter().any(|colleague| colleague.full_name == "Maya Lindqvist"));
    assert!(facts.open_tasks.len() >= 5 && !facts.open_issues.is_empty());
}

#[tokio::test]
async fn what_changes_in_erpnext_is_here_after_the_next_round() {
    let town = Town::start().await;
    town.erpnext
        .update("Project", cast::WEBSITE, &json!({"project_name": "Website, second try"}))
        .unwrap();
    let task = json!({"subject": "Ask Ines about the logo", "project": cast::WEBSITE});
    let task = town.erpnext.insert("Task", &task).unwrap();
    town.mirror.run_once(false).await.unwrap();
    let (summary, facts) = town.sees(cast::WEBSITE).await.unwrap();
    assert_eq!(summary.project_name, "Website, second try");
    assert!(facts.open_tasks.iter().any(|open| open.name.as_str() == task));
}

#[tokio::test]
async fn deletions_and_silent_changes_are_found_by_the_sweep() {
    let town = Town::start().await;
    let task = json!({"subject": "A mistake", "project": cast::WEBSITE});
    let task = town.erpnext.insert("Task", &task).unwrap();
    town.mirror.run_once(true).await.unwrap();
    let (before, _) = town.sees(cast::WEBSITE).await.unwrap();

    town.erpnext.delete("Task", &task).unwrap();
    let moved = f64::from(before.percent_complete) + 7.0;
    let silent = json!({"percent_complete": moved});
    assert!(town.erpnext.change_silently("Project", cast::WEBSITE, &silent));
    // `modified` shows neither of them.
    town.mirror.run_once(false).await.unwrap();
    town.mirror.run_once(true).await.unwrap();
    let (after, facts) = town.sees(cast::WEBSITE).await.unwrap();
    assert_eq!(after.percent_complete, before.percent_complete + 7);
    assert!(facts.open_tasks.iter().all(|open| open.name.as_str() != task));
}

#[tokio::test]
async fn a_site_that_is_away_is_an_error_and_what_was_copied_stays() {
    let town = Town::start().await;
    town.erpnext.faults().go_down();
    assert!(town.mirror.run_once(true).await.is_err());
    assert!(town.sees(cast::WEBSITE).await.is_some());
    town.erpnext.faults().come_up();
    town.mirror.run_once(true).await.unwrap();
}
