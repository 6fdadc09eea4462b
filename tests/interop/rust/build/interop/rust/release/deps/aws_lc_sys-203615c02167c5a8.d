/work/main/tests/interop/rust/build/interop/rust/release/deps/aws_lc_sys-203615c02167c5a8.d: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/aws-lc-sys-0.47.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/aws-lc-sys-0.47.0/src/universal_crypto.rs

/work/main/tests/interop/rust/build/interop/rust/release/deps/libaws_lc_sys-203615c02167c5a8.rlib: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/aws-lc-sys-0.47.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/aws-lc-sys-0.47.0/src/universal_crypto.rs

/work/main/tests/interop/rust/build/interop/rust/release/deps/libaws_lc_sys-203615c02167c5a8.rmeta: /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/aws-lc-sys-0.47.0/src/lib.rs /root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/aws-lc-sys-0.47.0/src/universal_crypto.rs

/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/aws-lc-sys-0.47.0/src/lib.rs:
/root/.cargo/registry/src/index.crates.io-1949cf8c6b5b557f/aws-lc-sys-0.47.0/src/universal_crypto.rs:
