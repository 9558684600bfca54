// Hashes against published vectors (FIPS 180-4, RFC 4231).
#include "net/crypto.h"

#include <gtest/gtest.h>

namespace oi::net {

TEST(Crypto, Sha256OfTheStandardsExamples)
{
    EXPECT_EQ(hex(sha256("").value()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256("abc").value()), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Crypto, Sha1OfTheStandardsExample) { EXPECT_EQ(hex(sha1("abc").value()), "a9993e364706816aba3e25717850c26c9cd0d89d"); }

TEST(Crypto, RandomBytesDiffer)
{
    EXPECT_EQ(random_bytes(16).size(), 16U);
    EXPECT_NE(random_bytes(16), random_bytes(16));
}

TEST(Crypto, ComparesSecrets)
{
    EXPECT_TRUE(is_same_secret("abc", "abc"));
    EXPECT_FALSE(is_same_secret("abc", "abd"));
    EXPECT_FALSE(is_same_secret("abc", "ab"));
}

TEST(Crypto, HmacOfRfc4231)
{
    EXPECT_EQ(hex(hmac_sha256(std::string(20, '\x0b'), "Hi There").value()),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?").value()),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Crypto, Crc32OfTheCheckValueAlsoInTwoParts)
{
    EXPECT_EQ(crc32("123456789"), 0xCBF43926U);
    EXPECT_EQ(crc32("6789", crc32("12345")), 0xCBF43926U);
}

TEST(Crypto, WhatIsNoKeySaysSoAndIsNotQuoted)
{
    const auto result = rsa_sha256_sign("-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----\n", "x");
    ASSERT_FALSE(result);
    EXPECT_EQ(to_line(result.error()), "no RSA private key in PEM form");
}

}  // namespace oi::net
