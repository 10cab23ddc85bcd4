// See dhcp_socket.h.
#include "guest/system/dhcp/dhcp_socket.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "guest/system/files.h"

namespace onectx {
namespace {

constexpr std::size_t kPacketBytes = 4096;

// UDP to the client's port, in one piece: bpf(4), offsets from the IP header.
Result<void> filter(int fd)
{
    constexpr unsigned kProtocolAt = 9, kFragmentAt = 6, kPortAt = 2;
    constexpr unsigned kFragment = 0x1FFF;
    std::array<sock_filter, 9> program{{
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kProtocolAt),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 6),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kFragmentAt),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kFragment, 4, 0),
        BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
        BPF_STMT(BPF_LD | BPF_H | BPF_IND, kPortAt),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kDhcpClientPort, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, kPacketBytes),
        BPF_STMT(BPF_RET | BPF_K, 0),
    }};
    const sock_fprog filter{program.size(), program.data()};
    if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) != 0)
        return os_failure();
    return {};
}

sockaddr_ll link_address(int index)
{
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_IP);
    address.sll_ifindex = index;
    address.sll_halen = ETH_ALEN;
    std::memset(address.sll_addr, 0xFF, ETH_ALEN);
    return address;
}

sockaddr_in ip_address(const Ipv4& ip, std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    std::memcpy(&address.sin_addr, ip.octets.data(), ip.octets.size());
    return address;
}

// NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): the interface of the socket calls
template <class Address>
const sockaddr* plain(const Address& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}
// NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)

}  // namespace

Result<DhcpSocket> DhcpSocket::open(const std::string& device, int index)
{
    // Bound to no protocol first, so that nothing comes before the filter is there.
    Fd fd(::socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return os_failure();
    TRY(filter(fd.get()));
    const auto address = link_address(index);
    if (bind(fd.get(), plain(address), sizeof(address)) != 0) return os_failure();
    return DhcpSocket(std::move(fd), device, index);
}

Result<void> DhcpSocket::send(const DhcpClient::Send& what, const std::optional<Ipv4>& own)
{
    constexpr Ipv4 kEverybody{{255, 255, 255, 255}};
    const auto message = to_octets(what.message);
    if (what.to && own) return send_over_ip(message, *own, *what.to);
    datagrams_ = Fd();
    const auto packet = to_packet(message, own.value_or(Ipv4{}), kEverybody);
    const auto address = link_address(index_);
    if (sendto(packets_.get(), packet.data(), packet.size(), 0, plain(address), sizeof(address)) <
        0)
        return os_failure();
    return {};
}

Result<void> DhcpSocket::send_over_ip(std::string_view message, const Ipv4& from, const Ipv4& to)
{
    datagrams_ = Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!datagrams_.valid()) return os_failure();
    const int yes = 1;
    const auto own = ip_address(from, kDhcpClientPort);
    const auto server = ip_address(to, kDhcpServerPort);
    const int fd = datagrams_.get();
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device_.c_str(),
                   static_cast<socklen_t>(device_.size())) != 0 ||
        bind(fd, plain(own), sizeof(own)) != 0 ||
        sendto(fd, message.data(), message.size(), 0, plain(server), sizeof(server)) < 0)
        return os_failure();
    return {};
}

Result<std::optional<DhcpAnswer>> DhcpSocket::receive()
{
    std::array<char, kPacketBytes> buffer;
    const auto size = recv(packets_.get(), buffer.data(), buffer.size(), 0);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (size < 0) return os_failure();
    const auto payload = payload_of({buffer.data(), static_cast<std::size_t>(size)});
    return payload ? parse_dhcp_answer(*payload) : std::nullopt;
}

}  // namespace onectx
