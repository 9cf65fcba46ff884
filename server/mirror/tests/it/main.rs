//! The mirror ends up with what ERPNext has, also where `modified` does not show it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a failed unwrap is a failed test")]
#![allow(
    clippy::disallowed_methods,
    reason = "tests make the proofs that the program gets from the policy"
)]

mod convergence;
mod facts;
mod hints;
mod refusals;
mod renames;

use erpnext::{Site, SiteConfig};
use mirror::{Mirror, compare};
use policy::{Principal, Standing};
use serde_json::Value;
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use store::{
    Db, facts as stored_facts, people,
    standings::{self, Reads},
    worker::{DocumentCopy, Worker},
    workspaces,
};
use testkit::folder::Folder;
use tokio::sync::Notify;
use vocabulary::{Moment, PersonKind, WorkspaceFacts, WorkspaceId, WorkspaceSummary};

/// For what must happen soon.
const LIMIT: Duration = Duration::from_secs(30);

struct Town {
    erpnext: Running,
    site: Site,
    mirror: Mirror,
    nudge: Arc<Notify>,
    worker: Worker,
    db: Db,
    maya: Principal,
    _folder: Folder,
}

impl Town {
    /// Everything is copied once.
    async fn start() -> Self {
        let town = Self::before_the_first_copy().await;
        town.mirror.run_once(true).await.unwrap();
        town
    }

    async fn before_the_first_copy() -> Self {
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
        let worker = Worker::for_background_work(db.clone());
        let nudge = Arc::new(Notify::new());
        let mirror = Mirror::of(site.clone(), worker.clone(), Arc::clone(&nudge));
        let maya =
            people::remember(&db, cast::MAYA.user, "Maya", PersonKind::Member).await.unwrap();
        let maya = Principal::of_checked_session(maya.id, maya.kind, maya.full_name);
        Self { erpnext, site, mirror, nudge, worker, db, maya, _folder: folder }
    }

    async fn copy(&self, doctype: &str, name: &str) -> Option<DocumentCopy> {
        self.worker.document(doctype, name).await.unwrap()
    }

    /// The copies of a doctype that belong to a Project.
    async fn of_project(&self, doctype: &str, project: &str) -> Vec<DocumentCopy> {
        let mut copies = self.worker.documents_of(doctype).await.unwrap();
        copies.retain(|copy| copy.project.as_deref() == Some(project));
        copies
    }

    /// A field of the document as ERPNext has it.
    fn there(&self, doctype: &str, name: &str, field: &str) -> Value {
        self.erpnext.document(doctype, name).unwrap()[field].clone()
    }

    /// Fails unless the copies say what ERPNext says.
    async fn converged(&self) {
        let differences = compare::differences(&self.site, &self.worker).await.unwrap();
        assert_eq!(differences, []);
    }

    /// The open workspace of a Project.
    async fn workspace(&self, project: &str) -> Option<WorkspaceId> {
        self.sees(project).await.map(|(summary, _)| summary.id)
    }

    /// What Maya sees of a Project now, if its workspace is open.
    async fn sees(&self, project: &str) -> Option<(WorkspaceSummary, WorkspaceFacts)> {
        let person = self.maya.person();
        standings::record(&self.db, person, &[project.to_owned()], Moment::now()).await.unwrap();
        let reach = policy::reach(&self.maya).unwrap();
        let summary = workspaces::within_reach(&self.db, &reach).await.unwrap().pop()?;
        let scope = policy::enter(self.maya.clone(), summary.id, Standing::ReadsProject).unwrap();
        for doctype in ["Task", "Issue"] {
            let reads = BTreeMap::from([(summary.id, Reads::All)]);
            standings::record_documents(&self.db, person, doctype, &reads).await.unwrap();
        }
        let facts = stored_facts::of(&self.db, &scope.team().unwrap()).await.unwrap();
        Some((summary, facts))
    }
}
