/work/main/tests/interop/rust/build/interop/rust/release/deps/subtle-2f73219b241f6af9.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/subtle-2.6.1/src/lib.rs

/work/main/tests/interop/rust/build/interop/rust/release/deps/libsubtle-2f73219b241f6af9.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/subtle-2.6.1/src/lib.rs

/work/main/tests/interop/rust/build/interop/rust/release/deps/libsubtle-2f73219b241f6af9.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/subtle-2.6.1/src/lib.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/subtle-2.6.1/src/lib.rs:
