// Lines of authorized_keys: which are keys, and which are the same key.
#include "common/ssh_key.h"

#include <random>

#include "common/base64.h"
#include "common/limits.h"
#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

TEST_CASE("lines that are keys", "[ssh-key]")
{
    const auto key = test_key('a');
    for (const auto& line : {
             key,
             key + " comment with blanks",
             key + " \"quoted comment",
             "  " + key,
             "restrict " + key,
             "no-pty,from=\"a,b c\" " + key,
             "command=\"say \\\"hi there\\\"\"\t" + key,
         }) {
        INFO(line);
        auto parsed = parse_ssh_key(line);
        REQUIRE(parsed);
        CHECK(*parsed == *parse_ssh_key(key));
        CHECK(parsed->type == "ssh-ed25519");
    }
    CHECK(parse_ssh_key(test_key('a')) != parse_ssh_key(test_key('b')));
}

TEST_CASE("lines that are none", "[ssh-key]")
{
    const auto key = test_key('a');
    const auto blob = std::string(key.substr(key.find(' ') + 1));
    for (const auto& line : {
             std::string(),
             std::string("ssh-ed25519"),
             std::string("ssh-ed25519 "),
             std::string("ssh-ed25519 AAAA"),
             "# " + key,
             "#" + key,
             "name: " + key,
             "a b " + key,
             "ssh-rsa " + blob,  // the blob says another type
             "ssh-unknown " + blob,
             "ssh-ed25519 " + blob.substr(0, 10),
             "ssh-ed25519 *" + blob,
             "command=\"open " + key,  // the quote never ends
             "restrict restrict " + key,
             key + " a\x1b[2J",
             key + " a\nssh-rsa b",
             key + std::string(1, '\0'),
             key + std::string(kMaxSshKeyBytes, 'x'),
             // the inner length is longer than the blob, and exactly as long
             std::string("ssh-ed25519 ") +
                 encode_base64(std::string("\xff\xff\xff\xff") + "ssh-ed25519"),
             std::string("ssh-ed25519 ") +
                 encode_base64(std::string("\0\0\0\x0b", 4) + "ssh-ed25519"),
         }) {
        INFO(printable(line.substr(0, 100)));
        CHECK_FALSE(parse_ssh_key(line));
    }
}

TEST_CASE("any bytes are safe to look at", "[ssh-key]")
{
    std::mt19937 random(1);
    for (int i = 0; i < 2000; ++i) {
        auto line = test_key('a', "x");
        for (int j = 0; j < 3; ++j)
            line[random() % line.size()] = static_cast<char>(random());
        line.resize(random() % (line.size() + 1));
        if (auto key = parse_ssh_key(line)) CHECK(key->type == "ssh-ed25519");
    }
}

}  // namespace
}  // namespace onectx::test
