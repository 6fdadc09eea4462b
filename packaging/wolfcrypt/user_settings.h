/* wolfCrypt's configuration, for its own build and for ours (with -DWOLFSSL_USER_SETTINGS).
 * Everything is compiled with -fvisibility=hidden. HAVE_VISIBILITY stays undefined, so that WOLFSSL_API expands to
 * nothing and its functions stay hidden. */
#ifndef TLSOCK_WOLF_USER_SETTINGS_H
#define TLSOCK_WOLF_USER_SETTINGS_H

/* ---- scope ---- */
#define WOLFCRYPT_ONLY              /* no TLS layer (also: no OCSP/CRL parser, GetCA() is a stub) */
#define NO_TLS
#define WOLFSSL_TLS13               /* for the KDFs: wc_Tls13_HKDF_Extract/Expand_Label */
#define HAVE_EXTENDED_MASTER
#define WOLFSSL_ALLOW_TLSV10
#define WOLFSSL_HAVE_PRF            /* wc_PRF, wc_PRF_TLS, wc_PRF_TLSv1 */
#define NO_PSK
#define NO_SESSION_CACHE

/* ---- platform ---- */
#define HAVE_C___ATOMIC 1
#define WOLFSSL_HAVE_ATOMIC_H
#define HAVE_THREAD_LS
#define HAVE_LIMITS_H 1
#define HAVE_SYS_TIME_H 1
#define HAVE_GETPID 1               /* else WC_RNG does not reseed after a fork */
#define WOLFSSL_GETRANDOM 1         /* seed by getrandom(2), no fd */
#define HAVE_GETRANDOM 1
#define SIZEOF_LONG 8
#define SIZEOF_LONG_LONG 8
#define HAVE___UINT128_T 1
#define WOLFSSL_PTHREADS
#define WOLFSSL_HAVE_ASSERT_H
#define WOLFSSL_USE_ALIGN
#define NO_WOLFSSL_DIR

/* ---- hardening (never WC_NO_HARDEN, never WOLFSSL_NO_ASN_STRICT) ----
 * WOLFSSL_VALIDATE_ECC_IMPORT and _KEYGEN stay undefined: an untrusted import checks that the point is on the curve
 * and not infinity anyway, and the cofactor of every curve here is 1; they would cost 70 times the time. */
#define TFM_TIMING_RESISTANT
#define ECC_TIMING_RESISTANT
#define WC_RSA_BLINDING
#define WOLFSSL_ASN_TEMPLATE

/* ---- big-number back end: SP for all sizes, asm for RSA/DH 2048-4096 and P-256/384/521 ---- */
#define WOLFSSL_HAVE_SP_RSA
#define WOLFSSL_HAVE_SP_DH
#define WOLFSSL_HAVE_SP_ECC
#define WOLFSSL_SP_384
#define WOLFSSL_SP_521
#define WOLFSSL_SP_4096
#define WOLFSSL_SP_LARGE_CODE
#define WOLFSSL_SP_MATH_ALL
#define WOLFSSL_SP_INT_NEGATIVE
#define SP_INT_BITS 8192
#if defined(__x86_64__)             /* other processors: the portable C */
  #define WOLFSSL_SP_ASM
  #define WOLFSSL_X86_64_BUILD
  #define WOLFSSL_SP_X86_64
  #define WOLFSSL_SP_X86_64_ASM
  #define USE_INTEL_SPEEDUP
  #define WOLFSSL_AESNI
#endif

/* ---- hashes, MAC, KDF ---- */
#define WOLFSSL_SHA224
#define WOLFSSL_SHA384
#define WOLFSSL_SHA512
#define WOLFSSL_SHA3
#define WOLFSSL_SHAKE128
#define WOLFSSL_SHAKE256
#define WOLFSSL_HASH_FLAGS
#define WOLFSSL_HMAC_COPY_HASH
#define NO_MD4
#define HAVE_HKDF
#define HAVE_X963_KDF
#define HAVE_PBKDF1
#define HAVE_PBKDF2
#define HAVE_SCRYPT
#define WOLFSSL_CMAC

