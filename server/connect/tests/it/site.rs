//! A stand-in with an administrator, and a data folder.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
    time::Duration,
};

use connect::{ConnectError, Manifest, Moment, Plan, Step, Wishes};
use erpnext::{Site, SiteConfig};
use secrecy::{ExposeSecret, SecretString};
use standin::erpnext::{Erpnext, Running, Seed};
use testkit::folder::Folder;
use vault::Vault;

pub const TOM: (&str, &str) = ("fakekey-tom", "fakesecret-tom");
pub const ADMINISTRATOR: (&str, &str) = ("fakekey-service", "fakesecret-service");
pub const PUBLIC_URL: &str = "https://talk.example.com/";

pub struct Town {
    pub running: Running,
    pub folder: Folder,
    pub vault: Vault,
    pub wishes: Wishes,
}

impl Town {
    pub async fn new() -> Self {
        // Whoever was first stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            running: Erpnext::start(Seed::Recorded).await.unwrap(),
            folder: Folder::new("connect"),
            vault: Vault::with("the root of all keys".into()),
            wishes: Wishes {
                public_url: PUBLIC_URL.parse().unwrap(),
                auditor: true,
                new_keys: false,
            },
        }
    }

    pub fn site_as(&self, (key, secret): (&str, &str)) -> Site {
        Site::new(SiteConfig {
            base_url: self.running.url(),
            api_key: key.to_owned(),
            api_secret: secret.to_owned().into(),
            auditor: None,
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(20),
        })
        .unwrap()
    }

    pub fn administrator(&self) -> Site {
        self.site_as(ADMINISTRATOR)
    }

    pub fn manifest(&self) -> Manifest {
        Manifest::read(self.folder.path()).unwrap()
    }

    pub async fn plan(&self) -> Plan {
        let site = self.administrator();
        connect::plan(&site, &self.wishes, &self.manifest(), &self.vault).await.unwrap()
    }

    /// Connects, stopping as `watch` says.
    pub async fn connect_watched(
        &self,
        watch: &mut (dyn FnMut(&Step, Moment) -> ControlFlow<()> + Send),
    ) -> Result<(), ConnectError> {
        let plan = self.plan().await;
        let mut manifest = self.manifest();
        connect::apply(&self.administrator(), &plan, &mut manifest, &self.vault, watch).await
    }

    pub async fn connect(&self) {
        self.connect_watched(&mut |_, _| ControlFlow::Continue(())).await.unwrap();
    }

    pub async fn disconnect(&self) -> Vec<connect::Removed> {
        let mut manifest = self.manifest();
        connect::disconnect(&self.administrator(), &mut manifest, &mut |_| {}).await.unwrap()
    }

    /// Key and secret that connecting kept in these variables.
    pub fn kept(&self, key: &str, secret: &str) -> (String, String) {
        let manifest = self.manifest();
        let opened = self.opened(secret).unwrap();
        (manifest.settings[key].clone(), opened.expose_secret().to_owned())
    }

    pub fn opened(&self, variable: &str) -> Option<SecretString> {
        let manifest = self.manifest();
        let value = manifest.settings.get(variable)?.strip_prefix(connect::connection::SEALED)?;
        self.vault.open(&connect::connection::purpose(variable), value).ok()
    }

    pub fn service(&self) -> Site {
        let (key, secret) = self.kept("ERPNEXT_API_KEY", "ERPNEXT_API_SECRET");
        self.site_as((&key, &secret))
    }

    /// What was kept is what ERPNext has: both keys open, every webhook signs with the one secret, and nothing is owed.
    pub async fn is_signed_for(&self, when: &str) {
        assert!(self.plan().await.is_done(), "{when}");
        for (key, secret) in [
            ("ERPNEXT_API_KEY", "ERPNEXT_API_SECRET"),
            ("ERPNEXT_AUDIT_API_KEY", "ERPNEXT_AUDIT_API_SECRET"),
        ] {
            let (key, secret) = self.kept(key, secret);
            let who = self.site_as((&key, &secret)).read("frappe.auth.get_logged_user", &[]).await;
            assert!(who.is_ok(), "{when}: {who:?}");
        }
        let kept = self.opened("ERPNEXT_WEBHOOK_SECRET").unwrap();
        let webhooks = self.running.documents("Webhook");
        assert_eq!(webhooks.len(), 32, "{when}");
        for webhook in webhooks {
            assert_eq!(webhook["webhook_secret"], kept.expose_secret(), "{when}: {webhook}");
        }
    }

    /// The names of all documents but those that ERPNext writes about others by itself, and Communications.
    pub fn names(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut names = self.running.names();
        for by_itself in ["Communication", "Deleted Document", "Version", "Webhook Request Log"] {
            names.remove(by_itself);
        }
        names.retain(|_, names| !names.is_empty());
        names
    }
}
