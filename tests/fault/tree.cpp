// See tree.h.
#include "tests/fault/tree.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "guest/edit/account_file.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx::test {

namespace fs = std::filesystem;

Tree tree_of(const fs::path& root)
{
    constexpr std::size_t kLargest = 1000000;
    Tree tree;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        struct stat status{};
        if (lstat(entry.path().c_str(), &status) != 0)
            throw std::runtime_error("lstat " + entry.path().string());
        auto& text = tree[entry.path().lexically_relative(root).string()];
        text = std::to_string(status.st_mode) + " " + std::to_string(status.st_uid) + ":" +
               std::to_string(status.st_gid) + "\n";
        if (entry.is_symlink())
            text += fs::read_symlink(entry.path()).string();
        else if (entry.is_regular_file() && entry.file_size() > kLargest)
            text += "a program of " + std::to_string(entry.file_size()) + " bytes";
        else if (entry.is_regular_file())
            text += read_file(entry.path());
    }
    return tree;
}

std::string difference(const Tree& wanted, const Tree& tree)
{
    std::string text;
    for (const auto& [path, content] : wanted) {
        const auto found = tree.find(path);
        if (found == tree.end())
            text += path + " is missing\n";
        else if (found->second != content)
            text += path + " is\n" + found->second + "\nand should be\n" + content + "\n";
    }
    for (const auto& [path, content] : tree)
        if (!wanted.contains(path)) text += path + " should not be there\n";
    return text;
}

bool changes_anything(const Call& call)
{
    constexpr std::array<std::string_view, 21> kCalls{
        "write",  "pwrite64",  "fsync",       "fdatasync", "renameat", "renameat2", "mkdirat",
        "linkat", "symlinkat", "unlinkat",    "fchmod",    "fchown",   "ftruncate", "fsetxattr",
        "flock",  "execve",    "sethostname", "clone",     "clone3",   "fork",      "vfork"};
    return std::find(kCalls.begin(), kCalls.end(), call.name) != kCalls.end();
}

bool waits_for_others(const Call& call)
{
    return call.name == "poll" || call.name == "wait4" || call.name == "waitid";
}

void check_accounts(const fs::path& root)
{
    const AccountFile passwd(read_file(root / "etc/passwd"));
    const AccountFile shadow(read_file(root / "etc/shadow"));
    const AccountFile group(read_file(root / "etc/group"));
    for (const auto& entry : passwd.entries(7)) {
        INFO(entry[0]);
        CHECK(entry[1] == "x");
        const auto line = shadow.find(entry[0]);
        REQUIRE(line);
        CHECK_FALSE((*line)[1].empty());
        CHECK(group.contains(entry[0]));
    }
}

}  // namespace onectx::test
