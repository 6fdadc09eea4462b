// AlgorithmIdentifier: which signature algorithm a certificate, CRL or OCSP response names.
#pragma once

#include <optional>

#include "crypto/signature.h"

namespace tlsock {

// signature_algorithm_from decodes a whole AlgorithmIdentifier. Nothing for an algorithm that is unknown, has wrong
// parameters, or that no one should trust (MD2, MD5).
std::optional<SignatureAlgorithm> signature_algorithm_from(Bytes identifier);

}  // namespace tlsock
