// Finding libcrypto's functions with dlopen; the declarations are those of OpenSSL 1.1 and 3.
#include "net/crypto.h"

#include "base/text.h"

#include <array>
#include <dlfcn.h>
#include <memory>
#include <sys/random.h>

namespace oi::net {

namespace {

constexpr std::size_t digest_size = 32;

struct Libcrypto {
    const void* (*EVP_sha256)();
    const void* (*EVP_sha1)();
    int (*EVP_Digest)(const void* data, std::size_t size, unsigned char* digest, unsigned* digest_size, const void* type, void* engine);
    unsigned char* (*HMAC)(const void* type, const void* key, int key_size, const unsigned char* data, std::size_t size,
                           unsigned char* digest, unsigned* digest_size);
    void* (*BIO_new_mem_buf)(const void* data, int size);
    int (*BIO_free)(void* bio);
    void* (*PEM_read_bio_PrivateKey)(void* bio, void** key, int (*password)(char*, int, int, void*), void* user);
    int (*EVP_PKEY_get_id)(const void* key);
    void (*EVP_PKEY_free)(void* key);
    void* (*EVP_MD_CTX_new)();
    void (*EVP_MD_CTX_free)(void* context);
    int (*EVP_DigestSignInit)(void* context, void** key_context, const void* type, void* engine, void* key);
    int (*EVP_DigestSign)(void* context, unsigned char* signature, std::size_t* signature_size, const unsigned char* data,
                          std::size_t size);
};

template <class Function>
bool find(void* library, const char* name, Function& function)
{
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

Result<Libcrypto> load()
{
    void* library = ::dlopen("libcrypto.so.3", RTLD_LAZY | RTLD_LOCAL);
    if (!library) library = ::dlopen("libcrypto.so.1.1", RTLD_LAZY | RTLD_LOCAL);
    if (!library) return fail(ErrorKind::not_found, cat("libcrypto cannot be loaded: ", ::dlerror()), "install the package libssl3");
    Libcrypto crypto{};
#define OI_CRYPTO(name) \
    if (!find(library, #name, crypto.name)) return fail(ErrorKind::not_found, "libcrypto lacks " #name, "install the package libssl3")
    OI_CRYPTO(EVP_sha256);
    OI_CRYPTO(EVP_sha1);
    OI_CRYPTO(EVP_Digest);
    OI_CRYPTO(HMAC);
    OI_CRYPTO(BIO_new_mem_buf);
    OI_CRYPTO(BIO_free);
    OI_CRYPTO(PEM_read_bio_PrivateKey);
    OI_CRYPTO(EVP_PKEY_free);
    OI_CRYPTO(EVP_MD_CTX_new);
    OI_CRYPTO(EVP_MD_CTX_free);
    OI_CRYPTO(EVP_DigestSignInit);
    OI_CRYPTO(EVP_DigestSign);
#undef OI_CRYPTO
    // Its name before version 3.
    if (!find(library, "EVP_PKEY_get_id", crypto.EVP_PKEY_get_id) && !find(library, "EVP_PKEY_id", crypto.EVP_PKEY_get_id))
        return fail(ErrorKind::not_found, "libcrypto lacks EVP_PKEY_id", "install the package libssl3");
    return crypto;
}

Result<const Libcrypto*> libcrypto()
{
    static const auto& loaded = *new Result<Libcrypto>{load()};  // never destroyed: a turn may run while the process ends
    if (!loaded) return Fail{loaded.error()};
    return &*loaded;
}

const unsigned char* as_bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* as_bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// A key with a passphrase is refused instead of asked for on the terminal.
int no_password(char*, int, int, void*) { return -1; }

using Handle = std::unique_ptr<void, void (*)(void*)>;

constexpr auto crc_table = [] {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < table.size(); ++i) {
        std::uint32_t value = i;
        for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? 0xEDB88320U : 0U);
        table[i] = value;
    }
    return table;
}();

}  // namespace

Result<std::string> sha256(std::string_view bytes)
{
    OI_TRY(const Libcrypto* crypto, libcrypto());
    std::string digest(digest_size, '\0');
    if (crypto->EVP_Digest(bytes.data(), bytes.size(), as_bytes(digest), nullptr, crypto->EVP_sha256(), nullptr) != 1)
        return fail(ErrorKind::io, "libcrypto made no SHA-256");
    return digest;
}

Result<std::string> sha1(std::string_view bytes)
{
    OI_TRY(const Libcrypto* crypto, libcrypto());
    std::string digest(20, '\0');
    if (crypto->EVP_Digest(bytes.data(), bytes.size(), as_bytes(digest), nullptr, crypto->EVP_sha1(), nullptr) != 1)
        return fail(ErrorKind::io, "libcrypto made no SHA-1");
    return digest;
}

Result<std::string> hmac_sha256(std::string_view key, std::string_view bytes)
{
    OI_TRY(const Libcrypto* crypto, libcrypto());
    std::string digest(digest_size, '\0');
    if (!crypto->HMAC(crypto->EVP_sha256(), key.data(), static_cast<int>(key.size()), as_bytes(bytes), bytes.size(), as_bytes(digest),
                      nullptr))
        return fail(ErrorKind::io, "libcrypto made no HMAC");
    return digest;
}

Result<std::string> rsa_sha256_sign(std::string_view pem, std::string_view bytes)
{
    constexpr int rsa = 6;  // EVP_PKEY_RSA
    OI_TRY(const Libcrypto* crypto, libcrypto());
    void* bio = crypto->BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    const Handle key{bio ? crypto->PEM_read_bio_PrivateKey(bio, nullptr, &no_password, nullptr) : nullptr, crypto->EVP_PKEY_free};
    crypto->BIO_free(bio);
    if (!key || crypto->EVP_PKEY_get_id(key.get()) != rsa) return fail(ErrorKind::invalid, "no RSA private key in PEM form");
    const Handle context{crypto->EVP_MD_CTX_new(), crypto->EVP_MD_CTX_free};
    std::size_t size = 0;
    const bool is_ready = context && crypto->EVP_DigestSignInit(context.get(), nullptr, crypto->EVP_sha256(), nullptr, key.get()) == 1 &&
                          crypto->EVP_DigestSign(context.get(), nullptr, &size, as_bytes(bytes), bytes.size()) == 1;
    std::string signature(size, '\0');
    if (!is_ready || crypto->EVP_DigestSign(context.get(), as_bytes(signature), &size, as_bytes(bytes), bytes.size()) != 1)
        return fail(ErrorKind::invalid, "the RSA private key cannot sign");
    signature.resize(size);
    return signature;
}

std::string hex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    for (const char c : bytes) {
        out += digits[static_cast<unsigned char>(c) >> 4];
        out += digits[static_cast<unsigned char>(c) & 15];
    }
    return out;
}

std::string random_bytes(std::size_t count)
{
    std::string bytes(count, '\0');
    for (std::size_t have = 0; have < count;) {
        const ssize_t got = ::getrandom(bytes.data() + have, count - have, 0);
        if (got > 0) have += static_cast<std::size_t>(got);
    }
    return bytes;
}

bool is_same_secret(std::string_view one, std::string_view other)
{
    if (one.size() != other.size()) return false;
    unsigned char difference = 0;
    for (std::size_t i = 0; i < one.size(); ++i) difference |= static_cast<unsigned char>(one[i] ^ other[i]);
    return difference == 0;
}

std::uint32_t crc32(std::string_view bytes, std::uint32_t before)
{
    std::uint32_t value = ~before;
    for (const char c : bytes) value = crc_table[(value ^ static_cast<unsigned char>(c)) & 0xFF] ^ (value >> 8);
    return ~value;
}

}  // namespace oi::net
