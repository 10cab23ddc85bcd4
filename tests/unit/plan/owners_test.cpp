// Names of owners by the tree's own passwd and group.
#include "guest/plan/owners.h"

#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"

namespace onectx {

TEST_CASE("the number of a name is the third field of its line")
{
    constexpr std::string_view kAccounts =
        "# comment\n"
        "root:x:0:0:root:/root:/bin/sh\n"
        "\n"
        "short:x\n"
        "none:x::0\n"
        "large:x:4294967295:\n"
        "largest:x:4294967294:\n"
        "+nis::::::\n"
        "alice:x:1000:1000\n"
        "alice:x:1001:1001\n"
        "last:x:7";
    CHECK(find_id(kAccounts, "root") == 0U);
    CHECK(find_id(kAccounts, "alice") == 1000U);
    CHECK(find_id(kAccounts, "last") == 7U);
    CHECK(find_id(kAccounts, "largest") == 4294967294U);
    for (const char* absent : {"short", "none", "large", "nobody", "", "ali", "+nis", "x"})
        CHECK_FALSE(find_id(kAccounts, absent));
}

TEST_CASE("numbers are taken as they are, names through the tree")
{
    test::MemoryTree tree;
    tree.file("/etc/passwd", "alice:x:1000:1:\n").file("/etc/group", "team:x:50:\n");
    auto owner = [&](Owner asked) -> std::string {
        auto found = find_owner(asked, tree);
        if (!found) return found.error().message;
        return std::to_string(found->uid) + ":" + std::to_string(found->gid);
    };
    CHECK(owner({"0", "42"}) == "0:42");
    CHECK(owner({"alice", "team"}) == "1000:50");
    CHECK(owner({"bob", "team"}) == "no user is called bob");
    CHECK(owner({"alice", "alice"}) == "no group is called alice");
    CHECK(owner({"4294967295", "0"}) == "no user is called 4294967295");
    CHECK(owner({"b\nb", "0"}) == "no user is called b\\x0ab");
    tree.remove("/etc/passwd");
    CHECK(owner({"alice", "team"}) == "no user is called alice");
}

}  // namespace onectx
