// See web_server.h.
#include "tests/support/web_server.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace onectx::test {

WebServer::WebServer(const std::string& name)
{
    std::array<int, 2> pair{};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
        throw std::runtime_error("socketpair");
    input_ = Fd(pair[0]);
    Fd theirs(pair[1]);
    auto script = (source_folder() / "tests/support" / name).string();
    process_ = fork();
    if (process_ < 0) throw std::runtime_error("fork");
    if (process_ == 0) {
        dup2(theirs.get(), 0);
        dup2(theirs.get(), 1);
        execlp("python3", "python3", "-B", script.c_str(), folder_.path().c_str(), nullptr);
        _exit(127);
    }
    theirs = Fd();
    std::string ports;
    char c = 0;
    while (read(input_.get(), &c, 1) == 1 && c != '\n')
        ports += c;
    auto blank = ports.find(' ');
    if (blank == std::string::npos) throw std::runtime_error("python3 and openssl are needed");
    http_ = "http://127.0.0.1:" + ports.substr(0, blank);
    https_ = "https://127.0.0.1:" + ports.substr(blank + 1);
}

std::string WebServer::https_by_name(const std::string& path) const
{
    return "https://localhost:" + https_.substr(https_.rfind(':') + 1) + path;
}

WebServer::~WebServer()
{
    input_ = Fd();
    waitpid(process_, nullptr, 0);
}

}  // namespace onectx::test
