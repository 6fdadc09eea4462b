/work/main/tests/interop/rust/build/interop/rust/release/peer: /work/main/tests/interop/rust/src/config.rs /work/main/tests/interop/rust/src/main.rs /work/main/tests/interop/rust/src/peer.rs
