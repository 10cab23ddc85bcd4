// See channel.h.
#include "host/batch/channel.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <cstring>
#include <vector>

namespace onectx {
namespace {

struct Header {
    BatchMessage::Kind kind;
    std::int32_t code;
    std::uint64_t line;
};

constexpr std::size_t kMaxMessage = 256U << 10U;

}  // namespace

Result<std::pair<BatchChannel, BatchChannel>> BatchChannel::make_pair()
{
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return fail_errno("make a socket");
    return std::pair(BatchChannel(Fd(ends[0])), BatchChannel(Fd(ends[1])));
}

bool BatchChannel::send(const BatchMessage& message) const
{
    Header header{message.kind, message.code, message.line};
    auto text = message.text;
    std::array<iovec, 2> parts{{{&header, sizeof(header)}, {text.data(), text.size()}}};
    msghdr whole{};
    whole.msg_iov = parts.data();
    whole.msg_iovlen = parts.size();
    for (;;) {
        if (sendmsg(socket_.get(), &whole, MSG_NOSIGNAL) >= 0) return true;
        if (errno != EINTR) return false;
    }
}

std::optional<BatchMessage> BatchChannel::receive() const
{
    thread_local std::vector<char> buffer(kMaxMessage);
    for (;;) {
        auto got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < static_cast<ssize_t>(sizeof(Header))) return std::nullopt;
        Header header{};
        std::memcpy(&header, buffer.data(), sizeof(header));
        return BatchMessage{header.kind, header.code, header.line,
                            std::string(buffer.data() + sizeof(header), buffer.data() + got)};
    }
}

bool BatchChannel::has_news() const
{
    pollfd news{.fd = socket_.get(), .events = POLLIN, .revents = 0};
    return poll(&news, 1, 0) != 0;
}

}  // namespace onectx
