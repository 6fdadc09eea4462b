//! What is wanted, as rustls has it.
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{ClientConnection, WebPkiServerVerifier};
use rustls::crypto::aws_lc_rs::{default_provider, kx_group, ALL_CIPHER_SUITES};
use rustls::crypto::{CryptoProvider, SupportedKxGroup};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{ServerConnection, WebPkiClientVerifier};
use rustls::version::TLS13;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, ServerConfig, SignatureScheme};

use crate::{Result, Wanted};

const GROUPS: &[&dyn SupportedKxGroup] = &[
    kx_group::X25519,
    kx_group::SECP256R1,
    kx_group::SECP384R1,
    kx_group::X25519MLKEM768,
    kx_group::SECP256R1MLKEM768,
    kx_group::MLKEM768,
    kx_group::MLKEM1024,
];

pub fn client(wanted: &Wanted) -> Result<ClientConnection> {
    let provider = Arc::new(provider(wanted)?);
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_protocol_versions(&[&TLS13])?;
    let builder = match wanted["verify"].as_str() {
        "none" => builder.dangerous().with_custom_certificate_verifier(Arc::new(NoVerifier(provider))),
        _ => {
            builder.with_webpki_verifier(WebPkiServerVerifier::builder_with_provider(roots(wanted)?, provider).build()?)
        }
    };
    let mut config = match identity(wanted)? {
        Some((chain, key)) => builder.with_client_auth_cert(chain, key)?,
        None => builder.with_no_client_auth(),
    };
    config.alpn_protocols = protocols(wanted);
    config.max_fragment_size = wanted.get("fragment").map(|size| size.parse()).transpose()?;
    config.enable_sni = !wanted["name"].is_empty();
    let name = if config.enable_sni { &wanted["name"] } else { "localhost" };
    Ok(ClientConnection::new(Arc::new(config), ServerName::try_from(name.to_owned())?)?)
}

pub fn server(wanted: &Wanted) -> Result<ServerConnection> {
    let provider = Arc::new(provider(wanted)?);
    let (chain, key) = identity(wanted)?.ok_or("a server needs a certificate")?;
    let mut config = ServerConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&TLS13])?
        .with_client_cert_verifier(client_verifier(wanted, provider)?)
        .with_single_cert(chain, key)?;
    config.alpn_protocols = protocols(wanted);
    config.max_fragment_size = wanted.get("fragment").map(|size| size.parse()).transpose()?;
    Ok(ServerConnection::new(Arc::new(config))?)
}

fn client_verifier(wanted: &Wanted, provider: Arc<CryptoProvider>) -> Result<Arc<dyn ClientCertVerifier>> {
    if wanted["verify"] == "none" {
        return Ok(WebPkiClientVerifier::no_client_auth());
    }
    let builder = WebPkiClientVerifier::builder_with_provider(roots(wanted)?, provider);
    let is_required = wanted["verify"] == "require";
    Ok(if is_required { builder } else { builder.allow_unauthenticated() }.build()?)
}

fn provider(wanted: &Wanted) -> Result<CryptoProvider> {
    let mut provider = default_provider();
    if let Some(suites) = list(wanted, "suites") {
        provider.cipher_suites = find(&suites, ALL_CIPHER_SUITES, |each| format!("{:?}", each.suite()))?;
    }
    provider.kx_groups = match list(wanted, "groups") {
        Some(groups) => find(&groups, GROUPS, |each| format!("{:?}", each.name()))?,
        None => vec![kx_group::X25519MLKEM768, kx_group::X25519, kx_group::SECP256R1, kx_group::SECP384R1],
    };
    Ok(provider)
}

fn find<T: Copy>(names: &[String], among: &[T], name_of: impl Fn(&T) -> String) -> Result<Vec<T>> {
    let plain = |text: &str| text.to_lowercase().replace("tls13_", "tls_");
    let find_one = |name: &String| among.iter().find(|each| plain(&name_of(each)) == plain(name)).copied();
    names.iter().map(|name| find_one(name).ok_or_else(|| format!("no {name}").into())).collect()
}

fn list(wanted: &Wanted, name: &str) -> Option<Vec<String>> {
    wanted.get(name).map(|text| text.split(',').map(str::to_owned).collect())
}

fn protocols(wanted: &Wanted) -> Vec<Vec<u8>> {
    list(wanted, "alpn").unwrap_or_default().into_iter().map(String::into_bytes).collect()
}

fn identity(wanted: &Wanted) -> Result<Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>> {
    let Some(file) = wanted.get("chain") else { return Ok(None) };
    let chain = CertificateDer::pem_file_iter(file)?.collect::<std::result::Result<Vec<_>, _>>()?;
    Ok(Some((chain, PrivateKeyDer::from_pem_file(&wanted["key"])?)))
}

fn roots(wanted: &Wanted) -> Result<Arc<RootCertStore>> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(&wanted["ca"])? {
        roots.add(certificate?)?;
    }
    Ok(Arc::new(roots))
}

/// NoVerifier takes any certificate, but checks the signature by its key.
#[derive(Debug)]
struct NoVerifier(Arc<CryptoProvider>);

impl ServerCertVerifier for NoVerifier {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        Err(rustls::Error::General("TLS 1.2 is off".to_owned()))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
