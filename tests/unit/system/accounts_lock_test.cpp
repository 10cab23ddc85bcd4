// The lock of the account files: who holds it when, and that it is the one of lckpwdf(3).
#include "guest/system/accounts_lock.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>

#include "tests/support/catch.h"
#include "tests/unit/system/apply_machine.h"

namespace onectx::test {

using std::literals::chrono_literals::operator""ms;

TEST_CASE("the account lock is held while a step of accounts is made, and only then")
{
    Machine machine;
    std::string during;
    machine.kernel.on_hostname = [&] {
        auto second = AccountsLock::take(machine.root, 0ms);
        during = second ? "free" : second.error().message;
    };
    machine.apply({.steps = {{"users", {SetKernelHostname{"x"}}, {}, true}}});
    CHECK(during == "another program holds /etc/.pwd.lock");
    machine.apply({.steps = {{"hostname", {SetKernelHostname{"x"}}}}});
    CHECK(during == "free");
}

TEST_CASE("the account lock is the one of lckpwdf")
{
    Machine machine;
    REQUIRE(AccountsLock::take(machine.root, 0ms));
    auto path = machine.folder.path() / "etc/.pwd.lock";
    // Another process takes it as lckpwdf(3) does, and keeps it until we close the pipe.
    std::array<int, 2> ready{};
    std::array<int, 2> finish{};
    REQUIRE(pipe(ready.data()) == 0);
    REQUIRE(pipe(finish.data()) == 0);
    auto child = fork();
    REQUIRE(child >= 0);
    char byte = 0;
    if (child == 0) {
        close(finish[1]);
        int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        struct flock whole{};
        whole.l_type = F_WRLCK;
        byte = fcntl(fd, F_SETLK, &whole) == 0 ? 'y' : 'n';
        if (::write(ready[1], &byte, 1) != 1) _exit(1);
        _exit(read(finish[0], &byte, 1) == 0 ? 0 : 1);
    }
    REQUIRE(read(ready[0], &byte, 1) == 1);
    CHECK(byte == 'y');
    auto lock = AccountsLock::take(machine.root, 30ms);
    REQUIRE_FALSE(lock);
    CHECK(lock.error().message == "another program holds /etc/.pwd.lock");
    close(finish[1]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    CHECK(AccountsLock::take(machine.root, 0ms));
    for (int fd : {ready[0], ready[1], finish[0]})
        close(fd);
}

}  // namespace onectx::test
