// Unified diffs: the text that diff -u would give, and the bounds on work.
#include "guest/edit/diff.h"

#include "tests/support/catch.h"

namespace onectx {

namespace {

std::string diff(std::string_view before, std::string_view after)
{
    constexpr std::string_view kHeader = "--- a\n+++ b\n";
    auto text = unified_diff({"a", before}, {"b", after});
    REQUIRE(text.starts_with(kHeader));
    return text.substr(kHeader.size());
}

std::string numbered(int from, int to)
{
    std::string text;
    for (int i = from; i <= to; ++i)
        text += std::to_string(i) + "\n";
    return text;
}

}  // namespace

TEST_CASE("hunks are those of diff -u")
{
    struct Case {
        std::string before, after, expected;
    };
    for (const auto& c : std::vector<Case>{
             {"", "", ""},
             {"a\n", "a\n", ""},
             {"", "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n"},
             {"a\n", "", "@@ -1 +0,0 @@\n-a\n"},
             {"a\n", "b\n", "@@ -1 +1 @@\n-a\n+b\n"},
             {"a", "a\n", "@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"},
             {"a\nb", "a\nc",
              "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n"
              "\\ No newline at end of file\n"},
             {"a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"},
             // Inner lines that both have are kept, not rewritten.
             {"1\n2\n3\n", "0\n2\n4\n", "@@ -1,3 +1,3 @@\n-1\n+0\n 2\n-3\n+4\n"},
             {numbered(1, 9), numbered(1, 4) + "x\n" + numbered(5, 9),
              "@@ -2,6 +2,7 @@\n 2\n 3\n 4\n+x\n 5\n 6\n 7\n"},
             {numbered(1, 20), numbered(2, 19),
              "@@ -1,4 +1,3 @@\n-1\n 2\n 3\n 4\n@@ -17,4 +16,3 @@\n 17\n 18\n 19\n-20\n"},
             // Six lines between two changes join the hunks, seven part them.
             {"a\n" + numbered(1, 6) + "b\n", "A\n" + numbered(1, 6) + "B\n",
              "@@ -1,8 +1,8 @@\n-a\n+A\n 1\n 2\n 3\n 4\n 5\n 6\n-b\n+B\n"},
             {"a\n" + numbered(1, 7) + "b\n", "A\n" + numbered(1, 7) + "B\n",
              "@@ -1,4 +1,4 @@\n-a\n+A\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-b\n+B\n"},
         }) {
        INFO(c.before << "->\n" << c.after);
        CHECK(diff(c.before, c.after) == c.expected);
    }
}

TEST_CASE("a file that is made or goes away has /dev/null for its other side")
{
    CHECK(unified_diff({"a", std::nullopt}, {"b", "x\n"}) ==
          "--- /dev/null\n+++ b\n@@ -0,0 +1 @@\n+x\n");
    CHECK(unified_diff({"a", "x\n"}, {"b", std::nullopt}) ==
          "--- a\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n");
}

TEST_CASE("parts with too many changed lines are replaced whole")
{
    std::string before = "first\n";
    std::string after = "first\n";
    for (int i = 0; i < 100'000; ++i) {
        before += "a" + std::to_string(i) + "\nsame\n";
        after += "b" + std::to_string(i) + "\nsame\n";
    }
    auto text = diff(before + "last\n", after + "last\n");
    CHECK(text.starts_with("@@ -1,200002 +1,200002 @@\n first\n-a0\n-same\n-a1\n"));
    CHECK(text.ends_with("+same\n+b99999\n same\n last\n"));
}

}  // namespace onectx
