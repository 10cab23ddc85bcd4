// Lines of passwd and its kin: what is found, what an edit changes, and what it must not.
#include "guest/edit/account_file.h"

#include <stdexcept>

#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Fields = std::vector<std::string>;

const std::string kPasswd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "# alice:x:1:1::/:/bin/sh\n"
    "\n"
    "damaged\n"
    "alice:x:1000:1000::/home/alice:/bin/bash\r\n"
    "alice:x:1001:1001:second:/:/bin/sh\n"
    "+::::::\n"
    "-mallory::::::";

TEST_CASE("finding entries", "[account-file]")
{
    AccountFile file(kPasswd);
    CHECK(file.find("alice") ==
          Fields{"alice", "x", "1000", "1000", "", "/home/alice", "/bin/bash"});
    CHECK_FALSE(file.contains("# alice"));
    CHECK_FALSE(file.contains("damaged"));
    CHECK_FALSE(file.contains(""));
    CHECK_FALSE(file.contains("ali"));
    CHECK(file.entries(7).size() == 5);
    CHECK(file.entries(8).empty());
    CHECK(file.text() == kPasswd);
}

TEST_CASE("setting one field leaves all other bytes", "[account-file]")
{
    AccountFile file(kPasswd);
    file.set("alice", 1, "*");
    auto expected = kPasswd;
    expected.replace(expected.find("\nalice:x") + 7, 1, "*");
    CHECK(file.text() == expected);

    AccountFile shorter("a:b\n");
    shorter.set("a", 4, "e");
    CHECK(shorter.text() == "a:b:::e\n");
}

TEST_CASE("where a new line goes", "[account-file]")
{
    struct Row {
        std::string before;
        std::string after;
    };
    for (const auto& row : std::vector<Row>{
             {"", "n:x\n"},
             {"a:x\n", "a:x\nn:x\n"},
             {"a:x", "a:x\nn:x\n"},
             {"a:x\n+::\n-b::\n", "a:x\nn:x\n+::\n-b::\n"},
             {"+::", "n:x\n+::"},
         }) {
        AccountFile file(row.before);
        file.add({"n", "x"});
        CHECK(file.text() == row.after);
    }
}

TEST_CASE("a field that would be more than a field is a bug", "[account-file]")
{
    AccountFile file("a:x\n");
    for (const auto& bad : Fields{"x:y", "x\nroot::0", "x\r", std::string("x\0y", 3)}) {
        CHECK_THROWS_AS(file.set("a", 1, bad), std::logic_error);
        CHECK_THROWS_AS(file.add({"b", bad}), std::logic_error);
    }
    CHECK_THROWS_AS(file.set("nobody", 1, "x"), std::logic_error);
    CHECK(file.text() == "a:x\n");
}

TEST_CASE("every foreign byte of account files stays", "[account-file][law6]")
{
    std::mt19937 random(7);
    const std::vector<std::string> lines{
        "root:x:0:0::/root:/bin/sh", "# c", "+::::::", "bin:*:1:", "::", "alice"};
    for (int i = 0; i < 200; ++i) {
        auto before = random_text(random, lines);
        AccountFile file(before);
        CHECK(file.text() == before);
        file.add({"zoe", "x", "1"});
        auto after = file.text();
        INFO(printable(before));
        auto at = after.find("zoe:x:1\n");
        REQUIRE(at != std::string::npos);
        auto rest = after.substr(0, at) + after.substr(at + 8);
        CHECK((rest == before || rest == before + "\n"));

        file.set("zoe", 1, "*");
        after.replace(at, 7, "zoe:*:1");
        CHECK(file.text() == after);
    }
}

}  // namespace
}  // namespace onectx::test
