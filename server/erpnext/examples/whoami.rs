//! Asks a real site who is who:
//! `ERPNEXT_URL=… ERPNEXT_API_KEY=… ERPNEXT_API_SECRET=… cargo run -p erpnext --example whoami -- somebody@example.com`
#![expect(clippy::expect_used, reason = "an example may stop where it stands")]

use std::time::Duration;

use erpnext::{KEY_FIELD, Site, SiteConfig};

#[tokio::main]
async fn main() {
    rustls::crypto::ring::default_provider()
        .install_default()
        .expect("no provider is installed yet");
    let variable =
        |name: &str| std::env::var(name).expect("set ERPNEXT_URL, _API_KEY, _API_SECRET");
    let site = Site::new(SiteConfig {
        base_url: variable("ERPNEXT_URL").parse().expect("ERPNEXT_URL is a URL"),
        api_key: variable("ERPNEXT_API_KEY"),
        api_secret: variable("ERPNEXT_API_SECRET").into(),
        auditor: None,
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(30),
    })
    .expect("usable settings");

    println!("site      {}", site.base_url());
    println!("zone      {:?}", site.time_zone().await);
    println!("key field {:?}", site.has_custom_field("Communication", KEY_FIELD).await);
    for project in site.projects_since(None, 5).await.expect("projects") {
        println!("project   {} {}", project.name, project.project_name);
    }
    for user in std::env::args().skip(1) {
        println!("user      {:?}", site.user(&user).await);
        println!("may read  {:?}", site.permitted_projects(&user).await);
    }
}
