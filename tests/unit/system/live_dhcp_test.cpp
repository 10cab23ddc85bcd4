// Our DHCP client against busybox' udhcpd, each in a network namespace of its own.
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "common/text.h"
#include "guest/system/dhcp/clients.h"
#include "guest/system/dhcp/run_client.h"
#include "guest/system/root.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/network_namespace.h"

namespace onectx::test {

using std::literals::chrono_literals::operator""ms;

namespace {

// Until it is so, at most ten seconds.
bool wait_until(const std::function<bool()>& is_so)
{
    for (int i = 0; i < 500; ++i) {
        if (is_so()) return true;
        std::this_thread::sleep_for(20ms);
    }
    return false;
}

// A process that is killed with this value.
class Child {
  public:
    explicit Child(const std::function<int()>& run) : pid_(fork())
    {
        if (pid_ == 0) _exit(run());
    }
    ~Child() { end(SIGKILL); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    [[nodiscard]] pid_t pid() const { return pid_; }
    int end(int signal)
    {
        if (pid_ <= 0) return -1;
        kill(pid_, signal);
        return wait();
    }
    int wait()
    {
        int status = 0;
        waitpid(pid_, &status, 0);
        pid_ = -1;
        return status;
    }

  private:
    pid_t pid_;
};

struct Network {
    NetworkNamespace space;
    TemporaryFolder folder;
    Root root = std::move(*Root::open(folder.path().string()));
    std::string news = (folder.path() / "news").string();
    std::unique_ptr<Child> server;

    Network()
    {
        INFO("a network namespace needs root");
        REQUIRE(space.made());
        ip("link set lo up");
        add_veth("eth0", "02:00:0a:00:00:02", "peer0");
    }

    // Gives 10.0.0.50 to everybody, for so many seconds.
    void serve(int seconds)
    {
        auto file = (folder.path() / "udhcpd.conf").string();
        auto leases = (folder.path() / "leases").string();
        write_file(leases, "");
        write_file(file,
                   "start 10.0.0.50\nend 10.0.0.50\ninterface peer0\nmin_lease 2\n"
                   "lease_file " +
                       leases + "\npidfile " + leases +
                       ".pid\n"
                       "option subnet 255.255.255.0\noption router 10.0.0.1\n"
                       "option dns 10.0.0.53\noption domain example.org\noption mtu 1400\n"
                       "option lease " +
                       std::to_string(seconds) + "\n");
        auto script =
            "until ip addr add 10.0.0.1/24 dev peer0 2>/dev/null; do sleep 0.02; done\n"
            "ip link set peer0 up; exec busybox udhcpd -f " +
            file;
        auto log = (folder.path() / "server.log").string();
        server = std::make_unique<Child>([&] {
            int out = open(log.c_str(), O_WRONLY | O_CREAT, 0600);
            dup2(out, 1);
            dup2(out, 2);
            execl("/usr/bin/unshare", "unshare", "-n", "sh", "-c", script.c_str(), nullptr);
            return 127;
        });
        // Its namespace is there once it has another one than ours.
        auto own = std::filesystem::read_symlink("/proc/thread-self/ns/net");
        auto theirs = "/proc/" + std::to_string(server->pid()) + "/ns/net";
        REQUIRE(wait_until([&] { return std::filesystem::read_symlink(theirs) != own; }));
        ip("link set peer0 netns " + std::to_string(server->pid()));
    }

    std::unique_ptr<Child> client()
    {
        return std::make_unique<Child>([&] {
            auto done = run_dhcp_client({.device = "eth0", .metric = 7}, root, [&] {
                (void)!write(open(news.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), "x", 1);
            });
            if (!done) write_file(folder.path() / "error", done.error().message);
            return done ? 0 : 1;
        });
    }
};

bool has_address()
{
    return ip_output("-4 addr show dev eth0").find("inet 10.0.0.50/24") != std::string::npos;
}

// The seconds that the address has still to live.
int lifetime()
{
    auto words = split_words(ip_output("-4 addr show dev eth0 to 10.0.0.0/24"));
    auto found = std::find(words.begin(), words.end(), "valid_lft");
    return found == words.end() ? 0 : std::atoi((found + 1)->c_str());
}

}  // namespace

TEST_CASE("a lease is asked for, set, and given back", "[live]")
{
    Network network;
    network.serve(3600);
    // Somebody's own, with which a route can stay.
    ip("addr add 192.0.2.1/24 dev eth0");
    ip("route add 10.9.0.0/16 via 192.0.2.7");
    auto client = network.client();
    REQUIRE(wait_until([&] {
        return has_address() && !ip_output("route show default").empty() &&
               std::filesystem::exists(network.news);
    }));
    CHECK(trim(ip_output("route show default")) ==
          "default via 10.0.0.1 dev eth0 proto dhcp src 10.0.0.50 metric 7");
    CHECK(lifetime() > 3500);
    CHECK(ip_output("link show eth0").find("mtu 1400") != std::string::npos);
    CHECK(read_file(network.folder.path() / "run/onectx/dhcp-eth0") ==
          "client eth0 7\naddress 10.0.0.50/24\nnameserver 10.0.0.53\nsearch example.org\n");
    CHECK(read_file(network.news) == "x");
    auto running = running_dhcp_clients(network.root);
    REQUIRE(running);
    CHECK(*running == std::vector<DhcpWish>{{.device = "eth0", .metric = 7}});

    SECTION("a second one for the same link is refused")
    {
        auto second = network.client();
        CHECK(WEXITSTATUS(second->wait()) == 1);
        CHECK(read_file(network.folder.path() / "error").starts_with("another run holds the lock"));
    }
    SECTION("given back")
    {
        REQUIRE(end_dhcp_client("eth0", network.root));
        CHECK(client->wait() == 0);
        CHECK_FALSE(has_address());
        CHECK(trim(ip_output("route show")).find("10.0.0.") == std::string_view::npos);
        CHECK(ip_output("route show").find("10.9.0.0/16 via 192.0.2.7") != std::string::npos);
        CHECK(running_dhcp_clients(network.root)->empty());
        CHECK(end_dhcp_client("eth0", network.root));
    }
    SECTION("ended with the machine: the link stays as it is")
    {
        CHECK(client->end(SIGTERM) == 0);
        CHECK(has_address());
        CHECK(running_dhcp_clients(network.root)->empty());
    }
    SECTION("the NIC is unplugged")
    {
        ip("link del eth0");
        CHECK(client->wait() == 0);
        CHECK_FALSE(std::filesystem::exists(network.folder.path() / "run/onectx/dhcp-eth0"));
    }
}

TEST_CASE("a lease is renewed in time, and without a server it ends", "[live]")
{
    Network network;
    network.serve(6);
    auto client = network.client();
    REQUIRE(wait_until(has_address));
    // Half of six seconds later it is asked for again, and the six seconds begin anew. Before that,
    // four are left for a whole second, which a busy machine sees too.
    REQUIRE(wait_until([] { return lifetime() <= 4; }));
    REQUIRE(wait_until([] { return lifetime() >= 5; }));
    // A server that hears and says nothing any more.
    kill(network.server->pid(), SIGSTOP);
    REQUIRE(wait_until([] { return !has_address(); }));
}

}  // namespace onectx::test
