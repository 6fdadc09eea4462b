/* The C functions of the crate in rustls/. They abort the process if something goes wrong. */
#ifndef TLSOCK_BENCH_RUSTLS_ABI_H
#define TLSOCK_BENCH_RUSTLS_ABI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct bench_rustls_setup_type bench_rustls_setup_type;
typedef struct bench_rustls_pair_type bench_rustls_pair_type;

/* NULL if there is no such suite or group. Certificates and the key (PKCS#8) are DER. */
const bench_rustls_setup_type* bench_rustls_setup(const char* suite, const char* group, const uint8_t* ca,
                                                  size_t ca_size, const uint8_t* leaf, size_t leaf_size,
                                                  const uint8_t* key, size_t key_size, const char* name);
void bench_rustls_setup_free(const bench_rustls_setup_type* setup);

/* Sides: 0 is the client, 1 the server. */
bench_rustls_pair_type* bench_rustls_pair(const bench_rustls_setup_type* setup);
void bench_rustls_pair_free(bench_rustls_pair_type* pair);
void bench_rustls_open(bench_rustls_pair_type* pair, size_t side);
bool bench_rustls_step(bench_rustls_pair_type* pair, size_t side);
void bench_rustls_transfer(bench_rustls_pair_type* pair, const uint8_t* plain, uint8_t* out, size_t size);
void bench_rustls_agreed(bench_rustls_pair_type* pair, size_t side, char* out, size_t capacity);
void bench_rustls_close(bench_rustls_pair_type* pair, size_t side);

#ifdef __cplusplus
}
#endif

#endif /* TLSOCK_BENCH_RUSTLS_ABI_H */
