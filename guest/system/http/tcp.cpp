// Connections over TCP; see stream.h.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "guest/system/http/resolve.h"
#include "guest/system/http/stream.h"

namespace onectx {
namespace {

// A server that does not answer at one address must leave time for the next.
constexpr int kConnectMs = 5000;

Result<void> wait_for(int fd, short events, int ms)
{
    pollfd one{fd, events, 0};
    for (;;) {
        const auto ready = poll(&one, 1, ms);
        if (ready > 0) return {};
        if (ready == 0) return fail("no answer in time", ETIMEDOUT);
        if (errno != EINTR) return fail_errno("poll");
    }
}

class TcpStream : public Stream {
  public:
    explicit TcpStream(Fd fd) : fd_(std::move(fd)) {}

    Result<void> send(std::string_view bytes, const Deadline& deadline) override
    {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent > 0)
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            else if (errno == EAGAIN)
                TRY(wait_for(fd_.get(), POLLOUT, deadline.remaining_ms()));
            else if (errno != EINTR)
                return fail_errno("send");
        }
        return {};
    }

    Result<std::size_t> receive(char* buffer, std::size_t size, const Deadline& deadline) override
    {
        for (;;) {
            const auto got = recv(fd_.get(), buffer, size, 0);
            if (got >= 0) return static_cast<std::size_t>(got);
            if (errno == EAGAIN)
                TRY(wait_for(fd_.get(), POLLIN, deadline.remaining_ms()));
            else if (errno != EINTR)
                return fail_errno("receive");
        }
    }

  private:
    Fd fd_;
};

socklen_t fill(const IpAddress& address, unsigned short port, sockaddr_storage& storage)
{
    if (const auto* ip = std::get_if<Ipv4>(&address)) {
        sockaddr_in in{};
        in.sin_family = AF_INET;
        in.sin_port = htons(port);
        std::memcpy(&in.sin_addr, ip->octets.data(), ip->octets.size());
        std::memcpy(&storage, &in, sizeof in);
        return sizeof in;
    }
    sockaddr_in6 in{};
    in.sin6_family = AF_INET6;
    in.sin6_port = htons(port);
    std::memcpy(&in.sin6_addr, std::get<Ipv6>(address).octets.data(), sizeof in.sin6_addr);
    std::memcpy(&storage, &in, sizeof in);
    return sizeof in;
}

Result<Fd> connect_to(const IpAddress& address, unsigned short port, const Deadline& deadline)
{
    sockaddr_storage storage{};
    const auto size = fill(address, port, storage);
    Fd fd(socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!fd.valid()) return fail_errno("socket");
    if (connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) == 0) return fd;
    if (errno != EINPROGRESS) return fail(errno_text(errno), errno);
    TRY(wait_for(fd.get(), POLLOUT, std::min(deadline.remaining_ms(), kConnectMs)));
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return fail(errno_text(error), error);
    return fd;
}

}  // namespace

Result<std::unique_ptr<Stream>> connect_tcp(const std::string& host, unsigned short port,
                                            const Deadline& deadline)
{
    Error last;
    for (const auto& address : TRY(resolve_host(host, deadline))) {
        auto fd = connect_to(address, port, deadline);
        if (fd) return std::make_unique<TcpStream>(std::move(*fd));
        last = in_context("connect to " + to_text(address) + " port " + std::to_string(port),
                          std::move(fd).error());
    }
    return std::unexpected(std::move(last));
}

}  // namespace onectx
