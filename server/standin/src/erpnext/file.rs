//! Files: rows of the doctype File, and the bytes behind their URLs.

pub(crate) mod upload;

use base64::{Engine, prelude::BASE64_STANDARD};
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::{
    answer::{Answer, Download},
    auth::Caller,
    comment::object,
    permission::Right,
    refusal::Refusal,
    site::{Site, plain},
    store::{Doc, is_on, random_name, text},
};
use upload::Upload;

/// `max_file_size` as ERPNext has it.
const LARGEST_BYTES: usize = 25 << 20;
/// What portal users may upload, by the end of the name.
const PORTAL_TYPES: [&str; 12] =
    ["jpg", "jpeg", "png", "pdf", "txt", "csv", "doc", "docx", "xls", "xlsx", "ppt", "pptx"];

impl Site {
    /// `/api/method/upload_file`.
    pub(crate) fn upload(
        &mut self,
        caller: &Caller,
        form: &Doc,
        upload: Option<&Upload>,
    ) -> Result<Value, Refusal> {
        let user = caller.user.as_str();
        if user == "Guest" {
            return Err(Refusal::not_permitted(None, None));
        }
        let field = |name: &str| form.get(name).map(plain).unwrap_or_default();
        let (doctype, name) = (field("doctype"), field("docname"));
        // A name that does not exist may be one that is still to be given.
        match self.store.get(&doctype, &name) {
            Some(doc) => self.check(user, &doctype, doc, Right::Write)?,
            None if doctype.is_empty() => {}
            None => self.check(user, &doctype, &Doc::new(), Right::Write)?,
        }
        let file_url = field("file_url");
        let mut body = json!({
            "attached_to_doctype": doctype, "attached_to_name": name,
            "attached_to_field": field("fieldname"), "is_private": field("is_private"),
            "file_url": file_url,
        });
        let folder = field("folder");
        body["folder"] = if folder.is_empty() { "Home".into() } else { folder.into() };
        if let Some(upload) = upload {
            if !self.has_role(user, "Desk User") && !is_portal_type(&upload.file_name) {
                let words = "You can only upload JPG, PNG, PDF, TXT, CSV or Microsoft documents.";
                return Err(Refusal::invalid("ValidationError", words));
            }
            body["file_name"] = upload.file_name.as_str().into();
            body["content"] = BASE64_STANDARD.encode(&upload.bytes).into();
            body["decode"] = true.into();
        } else if file_url.is_empty() {
            let words = "There is some problem with the file url: None";
            return Err(Refusal::invalid("ValidationError", words));
        }
        let mut body = object(body);
        body.retain(|_, value| value != "");
        // Custom fields come along.
        for (name, value) in form.iter().filter(|(name, _)| name.starts_with("parlance_")) {
            body.insert(name.clone(), value.clone());
        }
        let file = self.insert(user, "File", &body)?;
        Ok(self.present(user, "File", &file))
    }

    /// `content` becomes bytes behind a URL.
    pub(crate) fn before_file(&mut self, given: &Doc, doc: &mut Doc) -> Result<(), Refusal> {
        let content = given.get("content").map(plain).unwrap_or_default();
        let has_target = !text(doc, "attached_to_name").is_empty();
        if text(doc, "folder").is_empty() {
            let folder = if has_target { "Home/Attachments" } else { "Home" };
            doc.insert("folder".into(), folder.into());
        }
        let url = text(doc, "file_url").to_owned();
        if content.is_empty() && (!url.is_empty() || is_on(doc, "is_folder")) {
            return self.take_over(&url, doc);
        }
        let is_base64 =
            given.get("decode").is_some_and(|on| !matches!(plain(on).as_str(), "" | "0"));
        let bytes = match is_base64 {
            true => BASE64_STANDARD
                .decode(content.rsplit(',').next().unwrap_or_default())
                .map_err(|_| Refusal::crash("Error", "binascii.Error: Incorrect padding"))?,
            false => content.into_bytes(),
        };
        if bytes.is_empty() {
            let words = "File  does not exist";
            return Err(Refusal::crash_telling("OSError", &format!("OSError: {words}"), words));
        }
        if bytes.len() > LARGEST_BYTES {
            let words = "File size exceeded the maximum allowed size of 25.0 MB";
            let refusal = Refusal::invalid("MaxFileSizeReachedError", words);
            return Err(refusal.with_status(413));
        }
        let name = text(doc, "file_name").replace('/', "");
        if name.is_empty() {
            return Err(Refusal::invalid("MandatoryError", "[File, None]: file_name"));
        }
        let hash: String = Md5::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let url = self.url_for(&name, &hash, is_on(doc, "is_private"));
        let stored = url.rsplit('/').next().unwrap_or_default();
        doc.insert("file_type".into(), file_type(stored).into());
        doc.insert(
            "file_name".into(),
            if self.store.content(&url).is_some() { name.as_str() } else { stored }.into(),
        );
        doc.insert("file_size".into(), bytes.len().into());
        doc.insert("content_hash".into(), hash.into());
        doc.insert("file_url".into(), url.as_str().into());
        if self.store.content(&url).is_none() {
            self.store.set_content(&url, Some(bytes));
        }
        Ok(())
    }

    /// A row for bytes that are there already, or elsewhere.
    fn take_over(&self, url: &str, doc: &mut Doc) -> Result<(), Refusal> {
        if is_on(doc, "is_folder") || url.starts_with("http://") || url.starts_with("https://") {
            return Ok(());
        }
        let Some(bytes) = self.store.content(url) else {
            let words = format!("File {url} does not exist");
            return Err(Refusal::crash_telling("OSError", &format!("OSError: {words}"), &words));
        };
        let hash: String = Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        let name = url.rsplit('/').next().unwrap_or_default().to_owned();
        doc.insert("file_size".into(), bytes.len().into());
        doc.insert("content_hash".into(), hash.into());
        doc.insert("is_private".into(), i32::from(url.starts_with("/private/")).into());
        doc.insert("file_type".into(), file_type(&name).into());
        if text(doc, "file_name").is_empty() {
            doc.insert("file_name".into(), name.into());
        }
        Ok(())
    }

