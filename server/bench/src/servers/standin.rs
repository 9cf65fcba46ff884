//! The ERPNext stand-in as a process of its own, with the bench's Projects and Users.

use super::{Shape, process::Process, seed};
use crate::{
    fault::{Doing, Outcome},
    options::StandinOptions,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use standin::{
    cast,
    erpnext::{Erpnext, Running, Seed, State},
};
use std::{fs, net::SocketAddr};

/// File in which the stand-in tells its Projects.
const PROJECTS: &str = "projects.json";

/// A Project, as ERPNext tells it apart from all others.
#[derive(Debug, Serialize, Deserialize)]
pub struct Project {
    /// `name`
    pub name: String,
    /// `creation`
    pub creation: String,
}

/// Environment that connects the product to the stand-in, or to where it would be.
pub fn environment(address: SocketAddr) -> [(&'static str, String); 4] {
    [
        ("PARLANCE_DEMO", "0".into()),
        ("ERPNEXT_URL", format!("http://{address}")),
        ("ERPNEXT_API_KEY", cast::SERVICE_KEY.into()),
        ("ERPNEXT_API_SECRET", cast::SERVICE_SECRET.into()),
    ]
}

/// Starts one and tells its Projects: the bench's first, the stand-in's own after them.
pub fn start(shape: Shape) -> Outcome<(Process, Vec<Project>)> {
    let process = Process::start(&std::env::current_exe()?, |program, address, folder| {
        let program = program.arg("standin").args(["--addr", &address.to_string()]);
        let program = program.args(["--projects", &shape.rooms.to_string()]);
        let program = program.args(["--users", &shape.members().to_string()]);
        program.arg("--tell").arg(folder.join(PROJECTS))
    });
    let told = fs::read(process.folder.path().join(PROJECTS)).doing("the stand-in's Projects")?;
    Ok((process, serde_json::from_slice(&told)?))
}

/// Is the stand-in, until it is ended. It listens once everything is in place.
pub async fn serve(options: StandinOptions) -> Outcome<()> {
    let state = State::new(Seed::Demo);
    let site = Erpnext::start_on(([127, 0, 0, 1], 0).into(), state.clone()).await?;
    let mut names = Vec::with_capacity(options.projects);
    for number in 0..options.projects {
        names.push(insert(
            &site,
            "Project",
            &json!({"project_name": format!("Bench {number:03}")}),
        )?);
    }
    for number in 0..options.users {
        let fields = json!({
            "email": seed::user(number), "first_name": format!("Member {number:05}"), "enabled": 1,
            "user_type": "System User", "roles": [{"role": "Projects User"}], "send_welcome_email": 0,
        });
        insert(&site, "User", &fields)?;
    }
    names.extend([cast::WEBSITE, cast::WINE_SHOP, cast::INTRANET].map(str::to_owned));
    let projects: Vec<Project> =
        names.into_iter().filter_map(|name| project(&site, name)).collect();
    fs::write(&options.tell, serde_json::to_vec(&projects)?)?;
    let _site = Erpnext::start_on(options.addr, state).await?;
    std::future::pending().await
}

fn insert(site: &Running, doctype: &str, fields: &Value) -> Outcome<String> {
    site.insert(doctype, fields).doing(&format!("{doctype} in the stand-in"))
}

fn project(site: &Running, name: String) -> Option<Project> {
    let creation = site.document("Project", &name)?.get("creation")?.as_str()?.to_owned();
    Some(Project { name, creation })
}
