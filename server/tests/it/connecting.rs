//! A System Manager connects a site from the command line, has it looked over, and takes it back.

use crate::{call::api, https::Https, town};
use serde_json::{Value, json};
use standin::erpnext::{Erpnext, Running, Seed};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Output, Stdio},
    time::Duration,
};
use testkit::{eventually, folder::Folder, port, process::Server};
use tokio::{
    io::AsyncWriteExt,
    process::{Child, Command},
};

const KEY: &str = "fakekey-service";
const SECRET: &str = "fakesecret-service";
const CONNECTED: &[&str] = &["connect", "--api-key", KEY, "--yes"];

/// A site, and a machine where Parlance is about to run.
struct Machine {
    erpnext: Running,
    folder: Folder,
    data: PathBuf,
    public_url: String,
}

impl Machine {
    async fn new() -> Self {
        let folder = Folder::new("connecting");
        Self {
            erpnext: Erpnext::start(Seed::Recorded).await.unwrap(),
            data: folder.path().join("data"),
            folder,
            public_url: format!("http://{}", port::loopback(port::free())),
        }
    }

    /// The machine where `server` is to run.
    async fn of(server: &Server) -> Self {
        let new = Self::new().await;
        Self { data: server.data_folder(), public_url: server.url(), ..new }
    }

    fn data(&self) -> &Path {
        &self.data
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_parlance"));
        command
            .args(words)
            // Nothing of the developer's own settings.
            .env_clear()
            .current_dir(self.folder.path())
            .env("PARLANCE_DATA_DIR", self.data())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if words.first() != Some(&"doctor") {
            command
                .env("ERPNEXT_URL", self.erpnext.url().as_str())
                .env("PARLANCE_PUBLIC_URL", &self.public_url);
        }
        command
    }

    /// What it says and how it ends, with `typed` on its standard input.
    async fn run(&self, words: &[&str], typed: &str) -> (i32, String) {
        let mut child = self.command(words).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(typed.as_bytes()).await.unwrap();
        drop(stdin);
        let Output { status, stdout, stderr } = child.wait_with_output().await.unwrap();
        let text = [stdout, stderr].concat();
        (status.code().unwrap(), String::from_utf8(text).unwrap())
    }

    async fn connect(&self) {
        let (code, said) = self.run(CONNECTED, SECRET).await;
        assert_eq!(code, 0, "{said}");
    }

    async fn disconnect(&self) {
        let (code, said) = self.run(&["disconnect", "--api-key", KEY, "--yes"], SECRET).await;
        assert_eq!(code, 0, "{said}");
        assert!(!said.contains("stays  "), "{said}");
    }

    async fn doctor(&self) -> (i32, Vec<Value>) {
        let (code, said) = self.run(&["doctor", "--json"], "").await;
        (code, serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}")))
    }

    /// Every document with all its fields, but for those that ERPNext writes about others by itself.
    fn everything(&self) -> BTreeMap<String, Vec<Value>> {
        let doctypes = self.erpnext.doctypes().into_iter();
        let all = doctypes.map(|doctype| {
            let documents = self.erpnext.documents(&doctype);
            (doctype, documents)
        });
        let by_itself = ["Communication", "Deleted Document", "Version", "Webhook Request Log"];
        all.filter(|(doctype, all)| !by_itself.contains(&doctype.as_str()) && !all.is_empty())
            .collect()
    }
}

fn faults(findings: &[Value]) -> Vec<&Value> {
    findings.iter().filter(|one| one["verdict"] == "fault").collect()
}

#[tokio::test]
async fn connecting_and_disconnecting_leave_every_document_as_it_was_but_for_communications() {
    let machine = Machine::new().await;
    let before = machine.everything();
    machine.connect().await;
    let (code, findings) = machine.doctor().await;
    assert_eq!((code, faults(&findings)), (0, vec![]));
    assert!(findings.len() >= 15, "{findings:#?}");
    let said = json!({
        "communication_type": "Communication", "communication_medium": "Chat", "subject": "x",
        "content": "<div>x</div>", "reference_doctype": "Project", "reference_name": "PROJ-0001",
        "parlance_key": "k1",
    });
    let said = machine.erpnext.insert("Communication", &said).unwrap();
    machine.disconnect().await;
    let after = machine.everything();
    for doctype in before.keys().chain(after.keys()) {
        assert_eq!(after.get(doctype), before.get(doctype), "{doctype}");
    }
    assert!(machine.erpnext.document("Communication", &said).is_some());
    let (code, findings) = machine.doctor().await;
    assert_eq!(code, 1);
    assert!(findings[0]["fix"].as_str().unwrap().contains("parlance connect"), "{findings:?}");
}

