// A link eth0 in a network namespace of the test's own, with a DHCP client of ours on it and a
// server at the other end, peer0, which is in a namespace of its own.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <functional>
#include <memory>
#include <thread>

#include "guest/system/dhcp/run_client.h"
#include "guest/system/root.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/network_namespace.h"

namespace onectx::test {

// Until it is so, at most ten seconds.
inline bool wait_until(const std::function<bool()>& is_so)
{
    for (int i = 0; i < 500; ++i) {
        if (is_so()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
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

struct DhcpNetwork {
    NetworkNamespace space;
    TemporaryFolder folder;
    Root root = std::move(*Root::open(folder.path().string()));
    std::string news = (folder.path() / "news").string();
    std::unique_ptr<Child> server;

    DhcpNetwork()
    {
        INFO("a network namespace needs root");
        REQUIRE(space.made());
        ip("link set lo up");
        add_veth("eth0", "02:00:0a:00:00:02", "peer0");
    }

    // The script runs where peer0 is about to come.
    void serve(const std::string& script)
    {
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

    std::unique_ptr<Child> client(const DhcpWish& wish)
    {
        return std::make_unique<Child>([&] {
            auto done = run_dhcp_client(wish, root, [&] {
                (void)!write(open(news.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600), "x", 1);
            });
            if (!done) write_file(folder.path() / "error", done.error().message);
            return done ? 0 : 1;
        });
    }
};

}  // namespace onectx::test
