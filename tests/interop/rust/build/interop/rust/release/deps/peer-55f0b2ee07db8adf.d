/work/main/tests/interop/rust/build/interop/rust/release/deps/peer-55f0b2ee07db8adf.d: src/main.rs src/config.rs src/peer.rs

/work/main/tests/interop/rust/build/interop/rust/release/deps/peer-55f0b2ee07db8adf: src/main.rs src/config.rs src/peer.rs

src/main.rs:
src/config.rs:
src/peer.rs:
