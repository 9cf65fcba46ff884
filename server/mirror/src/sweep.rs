//! Sweeps: everything there is, name by name, compared with the copies. They find what nothing tells of: deletions, reused
//! names, renames, links that followed a rename, any silent change.

use crate::{
    Mirror, MirrorError,
    doctypes::{self, Mirrored},
    keep::{Names, extend},
    reading::{Depth, PAGE},
};
use erpnext::ErpError;
use serde_json::{Map, Value};
use std::collections::HashSet;
use store::worker::{DocumentCopy, Hint};
use vocabulary::Moment;

/// Before the moment from which something may have been missed: clocks differ, and what was committed late.
const MARGIN_MILLIS: i64 = 5 * 60_000;

impl Mirror {
    /// Sweeps every doctype; those that we may not read are noted and left out.
    pub(crate) async fn sweep(&self, depth: Depth) -> Result<(), MirrorError> {
        self.lacking.forget();
        self.know_the_zone().await?;
        for mirrored in doctypes::ALL {
            if let Err(error) = self.sweep_over(mirrored, depth).await {
                self.refused(mirrored, error).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn sweep_over(
        &self,
        mirrored: &'static Mirrored,
        depth: Depth,
    ) -> Result<(), MirrorError> {
        let began = Moment::now();
        if let Some(expected) = self.count(mirrored).await? {
            self.worker.note_expected(mirrored.doctype, expected).await?;
        }
        let is_known = self
            .progress()
            .await?
            .get(mirrored.doctype)
            .is_some_and(|one| one.complete_at.is_some());
        let depth = if is_known { depth } else { Depth::All };
        let mut echoes = Names::new();
        let mut present = HashSet::new();
        let mut seen: Option<String> = None;
        let mut after: Option<String> = None;
        loop {
            let read_at = Moment::now();
            let page = self.page(mirrored, depth, after.as_deref()).await?;
            match depth {
                Depth::All => extend(&mut echoes, self.keep(mirrored, &page, read_at).await?),
                Depth::Compared => {
                    let others = self.other_than_known(
                        mirrored,
                        &page,
                        |copy| copy.name.as_str(),
                        |known, copy| differs(mirrored, known, copy),
                    );
                    extend(&mut echoes, others.await?);
                }
            }
            if mirrored.doctype == "Project" && depth == Depth::All {
                // Also where the last process ended between keeping a copy and making its workspace.
                let names = page.iter().map(|copy| copy.name.as_str()).collect();
                self.open_workspaces(&names, false).await?;
            }
            let newest = page.iter().map(|copy| copy.modified.clone()).max();
            seen = seen.max(newest);
            after = page.last().map(|copy| copy.name.clone());
            let is_last = page.len() < PAGE as usize;
            present.extend(page.into_iter().map(|copy| copy.name));
            if is_last {
                break;
            }
        }
        for known in self.worker.known_before(mirrored.doctype, began).await? {
            if !present.contains(&known.name) {
                extend(&mut echoes, self.look_for(mirrored, &known.name).await?);
            }
        }
        if is_known {
            self.read_again(echoes).await?;
        }
        let cursor = match seen {
            Some(seen) => Some(self.not_in_the_future(seen).await?),
            None => None,
        };
        self.worker.note_complete(mirrored.doctype, began).await?;
        Ok(self.worker.note_round(mirrored.doctype, Ok(cursor.as_deref())).await?)
    }

    /// Makes hints of what ERPNext told and deleted since `since` while nobody listened.
    pub(crate) async fn catch_up(&self, since: Moment) -> Result<(), MirrorError> {
        let since = since.plus_millis(-MARGIN_MILLIS).as_millis();
        let since = erpnext::site_time(since, self.time_zone().await?);
        for deleted in self.deleted_since(&since).await? {
            let (doctype, name) = (deleted.doctype, deleted.name);
            self.take_hint(doctype, name, "on_trash", String::new()).await?;
        }
        match self.site.webhook_request_log_since(&since).await {
            Ok(logged) => {
                for one in logged {
                    let hint = one.hint;
                    self.take_hint(hint.doctype, hint.name, &hint.event, hint.user).await?;
                }
            }
            Err(error @ (ErpError::NotPermitted { .. } | ErpError::NotFound { .. })) => {
                tracing::debug!(%error, "ERPNext does not say which webhooks got lost");
            }
            Err(error) => return Err(error.into()),
        }
        self.wanted.wake();
        Ok(())
    }

    async fn take_hint(
        &self,
        doctype: String,
        name: String,
        event: &str,
        user: String,
    ) -> Result<(), MirrorError> {
        let received_at = Moment::now().as_millis();
        let hint = Hint { doctype, name, event: event.to_owned(), user, received_at };
        Ok(self.worker.keep_hint(&hint).await?)
    }
}

/// Whether the two say different things, long texts left out.
fn differs(mirrored: &Mirrored, known: &DocumentCopy, now: &DocumentCopy) -> bool {
    let compared = |fields: &Map<String, Value>| -> Map<String, Value> {
        let is_text = |field: &str| mirrored.texts.contains(&field);
        fields
            .iter()
            .filter(|(field, _)| !is_text(field))
            .map(|(a, b)| (a.clone(), b.clone()))
            .collect()
    };
    known.creation != now.creation
        || known.modified != now.modified
        || compared(&known.fields) != compared(&now.fields)
}
