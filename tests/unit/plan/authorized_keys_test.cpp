// The managed block, and the keys in it.
#include "guest/edit/authorized_keys.h"

#include "common/text.h"
#include "guest/edit/managed_block.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

TEST_CASE("where the managed block goes", "[managed-block]")
{
    struct Row {
        std::string what;
        std::string before;
        Lines lines;
        std::string after;
    };
    const std::vector<Row> rows{
        {"nothing of nothing", "", {}, ""},
        {"an empty file", "", {"x"}, "<\nx\n>\n"},
        {"at the end", "a\n", {"x", "y"}, "a\n<\nx\ny\n>\n"},
        {"behind a line without an end", "a", {"x"}, "a\n<\nx\n>\n"},
        {"in its old place", "a\n<\nold\n>\nb", {"x"}, "a\n<\nx\n>\nb"},
        {"removed", "a\n<\nold\n>\nb", {}, "a\nb"},
        {"removed, none there", "a", {}, "a"},
        {"a second block goes", "<\n1\n>\na\n<\n2\n>\n", {"x"}, "<\nx\n>\na\n"},
        {"a begin alone goes, what follows stays", "<\na\nb\n", {"x"}, "a\nb\n<\nx\n>\n"},
        {"a begin before a begin is alone", "<\na\n<\nold\n>\nb\n", {"x"}, "a\n<\nx\n>\nb\n"},
        {"an end alone stays", "a\n>\nb\n", {}, "a\n>\nb\n"},
        {"markers with blanks and CR",
         "a\r\n < \r\nold\r\n> \r\nb\r\n",
         {"x"},
         "a\r\n<\nx\n>\nb\r\n"},
        {"an end without a line end", "a\n<\nold\n>", {"x"}, "a\n<\nx\n>\n"},
    };
    for (const auto& row : rows) {
        INFO(row.what);
        auto after = with_managed_block(row.before, {"<", ">"}, row.lines);
        CHECK(after == row.after);
        CHECK(with_managed_block(after, {"<", ">"}, row.lines) == after);
    }
}

std::string block_of(const Lines& keys)
{
    return "# BEGIN onectx\n" + join(keys, "\n") + "\n# END onectx\n";
}

TEST_CASE("keys in the block", "[authorized-keys]")
{
    auto a = test_key('a', "a");
    auto b = test_key('b', "b");
    CHECK(with_keys("", {a, b}) == block_of({a, b}));
    CHECK(with_keys("mine\n" + block_of({a, b}), {b}) == "mine\n" + block_of({b}));
    CHECK(with_keys("mine\n" + block_of({a}), {}) == "mine\n");
    // A key that the user has in a line of his own, with other words around it.
    auto own = "from=\"10.0.0.1\" " + test_key('a', "other comment") + "\n";
    CHECK(with_keys(own, {a, b}) == own + block_of({b}));
    CHECK(with_keys(own, {a}) == own);
    // One that he has commented out is not there.
    CHECK(with_keys("#" + a + "\n", {a}) == "#" + a + "\n" + block_of({a}));
    // Our own line does not count as his.
    CHECK(with_keys(block_of({a}), {a}) == block_of({a}));
}

TEST_CASE("every foreign byte of authorized_keys stays", "[authorized-keys][law6]")
{
    std::mt19937 random(8);
    const Lines lines{test_key('x', "user"), "# BEGIN other", "# END other",
                      "# comment",           "junk",          "command=\"a\" " + test_key('y')};
    const auto block = block_of({test_key('a'), test_key('b')});
    for (int i = 0; i < 60; ++i) {
        auto before = random_text(random, lines);
        auto after = with_keys(before, {test_key('a'), test_key('b')});
        INFO(printable(before));
        auto ended = before.empty() || before.ends_with('\n') ? before : before + "\n";
        CHECK(after == ended + block);
        CHECK(with_keys(after, {}) == ended);
        // What the user adds behind the block stays too.
        CHECK(with_keys(after + before, {test_key('c')}) ==
              ended + block_of({test_key('c')}) + before);
    }
}

}  // namespace
}  // namespace onectx::test
