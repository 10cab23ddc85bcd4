// See dhcp6_side.h.
#include "guest/system/dhcp/dhcp6_side.h"

#include <linux/rtnetlink.h>

#include <algorithm>
#include <cerrno>

#include "guest/system/dhcp/boot_clock.h"
#include "guest/system/link_writer.h"
#include "guest/system/rtnetlink.h"

namespace onectx {
namespace {

AddressState state_of(const KernelAddress& address)
{
    if (address.duplicate) return AddressState::duplicate;
    return address.tentative ? AddressState::tentative : AddressState::usable;
}

IpPrefix prefix_of(const Dhcp6Lease& lease)
{
    return {lease.address, kDhcp6Prefix};
}

Result<bool> has_carrier(int index)
{
    const auto links = TRY(list_links());
    return std::any_of(links.begin(), links.end(),
                       [&](const KernelLink& link) { return link.index == index && link.running; });
}

// Static, or of a router's announcement: it is not ours to give an end, and serves as well.
Result<bool> is_anothers(const Ipv6& own, int index)
{
    const auto addresses = TRY(list_addresses());
    return std::any_of(addresses.begin(), addresses.end(), [&](const KernelAddress& one) {
        return one.link == index && one.prefix.address == IpAddress(own) &&
               one.prefix.length != kDhcp6Prefix;
    });
}

}  // namespace

Dhcp6Side::Dhcp6Side(const DhcpWish& wish, const KernelLink& link, NetlinkSocket events,
                     std::uint32_t seed)
    : device_(wish.device),
      index_(link.index),
      whom_(dhcp6_identity(link.mac, link.vlan)),
      events_(std::move(events)),
      client_(whom_, seed)
{
}

Result<Dhcp6Side> Dhcp6Side::open(const DhcpWish& wish, const KernelLink& link, std::uint32_t seed)
{
    // Before the first look, so that no change falls between.
    auto events = TRY(NetlinkSocket::open(RTMGRP_LINK | RTMGRP_IPV6_IFADDR));
    Dhcp6Side side(wish, link, std::move(events), seed);
    TRY(side.look(boot_time()));
    return side;
}

Result<Dhcp6Side::Outcome> Dhcp6Side::hear(Time now)
{
    // An error of the socket is no answer; the clock goes on.
    auto answer = socket_ ? socket_->receive(whom_) : Result<std::optional<Dhcp6Answer>>();
    if (answer && *answer) return client_.on_answer(**answer, now);
    return TRY(events_.wait(Time(0)))
    ? look(now) : Outcome{};
}

Result<void> Dhcp6Side::say(const Dhcp6Request& what, const std::optional<Lease>&)
{
    if (!socket_) return fail("the link has no address of its own", ENOTCONN);
    return socket_->send(what);
}

Result<Dhcp6Side::Outcome> Dhcp6Side::look(Time now)
{
    std::optional<Ipv6> link_local;
    auto leased = AddressState::absent;
    for (const auto& one : TRY(list_addresses())) {
        const auto* address = std::get_if<Ipv6>(&one.prefix.address);
        if (one.link != index_ || address == nullptr) continue;
        const auto state = state_of(one);
        if (is_link_local(*address) && state == AddressState::usable) {
            const bool is_spoken_from = socket_ && socket_->own() == *address;
            if (!link_local || is_spoken_from) link_local = *address;
        }
        if (client_.lease() && client_.lease()->address == *address) leased = state;
    }
    if (!TRY(has_carrier(index_))) link_local.reset();
    return client_.on_link(TRY(speak_from(link_local)), leased, now);
}

// Whether it can be spoken from.
Result<bool> Dhcp6Side::speak_from(const std::optional<Ipv6>& own)
{
    if (!own) return false;
    if (socket_ && socket_->own() == *own) return true;
    socket_.reset();
    auto socket = Dhcp6Socket::open(device_, index_, *own);
    // It went, or is tentative again; the kernel tells when it is there.
    if (!socket && socket.error().code == EADDRNOTAVAIL) return false;
    socket_ = TRY(std::move(socket));
    return true;
}

Result<void> Dhcp6Side::set(const Lease& lease, const std::optional<Lease>& before)
{
    auto socket = TRY(NetlinkSocket::open());
    LinkWriter writer(socket, index_);
    if (!TRY(is_anothers(lease.address, index_)))
        TRY(writer.lease(LeasedAddress{prefix_of(lease), lease.valid, lease.preferred}));
    if (!before || before->address == lease.address) return {};
    return writer.remove(prefix_of(*before));
}

Result<void> Dhcp6Side::remove(const Lease& lease)
{
    auto socket = TRY(NetlinkSocket::open());
    return LinkWriter(socket, index_).remove(prefix_of(lease));
}

}  // namespace onectx
