// The process is killed before each system call that changes anything while an account is made:
// whoever is in passwd is in shadow too, nobody gets in without a password, and the next run ends
// where an undisturbed one does.
#include "tests/fault/account.h"
#include "tests/fault/strace.h"
#include "tests/fault/tree.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx::test {
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
        CHECK(difference(wanted, tree_of(folder.path())) == "");
    }
    CHECK(killed > 50);
}

}  // namespace onectx::test
