// Names in the Joliet tree: what becomes of them, what is refused, and that libisofs agrees.
#include "host/joliet.h"

#include "host/image.h"
#include "tests/support/catch.h"

namespace onectx {
namespace {

std::string complaint(std::vector<std::string> paths)
{
    ImageTree tree;
    for (auto& path : paths)
        tree.push_back({std::move(path), 0444, "x"});
    auto checked = check_joliet_names(tree);
    return checked ? "" : checked.error().message;
}

}  // namespace

TEST_CASE("a path as Joliet has it", "[joliet]")
{
    CHECK(joliet_path("init.sh") == "init.sh");
    CHECK(joliet_path("d.d/x") == "d.d/x");
    CHECK(joliet_path("a*b:c;d?e\\f") == "a_b_c_d_e_f");
    CHECK(joliet_path("\x01\x1F\x7F \"<>|") == "__\x7F \"<>|");
    CHECK(joliet_path("a./b...") == "a/b");
    CHECK(joliet_path(".a..b") == ".a..b");
    CHECK(joliet_path("\xC3\xA4\xF0\x9F\x98\x80") == "\xC3\xA4\xF0\x9F\x98\x80");
}

TEST_CASE("names that would become one in Joliet", "[joliet]")
{
    CHECK(complaint({"a:b", "d", "d/a_b"}).empty());
    CHECK(complaint({"README", "readme"}).empty());
    CHECK(complaint({"a:b", "a_b"}) ==
          "'a_b' and 'a:b' would both be 'a_b' in Joliet (--no-joliet)");
    CHECK(complaint({"a", "a."}) == "'a.' and 'a' would both be 'a' in Joliet (--no-joliet)");
    CHECK(complaint({"d*", "d*/x", "d?", "d?/y"}) ==
          "'d?' and 'd*' would both be 'd_' in Joliet (--no-joliet)");
    CHECK(complaint({"a\nb", "a_b"}) ==
          "'a_b' and 'a\\x0ab' would both be 'a_b' in Joliet (--no-joliet)");
    CHECK(complaint({"..."}) == "'...': nothing but dots, which Joliet drops (--no-joliet)");
}

TEST_CASE("libisofs names files in Joliet as we expect", "[joliet]")
{
    ImageTree tree{{"a*b:c;d?e\\f", 0444, "1"},
                   {"b.", 0444, "2"},
                   {"c \x01\"<>|+,=", 0444, "3"},
                   {"d:x.", 0555, DirectoryEntry{}},
                   {"d:x./\xC3\xA4\xF0\x9F\x98\x80;1", 0444, "4"},
                   {"e;1", 0444, "5"},
                   {std::string(100, 'f') + ".gz", 0444, "6"},
                   {std::string(103, 'g'), 0444, ""}};
    REQUIRE(check_joliet_names(tree));
    auto output = OutputFile::unnamed(0);
    REQUIRE(output);
    SignalHold signals;
    // The check after writing compares both trees.
    auto written = write_image(tree, {}, "x", *output, signals);
    CHECK((written ? "" : written.error().message) == "");
}

}  // namespace onectx
