// The reverse lookup of the machine's first address, against a name server in a network of the
// test's own (tests/support/dns_server.py).
#include "guest/system/machine_name.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

#include "common/text.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/network_namespace.h"

namespace onectx {

using std::literals::chrono_literals::operator""ms;

namespace {

KernelNetwork network_with(std::string_view address)
{
    KernelNetwork network;
    network.addresses.push_back({.link = 2, .prefix = *parse_prefix(address), .global = true});
    return network;
}

std::string outcome(const AddressName& asked)
{
    return asked.name.empty() ? "none: " + asked.failure : asked.name;
}

// In the child: a network and a resolv.conf that nobody else sees, then the lookups, a line each.
void look_up(const std::string& resolv_conf, int output)
{
    const auto script = (test::source_folder() / "tests/support/dns_server.py").string();
    if (unshare(CLONE_NEWNET | CLONE_NEWNS) != 0 ||
        mount("", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount(resolv_conf.c_str(), "/etc/resolv.conf", nullptr, MS_BIND, nullptr) != 0)
        return;
    test::ip("link set lo up");
    FILE* server = popen(("exec python3 -B " + script + "").c_str(), "re");
    if (server == nullptr || fgetc(server) != 'r') return;
    std::string text;
    for (const auto* address :
         {"10.0.0.5/8", "10.0.0.6/8", "10.0.0.7/8", "10.0.0.8/8", "10.0.0.9/8"})
        text += outcome(name_of_machine(network_with(address), 700ms)) + "\n";
    [[maybe_unused]] const auto written = write(output, text.data(), text.size());
}

}  // namespace

TEST_CASE("what DNS calls the machine", "[hostname]")
{
    CHECK(outcome(name_of_machine(std::nullopt, 10ms)) == "none: this machine has no address");
    CHECK(outcome(name_of_machine(KernelNetwork(), 10ms)) == "none: this machine has no address");
    if (geteuid() != 0) {
        SUCCEED("a network of one's own needs root");
        return;
    }
    const test::TemporaryFolder folder;
    const auto resolv_conf = folder.path() / "resolv.conf";
    test::write_file(resolv_conf, "nameserver 127.0.0.1\n");
    std::array<int, 2> ends{};
    REQUIRE(pipe2(ends.data(), O_CLOEXEC) == 0);
    const auto child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        setpgid(0, 0);
        look_up(resolv_conf.string(), ends[1]);
        kill(0, SIGKILL);  // the server too
    }
    close(ends[1]);
    std::string text;
    std::array<char, 4096> buffer{};
    for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(got));
    close(ends[0]);
    waitpid(child, nullptr, 0);
    const auto lines = split_lines(text);
    REQUIRE(lines.size() >= 5);
    CHECK(lines.front() == "web.example.com");
    CHECK(lines.back() == "none: the name of 10.0.0.9: Domain name not found");
    CHECK(text.find("none: the name of 10.0.0.7: no answer in time\n") != std::string::npos);
    CHECK(text.find("none: the name of 10.0.0.8: ") != std::string::npos);
}

}  // namespace onectx
