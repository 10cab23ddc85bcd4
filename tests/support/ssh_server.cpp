// See ssh_server.h.
#include "tests/support/ssh_server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <stdexcept>

#include "tests/support/process.h"

namespace onectx::test {
namespace {

constexpr int kTries = 200;
constexpr useconds_t kPause = 50'000;

sockaddr_in loopback(unsigned port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// One that nobody has at the moment.
unsigned free_port()
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(0);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    bool bound = bind(fd, generic, size) == 0 && getsockname(fd, generic, &size) == 0;
    close(fd);
    if (!bound) throw std::runtime_error("no free port on the loopback");
    return ntohs(address.sin_port);
}

bool answers(unsigned port)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    auto address = loopback(port);
    bool connected = connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
    close(fd);
    return connected;
}

void make_key(const std::string& path)
{
    auto made = run_program({"/usr/bin/ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path});
    if (made.status != 0) throw std::runtime_error("ssh-keygen: " + made.err);
}

}  // namespace

SshServer::SshServer()
{
    auto at = [&](const char* name) { return (folder_.path() / name).string(); };
    make_key(at("key"));
    make_key(at("host_key"));
    // Where sshd looks for it when it is started by root.
    if (geteuid() == 0) mkdir("/run/sshd", 0755);
    for (int tries = 0; tries < 5; ++tries) {
        auto port = free_port();
        write_file(at("sshd_config"), "ListenAddress 127.0.0.1\nPort " + std::to_string(port) +
                                          "\nHostKey " + at("host_key") + "\nAuthorizedKeysFile " +
                                          at("key.pub") +
                                          "\nStrictModes no\nUsePAM no\nPidFile none\n");
        write_file(at("ssh_config"), "Host node\n  HostName 127.0.0.1\n  Port " +
                                         std::to_string(port) + "\n  IdentityFile " + at("key") +
                                         "\n  IdentitiesOnly yes\n  StrictHostKeyChecking no\n"
                                         "  UserKnownHostsFile /dev/null\n  LogLevel ERROR\n");
        if (start(port)) return;
    }
    throw std::runtime_error("sshd does not answer:\n" + read_file(at("log")));
}

SshServer::~SshServer()
{
    stop();
}

bool SshServer::start(unsigned port)
{
    auto config = (folder_.path() / "sshd_config").string();
    auto log = (folder_.path() / "log").string();
    pid_ = fork();
    if (pid_ < 0) throw std::runtime_error("fork");
    if (pid_ == 0) {
        execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-f", config.c_str(), "-E", log.c_str(),
              nullptr);
        _exit(127);
    }
    for (int tries = 0; tries < kTries; ++tries) {
        if (answers(port)) return true;
        if (waitpid(pid_, nullptr, WNOHANG) == pid_) break;
        usleep(kPause);
    }
    stop();
    return false;
}

void SshServer::stop()
{
    if (pid_ <= 0) return;
    kill(pid_, SIGTERM);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
}

std::string SshServer::client() const
{
    return "ssh -F " + (folder_.path() / "ssh_config").string();
}

}  // namespace onectx::test
