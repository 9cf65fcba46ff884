//! Renames: ERPNext moves no `modified`, sends no webhook, and answers 404 under the old name. `creation` stays.

use crate::{
    Mirror, MirrorError,
    doctypes::Mirrored,
    keep::{Names, add, extend},
};
use erpnext::{ErpError, ListQuery};
use serde_json::json;
use store::worker::{DocumentCopy, DocumentKey};

impl Mirror {
    /// Follows the renames that a document shows which has a name that is new here, or that another one had.
    pub(crate) async fn follow_renames_around(
        &self,
        mirrored: &'static Mirrored,
        copy: &DocumentCopy,
    ) -> Result<Names, MirrorError> {
        // As it is known now: a rename that was followed just before may have moved it.
        let mut echoes = match self.worker.document(mirrored.doctype, &copy.name).await? {
            None => Names::new(),
            // Another one has its name: it may live on under a new one.
            Some(before) if before.creation != copy.creation => {
                self.follow_or_forget(mirrored, &before).await?
            }
            Some(_) => return Ok(Names::new()),
        };
        extend(&mut echoes, self.follow_rename_to(mirrored, copy).await?);
        Ok(echoes)
    }

    /// A document of a name that it did not have here: if it was made when another one was that is no more, it is that one.
    async fn follow_rename_to(
        &self,
        mirrored: &'static Mirrored,
        copy: &DocumentCopy,
    ) -> Result<Names, MirrorError> {
        let known = self.worker.created_at(mirrored.doctype, &copy.creation).await?;
        if known.iter().any(|known| known.name == copy.name) {
            return Ok(Names::new());
        }
        let mut olds = Vec::new();
        for old in known {
            match self.site.get_document(mirrored.doctype, &old.name).await {
                Err(ErpError::NotFound { .. }) => olds.push(old),
                // Another one took its name.
                Ok(there) if there.creation() != old.creation => olds.push(old),
                // Two documents of one moment.
                Ok(_) | Err(ErpError::NotPermitted { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if olds.len() > 1 {
            let names = [copy.name.clone()];
            let mut said = Vec::new();
            for old in olds {
                if !self.said_to_be(mirrored, &names, &old.name).await?.is_empty() {
                    said.push(old);
                }
            }
            olds = said;
        }
        match olds.pop() {
            Some(old) => self.rename(mirrored, old, &copy.name).await,
            None => Ok(Names::new()),
        }
    }

    /// A document that is not there any more under its name: follows it to its new one, else forgets it.
    pub(crate) async fn follow_or_forget(
        &self,
        mirrored: &'static Mirrored,
        copy: &DocumentCopy,
    ) -> Result<Names, MirrorError> {
        if mirrored.may_be_renamed {
            let key = copy.key();
            match self.new_name(mirrored, &key).await? {
                // It is there after all.
                Some(name) if name == copy.name => return Ok(Names::new()),
                Some(name) => {
                    let mut echoes = self.rename(mirrored, key, &name).await?;
                    add(&mut echoes, mirrored.doctype, &name);
                    return Ok(echoes);
                }
                None => {}
            }
        }
        self.forget(copy).await
    }

    /// The name that ERPNext has a known document under: its own, or one under which it is not known yet.
    async fn new_name(
        &self,
        mirrored: &Mirrored,
        document: &DocumentKey,
    ) -> Result<Option<String>, MirrorError> {
        let mut names = self.made_at(mirrored, &document.creation).await?;
        if names.contains(&document.name) {
            return Ok(Some(document.name.clone()));
        }
        // Those of the same moment that are known under their names are others.
        let known = self.worker.created_at(mirrored.doctype, &document.creation).await?;
        names.retain(|name| known.iter().all(|known| known.name != *name));
        if names.len() > 1 {
            // Several of one moment, as an import makes them: the comment says which one had this name.
            names = self.said_to_be(mirrored, &names, &document.name).await?;
        }
        Ok(names.pop())
    }

    /// Those of `names` whose comments say that they were called `old`.
    async fn said_to_be(
        &self,
        mirrored: &Mirrored,
        names: &[String],
        old: &str,
    ) -> Result<Vec<String>, MirrorError> {
        let query = ListQuery {
            doctype: "Comment",
            fields: &["reference_name", "content"],
            filters: json!([
                ["comment_type", "=", "Edit"],
                ["reference_doctype", "=", mirrored.doctype],
                ["reference_name", "in", names],
            ]),
            order_by: "creation asc",
            limit: 0,
        };
        let comments = match self.site.list_documents(query).await {
            Err(ErpError::NotPermitted { .. }) => Vec::new(),
            comments => comments?,
        };
        // The words around the names are in the language of who renamed it.
        let was = format!("<strong>{old}</strong>");
        let said = comments.iter().filter(|comment| {
            comment.text("content").is_some_and(|content| content.contains(&was))
        });
        Ok(said.filter_map(|comment| comment.text("reference_name").map(str::to_owned)).collect())
    }

    /// Follows a rename, and what it shows of the document that was known by the new name.
    async fn rename(
        &self,
        mirrored: &'static Mirrored,
        old: DocumentKey,
        new_name: &str,
    ) -> Result<Names, MirrorError> {
        let mut echoes = Names::new();
        let mut renames = vec![(old, new_name.to_owned())];
        let mut wanted = new_name.to_owned();
        // Each has the name that the next one had, and the last one perhaps that of the first.
        while let Some(in_its_place) = self.worker.document(mirrored.doctype, &wanted).await? {
            match renames.iter().position(|(known, _)| known.name == wanted) {
                None => {}
                Some(0) => break,
                // It changed again while it was looked at: whoever looks next sees more.
                Some(_) => return Ok(echoes),
            }
            let key = in_its_place.key();
            match self.new_name(mirrored, &key).await? {
                Some(name) if name == key.name => return Ok(echoes),
                Some(name) => {
                    wanted.clone_from(&name);
                    add(&mut echoes, mirrored.doctype, &name);
                    renames.push((key, name));
                }
                None => {
                    extend(&mut echoes, self.forget(&in_its_place).await?);
                    break;
                }
            }
        }
        for (old, new_name) in &renames {
            tracing::info!(
                doctype = mirrored.doctype,
                old = old.name,
                new = new_name,
                "renamed in ERPNext"
            );
            extend(&mut echoes, self.linking_to(old).await?);
        }
        self.worker.rename_documents(&renames).await?;
        if mirrored.doctype == "Project" || mirrored.doctype == "User" {
            // ERPNext's answers name the new one, and may have been asked for between the rename and now.
            self.worker.ask_again_about(None).await?;
        }
        self.wanted.sweep_soon();
        Ok(echoes)
    }
}
