// See netlink.h.
#include "guest/system/netlink.h"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "guest/system/files.h"

namespace onectx {
namespace {

// The kernel fills datagrams of a dump up to this much (NLMSG_GOODSIZE and the reader's buffer).
constexpr std::size_t kDatagramBytes = 64U << 10U;

constexpr std::size_t aligned(std::size_t size)
{
    return (size + 3U) & ~std::size_t{3U};
}

}  // namespace

Bytes after(Bytes bytes, std::size_t size)
{
    return bytes.subspan(std::min(aligned(size), bytes.size()));
}

Failure cut_short()
{
    return fail("the kernel's answer is cut short");
}

Result<Dump> read_messages(Bytes datagram, const Reader& reader)
{
    auto dump = Dump::more;
    for (auto rest = datagram; !rest.empty();) {
        const auto header = begins_with<nlmsghdr>(rest);
        if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > rest.size())
            return cut_short();
        const auto body = rest.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr));
        if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) return Dump::interrupted;
        if (header->nlmsg_type == NLMSG_DONE) {
            // A dump that fails on the way says so at its end.
            const auto code = begins_with<int>(body).value_or(0);
            if (code < 0) return os_failure(-code);
            dump = Dump::done;
        } else if (header->nlmsg_type == NLMSG_ERROR) {
            const auto error = begins_with<nlmsgerr>(body);
            if (!error) return cut_short();
            if (error->error != 0) return os_failure(-error->error);
            dump = Dump::done;
        } else {
            TRY(reader(header->nlmsg_type, body));
        }
        rest = after(rest, header->nlmsg_len);
    }
    return dump;
}

Result<void> read_attributes(Bytes attributes, const Reader& reader)
{
    for (auto rest = attributes; !rest.empty();) {
        const auto header = begins_with<rtattr>(rest);
        if (!header || header->rta_len < sizeof(rtattr) || header->rta_len > rest.size())
            return cut_short();
        const auto type = static_cast<std::uint16_t>(header->rta_type & 0x3fffU);  // NLA_TYPE_MASK
        TRY(reader(type, rest.subspan(sizeof(rtattr), header->rta_len - sizeof(rtattr))));
        rest = after(rest, header->rta_len);
    }
    return {};
}

void NetlinkRequest::begin(std::uint16_t type, std::uint16_t flags)
{
    nlmsghdr header{};
    header.nlmsg_type = type;
    header.nlmsg_flags = static_cast<std::uint16_t>(flags | NLM_F_REQUEST);
    append(&header, sizeof(header));
}

// The length in the header always is that of the whole.
void NetlinkRequest::append(const void* value, std::size_t size)
{
    const auto start = bytes_.size();
    bytes_.resize(start + aligned(size));
    if (size > 0) std::memcpy(bytes_.data() + start, value, size);
    const auto length = static_cast<std::uint32_t>(bytes_.size());
    std::memcpy(bytes_.data(), &length, sizeof(length));
}

void NetlinkRequest::add(std::uint16_t attribute, const void* value, std::size_t size)
{
    const rtattr header{static_cast<unsigned short>(sizeof(rtattr) + size), attribute};
    append(&header, sizeof(header));
    append(value, size);
}

Result<NetlinkSocket> NetlinkSocket::open(unsigned groups)
{
    Fd fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!fd.valid()) return os_failure();
    sockaddr_nl address{};
    address.nl_family = AF_NETLINK;
    address.nl_groups = groups;
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): the interface of bind(2)
    if (bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        return os_failure();
    return NetlinkSocket(std::move(fd));
}

Result<Bytes> NetlinkSocket::receive()
{
    buffer_.resize(kDatagramBytes);
    for (;;) {
        const auto got = recv(fd_.get(), buffer_.data(), buffer_.size(), MSG_TRUNC);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_failure();
        const auto size = static_cast<std::size_t>(got);
        if (size > buffer_.size()) return cut_short();
        return Bytes(buffer_).first(size);
    }
}

Result<Dump> NetlinkSocket::dump(const NetlinkRequest& request, const Reader& reader)
{
    const auto bytes = request.bytes();
    if (send(fd_.get(), bytes.data(), bytes.size(), 0) < 0) return os_failure();
    bool interrupted = false;
    for (;;) {
        const auto datagram = TRY(receive());
        const auto dump = TRY(read_messages(datagram, reader));
        if (dump == Dump::interrupted) interrupted = true;
        if (dump != Dump::more) return interrupted ? Dump::interrupted : Dump::done;
    }
}

Result<void> NetlinkSocket::ask(const NetlinkRequest& request)
{
    TRY(dump(request, [](std::uint16_t, Bytes) { return Result<void>(); }));
    return {};
}

Result<bool> NetlinkSocket::wait(std::chrono::milliseconds limit)
{
    const auto rest = std::max(limit, std::chrono::milliseconds{0});
    pollfd waiting{fd_.get(), POLLIN, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(rest.count()));
    if (ready < 0 && errno != EINTR) return os_failure();
    if (ready <= 0) return ready < 0;
    std::array<std::byte, 1> dropped;
    // More than the socket holds may have come (ENOBUFS): that is news like any other.
    while (recv(fd_.get(), dropped.data(), dropped.size(), MSG_DONTWAIT) >= 0 || errno == ENOBUFS) {
    }
    return true;
}

}  // namespace onectx
