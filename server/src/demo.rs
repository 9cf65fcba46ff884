//! Demo mode: an ERPNext stand-in on loopback, and the demo's weeks of chat played through the real operations.

use crate::{cli::Failure, config::Config};
use contract::{Accounts, Asker, Credentials, Workspaces};
use mirror::Mirror;
use secrecy::SecretString;
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed, State},
};
use std::collections::HashMap;
use url::Url;
use uuid::Uuid;
use vocabulary::{Audience, MessageBody, MessageDraft, MessageKey, Moment, WorkspaceSummary};
use workspace::Services;

/// What the pages of a demo say about it.
pub(crate) const NOTICE: &str = "This is a demo with made-up people. To connect a real site, run \
                                 “parlance connect” and start again.";

/// The demo's own ERPNext; it stops when dropped.
pub(crate) struct DemoErpnext {
    pub(crate) url: Url,
    pub(crate) api_key: String,
    pub(crate) api_secret: SecretString,
    _running: Running,
}

/// Starts the demo's ERPNext. What is written to it stays in the data folder.
pub(crate) async fn erpnext(config: &Config) -> Result<DemoErpnext, Failure> {
    let journal = config.data_dir.join("demo-erpnext.jsonl");
    let state = State::kept(Seed::Demo, &journal)
        .map_err(Failure::machine(format!("{} cannot be used", journal.display())))?;
    let running = Erpnext::start_on(([127, 0, 0, 1], 0).into(), state)
        .await
        .map_err(Failure::machine("the demo's ERPNext could not listen on loopback"))?;
    Ok(DemoErpnext {
        url: running.url(),
        api_key: cast::SERVICE_KEY.to_owned(),
        api_secret: cast::SERVICE_SECRET.into(),
        _running: running,
    })
}

/// Keys of the played lines: the same at every start, so that playing again says nothing twice.
const FIRST_KEY: u128 = 0x0190_0000_0000_7000_8000_0000_0000_0000;

/// Copies the demo's Projects and plays what was said in the weeks before.
pub(crate) async fn play(services: &Services, mirror: &Mirror) -> Result<(), Failure> {
    mirror.run_once(true).await.map_err(|error| Failure::Demo(error.to_string()))?;
    let now = Moment::now();
    let mut speakers = HashMap::new();
    for (key, line) in (FIRST_KEY..).zip(standin::chat()) {
        let speaker = match speakers.remove(line.author_user) {
            Some(speaker) => speaker,
            None => Speaker::signed_in(services, line.author_user).await?,
        };
        let at = now.plus_millis(-i64::from(line.minutes_before_now) * 60_000);
        let key = MessageKey::from_uuid(Uuid::from_u128(key));
        speaker.say(services, line.project, (key, line.text), at).await?;
        speakers.insert(line.author_user, speaker);
    }
    for speaker in speakers.into_values() {
        services.sign_out(&speaker.asker).await.map_err(demo)?;
    }
    Ok(())
}

/// One of the cast, signed in as everybody else would be.
struct Speaker {
    asker: Asker,
    workspaces: Vec<WorkspaceSummary>,
}

impl Speaker {
    async fn signed_in(services: &Services, user: &str) -> Result<Self, Failure> {
        let credentials =
            Credentials { user: user.into(), password: cast::PASSWORD.into(), from: None };
        let session = services.sign_in(credentials).await.map_err(demo)?;
        let asker = Asker::bearing(session.token);
        let workspaces = services.my_workspaces(&asker).await.map_err(demo)?;
        Ok(Self { asker, workspaces })
    }

    async fn say(
        &self,
        services: &Services,
        project: &str,
        (key, text): (MessageKey, &str),
        at: Moment,
    ) -> Result<(), Failure> {
        let workspace = self
            .workspaces
            .iter()
            .find(|workspace| workspace.project.as_str() == project)
            .ok_or_else(|| Failure::Demo(format!("{project} is not there")))?;
        let body = MessageBody::new(text).map_err(|error| Failure::Demo(error.to_string()))?;
        let draft = MessageDraft::said(key, body, Audience::Team);
        let room = services
            .enter(&self.asker, workspace.id)
            .await
            .map_err(demo)?
            .open_team_room()
            .await
            .map_err(demo)?;
        room.post_said_at(draft, at).await.map_err(demo)?;
        Ok(())
    }
}

fn demo(error: contract::AppError) -> Failure {
    Failure::Demo(error.to_string())
}

/// The sign-ins to print.
pub(crate) fn sign_ins() -> String {
    let mut text = String::from("  Demo sign-ins (password: demo)\n");
    for (user, role) in [
        ("maya@parlance.demo", "project manager"),
        ("tom@parlance.demo", "team member"),
        ("ines@client.demo", "client"),
    ] {
        text.push_str(&format!("    {user:<22} {role}\n"));
    }
    text.push_str(
        "\n  To connect a real site: parlance connect --url https://erp.example.com --api-key KEY\n",
    );
    text
}
