//! A TLS proxy in front of something that speaks plain HTTP, with a certificate that only those trust who are told to.

use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::{net::SocketAddr, sync::Arc};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
};

/// It serves for as long as the test runs.
pub struct Https {
    /// `https://localhost:41234`.
    pub url: String,
    /// Its certificate, for `SSL_CERT_FILE`.
    pub pem: String,
}

impl Https {
    pub async fn before(inner: SocketAddr) -> Self {
        // Whoever was first stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["localhost".to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key)
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    // Whoever does not trust the certificate hangs up.
                    let Ok(mut stream) = acceptor.accept(stream).await else { return };
                    let mut inner = TcpStream::connect(inner).await.unwrap();
                    let _ended = copy_bidirectional(&mut stream, &mut inner).await;
                });
            }
        });
        Self { url: format!("https://localhost:{port}"), pem: cert.pem() }
    }
}
