// See dhcp6_socket.h.
#include "guest/system/dhcp/dhcp6_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cstring>

#include "guest/system/files.h"

namespace onectx {
namespace {

sockaddr_in6 link_address(const Ipv6& ip, std::uint16_t port, int index)
{
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(port);
    std::memcpy(&address.sin6_addr, ip.octets.data(), ip.octets.size());
    address.sin6_scope_id = static_cast<std::uint32_t>(index);
    return address;
}

// NOLINTBEGIN(cppcoreguidelines-pro-type-reinterpret-cast): the interface of the socket calls
const sockaddr* plain(const sockaddr_in6& address)
{
    return reinterpret_cast<const sockaddr*>(&address);
}
// NOLINTEND(cppcoreguidelines-pro-type-reinterpret-cast)

}  // namespace

Result<Dhcp6Socket> Dhcp6Socket::open(const std::string& device, int index, const Ipv6& own)
{
    Fd fd(::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return os_failure();
    const auto address = link_address(own, kDhcp6ClientPort, index);
    if (setsockopt(fd.get(), SOL_SOCKET, SO_BINDTODEVICE, device.c_str(),
                   static_cast<socklen_t>(device.size())) != 0 ||
        bind(fd.get(), plain(address), sizeof(address)) != 0)
        return os_failure();
    return Dhcp6Socket(std::move(fd), index, own);
}

Result<void> Dhcp6Socket::send(const Dhcp6Request& what)
{
    const auto message = to_octets(what);
    const auto all = link_address(kDhcp6Servers, kDhcp6ServerPort, index_);
    if (sendto(fd_.get(), message.data(), message.size(), 0, plain(all), sizeof(all)) < 0)
        return os_failure();
    return {};
}

Result<std::optional<Dhcp6Answer>> Dhcp6Socket::receive(const Dhcp6Identity& whom)
{
    constexpr std::size_t kLongest = 4096;
    std::array<char, kLongest> buffer;
    const auto size = recv(fd_.get(), buffer.data(), buffer.size(), MSG_TRUNC);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    if (size < 0) return os_failure();
    const auto whole = static_cast<std::size_t>(size);
    return whole <= buffer.size() ? parse_dhcp6_answer({buffer.data(), whole}, whom) : std::nullopt;
}

}  // namespace onectx
