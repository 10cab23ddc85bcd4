// The process is killed before each system call that changes anything while an account is made:
// whoever is in passwd is in shadow too, nobody gets in without a password, and the next run ends
// where an undisturbed one does.
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <map>

#include "guest/edit/account_file.h"
#include "tests/fault/account.h"
#include "tests/fault/strace.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

// Path, mode, owner and content of all there is.
std::map<std::string, std::string> tree_of(const fs::path& root)
{
    std::map<std::string, std::string> tree;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        struct stat status{};
        REQUIRE(lstat(entry.path().c_str(), &status) == 0);
        tree[entry.path().lexically_relative(root).string()] =
            std::to_string(status.st_mode) + " " + std::to_string(status.st_uid) + "\n" +
            (entry.is_regular_file() ? read_file(entry.path()) : "");
    }
    return tree;
}

// Between two of these nothing on the disk differs, so a death there is a death before the next.
bool changes_anything(const Call& call)
{
    constexpr std::array<std::string_view, 11> kCalls{
        "write",  "fsync",  "renameat",  "renameat2", "mkdirat",  "unlinkat",
        "fchmod", "fchown", "ftruncate", "fsetxattr", "symlinkat"};
    return std::find(kCalls.begin(), kCalls.end(), call.name) != kCalls.end();
}

void check_accounts(const fs::path& root)
{
    AccountFile passwd(read_file(root / "etc/passwd"));
    AccountFile shadow(read_file(root / "etc/shadow"));
    AccountFile group(read_file(root / "etc/group"));
    for (const auto& entry : passwd.entries(7)) {
        INFO(entry[0]);
        CHECK(entry[1] == "x");
        auto line = shadow.find(entry[0]);
        REQUIRE(line);
        CHECK_FALSE((*line)[1].empty());
        CHECK(group.contains(entry[0]));
    }
}

}  // namespace

TEST_CASE("an account survives any moment of death")
{
    if (!strace_works()) {
        WARN("strace is not there or may not trace; nothing is tested");
        return;
    }
    auto program = [](const TemporaryFolder& folder) {
        fill_machine(folder.path().string());
        return std::vector<std::string>{built_program("make_account"), folder.path().string()};
    };
    TemporaryFolder undisturbed;
    auto calls = calls_between_markers(program(undisturbed));
    auto wanted = tree_of(undisturbed.path());
    REQUIRE(wanted.contains("home/alice/.ssh/authorized_keys"));
    std::size_t killed = 0;
    for (const auto& call : calls) {
        if (!changes_anything(call)) continue;
        INFO(call.name << " number " << call.number);
        TemporaryFolder folder;
        auto finished = disturbed(call, "signal=SIGKILL", program(folder));
        CHECK(finished.status == 128 + 9);
        ++killed;
        check_accounts(folder.path());
        auto again = make_account(folder.path().string());
        CHECK((again ? "" : again.error().message) == "");
        CHECK(tree_of(folder.path()) == wanted);
    }
    CHECK(killed > 50);
}

}  // namespace onectx::test
