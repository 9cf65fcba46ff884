//! A Redis server of the test's own.

use crate::{
    daemon::{Daemon, Program, signal_process},
    folder::Folder,
    port,
};
use std::{
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    time::Duration,
};

/// A running Redis server that keeps nothing on disk.
#[derive(Debug)]
pub struct Redis {
    daemon: Option<Daemon>,
    program: Program,
    port: u16,
    _folder: Folder,
}

impl Redis {
    /// A new empty server.
    ///
    /// # Panics
    /// If Redis is not installed or does not get ready.
    #[must_use]
    pub fn start() -> Self {
        let folder = Folder::new("redis");
        let port = port::free();
        let program = Program::new(
            "Redis",
            Path::new("redis-server"),
            folder.path(),
            &folder.path().join("redis.log"),
        )
        .ended_by("KILL")
        .args(["--port", &port.to_string(), "--bind", "127.0.0.1"])
        .args(["--save", "", "--appendonly", "no"])
        .args(["--enable-debug-command", "local"])
        .arg("--dir")
        .arg(folder.path());
        let mut redis = Self { daemon: None, program, port, _folder: folder };
        redis.start_again();
        redis
    }

    /// For `REDIS_URL`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// The port it listens on, on 127.0.0.1.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Ends it at once. Connections break and new ones are refused.
    pub fn kill(&mut self) {
        if let Some(daemon) = self.daemon.take() {
            daemon.kill9();
        }
    }

    /// Starts it after [`Redis::kill`], empty, on the same port.
    pub fn start_again(&mut self) {
        if self.daemon.is_none() {
            let daemon = self.program.start();
            daemon.wait_until_ready(Duration::from_secs(10), || self.command(&["PING"]).is_ok());
            self.daemon = Some(daemon);
        }
    }

    /// Loses everything it holds and comes back on the same port.
    pub fn restart(&mut self) {
        self.kill();
        self.start_again();
    }

    /// Hangs for this long: connections stay open and nothing is answered. Returns at once.
    pub fn pause_for(&self, duration: Duration) {
        let Some(daemon) = &self.daemon else { return };
        daemon.signal("STOP");
        let pid = daemon.pid();
        std::thread::spawn(move || {
            std::thread::sleep(duration);
            signal_process(pid, "CONT");
        });
    }

    /// Cuts every subscriber's connection.
    ///
    /// # Panics
    /// If Redis does not answer.
    pub fn cut_subscribers(&self) {
        self.command(&["CLIENT", "KILL", "TYPE", "pubsub"]).expect("Redis answers");
    }

    /// One command; the answer as it came.
    ///
    /// # Errors
    /// If Redis does not answer, or answers with an error.
    pub fn command(&self, words: &[&str]) -> std::io::Result<String> {
        let limit = Some(Duration::from_secs(2));
        let mut line =
            TcpStream::connect_timeout(&port::loopback(self.port), Duration::from_secs(2))?;
        line.set_read_timeout(limit)?;
        let mut request = format!("*{}\r\n", words.len());
        for word in words {
            request.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        line.write_all(request.as_bytes())?;
        let mut answer = vec![0; 64 * 1024];
        let length = line.read(&mut answer)?;
        let answer = String::from_utf8_lossy(&answer[..length]).trim_end().to_owned();
        match answer.chars().next() {
            Some('-') | None => Err(std::io::Error::other(answer)),
            Some(_) => Ok(answer),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restarted_redis_is_empty_and_at_the_same_place() {
        let mut redis = Redis::start();
        redis.command(&["SET", "k", "v"]).unwrap();
        let url = redis.url();
        redis.restart();
        assert_eq!(redis.url(), url);
        assert_eq!(redis.command(&["GET", "k"]).unwrap(), "$-1");
    }

    #[test]
    fn a_killed_redis_refuses() {
        let mut redis = Redis::start();
        redis.kill();
        assert!(redis.command(&["PING"]).is_err());
    }

    #[test]
    fn a_paused_redis_does_not_answer_and_then_does() {
        let redis = Redis::start();
        redis.pause_for(Duration::from_millis(300));
        let begun = std::time::Instant::now();
        assert_eq!(redis.command(&["PING"]).unwrap(), "+PONG");
        assert!(begun.elapsed() >= Duration::from_millis(200));
    }
}