    /// The same bytes have the same URL; other bytes of the same name get the end of their hash behind it.
    fn url_for(&self, name: &str, hash: &str, is_private: bool) -> String {
        let folder = folder(is_private);
        let same = self.store.holding("File", hash).find(|file| {
            text(file, "content_hash") == hash && is_on(file, "is_private") == is_private
        });
        if let Some(same) = same.map(|file| text(file, "file_url")).filter(|url| !url.is_empty()) {
            return same.to_owned();
        }
        let mut url = format!("{folder}{name}");
        while self.store.content(&url).is_some() {
            let (stem, end) = match url.rsplit_once('.') {
                Some((stem, end)) if !end.contains('/') => (stem, format!(".{end}")),
                _ => (url.as_str(), String::new()),
            };
            url = format!("{stem}{}{end}", &hash[hash.len() - 6..]);
        }
        url
    }

    /// Between private and public the bytes move.
    pub(crate) fn before_file_saved(
        &mut self,
        before: Option<&Doc>,
        doc: &mut Doc,
    ) -> Result<(), Refusal> {
        let Some(before) = before else { return Ok(()) };
        let is_private = is_on(doc, "is_private");
        let old = text(before, "file_url").to_owned();
        if is_on(before, "is_private") == is_private || self.store.content(&old).is_none() {
            return Ok(());
        }
        let name = old.rsplit('/').next().unwrap_or_default();
        let new = format!("{}{name}", folder(is_private));
        let bytes = self.store.content(&old).map(<[u8]>::to_vec);
        self.store.set_content(&new, bytes);
        let others = self.store.holding("File", &old).filter(|file| {
            text(file, "file_url") == old && text(file, "name") != text(doc, "name")
        });
        if others.count() == 0 {
            self.store.set_content(&old, None);
        }
        doc.insert("file_url".into(), new.into());
        Ok(())
    }

    pub(crate) fn after_file_attached(&mut self, user: &str, doc: &Doc) {
        let words = format!(
            "<a href=\"{}\" target=\"_blank\">{}</a>",
            text(doc, "file_url"),
            text(doc, "file_name")
        );
        let (doctype, name) = (text(doc, "attached_to_doctype"), text(doc, "attached_to_name"));
        self.note(user, "Attachment", doctype, name, &words);
    }

    /// The last row of some bytes takes them along.
    pub(crate) fn after_file_deleted(&mut self, user: &str, doc: &Doc) {
        let url = text(doc, "file_url");
        let is_needed = self.store.holding("File", url).any(|row| text(row, "file_url") == url);
        if !is_needed && self.store.content(url).is_some() {
            self.store.set_content(url, None);
        }
        let words = format!("Removed {}", text(doc, "file_name"));
        let (doctype, name) = (text(doc, "attached_to_doctype"), text(doc, "attached_to_name"));
        self.note(user, "Attachment Removed", doctype, name, &words);
    }

    /// A document takes its attachments along.
    pub(crate) fn remove_files_of(&mut self, user: &str, doctype: &str, name: &str) {
        for file in self.files_of(doctype, name) {
            self.delete_unasked(user, "File", &file);
        }
    }

    pub(crate) fn files_of(&self, doctype: &str, name: &str) -> Vec<Doc> {
        let files = self.store.holding("File", name);
        files
            .filter(|file| text(file, "attached_to_doctype") == doctype)
            .filter(|file| text(file, "attached_to_name") == name)
            .cloned()
            .collect()
    }

    /// `GET /files/…` for everybody, `GET /private/files/…` for whoever reads one of its documents.
    pub(crate) fn download(&self, caller: &Caller, path: &[&str]) -> Answer {
        let url = format!("/{}", path.join("/"));
        let bytes = self.store.content(&url);
        if path.first() == Some(&"files") {
            return match bytes {
                Some(bytes) => Answer::download(Download::new(&url, bytes)),
                None => Answer::html(404, "404 Not Found"),
            };
        }
        let mut rows = self.store.holding("File", &url);
        let may = caller.user != "Guest"
            && rows.any(|file| {
                text(file, "file_url") == url && self.may(&caller.user, "File", file, Right::Read)
            });
        match bytes.filter(|_| may) {
            Some(bytes) => Answer::download(Download::new(&url, bytes)),
            None => Answer::html(403, "403 Forbidden"),
        }
    }

    /// Puts a private file in place, as the seed does with documents.
    pub(crate) fn plant_content(&mut self, url: &str, bytes: &[u8]) -> Value {
        let hash: String = Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        self.store.set_content(url, Some(bytes.to_vec()));
        let name = url.rsplit('/').next().unwrap_or_default();
        json!({
            "name": random_name(), "file_name": name, "file_url": url, "file_size": bytes.len(),
            "content_hash": hash, "is_private": i32::from(url.starts_with("/private/")),
            "file_type": file_type(name), "folder": "Home/Attachments",
        })
    }
}

const fn folder(is_private: bool) -> &'static str {
    if is_private { "/private/files/" } else { "/files/" }
}

fn file_type(name: &str) -> String {
    name.rsplit_once('.').map(|(_, end)| end.to_uppercase()).unwrap_or_default()
}

fn is_portal_type(name: &str) -> bool {
    let end = file_type(name).to_lowercase();
    PORTAL_TYPES.contains(&end.as_str())
}
