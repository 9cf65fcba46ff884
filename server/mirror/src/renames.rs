//! Renames: ERPNext moves no `modified`, sends no webhook, and answers 404 under the old name. `creation` stays.

use crate::{
    Mirror, MirrorError,
    doctypes::Mirrored,
    keep::{Names, extend},
};
use erpnext::{ErpError, ListQuery};
use serde_json::json;
use store::worker::{DocumentCopy, DocumentKey};

impl Mirror {
    /// A document of a name that is new here: if it was made when another one was that is no more, it is that one.
    pub(crate) async fn follow_rename_to(
        &self,
        mirrored: &'static Mirrored,
        copy: &DocumentCopy,
    ) -> Result<Names, MirrorError> {
        let mut echoes = Names::new();
        for old in self.worker.created_at(mirrored.doctype, &copy.creation).await? {
            if old.name == copy.name {
                continue;
            }
            match self.site.get_document(mirrored.doctype, &old.name).await {
                Err(ErpError::NotFound { .. }) => {
                    extend(&mut echoes, self.rename(&old, &copy.name).await?);
                }
                // Two documents of one moment.
                Ok(_) | Err(ErpError::NotPermitted { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(echoes)
    }

    /// A document that is not there any more under its name: follows it to its new one, else forgets it.
    pub(crate) async fn follow_or_forget(
        &self,
        mirrored: &'static Mirrored,
        copy: &DocumentCopy,
    ) -> Result<Names, MirrorError> {
        if mirrored.may_be_renamed
            && let Some(name) = self.new_name(mirrored, copy).await?
        {
            if name == copy.name {
                // It is there after all.
                return Ok(Names::new());
            }
            let mut echoes = self.rename(&copy.key(), &name).await?;
            crate::keep::add(&mut echoes, mirrored.doctype, &name);
            return Ok(echoes);
        }
        self.forget(copy).await
    }

    async fn new_name(
        &self,
        mirrored: &Mirrored,
        copy: &DocumentCopy,
    ) -> Result<Option<String>, MirrorError> {
        let mut names = self.made_at(mirrored, &copy.creation).await?;
        if names.contains(&copy.name) {
            return Ok(Some(copy.name.clone()));
        }
        if names.len() > 1 {
            // Several of one moment, as an import makes them: the comment says which one had this name.
            names = self.said_to_be(mirrored, &names, &copy.name).await?;
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

    async fn rename(&self, old: &DocumentKey, new_name: &str) -> Result<Names, MirrorError> {
        tracing::info!(doctype = old.doctype, old = old.name, new = new_name, "renamed in ERPNext");
        let linking = self.linking_to(old).await?;
        self.worker.rename_document(old, new_name).await?;
        if old.doctype == "Project" || old.doctype == "User" {
            // ERPNext's answers name the new one, and may have been asked for between the rename and now.
            self.worker.ask_again_about(None).await?;
        }
        self.wanted.sweep_soon();
        Ok(linking)
    }
}
