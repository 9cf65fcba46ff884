//! The doctor finds nothing on a sound site, and names each fault that is put there, with its fix.

use std::time::Duration;

use connect::{Finding, Setup, Verdict, WebhookState, doctor};
use erpnext::{Site, SiteConfig};
use secrecy::SecretString;
use serde_json::json;
use standin::erpnext::Release;
use url::Url;

use crate::{door::Door, self_signed, site::Town};

const SERVICE: &str = "parlance.service@parlance.invalid";
const AUDITOR: &str = "parlance.audit@parlance.invalid";

/// A connected site, Parlance's own address, and the settings Parlance runs with.
struct Clinic {
    town: Town,
    door: Door,
    setup: Setup,
    url: Url,
    service: (String, String),
    auditor: Option<(String, SecretString)>,
}

impl Clinic {
    /// Connected, and found sound.
    async fn open() -> Self {
        let mut clinic = Self::opened_by(|_| {}).await;
        clinic.assert_sound().await;
        clinic
    }

    async fn opened_by(wish: impl FnOnce(&mut Town)) -> Self {
        let mut town = Town::new().await;
        let door = Door::open().await;
        town.wishes.public_url = door.url.clone();
        wish(&mut town);
        town.connect().await;
        let url = town.running.url();
        door.lets_frame(&url.origin().ascii_serialization());
        let setup = Setup {
            public_url: town.wishes.public_url.clone(),
            api_key: String::new(),
            has_auditor: false,
            webhook_secret: None,
            oauth_client: None,
        };
        let service = (String::new(), String::new());
        let mut clinic = Self { town, door, setup, url, service, auditor: None };
        clinic.start_again();
        clinic
    }

    /// Parlance reads what connecting has left.
    fn start_again(&mut self) {
        let town = &self.town;
        self.service = town.kept("ERPNEXT_API_KEY", "ERPNEXT_API_SECRET");
        self.auditor = town.wishes.auditor.then(|| {
            let (key, secret) = town.kept("ERPNEXT_AUDIT_API_KEY", "ERPNEXT_AUDIT_API_SECRET");
            (key, secret.into())
        });
        self.setup.api_key.clone_from(&self.service.0);
        self.setup.has_auditor = self.auditor.is_some();
        self.setup.webhook_secret = town.opened("ERPNEXT_WEBHOOK_SECRET");
        self.door.takes(self.setup.webhook_secret.clone());
    }

    /// Does what `fix` says, if that is a command, and finds all sound.
    async fn mend_by(&mut self, fix: &str) {
        if !fix.contains("parlance connect") {
            return;
        }
        self.town.wishes.new_keys = fix.contains("--new-keys");
        self.town.connect().await;
        self.town.wishes.new_keys = false;
        self.start_again();
        self.something_happens("Low").await;
        self.assert_sound().await;
    }

    async fn look(&self) -> Vec<Finding> {
        self.look_knowing(None).await
    }

