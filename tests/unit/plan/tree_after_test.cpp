// A tree as changes will leave it: what is read, and whose it is.
#include "guest/plan/tree_after.h"

#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"

namespace onectx::test {
namespace {

struct AccountTree : MemoryTree {
    AccountTree()
    {
        file("/etc/passwd", "root:x:0:0::/root:/bin/sh\nbob:x:1000:1000::/home/bob:/bin/sh\n")
            .file("/etc/group", "root:x:0:\nbob:x:1000:\n")
            .file("/etc/motd", "hello\n", 0600, 1, 2)
            .link("/etc/link", "motd");
    }
};

std::string text_at(const FileReader& tree, std::string_view path)
{
    const auto file = tree.read(path);
    if (!file) return file.error().message;
    return *file ? (*file)->content : "(none)";
}

std::optional<FileStatus> status_at(const FileReader& tree, std::string_view path)
{
    return tree.status(path).value_or(std::nullopt);
}

TEST_CASE("files that are written, removed and neither", "[tree-after]")
{
    const AccountTree tree;
    TreeAfter after(tree);
    CHECK(text_at(after, "/etc/motd") == "hello\n");
    after.take(
        WriteFile{.path = "/etc/motd", .content = "one\n", .mode = 0640, .owner = {"5", "6"}});
    after.take(WriteFile{.path = "/etc/new", .content = "two\n"});
    CHECK(text_at(after, "/etc/motd") == "one\n");
    CHECK(status_at(after, "/etc/motd") == FileStatus{FileType::regular, 0640, 5, 6});
    CHECK(text_at(after, "/etc/new") == "two\n");
    REQUIRE(after.written("/etc/new") != nullptr);
    CHECK(after.written("/etc/new")->content == "two\n");
    after.take(RemoveFile{"/etc/motd"});
    CHECK(text_at(after, "/etc/motd") == "(none)");
    CHECK_FALSE(status_at(after, "/etc/motd"));
    CHECK(after.written("/etc/motd") == nullptr);
    CHECK(status_at(after, "/etc/link")->type == FileType::symlink);
}

TEST_CASE("owners are those of the moment at which a change is made", "[tree-after]")
{
    const AccountTree tree;
    TreeAfter after(tree);
    // An account file itself, in the hands of an account of the old one and then of the new one.
    after.take(WriteFile{.path = "/etc/group", .content = "bob:x:7:\n", .owner = {"bob", "bob"}});
    CHECK(status_at(after, "/etc/group") == FileStatus{FileType::regular, 0644, 1000, 1000});
    after.take(WriteFile{.path = "/etc/new", .owner = {"bob", "bob"}});
    CHECK(status_at(after, "/etc/new") == FileStatus{FileType::regular, 0644, 1000, 7});
    after.take(MakeDirectory{.path = "/srv/bob", .mode = 0700, .owner = {"bob", "bob"}});
    CHECK(status_at(after, "/srv/bob") == FileStatus{FileType::directory, 0700, 1000, 7});

    // Nobody can say whose these will be.
    after.take(WriteFile{.path = "/etc/motd", .content = "one\n", .owner = {"eve", "0"}});
    CHECK(text_at(after, "/etc/motd") == "hello\n");
    CHECK(after.written("/etc/motd") != nullptr);
    after.take(MakeDirectory{.path = "/srv/eve", .owner = {"eve", "0"}});
    CHECK_FALSE(status_at(after, "/srv/eve"));
}

}  // namespace
}  // namespace onectx::test
