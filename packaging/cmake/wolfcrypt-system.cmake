# tlsock::wolfcrypt from an installed wolfSSL. What it lacks is all named at once: features by the macros of its
# options.h, and functions by linking; which ones we call is read from our sources.

find_path(TLSOCK_WOLFCRYPT_INCLUDE_DIR wolfssl/options.h)
find_library(TLSOCK_WOLFCRYPT_LIBRARY wolfssl)
if(NOT TLSOCK_WOLFCRYPT_INCLUDE_DIR OR NOT TLSOCK_WOLFCRYPT_LIBRARY)
  message(FATAL_ERROR "TLSOCK_SYSTEM_WOLFCRYPT: no installed wolfSSL is found. Set CMAKE_PREFIX_PATH, or "
    "TLSOCK_WOLFCRYPT_INCLUDE_DIR and TLSOCK_WOLFCRYPT_LIBRARY.")
endif()

# "a condition of the preprocessor|what its failure means"
set(features
  "LIBWOLFSSL_VERSION_HEX >= 0x05009002|version 5.9.2 or later (LIBWOLFSSL_VERSION_STRING)"
  "defined(HAVE_HKDF)|HKDF (HAVE_HKDF)"
  "!defined(NO_SHA)|SHA-1 for certificates' key ids (without NO_SHA)"
  "!defined(NO_MD5)|MD5 for old encrypted keys (without NO_MD5)"
  "!defined(NO_DES3)|Triple DES for old encrypted keys (without NO_DES3)"
  "defined(WOLFSSL_SHA224)|SHA-224 (WOLFSSL_SHA224)"
  "defined(WOLFSSL_SHA384) && defined(WOLFSSL_SHA512)|SHA-384 and SHA-512 (WOLFSSL_SHA384, WOLFSSL_SHA512)"
  "defined(WOLFSSL_SHA3) && defined(WOLFSSL_SHAKE256)|SHA-3 and SHAKE (WOLFSSL_SHA3, WOLFSSL_SHAKE256)"
  "defined(HAVE_AESGCM)|AES-GCM (HAVE_AESGCM)"
  "defined(WOLFSSL_AESGCM_STREAM)|AES-GCM in pieces (WOLFSSL_AESGCM_STREAM)"
  "defined(HAVE_AESCCM)|AES-CCM (HAVE_AESCCM)"
  "defined(WOLFSSL_AES_DIRECT)|single AES blocks (WOLFSSL_AES_DIRECT)"
  "defined(HAVE_CHACHA) && defined(HAVE_POLY1305)|ChaCha20-Poly1305 (HAVE_CHACHA, HAVE_POLY1305)"
  "defined(HAVE_ECC)|elliptic curves (HAVE_ECC)"
  "defined(HAVE_ECC384) \\|\\| defined(HAVE_ALL_CURVES)|secp384r1 (HAVE_ECC384)"
  "defined(HAVE_ECC521) \\|\\| defined(HAVE_ALL_CURVES)|secp521r1 (HAVE_ECC521)"
  "defined(HAVE_ECC_BRAINPOOL)|brainpool curves (HAVE_ECC_BRAINPOOL)"
  "defined(HAVE_CURVE25519) && defined(HAVE_ED25519)|X25519 and Ed25519 (HAVE_CURVE25519, HAVE_ED25519)"
  "defined(HAVE_CURVE448) && defined(HAVE_ED448)|X448 and Ed448 (HAVE_CURVE448, HAVE_ED448)"
  "!defined(NO_DH)|finite-field Diffie-Hellman (without NO_DH)"
  "defined(HAVE_FFDHE_2048) && defined(HAVE_FFDHE_3072) && defined(HAVE_FFDHE_4096)|ffdhe2048, 3072, 4096 (HAVE_FFDHE_2048 …)"
  "defined(HAVE_FFDHE_6144) && defined(HAVE_FFDHE_8192)|ffdhe6144, ffdhe8192 (HAVE_FFDHE_6144, HAVE_FFDHE_8192)"
  "!defined(SP_INT_BITS) \\|\\| SP_INT_BITS >= 8192|numbers of 8192 bits (SP_INT_BITS)"
  "!defined(NO_RSA)|RSA (without NO_RSA)"
  "defined(WC_RSA_PSS)|RSA-PSS (WC_RSA_PSS)"
  "defined(WOLFSSL_PSS_LONG_SALT)|RSA-PSS with other salt lengths (WOLFSSL_PSS_LONG_SALT)"
  "defined(WOLFSSL_HAVE_MLKEM)|ML-KEM (WOLFSSL_HAVE_MLKEM)"
  "defined(WOLFSSL_HAVE_MLDSA) \\|\\| defined(HAVE_DILITHIUM)|ML-DSA (WOLFSSL_HAVE_MLDSA)"
  "defined(WC_RSA_BLINDING)|RSA blinding (WC_RSA_BLINDING)"
  "defined(ECC_TIMING_RESISTANT)|constant-time curves (ECC_TIMING_RESISTANT)"
  "defined(WOLFSSL_ASN_TEMPLATE)|the new ASN.1 decoder (WOLFSSL_ASN_TEMPLATE)"
  "!defined(WOLFSSL_NO_ASN_STRICT)|strict ASN.1 (without WOLFSSL_NO_ASN_STRICT)"
  "defined(HAVE_PKCS8)|PKCS#8 keys (HAVE_PKCS8)"
  "defined(WOLFSSL_ENCRYPTED_KEYS)|encrypted keys (WOLFSSL_ENCRYPTED_KEYS)"
  "defined(HAVE_GETPID) && !defined(WOLFSSL_NO_GETPID)|a generator that reseeds after a fork (HAVE_GETPID)"
  "!defined(SINGLE_THREADED)|threads (without SINGLE_THREADED)")