/* ---- ciphers ---- */
#define HAVE_AESGCM
#if !defined(__x86_64__)            /* there nearly all have AES-NI; the rest multiply slowly, but in constant time */
  #define GCM_TABLE_4BIT            /* 512 bytes for each key */
#endif
#define WOLFSSL_AESGCM_STREAM
#define HAVE_AESCCM
#define HAVE_AES_CBC
#define HAVE_AES_ECB
#define HAVE_AES_DECRYPT
#define WOLFSSL_AES_DIRECT
#define WOLFSSL_AES_COUNTER
#define HAVE_CHACHA
#define HAVE_POLY1305
#define WOLFSSL_DES_ECB
#define NO_RC4
#define NO_RC2

/* ---- public key ---- */
#define WC_RSA_PSS
#define WC_RSA_DIRECT               /* wc_RsaDirect: raw RSA, for own constant-time unpadding */
#define WC_RSA_NO_PADDING
#define WOLFSSL_PSS_LONG_SALT
#define WOLFSSL_PSS_SALT_LEN_DISCOVER
#define WOLFSSL_KEY_GEN
#define RSA_MIN_SIZE 1024
#define HAVE_ECC
#define ECC_SHAMIR
#define ECC_MIN_KEY_SZ 224
#define HAVE_ECC384
#define HAVE_ECC521
#define HAVE_ECC_BRAINPOOL
#define HAVE_ECC_KOBLITZ
#define HAVE_ECC_CDH
#define WOLFSSL_CUSTOM_CURVES
#define HAVE_COMP_KEY
#define HAVE_CURVE25519
#define HAVE_ED25519
#define WOLFSSL_ED25519_STREAMING_VERIFY
#define HAVE_CURVE448
#define HAVE_ED448
#define WOLFSSL_ED448_STREAMING_VERIFY
#define HAVE_DH_DEFAULT_PARAMS
#define HAVE_FFDHE_2048
#define HAVE_FFDHE_3072
#define HAVE_FFDHE_4096
#define HAVE_FFDHE_6144
#define HAVE_FFDHE_8192
#define HAVE_FFDHE_Q
#define WOLFSSL_DH_EXTRA
#define WOLFSSL_DH_CONST            /* no pow()/log(): no libm dependency */
#define WOLFSSL_HAVE_MLKEM
#define WOLFSSL_HAVE_MLDSA
#define WOLFCRYPT_HAVE_SRP

/* ---- X.509, keys ---- */
#define WOLFSSL_CERT_GEN
#define WOLFSSL_SMALL_CERT_VERIFY    /* wc_CheckCertSigPubKey(): verify a cert with a raw issuer key */
#define WOLFSSL_CERT_REQ
#define WOLFSSL_CERT_EXT
#define WOLFSSL_ALT_NAMES
#define WOLFSSL_MULTI_ATTRIB
#define WOLFSSL_SEP
#define WOLFSSL_IP_ALT_NAME         /* else iPAddress name constraints are not enforced (CVE-2026-7532) */
#define WOLFSSL_RID_ALT_NAME
#define WOLFSSL_CERT_NAME_ALL
#define WOLFSSL_ENCRYPTED_KEYS
#define WOLFSSL_PEM_TO_DER
#define WOLFSSL_DER_TO_PEM
#define WOLFSSL_PUB_PEM_TO_DER
#define WOLFSSL_BASE64_ENCODE
#define HAVE_PKCS8
#define HAVE_PKCS12
#define WOLFSSL_ASN_PARSE_KEYUSAGE
#define HAVE_OID_ENCODING
#define HAVE_OID_DECODING           /* WOLFSSL_RID_ALT_NAME calls a function of it */
#define WC_ASN_HASH_SHA256          /* subject/issuer/key hashes with SHA-256, not SHA-1 */

/* ---- RNG ---- */
#define HAVE_HASHDRBG

#endif
