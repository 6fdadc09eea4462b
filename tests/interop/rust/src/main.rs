//! Peer is one end of a connection by rustls, for the interop tests:
//!
//!     peer client PORT NAME=VALUE… -- STEP…
//!     peer server NAME=VALUE… -- STEP…
//!
//! The names are those of ../scripted.py; the steps and the output are those of ../peer.c, which is the other end.
mod config;
mod peer;

use std::collections::HashMap;
use std::error::Error;
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;
pub type Wanted = HashMap<String, String>;

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let steps = arguments.iter().position(|each| each == "--").map_or(vec![], |at| arguments.split_off(at));
    if let Err(error) = run(&arguments, steps.get(1..).unwrap_or(&[])) {
        eprintln!("{error}");
        std::process::exit(1);
    }
}

fn run(arguments: &[String], steps: &[String]) -> Result<()> {
    let wanted: Wanted = arguments.iter().filter_map(|each| each.split_once('=')).map(owned).collect();
    let (connection, stream) = if arguments[0] == "client" {
        let stream = TcpStream::connect(format!("127.0.0.1:{}", arguments[1]))?;
        (config::client(&wanted)?.into(), stream)
    } else {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        println!("{{\"listening\":{{\"port\":{}}}}}", listener.local_addr()?.port());
        let stream = listener.accept()?.0;
        (config::server(&wanted)?.into(), stream)
    };
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut peer = peer::Peer::new(connection, stream);
    peer.handshake()?;
    for step in steps {
        peer.run(step).map_err(|error| format!("{step}: {error}"))?;
    }
    peer.close()
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_owned(), value.to_owned())
}
