// A digest taken in pieces is the digest of the whole.
#include "common/digest_stream.h"

#include "common/digest.h"
#include "common/text.h"
#include "tests/support/catch.h"

namespace onectx {

TEST_CASE("digest stream: pieces make the digest of the whole", "[digest]")
{
    const auto pieces = GENERATE(std::vector<std::string>{}, std::vector<std::string>{""},
                                 std::vector<std::string>{"abc"},
                                 std::vector<std::string>{"a", "", "bc", std::string(100000, 'x')});
    DigestStream sha256_stream(DigestKind::sha256);
    DigestStream md5_stream(DigestKind::md5);
    for (const auto& piece : pieces) {
        sha256_stream.add(piece);
        md5_stream.add(piece);
    }
    const auto whole = join(pieces, "");
    CHECK(sha256_stream.finish_hex() == sha256_hex(whole));
    CHECK(md5_stream.finish_hex() == to_hex(md5(whole)));
}

}  // namespace onectx
