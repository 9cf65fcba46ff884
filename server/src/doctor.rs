//! `parlance doctor`: looks the connection over and names the fix for each fault.

use crate::config::{Config, ConfigError};
use clap::Args;
use connect::{Finding, Setup, Verdict};
use erpnext::{Site, SiteConfig};
use std::{path::Path, process::ExitCode, time::Duration};

/// What is asked on the command line.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Print the findings as JSON: an array of {check, verdict, said, fix}.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: DoctorArgs, file: Option<&Path>) -> ExitCode {
    let config = match Config::load(file) {
        Ok(config) => config,
        Err(error) => return of_settings(&args, &error),
    };
    if args.json {
        let findings = findings(&config).await;
        println!("{}", as_json(&findings));
        return exit_code(&findings);
    }
    let findings = examine(&config, false).await;
    println!();
    conclude(&findings);
    exit_code(&findings)
}

/// Settings that stop the start are the first thing to mend.
fn of_settings(args: &DoctorArgs, error: &ConfigError) -> ExitCode {
    let fix = match error {
        ConfigError::Wrong { variable, .. } => format!("Correct {variable}."),
        ConfigError::File { file, .. } => format!("Correct {file}."),
    };
    let findings = [Finding::fault("settings", format!("{error}."), fix)];
    match args.json {
        true => println!("{}", as_json(&findings)),
        false => findings.iter().for_each(print),
    }
    exit_code(&findings)
}

/// Prints the findings and gives them; `is_fresh` settings are newer than a Parlance that may be running.
pub(crate) async fn examine(config: &Config, is_fresh: bool) -> Vec<Finding> {
    let found = findings(config).await.into_iter();
    let findings: Vec<Finding> =
        found.map(|finding| if is_fresh { finding.before_restart() } else { finding }).collect();
    findings.iter().for_each(print);
    findings
}

/// A last line for people.
pub(crate) fn conclude(findings: &[Finding]) {
    let count = |verdict| findings.iter().filter(|one| one.verdict == verdict).count();
    match (count(Verdict::Fault), count(Verdict::Warning)) {
        (0, 0) => println!("All is well."),
        (0, 1) => println!("No fault, 1 warning."),
        (0, warnings) => println!("No fault, {warnings} warnings."),
        (1, _) => println!("1 fault to mend."),
        (faults, _) => println!("{faults} faults to mend."),
    }
}

/// 1 where there is a fault.
pub(crate) fn exit_code(findings: &[Finding]) -> ExitCode {
    match findings.iter().any(|one| one.verdict == Verdict::Fault) {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    }
}

async fn findings(config: &Config) -> Vec<Finding> {
    let (Some(setup), Some(erpnext)) = (setup(config), &config.erpnext) else {
        return vec![Finding::fault(
            "settings",
            "No ERPNext is connected: Parlance runs as a demo with made-up people.",
            "Run `parlance connect --url https://erp.example.com --api-key KEY` with the API key of a System Manager.",
        )];
    };
    let site = Site::new(SiteConfig {
        base_url: erpnext.url.clone(),
        api_key: erpnext.api_key.clone(),
        api_secret: erpnext.api_secret.clone(),
        auditor: erpnext.auditor.clone(),
        connect_timeout: Duration::from_secs(5),
        timeout: Duration::from_secs(30),
    });
    match site {
        Ok(site) => connect::doctor(&site, &setup, None).await,
        Err(error) => {
            let fix = "Correct ERPNEXT_URL, ERPNEXT_API_KEY and ERPNEXT_API_SECRET.";
            vec![Finding::fault("settings", format!("{error}."), fix)]
        }
    }
}

/// What the doctor has to know of the settings; `None` in a demo.
pub(crate) fn setup(config: &Config) -> Option<Setup> {
    let erpnext = config.erpnext.as_ref()?;
    Some(Setup {
        public_url: config.public_url.clone(),
        api_key: erpnext.api_key.clone(),
        has_auditor: erpnext.auditor.is_some(),
        webhook_secret: erpnext.webhook_secret.clone(),
        oauth_client: erpnext.oauth.as_ref().map(|(id, _)| id.clone()),
    })
}

fn as_json(findings: &[Finding]) -> String {
    serde_json::to_string_pretty(findings).unwrap_or_else(|_| "[]".into())
}

fn print(finding: &Finding) {
    println!("  {:<8} {:<16} {}", finding.verdict, finding.check, finding.said);
    if let Some(fix) = &finding.fix {
        println!("  {:<8} {:<16} -> {fix}", "", "");
    }
}
