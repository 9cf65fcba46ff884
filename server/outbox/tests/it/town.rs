//! A stand-in, a database and an outbox between them.

use ::files::Kept;
use erpnext::{Site, SiteConfig};
use outbox::Outbox;
use policy::{Principal, Scope, Standing, TeamScope};
use secrecy::SecretString;
use serde_json::{Value, json};
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed},
};
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use store::{
    Db,
    credentials::{self, Credential, CredentialKind},
    edits::{self, NewEdit},
    files::{self, Arrived},
    messages::{self, Acted, Posted},
    people, rooms,
    standings::{self, Reads},
    worker::{
        Assignment, ChatLine, DocumentCopy, DocumentKey, Effect, FieldChange, Insertion, NewEffect,
        ProjectCopy, Update, WorkDocument, Worker,
    },
};
use testkit::{eventually, folder::Folder};
use tokio::sync::Notify;
use uuid::Uuid;
use vault::Vault;
use vocabulary::{
    Attached, Audience, FileId, FileName, MessageAct, MessageBody, MessageDraft, MessageId,
    MessageKey, Moment, Person, PersonKind, Room, RoomKind, SaveId, Tag, WorkDoctype, WorkField,
    WorkspaceId,
};

pub(crate) struct Town {
    pub(crate) erpnext: Running,
    pub(crate) site: Site,
    pub(crate) db: Db,
    pub(crate) worker: Worker,
    pub(crate) outbox: Outbox,
    pub(crate) workspace: WorkspaceId,
    pub(crate) tom: Person,
    project_creation: String,
    scope: Scope,
    room: Room,
    _folder: Folder,
}

fn vault() -> Vault {
    Vault::with(SecretString::from("a secret for tests only"))
}

impl Town {
    pub(crate) async fn start() -> Self {
        // Installs the TLS provider that the site's client needs.
        let _provider = testkit::http::client();
        let erpnext = Erpnext::start(Seed::Demo).await.unwrap();
        let folder = Folder::new("outbox");
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
        site.rest_at_most(Duration::from_millis(20));
        let worker = Worker::for_background_work(db.clone());
        let project = erpnext.document("Project", cast::WEBSITE).unwrap();
        let project_creation = project["creation"].as_str().unwrap().to_owned();
        let workspace = worker
            .keep_project(&ProjectCopy {
                name: cast::WEBSITE.into(),
                creation: project_creation.clone(),
                project_name: "Website".into(),
                status: "Open".into(),
                customer: None,
                percent_complete: 0,
                expected_end_date: None,
                users: vec![],
            })
            .await
            .unwrap();
        let name = cast::TOM.full_name();
        let tom = people::remember(&db, cast::TOM.user, &name, PersonKind::Member).await.unwrap();
        standings::record(&db, tom.id, &[cast::WEBSITE.into()], Moment::now()).await.unwrap();
        let who = Principal::of_checked_session(tom.id, tom.kind, tom.full_name.clone());
        let scope = policy::enter(who, workspace, Standing::ReadsProject).unwrap();
        let room = rooms::room_of_kind(&db, &scope, RoomKind::Team).await.unwrap().unwrap();
        let outbox =
            Outbox::towards(site.clone(), worker.clone(), Arc::new(Notify::new()), vault());
        Self {
            erpnext,
            site,
            db,
            worker,
            outbox,
            workspace,
            tom,
            project_creation,
            scope,
            room,
            _folder: folder,
        }
    }

    /// As `parlance connect` does it: ERPNext lets nobody change a Communication before.
    pub(crate) async fn may_correct(&self) {
        let rule = json!({
            "doctype": "Communication", "role": "System Manager", "permlevel": 0, "ptype": "write",
            "value": 1,
        });
        let method = "frappe.core.page.permission_manager.permission_manager.update";
        self.site.call(method, rule.as_object().unwrap()).await.unwrap();
    }

    /// As after a restart: another process with nothing in its memory.
    pub(crate) async fn restart(&mut self) {
        self.worker.end_all_leases().await.unwrap();
        let nudge = Arc::new(Notify::new());
        self.outbox = Outbox::towards(self.site.clone(), self.worker.clone(), nudge, vault());
    }