# The headers and functions that our sources name.
file(GLOB_RECURSE sources CONFIGURE_DEPENDS src/*.cc src/*_internal.h)
set(headers)
set(functions)
foreach(source IN LISTS sources)
  file(READ ${source} text)
  # Code for some configurations of wolfCrypt only is no demand.
  string(REGEX REPLACE "\n#if[^#]*\n#(else[^#]*\n#)?endif" "" text "${text}")
  string(REGEX MATCHALL "<wolfssl/[a-z0-9_/-]+\\.h>" found "${text}")
  list(APPEND headers ${found})
  if(text MATCHES "<wolfssl/")
    string(REGEX MATCHALL "[^a-zA-Z0-9_.>](wc_[A-Za-z0-9_]+)\\(" found "${text}")
    list(TRANSFORM found REPLACE "^.(.*)\\($" "\\1")
    list(APPEND functions ${found})
  endif()
endforeach()
list(REMOVE_DUPLICATES headers)
list(SORT headers)
list(REMOVE_DUPLICATES functions)
list(SORT functions)

# First the preprocessor alone: it prints what is missing, and which functions are not macros.
set(probe "#include <wolfssl/options.h>\n#include <wolfssl/version.h>\n#include <wolfssl/wolfcrypt/settings.h>\n")
foreach(header IN LISTS headers)
  string(APPEND probe "#if __has_include(${header})\n#include ${header}\n#else\nTLSOCK_MISSING header ${header}\n#endif\n")
endforeach()
foreach(feature IN LISTS features)
  string(REGEX MATCH "^(.*[^\\])\\|([^|]*)$" _ "${feature}")
  string(REPLACE "\\|" "|" condition "${CMAKE_MATCH_1}")
  set(meaning "${CMAKE_MATCH_2}")
  string(APPEND probe "#if !(${condition})\nTLSOCK_MISSING \"${meaning}\"\n#endif\n")
endforeach()
string(APPEND probe "TLSOCK_FOUND LIBWOLFSSL_VERSION_STRING\n")
foreach(function IN LISTS functions)
  string(APPEND probe "#ifndef ${function}\nTLSOCK_FUNCTION ${function}\n#endif\n")
endforeach()
set(folder ${PROJECT_BINARY_DIR}/wolfcrypt-probe)
file(WRITE ${folder}/macros.c "${probe}")
separate_arguments(flags UNIX_COMMAND "${CMAKE_C_FLAGS}")
execute_process(COMMAND ${CMAKE_C_COMPILER} ${flags} -isystem ${TLSOCK_WOLFCRYPT_INCLUDE_DIR} -E -P ${folder}/macros.c
  RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE errors)
if(failed)
  message(FATAL_ERROR "TLSOCK_SYSTEM_WOLFCRYPT: the headers in ${TLSOCK_WOLFCRYPT_INCLUDE_DIR} cannot be read:\n${errors}")
endif()
string(REGEX MATCHALL "TLSOCK_MISSING [^\n]+" missing "${output}")
list(TRANSFORM missing REPLACE "^TLSOCK_MISSING \"?([^\"]*)\"?$" "\\1")
string(REGEX MATCH "TLSOCK_FOUND \"([^\"]*)\"" _ "${output}")
set(version "${CMAKE_MATCH_1}")
string(REGEX MATCHALL "TLSOCK_FUNCTION [A-Za-z0-9_]+" functions "${output}")
list(TRANSFORM functions REPLACE "^TLSOCK_FUNCTION " "")

# Then the linker, which names all that is undefined. The declarations are wrong, but never called.
set(probe "")
foreach(function IN LISTS functions)
  string(APPEND probe "extern void ${function}(void);\n")
endforeach()
string(APPEND probe "void (*volatile used[])(void) = {0")
foreach(function IN LISTS functions)
  string(APPEND probe ", ${function}")
endforeach()
string(APPEND probe "};\nint main(void) { return used[0] != 0; }\n")
file(WRITE ${folder}/functions.c "${probe}")
execute_process(COMMAND ${CMAKE_COMMAND} -E env LC_ALL=C ${CMAKE_C_COMPILER} ${flags} -fno-builtin -w ${folder}/functions.c
  -o ${folder}/functions ${TLSOCK_WOLFCRYPT_LIBRARY} -lm -lpthread -ldl
  RESULT_VARIABLE failed OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(failed)
  string(REGEX MATCHALL "undefined (reference to|symbol:) [`']?[A-Za-z0-9_]+" found "${output}")
  if(NOT found)
    message(FATAL_ERROR "TLSOCK_SYSTEM_WOLFCRYPT: nothing links with ${TLSOCK_WOLFCRYPT_LIBRARY}:\n${output}")
  endif()
  list(TRANSFORM found REPLACE "^.*[ `']" "function ")
  list(REMOVE_DUPLICATES found)
  list(APPEND missing ${found})
endif()

if(missing)
  list(JOIN missing "\n  " missing)
  message(FATAL_ERROR "TLSOCK_SYSTEM_WOLFCRYPT: the wolfSSL ${version} of ${TLSOCK_WOLFCRYPT_LIBRARY} lacks\n"
    "  ${missing}\nInstall one that has all this, or leave TLSOCK_SYSTEM_WOLFCRYPT off to have wolfCrypt built with it.")
endif()
message(STATUS "wolfCrypt ${version}: ${TLSOCK_WOLFCRYPT_LIBRARY}")

target_include_directories(tlsock_wolfcrypt SYSTEM INTERFACE ${TLSOCK_WOLFCRYPT_INCLUDE_DIR})
# options.h has what WOLFSSL_USER_SETTINGS brings otherwise, and must come before every other header.
target_compile_options(tlsock_wolfcrypt INTERFACE "SHELL:-include wolfssl/options.h")
target_compile_definitions(tlsock_wolfcrypt INTERFACE TLSOCK_SYSTEM_WOLFCRYPT)
target_link_libraries(tlsock_wolfcrypt INTERFACE ${TLSOCK_WOLFCRYPT_LIBRARY})
