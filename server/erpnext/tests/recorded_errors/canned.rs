//! A server that gives one answer to everything.

use std::{net::SocketAddr, time::Duration};

use erpnext::{Site, SiteConfig};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub struct Canned {
    addr: SocketAddr,
    task: JoinHandle<()>,
}

impl Canned {
    /// Answers with `status`, `headers` (pairs) and `body` (JSON, or text as it is).
    pub async fn start(answer: &Value) -> Self {
        let body = match &answer["body"] {
            Value::String(text) => text.clone(),
            json => json.to_string(),
        };
        let mut head = format!("HTTP/1.1 {} Said\r\n", answer["status"]);
        for pair in answer["headers"].as_array().into_iter().flatten() {
            let (name, value) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        Self::raw(&format!("{head}Content-Length: {}\r\n\r\n{body}", body.len())).await
    }

    /// Answers with these bytes, then closes.
    pub async fn raw(answer: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let answer = answer.to_owned();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                read_request(&mut stream).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { addr, task }
    }

    pub fn site(&self) -> Site {
        let _ = rustls::crypto::ring::default_provider().install_default();
        Site::new(SiteConfig {
            base_url: format!("http://{}", self.addr).parse().unwrap(),
            api_key: "key".into(),
            api_secret: "very-secret".into(),
            auditor: None,
            connect_timeout: Duration::from_secs(2),
            timeout: Duration::from_secs(2),
        })
        .unwrap()
    }
}

impl Drop for Canned {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn read_request(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let Ok(count @ 1..) = stream.read(&mut buffer).await else { return };
        seen.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&seen);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
        });
        if body.len() >= length.unwrap_or(0) {
            return;
        }
    }
}
