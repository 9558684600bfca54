// Crypto: the few functions that signing requests takes, from libcrypto, loaded when the first signature needs it.
#pragma once

#include "base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace oi::net {

// All of these: raw bytes, any thread. Errors: not_found (libcrypto cannot be loaded: names the package).
Result<std::string> sha256(std::string_view bytes);
Result<std::string> sha1(std::string_view bytes);  // for formats that demand it; protects nothing
Result<std::string> hmac_sha256(std::string_view key, std::string_view bytes);
// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017; "RS256"), by the private key of a PEM text. Also invalid: that text is no such key.
Result<std::string> rsa_sha256_sign(std::string_view pem, std::string_view bytes);

std::string hex(std::string_view bytes);  // lower case

// Bytes that nobody can guess, from the kernel's generator; needs no library.
std::string random_bytes(std::size_t count);

// Whether both are the same, in a time that does not tell where they differ.
bool is_same_secret(std::string_view one, std::string_view other);

// The checksum of IEEE 802.3 and zlib, going on from `before`. Pure; needs no library.
std::uint32_t crc32(std::string_view bytes, std::uint32_t before = 0);

}  // namespace oi::net