#[tokio::test]
async fn a_parlance_that_runs_with_the_connection_is_sound_and_hears_of_changes() {
    let mut server = town::server();
    let machine = Machine::of(&server).await;
    machine.connect().await;
    server.start_again().await;
    let hub = server.signed_in("hub.service@nordlicht.example", "fake-password-service").await;
    let received = async || {
        let report = api(&hub, "connection_report", &[]).await.json();
        report["webhooks"]["received"].as_u64().unwrap()
    };
    let all_is_well = async || {
        let (code, findings) = machine.doctor().await;
        let sick: Vec<_> = findings.iter().filter(|one| one["verdict"] != "ok").collect();
        assert_eq!((code, sick), (0, vec![]));
        findings
    };
    all_is_well().await;
    // The doctor's own knock is no word of ERPNext's.
    assert_eq!(received().await, 0);
    machine.erpnext.update("Task", "TASK-2026-00001", &json!({"priority": "High"})).unwrap();
    eventually("a webhook arrives", Duration::from_secs(30), || async {
        (received().await > 0).then_some(())
    })
    .await;
    let findings = all_is_well().await;
    let deliveries = findings.iter().find(|one| one["check"] == "deliveries").unwrap();
    assert!(deliveries["said"].as_str().unwrap().contains("arrived"), "{deliveries}");

    let mut other = machine.command(&["doctor", "--json"]);
    let said =
        other.env("ERPNEXT_WEBHOOK_SECRET", "not-that-of-the-server").output().await.unwrap();
    let findings: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
    let faults = faults(&findings);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert_eq!(faults[0]["check"], "webhook-secret");

    server.terminate(Duration::from_secs(15)).await;
    machine.disconnect().await;
    server.start_again().await;
    town::cast(&server, standin::cast::MAYA.user).await;
}

