// Where links stop being followed: by who can change the directory that a component lies in.
#include "guest/plan/ground.h"

#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"

namespace onectx::test {
namespace {

void fill(MemoryTree& tree)
{
    tree.directory("/srv/bob", 0755, 1000, 1000)
        .directory("/home/eve", 0700, 1001, 1001)
        .directory("/shared", 0775, 0, 50)
        .directory("/staff", 0775, 0, 0)
        .directory("/tmp", 01777)
        .file("/etc/file", "")
        .link("/home/bob", "/srv/bob")
        .link("/home/near", "eve")
        .link("/home/up", "../srv/./bob")
        .link("/users", "home")
        .link("/srv/bob/home", "/root")
        .link("/home/through", "/srv/bob/home")
        .link("/home/within", "/srv/bob/x")
        .link("/loop", "/loop");
}

}  // namespace

TEST_CASE("the first directory that others than root can change", "[ground]")
{
    struct Row {
        std::string path;
        std::string ground;
    };
    const std::vector<Row> rows{
        {"/etc/file", ""},
        {"/etc/ssh/keys/bob", ""},  // of what is not there root decides
        {"/etc/file/below", ""},
        {"/srv/bob", "/srv/bob"},
        {"/srv/bob/.ssh/authorized_keys", "/srv/bob"},
        {"/srv/bob/home/.ssh/authorized_keys", "/srv/bob"},
        {"/home/bob/.ssh/authorized_keys", "/home/bob"},
        {"/home/near/.ssh", "/home/near"},
        {"/home/up/.ssh", "/home/up"},
        {"/users/eve/.ssh", "/users/eve"},
        {"/users/bob", "/users/bob"},
        {"/shared/a/b", "/shared"},
        {"/staff/a/b", ""},
        {"/tmp/a/b", "/tmp"},
    };
    MemoryTree tree;
    fill(tree);
    for (const auto& row : rows) {
        INFO(row.path);
        CHECK(find_ground(row.path, tree) == row.ground);
    }
}

TEST_CASE("a link of root's through somebody's directory leads nowhere", "[ground]")
{
    MemoryTree tree;
    fill(tree);
    const auto through = find_ground("/home/through/.ssh", tree);
    REQUIRE_FALSE(through);
    CHECK(through.error().message ==
          "a link leads through /srv/bob, which others than root can change");
    CHECK_FALSE(find_ground("/home/within", tree));
    CHECK_FALSE(find_ground("/loop/x", tree));
}

TEST_CASE("a tree that an ordinary user unpacked has its own root", "[ground]")
{
    MemoryTree tree;
    tree.directory("/", 0755, 1000, 1000)
        .directory("/etc", 0755, 1000, 1000)
        .directory("/home", 0755, 1000, 1000)
        .directory("/home/bob", 0755, 1001, 1001);
    CHECK(find_ground("/etc/ssh/keys", tree) == "");
    CHECK(find_ground("/home/bob/.ssh", tree) == "/home/bob");
}

}  // namespace onectx::test