    /// Tom signs in with his password: from now on he acts with a session of his own.
    pub(crate) async fn tom_signs_in(&self) -> SecretString {
        let signed_in =
            self.site.sign_in(cast::TOM.user, &SecretString::from(cast::PASSWORD)).await.unwrap();
        let kind = CredentialKind::Session;
        let credential = Credential {
            kind,
            sealed: vault().seal(kind.purpose(), &signed_in.sid).unwrap(),
            refresh_sealed: None,
            expires_at: Moment::now().plus_millis(3_600_000),
        };
        credentials::keep(&self.db, self.tom.id, &credential).await.unwrap();
        signed_in.sid
    }

    pub(crate) async fn says(&self, text: &str) -> MessageId {
        self.posts(draft(text)).await
    }

    pub(crate) async fn posts(&self, draft: MessageDraft) -> MessageId {
        let posted = messages::post(&self.db, &self.scope, &self.room, draft, Moment::now()).await;
        match posted.unwrap() {
            Posted::New(message) => message.id,
            other => panic!("not a new message: {other:?}"),
        }
    }

    /// A file of Tom's has come and lies under `key`.
    pub(crate) async fn file_arrives(&self, id: FileId, key: &str, kept: Kept) {
        let name = FileName::new("gate.txt");
        files::begin(&self.db, &self.scope, &self.room, (id, &name), key).await.unwrap();
        let arrived = Arrived {
            key: key.to_owned(),
            content_type: kept.content_type.to_owned(),
            size: kept.size,
            sha256: kept.sha256,
            sides: None,
            thumbnail: None,
        };
        let carriers = files::arrived(&self.db, &self.scope, id, &arrived).await.unwrap();
        assert!(carriers.is_some());
    }

    /// What a message carries.
    pub(crate) async fn attached(&self, message: MessageId) -> Vec<Attached> {
        messages::by_id(&self.db, &self.scope, message).await.unwrap().unwrap().files
    }

    fn team(&self) -> TeamScope {
        self.scope.clone().team().unwrap()
    }

    /// Tom does something to a message.
    pub(crate) async fn acts(&self, message: MessageId, act: &MessageAct) -> Acted {
        messages::act(&self.db, &self.team(), message, act, Moment::now()).await.unwrap()
    }

    pub(crate) async fn makes_of(&self, message: MessageId, save: SaveId, effect: Effect) {
        let edit =
            NewEdit { field: WorkField::Subject, base: Value::Null, value: "order keys".into() };
        let what = (save, WorkDoctype::Task);
        edits::make_of(&self.db, &self.team(), message, what, &[edit], effect).await.unwrap();
    }

    pub(crate) async fn tags(&self, message: MessageId) -> Vec<Tag> {
        messages::by_id(&self.db, &self.scope, message).await.unwrap().unwrap().tags
    }

    /// The mirror has the document as it is now, and Tom may read it.
    pub(crate) async fn mirrors(&self, doctype: &str, name: &str) {
        let document = self.erpnext.document(doctype, name).unwrap();
        let text = |field: &str| document[field].as_str().map(str::to_owned);
        let copy = DocumentCopy {
            doctype: doctype.into(),
            name: name.into(),
            creation: text("creation").unwrap(),
            modified: text("modified").unwrap(),
            project: text("project"),
            status: text("status"),
            title: text("subject"),
            fields: serde_json::Map::new(),
        };
        self.worker.keep_document(&copy).await.unwrap();
        let reads = BTreeMap::from([(self.workspace, Reads::All)]);
        standings::record_documents(&self.db, self.tom.id, doctype, &reads).await.unwrap();
    }

    async fn key(&self, doctype: &str, name: &str) -> DocumentKey {
        self.worker.document(doctype, name).await.unwrap().unwrap().key()
    }

    pub(crate) async fn follows(&self, doctype: &str, name: &str, new_name: &str) {
        let key = self.key(doctype, name).await;
        self.worker.rename_document(&key, new_name).await.unwrap();
    }