#[tokio::test]
async fn without_a_yes_the_plan_is_shown_and_nothing_is_done() {
    let machine = Machine::new().await;
    let before = machine.everything();
    let (code, said) = machine.run(&["connect", "--api-key", KEY], SECRET).await;
    assert_eq!(code, 1);
    for words in [
        "+ Role Parlance Integration",
        "+ 32 Webhooks: Project, Project Type, Task,",
        "+ DocType Parlance Ticket",
        "No OAuth Client is made",
        "nothing was changed: add --yes",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert_eq!(machine.everything(), before);
    assert!(!machine.data().join("connection.toml").exists());
    let (code, said) = machine.doctor().await;
    assert_eq!((code, said[0]["check"].as_str()), (1, Some("settings")));
}

#[tokio::test]
async fn connecting_again_says_that_there_is_nothing_to_do_and_does_nothing() {
    let machine = Machine::new().await;
    machine.connect().await;
    let before = machine.everything();
    let file = |name: &str| std::fs::read_to_string(machine.data().join(name)).unwrap();
    let files = || [file("connection.toml"), file("connection-manifest.json")];
    let written = files();
    let (code, said) = machine.run(&["connect", "--api-key", KEY], SECRET).await;
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Nothing to do"), "{said}");
    assert_eq!(machine.everything(), before);
    assert_eq!(files(), written);
}

#[tokio::test]
async fn what_was_killed_in_the_middle_is_finished_or_taken_back() {
    let machine = Machine::new().await;
    let before = machine.everything();
    for records in [3, 9, 13, 22, 40] {
        let mut child = machine.command(CONNECTED).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(SECRET.as_bytes()).await.unwrap();
        drop(stdin);
        machine.erpnext.faults().delay(Duration::from_millis(4));
        killed_after(&machine, &mut child, records).await;
        machine.erpnext.faults().clear();
        let (code, _) = machine.doctor().await;
        assert_eq!(code, 1, "killed at {records}");
        if records % 2 == 0 {
            machine.connect().await;
            let (_, findings) = machine.doctor().await;
            assert_eq!(faults(&findings), Vec::<&Value>::new(), "killed at {records}");
        }
        machine.disconnect().await;
        assert_eq!(machine.everything(), before, "killed at {records}");
    }
}

/// Kills it as soon as its manifest has so many records.
async fn killed_after(machine: &Machine, child: &mut Child, records: usize) {
    let manifest = machine.data().join("connection-manifest.json");
    loop {
        let text = std::fs::read_to_string(&manifest).unwrap_or_default();
        let read: Value = serde_json::from_str(&text).unwrap_or_default();
        if read["records"].as_array().is_some_and(|all| all.len() >= records) {
            break;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended before {records} records");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    child.kill().await.unwrap();
}

#[tokio::test]
async fn a_key_that_is_not_enough_is_told_in_one_line() {
    let machine = Machine::new().await;
    let before = machine.everything();
    for (key, secret, words) in [
        (KEY, "wrong", "ERPNext refuses the API key"),
        ("fakekey-tom", "fakesecret-tom", "System Manager"),
        (KEY, "", "the API secret is empty"),
    ] {
        let (code, said) = machine.run(&["connect", "--api-key", key, "--yes"], secret).await;
        assert_eq!(code, 1);
        assert!(said.starts_with("parlance: ") && said.contains(words), "{said}");
        assert_eq!(said.trim_end().lines().count(), 1, "{said}");
    }
    assert_eq!(machine.everything(), before);
}

#[tokio::test]
async fn a_site_elsewhere_is_not_given_an_address_of_this_machine() {
    let machine = Machine::new().await;
    let mut command = machine.command(&["connect", "--api-key", KEY, "--yes"]);
    command.env("ERPNEXT_URL", "https://erp.example.com").env_remove("PARLANCE_PUBLIC_URL");
    command.env("ERPNEXT_ADMIN_API_SECRET", SECRET);
    let said = command.output().await.unwrap();
    let said = String::from_utf8(said.stderr).unwrap();
    assert!(said.contains("--public-url"), "{said}");
}

#[tokio::test]
async fn doctor_names_what_it_finds_and_ends_with_one() {
    let machine = Machine::new().await;
    machine.connect().await;
    let off = json!({"enabled": 0});
    machine.erpnext.update("Webhook", "Parlance Task on_change", &off).unwrap();
    let (code, said) = machine.run(&["doctor"], "").await;
    assert_eq!(code, 1);
    assert!(said.contains("fault    webhooks") && said.contains("1 fault to mend"), "{said}");
    // Connecting again is the fix it names.
    machine.connect().await;
    let (code, findings) = machine.doctor().await;
    assert_eq!((code, faults(&findings)), (0, vec![]));
}

#[tokio::test]
async fn a_connection_sealed_with_another_secret_is_the_doctors_first_finding() {
    let machine = Machine::new().await;
    machine.connect().await;
    let key = machine.data().join("secret.key");
    std::fs::write(&key, "another-secret-of-32-characters-or-so").unwrap();
    let (code, findings) = machine.doctor().await;
    assert_eq!((code, findings.len()), (1, 1), "{findings:?}");
    assert_eq!(findings[0]["check"], "settings");
    assert!(findings[0]["said"].as_str().unwrap().contains("PARLANCE_SECRET"), "{findings:?}");
    // What cannot be opened is made anew.
    machine.connect().await;
    let (code, findings) = machine.doctor().await;
    assert_eq!((code, faults(&findings)), (0, vec![]));
}

#[tokio::test]
async fn an_https_desk_needs_an_https_parlance_and_a_certificate_somebody_trusts() {
    let machine = Machine::new().await;
    let https = Https::before(machine.erpnext.addr()).await;
    let trusted = machine.folder.path().join("trusted.pem");
    std::fs::write(&trusted, &https.pem).unwrap();
    let run = async |words: &[&str], trust: bool| {
        let mut command = machine.command(words);
        if words[0] == "connect" {
            command.env("ERPNEXT_URL", &https.url).env("ERPNEXT_ADMIN_API_SECRET", SECRET);
        }
        if trust {
            command.env("SSL_CERT_FILE", &trusted);
        }
        let ended = command.output().await.unwrap();
        (
            ended.status.code().unwrap(),
            String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap(),
        )
    };
    let (code, said) = run(CONNECTED, false).await;
    assert!(code == 1 && said.contains("no trusted TLS connection"), "{said}");
    let (code, said) = run(CONNECTED, true).await;
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("Note: The desk is on https"), "{said}");
    assert!(
        said.contains("ok       tls              The certificate of localhost is accepted."),
        "{said}"
    );
    let (code, said) = run(&["doctor", "--json"], true).await;
    let findings: Vec<Value> =
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    let faults = faults(&findings);
    assert_eq!((code, faults.len()), (1, 1), "{said}");
    assert_eq!(faults[0]["check"], "public-url");
    assert!(faults[0]["fix"].as_str().unwrap().contains("https proxy"), "{said}");
    let (code, said) = run(&["doctor", "--json"], false).await;
    let findings: Vec<Value> =
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"));
    assert_eq!((code, findings[0]["check"].as_str()), (1, Some("tls")), "{said}");
}
