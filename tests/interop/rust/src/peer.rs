//! The connection, and the steps that are done on it.
use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;

use rustls::{Connection, Error, HandshakeKind};

use crate::Result;

const LINE: usize = 64;
const WINDOW: usize = 1 << 15;

pub struct Peer {
    connection: Connection,
    stream: TcpStream,
    position: usize, // in the payload
    chunk: usize,
}

impl Peer {
    pub fn new(connection: Connection, stream: TcpStream) -> Peer {
        Peer { connection, stream, position: 0, chunk: usize::MAX }
    }

    pub fn handshake(&mut self) -> Result<()> {
        while self.connection.is_handshaking() {
            self.flush()?;
            if self.connection.is_handshaking() {
                self.take_records()?;
            }
        }
        self.flush()?;
        self.tell_info();
        Ok(())
    }

    pub fn run(&mut self, step: &str) -> Result<()> {
        let (name, argument) = step.split_once(':').unwrap_or((step, ""));
        match name {
            "ping" => self.ping(argument.parse()?),
            "echo" => self.echo(argument.parse()?),
            "chunk" => {
                self.chunk = argument.parse()?;
                Ok(())
            }
            "update" => {
                self.connection.refresh_traffic_keys()?;
                self.flush()
            }
            "export" => self.export(argument),
            "shutdown" => {
                self.connection.send_close_notify();
                self.flush()
            }
            "closed" => match self.read(&mut [0])? {
                0 => Ok(()),
                _ => Err("data where close_notify was expected".into()),
            },
            "abort" => std::process::exit(0),
            _ => Err("no such step".into()),
        }
    }

    pub fn close(&mut self) -> Result<()> {
        self.connection.send_close_notify();
        let _ = self.flush(); // the peer may be gone, having sent its own
        Ok(())
    }

    fn ping(&mut self, length: usize) -> Result<()> {
        let mut left = length;
        while left > 0 {
            let part = left.min(WINDOW);
            let sent = payload(self.position, part);
            self.write(&sent)?;
            let mut back = vec![0; part];
            let mut done = 0;
            while done < part {
                match self.read(&mut back[done..])? {
                    0 => return Err("closed before all came back".into()),
                    count => done += count,
                }
            }
            if back != sent {
                return Err("wrong payload".into());
            }
            self.position += part;
            left -= part;
        }
        Ok(())
    }

    fn echo(&mut self, length: usize) -> Result<()> {
        let mut buffer = vec![0; WINDOW];
        let mut left = length;
        while left > 0 {
            let wanted = left.min(WINDOW);
            match self.read(&mut buffer[..wanted])? {
                0 => return Err("closed before all came".into()),
                count => {
                    self.write(&buffer[..count])?;
                    left -= count;
                }
            }
        }
        Ok(())
    }

    fn export(&mut self, argument: &str) -> Result<()> {
        let (length, label) = argument.split_once(':').ok_or("LENGTH:LABEL")?;
        let material = vec![0; length.parse()?];
        let material = self.connection.export_keying_material(material, label.as_bytes(), None)?;
        let text: String = material.iter().map(|byte| format!("{byte:02x}")).collect();
        println!("{{\"exported\":\"{text}\"}}");
        Ok(())
    }

    fn write(&mut self, data: &[u8]) -> Result<()> {
        for part in data.chunks(self.chunk) {
            self.connection.writer().write_all(part)?;
            self.flush()?;
        }
        Ok(())
    }

    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            match self.connection.reader().read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock => self.take_records()?,
                result => return Ok(result?),
            }
        }
    }

    fn take_records(&mut self) -> Result<()> {
        self.connection.read_tls(&mut self.stream)?;
        if let Err(error) = self.connection.process_new_packets() {
            let _ = self.flush(); // the alert
            return Err(match error {
                Error::AlertReceived(alert) => format!("received alert {}", u8::from(alert)).into(),
                error => error.into(),
            });
        }
        self.flush()
    }

    fn flush(&mut self) -> Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut self.stream)?;
        }
        Ok(())
    }

    fn tell_info(&self) {
        let alpn = self.connection.alpn_protocol().map_or(String::new(), |name| String::from_utf8_lossy(name).into());
        let group = self.connection.negotiated_key_exchange_group();
        println!(
            "{{\"info\":{{\"group\":\"{}\",\"hello_retry\":{},\"alpn\":\"{alpn}\"}}}}",
            group.map_or(String::new(), |group| format!("{:?}", group.name()).to_lowercase()),
            self.connection.handshake_kind() == Some(HandshakeKind::FullWithHelloRetryRequest),
        );
    }
}

/// payload gives a part of the payload, whole lines of 63 digits.
fn payload(position: usize, length: usize) -> Vec<u8> {
    let lines = position / LINE..(position + length) / LINE;
    let line = |number: usize| format!("{:063}\n", (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    lines.flat_map(|number| line(number).into_bytes()).collect()
}
