//! Starts servers for the browser tests, or to look at by hand: `testbed [--replicas N | --on-site]`.
//!
//! The first line it prints is `{"urls":[…]}`, one address for each replica, with `{"erpnext":{"url","key","secret"}}`
//! where the ERPNext stands apart; with `--on-site` it does, under another host name. Then it takes commands, one a line,
//! and answers each with `done` or a reason: `kill9 N`, `terminate N` and `start N` for replica N, counted from 0;
//! `set N NAME VALUE` for a setting it has from its next start on;
//! `fill PROJECT COUNT` puts so many messages before what was said about a Project, and starts the replicas again;
//! `restart redis`; `pause redis MILLISECONDS`. Everything ends when its standard input does.
#![allow(
    clippy::expect_used,
    reason = "a test program: what is not as expected ends it with words"
)]

use std::time::Duration;
use testkit::testbed::Testbed;
use tokio::io::{AsyncBufReadExt, BufReader};

#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut testbed = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] | ["--replicas", "1"] => Testbed::single().await,
        ["--on-site"] => Testbed::on_site().await,
        ["--replicas", count] => {
            Testbed::replicas(count.parse().expect("a number of replicas")).await
        }
        _ => panic!("usage: testbed [--replicas N | --on-site]"),
    };
    let erpnext = testbed.erpnext.as_ref().map(|erpnext| {
        serde_json::json!({
            "url": Testbed::other_site(erpnext), "key": erpnext.key(), "secret": erpnext.secret(),
        })
    });
    println!("{}", serde_json::json!({ "urls": testbed.urls(), "erpnext": erpnext }));
    let mut commands = BufReader::new(tokio::io::stdin()).lines();
    while let Some(command) = commands.next_line().await.expect("readable commands") {
        match obey(&mut testbed, &command).await {
            Ok(()) => println!("done"),
            Err(reason) => println!("{reason}"),
        }
    }
}

async fn obey(testbed: &mut Testbed, command: &str) -> Result<(), String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    match words[..] {
        ["restart", "redis"] => testbed.redis.as_mut().ok_or("no Redis here")?.restart(),
        ["pause", "redis", milliseconds] => {
            let milliseconds = milliseconds.parse().map_err(|_| "not a number of milliseconds")?;
            testbed
                .redis
                .as_ref()
                .ok_or("no Redis here")?
                .pause_for(Duration::from_millis(milliseconds));
        }
        ["fill", project, count] => {
            let count = count.parse().map_err(|_| "not a number of messages")?;
            testbed.fill(project, count).await;
        }
        ["set", number, name, value] => {
            let number: usize = number.parse().map_err(|_| "not the number of a replica")?;
            testbed.servers.get_mut(number).ok_or("no such replica")?.set_env(name, value);
        }
        [verb, number] => {
            let number: usize = number.parse().map_err(|_| "not the number of a replica")?;
            let server = testbed.servers.get_mut(number).ok_or("no such replica")?;
            match verb {
                "kill9" => server.kill9(),
                "terminate" => {
                    server.terminate(Duration::from_secs(30)).await;
                }
                "start" => server.start_again().await,
                _ => return Err("unknown command".to_owned()),
            }
        }
        _ => return Err("unknown command".to_owned()),
    }
    Ok(())
}
