// Configuration files as text: what inih makes of them, and where it stands.
#include "common/ini.h"

#include "tests/support/catch.h"

namespace onectx {
namespace {

std::string read(std::string_view text)
{
    std::string result;
    auto parsed = parse_ini(text);
    for (const auto& [section, name, value, line] : parsed.settings)
        result += std::to_string(line) + " [" + section + "] " + name + "=" + value + "\n";
    for (const auto& [line, message] : parsed.problems)
        result += std::to_string(line) + " " + message + "\n";
    return result;
}

}  // namespace

TEST_CASE("settings of a configuration file", "[ini]")
{
    CHECK(read("") == "");
    CHECK(read("\xEF\xBB\xBF[a]\n; c\nx = 1 2 ; rest\n\n[b]\ny=\n") == "3 [a] x=1 2\n6 [b] y=\n");
    CHECK(read("[a]\nx = 1\n  2\n") == "2 [a] x=1\n3 [a] x=2\n");
    CHECK(read("x = 1\nnonsense\ny = 2") ==
          "1 [] x=1\n3 [] y=2\n"
          "2 neither a [section] nor NAME = VALUE\n");
    CHECK(read("x = " + std::string(300, 'a') + "\ny = 2\n") ==
          "2 [] y=2\n1 a line that is too long or no text\n");
    CHECK(read(std::string_view("x = a\0b\ny = 2\n", 14)) ==
          "2 [] y=2\n1 a line that is too long or no text\n");
}

}  // namespace onectx
