#!/bin/sh
# Makes the keys and signatures of this folder anew, with the openssl command line (3.0 or later): test keys, no secrets.
set -eu
cd "$(dirname "$0")"
message=message.txt
printf 'a message to be signed' > $message

for bits in 1024 1025 2048 4096; do openssl genrsa -traditional -out rsa$bits-pkcs1.pem $bits; done
openssl pkcs8 -topk8 -nocrypt -in rsa2048-pkcs1.pem -out rsa2048-pkcs8.pem
for bits in 1024 1025 2048 4096; do openssl rsa -in rsa$bits-pkcs1.pem -pubout -out rsa$bits-public.pem; done
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out rsapss-pkcs8.pem
openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha384 \
  -pkeyopt rsa_pss_keygen_mgf1_md:sha384 -pkeyopt rsa_pss_keygen_saltlen:48 -out rsapss384-pkcs8.pem
for key in rsapss rsapss384; do openssl pkey -in $key-pkcs8.pem -pubout -out $key-public.pem; done

for curve in prime256v1:p256 secp384r1:p384 secp521r1:p521 brainpoolP256r1:bp256 brainpoolP384r1:bp384 \
  brainpoolP512r1:bp512 secp256k1:k256; do
  name=${curve#*:}
  openssl ecparam -genkey -noout -name ${curve%:*} -out $name-sec1.pem
  openssl pkcs8 -topk8 -nocrypt -in $name-sec1.pem -out $name-pkcs8.pem
  openssl pkey -in $name-pkcs8.pem -pubout -out $name-public.pem
  openssl ec -in $name-sec1.pem -pubout -conv_form compressed -out $name-compressed.pem
done
openssl ec -in p256-sec1.pem -param_enc explicit -out p256-explicit.pem
openssl ec -in p256-sec1.pem -pubout -param_enc explicit -out p256-explicit-public.pem
openssl ec -in p256-sec1.pem -no_public -outform PEM -out p256-nopublic.pem
openssl pkcs8 -topk8 -nocrypt -in p256-nopublic.pem -out p256-nopublic-pkcs8.pem

for name in ed25519 ed448; do
  openssl genpkey -algorithm $name -out $name-pkcs8.pem
  openssl pkey -in $name-pkcs8.pem -pubout -out $name-public.pem
  openssl pkeyutl -sign -rawin -inkey $name-pkcs8.pem -in $message -out $name.sig
done
openssl genpkey -algorithm x25519 -out x25519-pkcs8.pem
openssl pkey -in x25519-pkcs8.pem -pubout -out x25519-public.pem

for size in 1024:160 2048:224 2048:256; do
  name=dsa$(echo $size | tr : -)
  openssl genpkey -genparam -algorithm DSA -pkeyopt dsa_paramgen_bits:${size%:*} -pkeyopt dsa_paramgen_q_bits:${size#*:} \
    -out $name-parameters.pem
  openssl genpkey -paramfile $name-parameters.pem -out $name-pkcs8.pem
  openssl pkey -in $name-pkcs8.pem -pubout -out $name-public.pem
  for hash in sha1 sha256 sha512; do openssl dgst -$hash -sign $name-pkcs8.pem -out $name-$hash.sig $message; done
  rm $name-parameters.pem
done

for hash in sha1 sha256 sha384 sha512; do
  openssl dgst -$hash -sign rsa2048-pkcs8.pem -out rsa2048-pkcs1-$hash.sig $message
  openssl dgst -$hash -sign rsa2048-pkcs8.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest \
    -out rsa2048-pss-$hash.sig $message
  for name in p256 p384 p521 bp256 bp384 bp512; do
    openssl dgst -$hash -sign $name-pkcs8.pem -out $name-$hash.sig $message
  done
done
openssl dgst -sha256 -sign rsa1025-pkcs1.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest \
  -out rsa1025-pss-sha256.sig $message
openssl dgst -sha384 -sign rsapss384-pkcs8.pem -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:digest \
  -out rsapss384-pss-sha384.sig $message

# The password is "geheim".
password=pass:geheim
openssl pkcs8 -topk8 -in p256-pkcs8.pem -v2 aes-256-cbc -v2prf hmacWithSHA256 -passout $password -out p256-aes256.pem
openssl pkcs8 -topk8 -in p256-pkcs8.pem -v2 aes-128-cbc -v2prf hmacWithSHA1 -passout $password -out p256-aes128.pem
openssl pkcs8 -topk8 -in p256-pkcs8.pem -v2 aes-192-cbc -v2prf hmacWithSHA384 -passout $password -out p256-aes192.pem
openssl pkcs8 -topk8 -in p256-pkcs8.pem -v2 aes-256-cbc -v2prf hmacWithSHA512 -passout $password -out p256-sha512.pem
openssl pkcs8 -topk8 -in p256-pkcs8.pem -v2 des3 -passout $password -out p256-des3.pem
openssl pkcs8 -topk8 -in p256-pkcs8.pem -scrypt -passout $password -out p256-scrypt.pem
openssl pkcs8 -topk8 -in p256-pkcs8.pem -v1 PBE-SHA1-3DES -passout $password -out p256-pbe-sha1-3des.pem
openssl pkcs8 -topk8 -in p256-pkcs8.pem -v1 PBE-MD5-DES -provider legacy -provider default -passout $password \
  -out p256-pbe-md5-des.pem
openssl pkcs8 -topk8 -in p256-pkcs8.pem -v2 aes-256-cbc -iter 10000001 -passout $password -out p256-iterations.pem
for cipher in aes128 aes192 aes256 des3; do
  openssl rsa -in rsa1024-pkcs1.pem -traditional -$cipher -passout $password -out rsa1024-legacy-$cipher.pem
done
