//! rustls with aws-lc-rs as a peer of the benchmark, behind the C functions of rustls_abi.h.
//!
//! Nothing of a connection outlives it: no session is stored, no ticket sent, no verified chain kept.

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{aws_lc_rs, CryptoProvider};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::server::NoServerSessionStorage;
use rustls::{
    ClientConfig, ClientConnection, Connection, RootCertStore, ServerConfig, ServerConnection,
};
use std::ffi::{c_char, CStr};
use std::io::{Read, Write};
use std::sync::Arc;

pub struct Setup {
    client: Arc<ClientConfig>,
    server: Arc<ServerConfig>,
    name: ServerName<'static>,
}

/// A client and a server, and the bytes on their way to each.
pub struct Pair {
    setup: Arc<Setup>,
    ends: [Option<Connection>; 2],
    wires: [Vec<u8>; 2],
}

const CLIENT: usize = 0;

unsafe fn bytes<'a>(data: *const u8, size: usize) -> &'a [u8] {
    std::slice::from_raw_parts(data, size)
}

unsafe fn text<'a>(text: *const c_char) -> &'a str {
    CStr::from_ptr(text).to_str().expect("UTF-8")
}

/// The provider with one suite and one group; None if there is no such suite or group.
fn provider(suite: &str, group: &str) -> Option<CryptoProvider> {
    let mut provider = aws_lc_rs::default_provider();
    provider
        .cipher_suites
        .retain(|each| suite_name(each.suite()) == suite);
    provider.kx_groups = aws_lc_rs::ALL_KX_GROUPS.to_vec();
    provider
        .kx_groups
        .retain(|each| group_name(each.name()) == group);
    (provider.cipher_suites.len() == 1 && provider.kx_groups.len() == 1).then_some(provider)
}

fn suite_name(suite: rustls::CipherSuite) -> String {
    format!("{suite:?}").replacen("TLS13_", "TLS_", 1)
}

fn group_name(group: rustls::NamedGroup) -> String {
    format!("{group:?}").to_lowercase()
}

fn make_setup(
    suite: &str,
    group: &str,
    ca: &[u8],
    leaf: &[u8],
    key: &[u8],
    name: &str,
) -> Result<Option<Setup>, Box<dyn std::error::Error>> {
    let Some(provider) = provider(suite, group) else {
        return Ok(None);
    };
    let provider = Arc::new(provider);
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from(ca.to_vec()))?;
    let verifier: Arc<dyn ServerCertVerifier> =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider.clone()).build()?;
    let mut client = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    client.resumption = Resumption::disabled();
    let mut server = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from(leaf.to_vec())],
            PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.to_vec())),
        )?;
    server.session_storage = Arc::new(NoServerSessionStorage {});
    server.send_tls13_tickets = 0;
    let name = ServerName::try_from(name.to_owned())?;
    Ok(Some(Setup {
        client: Arc::new(client),
        server: Arc::new(server),
        name,
    }))
}

/// Null if there is no such suite or group.
#[no_mangle]
pub unsafe extern "C" fn bench_rustls_setup(
    suite: *const c_char,
    group: *const c_char,
    ca: *const u8,
    ca_size: usize,
    leaf: *const u8,
    leaf_size: usize,
    key: *const u8,
    key_size: usize,
    name: *const c_char,
) -> *const Setup {
    let made = make_setup(
        text(suite),
        text(group),
        bytes(ca, ca_size),
        bytes(leaf, leaf_size),
        bytes(key, key_size),
        text(name),
    );
    match made.expect("rustls setup") {
        Some(setup) => Arc::into_raw(Arc::new(setup)),
        None => std::ptr::null(),
    }
}

#[no_mangle]
pub unsafe extern "C" fn bench_rustls_setup_free(setup: *const Setup) {
    drop(Arc::from_raw(setup));
}

#[no_mangle]
pub unsafe extern "C" fn bench_rustls_pair(setup: *const Setup) -> *mut Pair {
    Arc::increment_strong_count(setup);
    let pair = Pair {
        setup: Arc::from_raw(setup),
        ends: [None, None],
        wires: [Vec::new(), Vec::new()],
    };
    Box::into_raw(Box::new(pair))
}

#[no_mangle]
pub unsafe extern "C" fn bench_rustls_pair_free(pair: *mut Pair) {
    drop(Box::from_raw(pair));
}

impl Pair {
    fn open(&mut self, side: usize) -> Result<(), rustls::Error> {
        if side == CLIENT {
            self.wires.iter_mut().for_each(Vec::clear);
        }
        let setup = &self.setup;
        self.ends[side] = Some(match side {
            CLIENT => ClientConnection::new(setup.client.clone(), setup.name.clone())?.into(),
            _ => ServerConnection::new(setup.server.clone())?.into(),
        });
        Ok(())
    }

    fn end(&mut self, side: usize) -> &mut Connection {
        self.ends[side].as_mut().expect("an open end")
    }

    fn take_input(&mut self, side: usize) {
        let input = std::mem::take(&mut self.wires[side]);
        let mut rest = &input[..];
        while !rest.is_empty() {
            self.end(side).read_tls(&mut rest).expect("read_tls");
            self.end(side)
                .process_new_packets()
                .expect("process_new_packets");
        }
        self.wires[side] = input;
        self.wires[side].clear();
    }

    fn give_output(&mut self, side: usize) {
        let mut output = std::mem::take(&mut self.wires[1 - side]);
        while self.end(side).wants_write() {
            self.end(side).write_tls(&mut output).expect("write_tls");
        }
        self.wires[1 - side] = output;
    }
}

#[no_mangle]
pub unsafe extern "C" fn bench_rustls_open(pair: *mut Pair, side: usize) {
    (*pair).open(side).expect("open");
}

#[no_mangle]
pub unsafe extern "C" fn bench_rustls_close(pair: *mut Pair, side: usize) {
    (*pair).ends[side] = None;
}

/// Takes what has come, answers it, and tells whether the handshake is done.
#[no_mangle]
pub unsafe extern "C" fn bench_rustls_step(pair: *mut Pair, side: usize) -> bool {
    let pair = &mut *pair;
    pair.take_input(side);
    pair.give_output(side);
    !pair.end(side).is_handshaking()
}

/// Carries application data from the client to the server.
#[no_mangle]
pub unsafe extern "C" fn bench_rustls_transfer(
    pair: *mut Pair,
    plain: *const u8,
    out: *mut u8,
    size: usize,
) {
    let pair = &mut *pair;
    pair.end(CLIENT)
        .writer()
        .write_all(bytes(plain, size))
        .expect("write");
    pair.give_output(CLIENT);
    pair.take_input(1);
    let out = std::slice::from_raw_parts_mut(out, size);
    pair.end(1).reader().read_exact(out).expect("read");
}

/// Writes "suite group" with a NUL behind it.
#[no_mangle]
pub unsafe extern "C" fn bench_rustls_agreed(
    pair: *mut Pair,
    side: usize,
    out: *mut c_char,
    capacity: usize,
) {
    let end = (*pair).end(side);
    let suite = end.negotiated_cipher_suite().expect("a suite").suite();
    let group = end.negotiated_key_exchange_group().expect("a group").name();
    let told = format!("{} {}\0", suite_name(suite), group_name(group));
    assert!(told.len() <= capacity);
    std::ptr::copy_nonoverlapping(told.as_ptr().cast(), out, told.len());
}
