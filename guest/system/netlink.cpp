// See netlink.h.
#include "guest/system/netlink.h"

#include <linux/if_arp.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "guest/system/fd.h"
#include "guest/system/files.h"

namespace onectx {
namespace {

using Bytes = std::span<const std::byte>;

// The kernel fills datagrams of a dump up to this much (NLMSG_GOODSIZE and the reader's buffer).
constexpr std::size_t kDatagramBytes = 64U << 10U;
constexpr int kDumpAttempts = 8;

// Messages and attributes begin at multiples of four bytes.
constexpr std::size_t aligned(std::size_t size)
{
    return (size + 3U) & ~std::size_t{3U};
}

// A copy of the structure that the bytes begin with; absent when there are too few.
template <class T>
std::optional<T> begins_with(Bytes bytes)
{
    if (bytes.size() < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
}

Bytes after(Bytes bytes, std::size_t size)
{
    return bytes.subspan(std::min(aligned(size), bytes.size()));
}

Failure cut_short()
{
    return fail("the kernel's answer is cut short");
}

std::optional<Mac> mac_of(Bytes value)
{
    Mac mac;
    if (value.size() != mac.octets.size()) return std::nullopt;
    std::memcpy(mac.octets.data(), value.data(), value.size());
    return mac;
}

std::string text_of(Bytes value)
{
    std::string text(value.size(), '\0');
    if (!value.empty()) std::memcpy(text.data(), value.data(), value.size());
    return text.substr(0, text.find('\0'));
}

Result<void> read_link_message(Bytes body, std::vector<Link>& links)
{
    const auto header = begins_with<ifinfomsg>(body);
    if (!header) return cut_short();
    if (header->ifi_type != ARPHRD_ETHER) return {};
    Link link{.index = header->ifi_index};
    std::optional<Mac> mac;
    for (auto rest = after(body, sizeof(ifinfomsg)); !rest.empty();) {
        const auto attribute = begins_with<rtattr>(rest);
        if (!attribute || attribute->rta_len < sizeof(rtattr) || attribute->rta_len > rest.size())
            return cut_short();
        const auto value = rest.subspan(sizeof(rtattr), attribute->rta_len - sizeof(rtattr));
        switch (attribute->rta_type & NLA_TYPE_MASK) {
            case IFLA_IFNAME: link.name = text_of(value); break;
            case IFLA_ADDRESS: mac = mac_of(value); break;
            case IFLA_PERM_ADDRESS: link.permanent_mac = mac_of(value); break;
            default: break;
        }
        rest = after(rest, attribute->rta_len);
    }
    if (!mac || link.name.empty()) return {};
    link.mac = *mac;
    links.push_back(std::move(link));
    return {};
}

Result<void> ask_for_links(int socket)
{
    struct {
        nlmsghdr header;
        ifinfomsg body;
    } request{};
    request.header.nlmsg_len = sizeof(request);
    request.header.nlmsg_type = RTM_GETLINK;
    request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    if (send(socket, &request, sizeof(request), 0) < 0) return os_failure();
    return {};
}

Result<Dump> dump_links(std::vector<Link>& links)
{
    // A socket of its own for each attempt: the rest of an interrupted dump stays with the old one.
    const Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!socket.valid()) return os_failure();
    TRY(ask_for_links(socket.get()));
    std::vector<std::byte> buffer(kDatagramBytes);
    bool interrupted = false;
    for (;;) {
        const auto got = recv(socket.get(), buffer.data(), buffer.size(), MSG_TRUNC);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_failure();
        const auto size = static_cast<std::size_t>(got);
        if (size > buffer.size()) return cut_short();
        const auto dump = TRY(read_links(Bytes(buffer).first(size), links));
        if (dump == Dump::interrupted) interrupted = true;
        if (dump != Dump::more) return interrupted ? Dump::interrupted : Dump::done;
    }
}

}  // namespace

Result<Dump> read_links(Bytes datagram, std::vector<Link>& links)
{
    auto dump = Dump::more;
    for (auto rest = datagram; !rest.empty();) {
        const auto header = begins_with<nlmsghdr>(rest);
        if (!header || header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > rest.size())
            return cut_short();
        const auto body = rest.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr));
        if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) return Dump::interrupted;
        if (header->nlmsg_type == NLMSG_DONE) dump = Dump::done;
        if (header->nlmsg_type == NLMSG_ERROR) {
            const auto error = begins_with<nlmsgerr>(body);
            if (!error) return cut_short();
            return os_failure(-error->error);
        }
        if (header->nlmsg_type == RTM_NEWLINK) TRY(read_link_message(body, links));
        rest = after(rest, header->nlmsg_len);
    }
    return dump;
}

Result<std::vector<Link>> list_links()
{
    for (int attempt = 0; attempt < kDumpAttempts; ++attempt) {
        std::vector<Link> links;
        const auto dump = TRY(in_context("list the network devices", dump_links(links)));
        if (dump == Dump::interrupted) continue;
        std::sort(links.begin(), links.end(),
                  [](const Link& left, const Link& right) { return left.index < right.index; });
        return links;
    }
    return fail("list the network devices: they keep changing");
}

}  // namespace onectx
