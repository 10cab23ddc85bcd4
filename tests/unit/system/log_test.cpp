// Lines for logs and screens, into files and a socket of the test's own.
#include "guest/system/log.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "guest/system/fd.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {

using test::read_file;
using test::TemporaryFolder;
using test::write_file;

namespace {

// The folder of a machine's /dev, with a log that somebody reads.
struct Log {
    explicit Log(const TemporaryFolder& folder)
    {
        std::filesystem::create_directories(folder.path() / "dev");
        const auto path = (folder.path() / "dev/log").string();
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        REQUIRE(path.size() < sizeof address.sun_path);
        std::copy(path.begin(), path.end(), std::begin(address.sun_path));
        REQUIRE(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    }
    // The next line; empty when there is none.
    [[nodiscard]] std::string line() const
    {
        std::array<char, 8192> buffer{};
        const auto got = recv(fd.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        return got < 0 ? "" : std::string(buffer.data(), static_cast<std::size_t>(got));
    }

    Fd fd{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

}  // namespace

TEST_CASE("a line for the system's log", "[log]")
{
    const TemporaryFolder folder;
    const Log log(folder);
    write_file(folder.path() / "dev/kmsg", "");
    log_line(Severity::error, "error: no", folder.path().string());
    log_line(Severity::notice, "nothing found", folder.path().string());
    const auto tag = "onectx-guest[" + std::to_string(getpid()) + "]: ";
    CHECK(log.line() == "<27>" + tag + "error: no");
    CHECK(log.line() == "<29>" + tag + "nothing found");
    CHECK(read_file(folder.path() / "dev/kmsg").empty());
}

TEST_CASE("a log that takes nothing, or is not there, is not waited for", "[log]")
{
    const TemporaryFolder folder;
    const auto prefix = folder.path().string();
    log_line(Severity::error, "error: no", prefix);
    tell_console("nobody", prefix);
    CHECK(std::filesystem::is_empty(folder.path()));
    const Log log(folder);
    for (int i = 0; i < 5000; ++i)
        log_line(Severity::warning, "warning: much", prefix);
    CHECK(log.line().starts_with("<28>onectx-guest["));
}

TEST_CASE("a line on the screen: by the kernel, else on the console", "[log]")
{
    const TemporaryFolder folder;
    write_file(folder.path() / "dev/console", "");
    tell_console("local failed: users", folder.path().string());
    CHECK(read_file(folder.path() / "dev/console") == "onectx-guest: local failed: users\r\n");
    write_file(folder.path() / "dev/kmsg", "");
    tell_console("local failed: users", folder.path().string());
    tell_console(std::string(2000, 'x'), folder.path().string());
    CHECK(read_file(folder.path() / "dev/kmsg") ==
          "<3>onectx-guest: local failed: users\n<3>onectx-guest: " + std::string(900, 'x') + "\n");
    CHECK(read_file(folder.path() / "dev/console") == "onectx-guest: local failed: users\r\n");
}

TEST_CASE("who reads a descriptor", "[log]")
{
    const TemporaryFolder folder;
    const auto path = (folder.path() / "x").string();
    const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const Fd null(open("/dev/null", O_WRONLY | O_CLOEXEC));
    struct stat status{};
    REQUIRE(fstat(file.get(), &status) == 0);
    const auto stream = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
    CHECK(listener_of(file.get(), nullptr) == Listener::somebody);
    CHECK(listener_of(file.get(), stream.c_str()) == Listener::journal);
    // Inherited from a service by what was redirected since.
    CHECK(listener_of(file.get(), (stream + "1").c_str()) == Listener::somebody);
    CHECK(listener_of(null.get(), stream.c_str()) == Listener::nobody);
    CHECK(listener_of(-1, stream.c_str()) == Listener::nobody);
}

}  // namespace onectx
