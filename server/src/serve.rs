//! `parlance serve`.

use crate::{
    background, cli::Failure, config::Config, connecting::Connector, demo, doctor, listen, migrate,
    router, stop, webhooks::erpnext::Webhooks,
};
use axum::serve::ListenerExt;
use bus::Bus;
use erpnext::{OauthClient, Site, SiteConfig};
use mirror::Mirror;
use outbox::Outbox;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use store::{Backend, worker::Worker};
use tokio::sync::{Notify, mpsc};
use tokio_util::sync::CancellationToken;
use workspace::{Services, Settings};

/// How long lines have to close and requests to end.
const LAST_WORDS: Duration = Duration::from_secs(8);

#[expect(clippy::disallowed_methods, reason = "this is who starts the background work")]
pub(crate) async fn run(config: Config) -> Result<(), Failure> {
    let stopping = CancellationToken::new();
    stop::on_signal(stopping.clone());

    let db = migrate::open(&config).await?;
    let worker = Worker::for_background_work(db.clone());
    if db.backend() == Backend::Sqlite {
        // Nobody else works on this file: leases of a killed predecessor are over.
        worker.end_all_leases().await?;
    }
    let files = config.files()?;
    let bus = match &config.redis_url {
        Some(url) => Bus::redis(url).await?,
        None => Bus::local(),
    };
    let demo = if config.is_demo() { Some(demo::erpnext(&config).await?) } else { None };
    let site = site(&config, demo.as_ref())?;
    let owed = Arc::new(Notify::new());
    let vault = config.vault()?;
    let settings = Settings {
        demo: config.is_demo(),
        public_url: config.public_url.as_str().trim_end_matches('/').to_owned(),
        oauth: oauth_client(&config),
        setup: doctor::setup(&config),
        push_reach: config.push_reach,
    };
    let services = Services::new(
        worker.clone(),
        site.clone(),
        bus.clone(),
        settings,
        vault.clone(),
        Arc::clone(&owed),
    );
    let hinted = Arc::new(Notify::new());
    let mirror = Mirror::of(site.clone(), worker.clone(), Arc::clone(&hinted));
    if config.is_demo() {
        demo::play(&services, &mirror).await?;
    }

    let listener = listen::on(config.addr)?;
    let secret = config.erpnext.as_ref().and_then(|erpnext| erpnext.webhook_secret.clone());
    let webhooks = Webhooks::signed_with(secret, worker.clone(), hinted);
    let connector = Connector::of(&config, services.clone())?;
    let app = router::router(
        &config,
        services.clone(),
        files.clone(),
        webhooks,
        connector,
        stopping.clone(),
    );
    let (changed, changes) = mpsc::unbounded_channel();
    let tasks = {
        let outbox = Outbox::towards(site, worker.clone(), owed, vault)
            .with_files(files.clone())
            .telling(changed);
        background::start(services, mirror, outbox, changes, (files, worker), &stopping)
    };
    announce(&config);

    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection will be slow");
        }
    });
    let serving = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(stopping.clone().cancelled_owned());
    let ended = tokio::select! {
        ended = serving => ended,
        () = too_long(&stopping) => Ok(()),
    };
    stopping.cancel();
    ended.map_err(Failure::machine("the server stopped serving"))?;
    if tokio::time::timeout(LAST_WORDS, tasks.join_all()).await.is_err() {
        tracing::warn!("background work was cut off; it goes on at the next start");
    }
    bus.leave().await;
    db.close().await;
    Ok(())
}

async fn too_long(stopping: &CancellationToken) {
    stopping.cancelled().await;
    tokio::time::sleep(LAST_WORDS).await;
    tracing::warn!("some requests did not end in time");
}

fn site(config: &Config, demo: Option<&demo::DemoErpnext>) -> Result<Site, Failure> {
    let auditor = config.erpnext.as_ref().and_then(|erpnext| erpnext.auditor.clone());
    let (base_url, api_key, api_secret) = match (&config.erpnext, demo) {
        (Some(erpnext), _) => {
            (erpnext.url.clone(), erpnext.api_key.clone(), erpnext.api_secret.clone())
        }
        (None, Some(demo)) => (demo.url.clone(), demo.api_key.clone(), demo.api_secret.clone()),
        (None, None) => return Err(Failure::Demo("there is neither a site nor a demo".into())),
    };
    Ok(Site::new(SiteConfig {
        base_url,
        api_key,
        api_secret,
        auditor,
        connect_timeout: Duration::from_secs(3),
        timeout: Duration::from_secs(15),
    })?)
}

fn oauth_client(config: &Config) -> Option<OauthClient> {
    let (id, secret) = config.erpnext.as_ref()?.oauth.clone()?;
    let mut redirect_uri = config.public_url.clone();
    redirect_uri.set_path(crate::oauth::CALLBACK);
    Some(OauthClient { id, secret, redirect_uri })
}

/// Tells the one who started us where to go.
fn announce(config: &Config) {
    println!("\n  Parlance is running at {}\n", config.public_url);
    if config.is_demo() {
        println!("{}", demo::sign_ins());
    }
}
