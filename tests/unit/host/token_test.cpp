// The token of OneGate against vectors that openssl computed:
//   PASSWORD=$(printf canary | sha256sum | cut -d' ' -f1)
//   printf VMID:STIME | openssl enc -aes-256-cbc -base64 -A -iv 00000000000000000000000000000000
//       -K $(printf %s "${PASSWORD:0:32}" | od -An -tx1 | tr -d ' \n')
#include "host/token.h"

#include "tests/support/catch.h"

namespace onectx {

TEST_CASE("a token is what OpenNebula would write", "[token]")
{
    const Secret password(
        std::string_view("e100fbce008c04ec40637af0af91fb2f05aeedc23f856a2d3c0b1580625d755e"));
    struct Case {
        std::string_view vmid;
        std::string_view start_time;
        std::string_view expected;
    };
    const Case cases[] = {
        {"42", "1416924000", "OJj/nqTLreOFiGdbC68teA==\n"},
        {"0", "0", "1JzqZeLuxpA/A2cbz57rfw==\n"},
        // One block and a bit, and exactly one block, which gets a block of padding.
        {"1234567", "17000000000", "FmjLnPXLTztuXByvZJtKjuA+f3Qnzir7W3D288mDZVI=\n"},
        {"12345678", "1234567", "r9eUZmPNfYvhtTrqtU95QbophkTirO2oJ2Kkqf3dH+Q=\n"},
    };
    for (const auto& [vmid, start_time, expected] : cases) {
        auto token = make_token(vmid, start_time, password);
        REQUIRE(token);
        CHECK(token->reveal() == expected);
    }
}

TEST_CASE("a token password that is none", "[token]")
{
    auto token = make_token("1", "2", Secret(std::string(31, 'a')));
    REQUIRE_FALSE(token);
    CHECK(token.error().message == "the token password has fewer than 32 characters");
    CHECK(make_token("1", "2", Secret(std::string(32, 'a'))));
}

}  // namespace onectx