    async fn look_knowing(&self, state: Option<WebhookState>) -> Vec<Finding> {
        let site = Site::new(SiteConfig {
            base_url: self.url.clone(),
            api_key: self.service.0.clone(),
            api_secret: self.service.1.clone().into(),
            auditor: self.auditor.clone(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(20),
        })
        .unwrap();
        doctor(&site, &self.setup, state).await
    }

    async fn assert_sound(&mut self) {
        let findings = self.look().await;
        let sick: Vec<_> = findings.iter().filter(|one| one.verdict != Verdict::Ok).collect();
        assert!(sick.is_empty(), "{sick:#?}");
        assert!(findings.len() >= 15, "{findings:#?}");
    }

    /// The only thing that is not as it must be is this; its sentences have these words. Where the fix is to connect, that
    /// mends it.
    async fn finds_only(&mut self, verdict: Verdict, check: &str, said: &str, fix: &str) {
        let findings = self.look().await;
        let sick: Vec<_> = findings.iter().filter(|one| one.verdict != Verdict::Ok).collect();
        let [one] = sick.as_slice() else { panic!("{sick:#?}") };
        assert_eq!((one.verdict, one.check), (verdict, check), "{one:#?}");
        assert!(one.said.contains(said), "{one:#?}");
        let words = one.fix.as_deref().unwrap();
        assert!(words.contains(fix), "{one:#?}");
        for sentence in [one.said.as_str(), words] {
            assert!(sentence.ends_with('.') && !sentence.contains('\n'), "{sentence:?}");
        }
        let fix = words.to_owned();
        self.mend_by(&fix).await;
    }

    fn running(&self) -> &standin::erpnext::Running {
        &self.town.running
    }

    /// Waits until ERPNext has given up on or delivered all its webhooks.
    async fn deliveries_end(&self) {
        while self.running().deliveries_waiting() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// A change of a document that a webhook is for.
    async fn something_happens(&self, priority: &str) {
        self.running().faults().pause_deliveries(Duration::ZERO, Duration::ZERO);
        let change = json!({"priority": priority});
        self.running().update("Task", "TASK-2026-00001", &change).unwrap();
        self.deliveries_end().await;
    }
}

#[tokio::test]
async fn a_sound_connection_stays_sound_while_webhooks_arrive() {
    let mut clinic = Clinic::open().await;
    clinic.something_happens("High").await;
    clinic.assert_sound().await;
    let findings = clinic.look().await;
    let deliveries = findings.iter().find(|one| one.check == "deliveries").unwrap();
    assert!(deliveries.said.contains("arrived"), "{deliveries:?}");
}

#[tokio::test]
async fn a_connection_without_an_auditor_has_warnings_and_no_fault() {
    let clinic = Clinic::opened_by(|town| town.wishes.auditor = false).await;
    let findings = clinic.look().await;
    assert!(findings.iter().all(|one| one.verdict != Verdict::Fault), "{findings:#?}");
    let auditor = findings.iter().find(|one| one.check == "auditor").unwrap();
    assert_eq!(auditor.verdict, Verdict::Warning, "{auditor:?}");
}

#[tokio::test]
async fn an_address_where_nobody_listens() {
    let mut clinic = Clinic::open().await;
    clinic.url = "http://127.0.0.1:1/".parse().unwrap();
    clinic
        .finds_only(Verdict::Fault, "address", "Nobody listens at 127.0.0.1, port 1", "ERPNEXT_URL")
        .await;
}

#[tokio::test]
async fn an_address_that_is_something_else() {
    let mut clinic = Clinic::open().await;
    clinic.url = clinic.door.url.clone();
    clinic.finds_only(Verdict::Fault, "address", "is not ERPNext", "ERPNEXT_URL").await;
}

#[tokio::test]
async fn a_host_name_without_an_address() {
    let mut clinic = Clinic::open().await;
    clinic.url = "http://erp.invalid/".parse().unwrap();
    clinic.finds_only(Verdict::Fault, "address", "erp.invalid", "ERPNEXT_URL").await;
}

#[tokio::test]
async fn a_certificate_that_nobody_signed() {
    let mut clinic = Clinic::open().await;
    clinic.url = self_signed::server().await;
    clinic
        .finds_only(Verdict::Fault, "tls", "self-signed", "certificate of a public authority")
        .await;
}

#[tokio::test]
async fn a_clock_that_is_ten_minutes_off() {
    let mut clinic = Clinic::open().await;
    clinic.running().set_clock(clinic.running().now() - Duration::from_secs(600));
    clinic.finds_only(Verdict::Fault, "clock", "10 min behind", "NTP").await;
    clinic.running().advance_clock(Duration::from_secs(1200));
    let findings = clinic.look().await;
    assert!(findings.iter().any(|one| one.said.contains("ahead of")), "{findings:#?}");
}

#[tokio::test]
async fn a_secret_that_is_not_the_keys() {
    let mut clinic = Clinic::open().await;
    clinic.service.1 = "0a1b2c3d4e5f678".into();
    clinic.finds_only(Verdict::Fault, "key", SERVICE, "--new-keys").await;
}

#[tokio::test]
async fn a_key_that_is_nobodys() {
    let mut clinic = Clinic::open().await;
    clinic.service.0 = "deadbeefdeadbee".into();
    clinic.setup.api_key = clinic.service.0.clone();
    clinic.finds_only(Verdict::Fault, "key", "no user's API key", "--new-keys").await;
}

#[tokio::test]
async fn a_service_user_who_is_disabled() {
    let mut clinic = Clinic::open().await;
    clinic.running().set_enabled(SERVICE, false).unwrap();
    clinic.finds_only(Verdict::Fault, "user", SERVICE, "Enable").await;
    // From 16 on the key of a disabled user is refused; the fault is the same.
    clinic.running().set_release(Release::new("16.10.0", "16.10.0"));
    clinic.running().set_enabled(SERVICE, false).unwrap();
    clinic.finds_only(Verdict::Fault, "user", SERVICE, "Enable").await;
}

#[tokio::test]
async fn a_service_user_who_is_a_system_manager() {
    let mut clinic = Clinic::open().await;
    clinic.running().add_role(SERVICE, "System Manager").unwrap();
    clinic
        .finds_only(Verdict::Fault, "privileges", "can do anything", "Take the role System Manager")
        .await;
}

#[tokio::test]
async fn a_service_user_with_roles_it_does_not_need() {
    let mut clinic = Clinic::open().await;
    clinic.running().add_role(SERVICE, "Projects Manager").unwrap();
    clinic.finds_only(Verdict::Warning, "privileges", "Projects Manager", "Take these roles").await;
}

#[tokio::test]
async fn a_role_without_the_right_to_write_communications() {
    let mut clinic = Clinic::open().await;
    let rules = clinic.running().documents("Custom DocPerm");
    let ours = rules
        .iter()
        .find(|rule| rule["parent"] == "Communication" && rule["role"] == connect::ROLE)
        .unwrap();
    let name = ours["name"].as_str().unwrap();
    assert!(clinic.running().change_silently("Custom DocPerm", name, &json!({"write": 0})));
    clinic.finds_only(Verdict::Fault, "rights", "may not write Communication", connect::ROLE).await;
}

#[tokio::test]
async fn a_site_where_not_everybody_may_attach_files() {
    let mut clinic = Clinic::open().await;
    let file = json!({"file_name": "a.txt", "content": "hello", "is_private": 0});
    clinic.running().insert("File", &file).unwrap();
    let rule = json!({"parent": "File", "role": "All", "permlevel": 0, "read": 1, "create": 0});
    clinic.running().insert("Custom DocPerm", &rule).unwrap();
    clinic.finds_only(Verdict::Fault, "rights", "may not create File", connect::ROLE).await;
}

#[tokio::test]
async fn a_key_field_that_is_missing() {
    let mut clinic = Clinic::open().await;
    clinic.running().delete("Custom Field", "Communication-parlance_key").unwrap();
    clinic
        .finds_only(
            Verdict::Fault,
            "key-field",
            "Communication has no field parlance_key",
            "parlance connect",
        )
        .await;
}

#[tokio::test]
async fn a_key_field_that_is_not_unique() {
    let mut clinic = Clinic::open().await;
    clinic.running().update("Custom Field", "Task-parlance_key", &json!({"unique": 0})).unwrap();
    clinic.finds_only(Verdict::Fault, "key-field", "of Task is not unique", "tick Unique").await;
}

#[tokio::test]
async fn a_ticket_doctype_that_is_missing() {
    let mut clinic = Clinic::open().await;
    clinic.running().delete("DocType", connect::TICKET).unwrap();
    clinic.finds_only(Verdict::Fault, "ticket", "is missing", "parlance connect").await;
}

#[tokio::test]
async fn a_role_that_came_later_and_may_make_no_tickets() {
    let mut clinic = Clinic::open().await;
    clinic.running().insert("Role", &json!({"role_name": "Planner", "desk_access": 1})).unwrap();
    clinic.running().add_role("tom.team@nordlicht.example", "Planner").unwrap();
    clinic.finds_only(Verdict::Warning, "ticket", "Planner", "parlance connect").await;
}

#[tokio::test]
async fn a_webhook_that_is_switched_off() {
    let mut clinic = Clinic::open().await;
    let off = json!({"enabled": 0});
    clinic.running().update("Webhook", "Parlance Task on_change", &off).unwrap();
    clinic
        .finds_only(
            Verdict::Fault,
            "webhooks",
            "Parlance Task on_change is switched off",
            "tick Enabled",
        )
        .await;
}

#[tokio::test]
async fn a_webhook_that_is_missing() {
    let mut clinic = Clinic::open().await;
    clinic.running().delete("Webhook", "Parlance Issue after_insert").unwrap();
    clinic
        .finds_only(
            Verdict::Fault,
            "webhooks",
            "Parlance Issue after_insert is missing",
            "parlance connect",
        )
        .await;
}

#[tokio::test]
async fn a_webhook_that_is_sent_elsewhere() {
    let mut clinic = Clinic::open().await;
    let elsewhere = json!({"request_url": "https://old.example.com/webhooks/erpnext"});
    clinic.running().update("Webhook", "Parlance Task on_change", &elsewhere).unwrap();
    clinic
        .finds_only(Verdict::Fault, "webhooks", "https://old.example.com", "PARLANCE_PUBLIC_URL")
        .await;
}

#[tokio::test]
async fn a_webhook_that_says_something_else() {
    let mut clinic = Clinic::open().await;
    clinic
        .running()
        .update("Webhook", "Parlance Task on_change", &json!({"webhook_json": "{}"}))
        .unwrap();
    clinic.finds_only(Verdict::Fault, "webhooks", "was changed", "parlance connect").await;
}

#[tokio::test]
async fn webhooks_signed_with_another_secret_than_ours() {
    let mut clinic = Clinic::open().await;
    let other = json!({"webhook_secret": "somebody-elses-secret"});
    for name in ["Parlance Task on_change", "Parlance Project on_change"] {
        clinic.running().update("Webhook", name, &other).unwrap();
    }
    clinic.something_happens("High").await;
    clinic
        .finds_only(
            Verdict::Fault,
            "webhook-secret",
            "signs its webhooks with another secret",
            "--new-keys",
        )
        .await;
}

#[tokio::test]
async fn a_server_that_runs_with_another_webhook_secret() {
    let mut clinic = Clinic::open().await;
    clinic.door.takes(Some("an-older-secret".into()));
    clinic
        .finds_only(Verdict::Fault, "webhook-secret", "refuses what is signed", "Restart Parlance")
        .await;
}

#[tokio::test]
async fn an_address_where_something_else_answers_webhooks() {
    let clinic = Clinic::open().await;
    clinic.door.says_yes_to_all();
    let findings = clinic.look().await;
    let faults: Vec<_> = findings.iter().filter(|one| one.verdict == Verdict::Fault).collect();
    let [one] = faults.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(one.check, "webhook-address");
    assert!(one.said.contains("is not Parlance's door"), "{one:?}");
    assert!(one.fix.as_deref().unwrap().contains("PARLANCE_PUBLIC_URL"), "{one:?}");
}

#[tokio::test]
async fn webhooks_that_do_not_arrive_are_told_until_one_does() {
    let mut clinic = Clinic::open().await;
    clinic.door.close().await;
    clinic.something_happens("High").await;
    let findings = clinic.look().await;
    let warned = findings.iter().filter(|one| one.verdict == Verdict::Warning);
    let warned: Vec<_> = warned.map(|one| one.check).collect();
    assert_eq!(warned, ["webhook-address", "deliveries"], "{findings:#?}");
    // The server's own word beats the log.
    let failed = received_in(&clinic, 1);
    let findings = clinic.look_knowing(Some(failed)).await;
    let deliveries = findings.iter().find(|one| one.check == "deliveries").unwrap();
    assert_eq!(deliveries.verdict, Verdict::Ok, "{deliveries:?}");
    let earlier = received_in(&clinic, -3600);
    let findings = clinic.look_knowing(Some(earlier)).await;
    let deliveries = findings.iter().find(|one| one.check == "deliveries").unwrap();
    assert_eq!(deliveries.verdict, Verdict::Warning, "{deliveries:?}");
}

/// A webhook received so many seconds from now.
fn received_in(clinic: &Clinic, seconds: i64) -> WebhookState {
    let now = clinic.running().now().timestamp_millis();
    WebhookState { last_received: Some(now + seconds * 1000) }
}

#[tokio::test]
async fn webhooks_that_a_proxy_keeps_from_us() {
    let mut clinic = Clinic::open().await;
    clinic.something_happens("High").await;
    let rows = clinic.running().documents("Webhook Request Log");
    for row in rows {
        let failed = json!({"error": "502 Server Error: Bad Gateway for url: http://proxy/"});
        clinic.running().change_silently(
            "Webhook Request Log",
            row["name"].as_str().unwrap(),
            &failed,
        );
    }
    clinic.finds_only(Verdict::Fault, "deliveries", "502 Server Error", "reach").await;
}

#[tokio::test]
async fn a_release_that_is_too_old() {
    let mut clinic = Clinic::open().await;
    clinic.running().set_release(Release::new("13.58.0", "13.55.2"));
    clinic.finds_only(Verdict::Fault, "version", "13.58.0 is too old", "15 or 16").await;
}

#[tokio::test]
async fn a_release_that_is_known_in_part() {
    let mut clinic = Clinic::open().await;
    clinic.running().set_release(Release::new("14.80.2", "14.70.0"));
    clinic.finds_only(Verdict::Warning, "version", "in part", "15 or 16").await;
}

#[tokio::test]
async fn a_client_script_that_was_removed() {
    let mut clinic = Clinic::open().await;
    clinic.running().delete("Client Script", "Parlance Project").unwrap();
    clinic
        .finds_only(Verdict::Fault, "desk-tab", "Parlance Project is missing", "parlance connect")
        .await;
}

#[tokio::test]
async fn a_client_script_that_was_changed() {
    let mut clinic = Clinic::open().await;
    let changed = json!({"script": "frappe.msgprint('hello')"});
    clinic.running().update("Client Script", "Parlance Task", &changed).unwrap();
    clinic
        .finds_only(Verdict::Warning, "desk-tab", "Parlance Task was changed", "parlance connect")
        .await;
}

#[tokio::test]
async fn a_tab_that_was_removed() {
    let mut clinic = Clinic::open().await;
    clinic.running().delete("Custom Field", "Project-parlance_panel").unwrap();
    clinic.finds_only(Verdict::Fault, "desk-tab", "forms of Project", "parlance connect").await;
}

#[tokio::test]
async fn an_auditor_who_lost_the_role() {
    let mut clinic = Clinic::open().await;
    clinic.running().remove_role(AUDITOR, "System Manager").unwrap();
    let findings = clinic.look().await;
    let faults: Vec<_> = findings.iter().filter(|one| one.verdict == Verdict::Fault).collect();
    let [one] = faults.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(one.check, "auditor");
    assert!(one.said.contains("may not read Deleted Document"), "{one:?}");
    let fix = one.fix.clone().unwrap();
    assert!(fix.contains("role System Manager"), "{one:?}");
    clinic.mend_by(&fix).await;
}

#[tokio::test]
async fn an_auditor_whose_key_is_void() {
    let mut clinic = Clinic::open().await;
    clinic.auditor = clinic.auditor.map(|(key, _)| (key, "0a1b2c3d4e5f678".into()));
    let findings = clinic.look().await;
    let faults: Vec<_> = findings.iter().filter(|one| one.verdict == Verdict::Fault).collect();
    let [one] = faults.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(one.check, "auditor");
    let fix = one.fix.clone().unwrap();
    assert!(fix.contains("--new-keys"), "{one:?}");
    clinic.mend_by(&fix).await;
}

#[tokio::test]
async fn an_oauth_client_on_a_release_that_gives_tokens_to_the_wrong_person() {
    let mut clinic = Clinic::open().await;
    clinic.setup.oauth_client = Some("abc123".into());
    clinic
        .finds_only(Verdict::Fault, "oauth", "a token of anybody else", "remove the OAuth Client")
        .await;
    clinic.running().set_release(Release::new("16.10.0", "16.10.0").repaired());
    clinic.assert_sound().await;
}

#[tokio::test]
async fn a_page_that_the_desk_may_not_frame() {
    let mut clinic = Clinic::open().await;
    clinic.door.lets_frame("https://another-desk.example.com");
    clinic.finds_only(Verdict::Fault, "frames", "Content-Security-Policy", "proxy").await;
}
