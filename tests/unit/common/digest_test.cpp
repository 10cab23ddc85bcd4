// Digests against published vectors: that the right function is called with the right arguments.
#include "common/digest.h"

#include "common/text.h"
#include "tests/support/catch.h"

namespace onectx {

TEST_CASE("digest: SHA-256, the examples of FIPS 180", "[digest]")
{
    CHECK(sha256_hex({}) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(to_hex(sha256("abc")) == sha256_hex("abc"));
}

TEST_CASE("digest: MD5, the examples of RFC 1321", "[digest]")
{
    CHECK(to_hex(md5("")) == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(to_hex(md5("message digest")) == "f96b697d7cb7938d525a2f31aaf161d0");
}

TEST_CASE("digest: HMAC-SHA-256, the cases of RFC 4231", "[digest]")
{
    CHECK(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(to_hex(hmac_sha256(std::string(131, '\xAA'),
                             "Test Using Larger Than Block-Size Key - Hash Key First")) ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(hmac_sha256({}, {}).size() == 32);
}

}  // namespace onectx
