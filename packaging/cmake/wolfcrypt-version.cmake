# The wolfCrypt that this library is developed and tested with.
set(TLSOCK_WOLFSSL_VERSION 5.9.2)
set(TLSOCK_WOLFSSL_SHA256 2f4ef3d4fd387a9b3191d36a6316d69116c46ff69bb9583b6c82b36d7b8ca114)