    pub(crate) async fn forgets(&self, doctype: &str, name: &str) {
        let key = self.key(doctype, name).await;
        self.worker.forget_document(&key).await.unwrap();
    }

    /// Owes `effect` in Tom's name; gives its key.
    pub(crate) async fn owe(&self, effect: Effect) -> Uuid {
        self.owe_with(effect, None).await
    }

    pub(crate) async fn owe_with(&self, effect: Effect, content: Option<Vec<u8>>) -> Uuid {
        let key = Uuid::now_v7();
        let person = Some(self.tom.id);
        let new = NewEffect { workspace: self.workspace, key, person, effect, content };
        self.worker.owe(&new).await.unwrap();
        key
    }

    fn project(&self, name: &str) -> DocumentKey {
        let (doctype, creation) = ("Project".into(), self.project_creation.clone());
        DocumentKey { doctype, name: name.into(), creation }
    }

    pub(crate) async fn mirror_follows(&self, name: &str, new_name: &str) {
        self.worker.rename_document(&self.project(name), new_name).await.unwrap();
    }

    pub(crate) async fn mirror_forgets(&self, name: &str) {
        self.worker.forget_document(&self.project(name)).await.unwrap();
    }

    /// Sends until nothing waits.
    pub(crate) async fn drain(&self) {
        eventually("nothing waits in the outbox", Duration::from_secs(120), || async {
            self.outbox.run_once().await.unwrap();
            (self.worker.outbox_state().await.unwrap().waiting == 0).then_some(())
        })
        .await;
    }

    pub(crate) fn task(&self, fields: &Value) -> WorkDocument {
        let mut all = json!({"subject": "A task of this test", "project": cast::WEBSITE});
        all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let name = self.erpnext.insert("Task", &all).unwrap();
        let creation = self.erpnext.document("Task", &name).unwrap()["creation"].clone();
        WorkDocument {
            doctype: WorkDoctype::Task,
            name,
            creation: creation.as_str().unwrap().into(),
        }
    }

    pub(crate) fn now(&self, key: &WorkDocument) -> Value {
        self.erpnext.document(key.doctype.as_str(), &key.name).unwrap()
    }

    /// All documents of `doctype` in which `field` is `value`.
    pub(crate) fn found(&self, doctype: &str, field: &str, value: &str) -> Vec<Value> {
        let mut all = self.erpnext.documents(doctype);
        all.retain(|document| document[field] == value);
        all
    }

    /// What people's Comments on the document say.
    pub(crate) fn comments(&self, name: &str) -> Vec<String> {
        let on = self.found("Comment", "reference_name", name);
        on.iter()
            .filter(|comment| comment["comment_type"] == "Comment")
            .map(|comment| comment["content"].as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

pub(crate) fn draft(text: &str) -> MessageDraft {
    let body = MessageBody::new(text).unwrap();
    MessageDraft::said(MessageKey::fresh(), body, Audience::Team)
}

pub(crate) fn insertion(doctype: WorkDoctype, fields: Value) -> Effect {
    let Value::Object(fields) = fields else { panic!("fields are an object") };
    Effect::Insert(Insertion { doctype, fields, proven: true })
}

pub(crate) fn update(document: &WorkDocument, changes: &[(&str, Value, Value)]) -> Effect {
    let changes = changes.iter().map(|(field, base, value)| FieldChange {
        field: (*field).to_owned(),
        bases: vec![base.clone()],
        value: value.clone(),
    });
    Effect::Update(Update { document: document.clone(), changes: changes.collect(), proven: true })
}

pub(crate) fn assignment(document: &WorkDocument, user: &str) -> Assignment {
    Assignment { document: document.clone(), user: user.into(), proven: true }
}

pub(crate) fn line(message: MessageId) -> ChatLine {
    // The rest is read from the message at each try.
    ChatLine {
        message,
        body: String::new(),
        author_user: String::new(),
        author_name: String::new(),
        sent_at: 0,
        removed: false,
        links: Vec::new(),
        files: Vec::new(),
    }
}
