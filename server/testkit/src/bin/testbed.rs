//! Starts servers for the browser tests, or to look at by hand: `testbed [--replicas N]`.
//!
//! The first line it prints is `{"urls":[…]}`, one address for each replica. Then it takes commands, one a line, and
//! answers each with `done` or a reason: `kill9 N`, `terminate N` and `start N` for replica N, counted from 0;
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
    let replicas = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => 1,
        ["--replicas", count] => count.parse().expect("a number of replicas"),
        _ => panic!("usage: testbed [--replicas N]"),
    };
    let mut testbed =
        if replicas == 1 { Testbed::single().await } else { Testbed::replicas(replicas).await };
    println!("{}", serde_json::json!({ "urls": testbed.urls() }));
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
