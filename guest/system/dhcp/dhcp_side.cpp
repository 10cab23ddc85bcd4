// See dhcp_side.h.
#include "guest/system/dhcp/dhcp_side.h"

#include <algorithm>
#include <cerrno>

#include "guest/system/dhcp/boot_clock.h"
#include "guest/system/link_writer.h"

namespace onectx {

DhcpSide::DhcpSide(const DhcpWish& wish, const KernelLink& link, DhcpSocket socket,
                   std::uint32_t seed)
    : wish_(wish),
      index_(link.index),
      socket_(std::move(socket)),
      client_(link.mac, seed, boot_time())
{
}

Result<DhcpSide> DhcpSide::open(const DhcpWish& wish, const KernelLink& link, std::uint32_t seed)
{
    return DhcpSide(wish, link, TRY(DhcpSocket::open(wish.device, link.index)), seed);
}

Result<DhcpSide::Outcome> DhcpSide::hear(Time now)
{
    // A link that goes down is an error of the socket, once; the clock goes on.
    auto answer = socket_.receive();
    return answer && *answer ? client_.on_answer(**answer, now) : Outcome{};
}

Result<void> DhcpSide::say(const DhcpClient::Send& what, const std::optional<Lease>& held)
{
    return socket_.send(what, held ? std::optional(held->address.address) : std::nullopt);
}

Result<void> DhcpSide::set(const Lease& lease, const std::optional<Lease>& before)
{
    auto socket = TRY(NetlinkSocket::open());
    LinkWriter writer(socket, index_);
    // The router may say less than the link can, and a refusal costs nobody anything.
    if (!wish_.keep_mtu && lease.mtu) (void)writer.set_mtu(*lease.mtu).has_value();
    const auto& [address, prefix] = lease.address;
    TRY(writer.lease(LeasedAddress{{address, prefix}, lease.valid, lease.valid}));
    if (before) TRY(remove(*before, &lease, writer));
    for (const auto& route : lease.routes) {
        auto set = writer.lease(measured(route), address);
        // One that is there already: ours, or another's that comes first.
        if (!set && set.error().code != EEXIST) return set;
    }
    return {};
}

Result<void> DhcpSide::remove(const Lease& lease)
{
    auto socket = TRY(NetlinkSocket::open());
    LinkWriter writer(socket, index_);
    return remove(lease, nullptr, writer);
}

// What of an old lease is not in the new one.
Result<void> DhcpSide::remove(const Lease& old, const Lease* lease, LinkWriter& writer) const
{
    for (const auto& route : old.routes) {
        bool stays = lease != nullptr && std::find(lease->routes.begin(), lease->routes.end(),
                                                   route) != lease->routes.end();
        if (!stays) TRY(writer.remove(measured(route)));
    }
    if (lease != nullptr && old.address == lease->address) return {};
    return writer.remove(IpPrefix{old.address.address, old.address.prefix});
}

Route DhcpSide::measured(Route route) const
{
    route.metric = wish_.metric;
    return route;
}

}  // namespace onectx
