//! `parlance connect`: shows what Parlance needs in ERPNext, makes it, and looks it over.

use crate::{
    cli::Failure,
    config::{Config, Unconnected},
    doctor, terminal,
};
use clap::Args;
use connect::{Manifest, Moment, Plan, Step, StepState, Wishes, connection};
use erpnext::Site;
use std::{ops::ControlFlow, path::Path, process::ExitCode};
use url::{Host, Url};

/// Where an administrator's API secret may stand instead of standard input; never among the arguments, which others on
/// the machine can read.
pub(crate) const SECRET_VARIABLE: &str = "ERPNEXT_ADMIN_API_SECRET";

/// What is asked on the command line.
#[derive(Debug, Args)]
pub(crate) struct ConnectArgs {
    #[command(flatten)]
    pub(crate) administrator: AdministratorArgs,
    /// Where people and ERPNext reach Parlance, such as https://talk.example.com.
    #[arg(long, env = "PARLANCE_PUBLIC_URL", value_name = "URL")]
    public_url: Option<Url>,
    /// Make no second user with a System Manager's rights to read: Parlance then asks ERPNext with each member's own session.
    #[arg(long)]
    no_auditor: bool,
    /// Make the API keys and the webhooks' secret anew although there are some.
    #[arg(long)]
    new_keys: bool,
}

/// Who connects and disconnects.
#[derive(Debug, Args)]
pub(crate) struct AdministratorArgs {
    /// The ERPNext site, such as https://erp.example.com (the one connected before, unless given).
    #[arg(long, env = "ERPNEXT_URL", value_name = "URL")]
    url: Option<Url>,
    /// API key of a System Manager; its secret comes from standard input or ERPNEXT_ADMIN_API_SECRET, never from the command
    /// line. In ERPNext: User, Settings, API Access, Generate Keys.
    #[arg(long, env = "ERPNEXT_ADMIN_API_KEY", value_name = "KEY")]
    api_key: String,
    /// Do it without asking.
    #[arg(long)]
    pub(crate) yes: bool,
}

impl AdministratorArgs {
    /// The site as the administrator sees it; `known` is the one connected before.
    pub(crate) fn site(&self, known: &str) -> Result<Site, Failure> {
        let url = match &self.url {
            Some(url) => url.clone(),
            None => Url::parse(known).map_err(|_| {
                Failure::Connecting("which site? Give --url https://erp.example.com".into())
            })?,
        };
        let secret = match std::env::var(SECRET_VARIABLE) {
            Ok(secret) if !secret.trim().is_empty() => secret,
            _ => terminal::secret(&format!("API secret of {} (it is not shown):", self.api_key))?,
        };
        if secret.trim().is_empty() {
            return Err(Failure::Connecting(format!(
                "the API secret is empty: type it, pipe it in, or set {SECRET_VARIABLE}"
            )));
        }
        Ok(Site::new(connection::administrator(url, &self.api_key, &secret))?)
    }

    /// Whether to go on: said on the command line, or when asked.
    pub(crate) fn agree(&self, question: &str) -> Result<bool, Failure> {
        if self.yes {
            return Ok(true);
        }
        if !terminal::is_attended() {
            return Err(Failure::Connecting(
                "nobody is there to ask, so nothing was changed: add --yes to do this".into(),
            ));
        }
        terminal::agrees(question)
    }
}

pub(crate) async fn run(args: ConnectArgs, file: Option<&Path>) -> Result<ExitCode, Failure> {
    let place = Unconnected::load(file)?;
    let mut manifest = Manifest::read(&place.data_dir)?;
    let vault = place.vault()?;
    let site = args.administrator.site(&manifest.site)?;
    let wishes = Wishes {
        public_url: public_url(&args, &place, &manifest, site.base_url())?,
        auditor: !args.no_auditor,
        new_keys: args.new_keys,
    };
    let plan = connect::plan(&site, &wishes, &manifest, &vault).await?;
    println!("\n  Site      {} ({})", plan.site, plan.release);
    println!("  Parlance  {}", wishes.public_url);
    println!("  You       {}\n", plan.administrator);
    if plan.is_done() {
        println!("Nothing to do: all that Parlance needs is there.");
        connection::write(&place.data_dir, &manifest.settings)?;
    } else {
        show(&plan);
        if !args.administrator.agree("Do this in ERPNext? [y/N]")? {
            println!("Nothing was changed.");
            return Ok(ExitCode::SUCCESS);
        }
        println!();
        let mut watch = |step: &Step, moment: Moment| {
            if moment == Moment::Done && step.state != StepState::There {
                println!("  done  {}", step.what);
            }
            ControlFlow::Continue(())
        };
        connect::apply(&site, &plan, &mut manifest, &vault, &mut watch).await.inspect_err(|_| {
            eprintln!("\nIt stopped in the middle. `parlance connect` goes on from here, `parlance disconnect` takes back what was made.");
        })?;
        let written = place.data_dir.join(connection::FILE);
        println!("\nConnected. Parlance reads {} at its next start.", written.display());
    }
    println!("\nLooking it over:\n");
    let config = Config::load(file)?;
    tell_what_hides(&config, &manifest);
    let worst = doctor::examine(&config, !plan.is_done()).await;
    println!();
    doctor::conclude(&worst);
    Ok(doctor::exit_code(&worst))
}

fn show(plan: &Plan) {
    let there = plan.steps.iter().filter(|step| step.state == StepState::There).count();
    println!("In ERPNext Parlance will make what is marked + and change what is marked ~:\n");
    println!("{}", plan.told());
    if there > 0 {
        println!("  {there} more things are there already and stay as they are.\n");
    }
    for note in &plan.notes {
        println!("  Note: {note}");
    }
    println!(
        "\n`parlance disconnect` takes all of this back. Communications written meanwhile stay.\n"
    );
}

/// `--public-url`, its setting, or the one of the last time; never an address of this machine only, for a site elsewhere.
fn public_url(
    args: &ConnectArgs,
    place: &Unconnected,
    manifest: &Manifest,
    site: &Url,
) -> Result<Url, Failure> {
    let before = manifest.settings.get("PARLANCE_PUBLIC_URL");
    let text = match (&args.public_url, &place.public_url, before) {
        (Some(url), _, _) => url.to_string(),
        (None, Some(url), _) | (None, None, Some(url)) => url.clone(),
        (None, None, None) if is_here(site) => format!("http://{}", place.addr),
        (None, None, None) => {
            return Err(Failure::Connecting(
                "where will people and ERPNext reach Parlance? Give --public-url https://talk.example.com"
                    .into(),
            ));
        }
    };
    Ok(crate::config::public_url(&text)?)
}

fn is_here(site: &Url) -> bool {
    match site.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// Settings of other sources beat the file just written.
fn tell_what_hides(config: &Config, manifest: &Manifest) {
    let written = |variable: &str| manifest.settings.get(variable).map(String::as_str);
    let Some(erpnext) = &config.erpnext else {
        println!("Note: PARLANCE_DEMO=1 is set, so Parlance stays a demo. Remove it.\n");
        return;
    };
    let url = erpnext.url.as_str().trim_end_matches('/');
    let key = Some(erpnext.api_key.as_str());
    for (variable, is_same) in [
        ("ERPNEXT_URL", written("ERPNEXT_URL") == Some(url)),
        ("ERPNEXT_API_KEY", written("ERPNEXT_API_KEY") == key),
    ] {
        if !is_same {
            println!(
                "Note: {variable} in the environment or the configuration file beats what connecting wrote. Remove it there.\n"
            );
        }
    }
}
