// The DHCPv6 client on one link: its states with their socket and what the kernel tells of the
// link, and the lease on it, an address without a prefix.
#pragma once

#include <array>

#include "common/result.h"
#include "guest/model/dhcp6_client.h"
#include "guest/model/dhcp_wish.h"
#include "guest/model/kernel_network.h"
#include "guest/system/dhcp/dhcp6_socket.h"
#include "guest/system/netlink.h"

namespace onectx {

class Dhcp6Side {
  public:
    using Lease = Dhcp6Lease;
    using Outcome = Dhcp6Client::Outcome;
    using Time = Dhcp6Client::Time;

    [[nodiscard]] static Result<Dhcp6Side> open(const DhcpWish& wish, const KernelLink& link,
                                                std::uint32_t seed);

    [[nodiscard]] int index() const { return index_; }
    [[nodiscard]] Time wake() const { return client_.wake(); }
    [[nodiscard]] Outcome on_time(Time now) { return client_.on_time(now); }
    [[nodiscard]] Outcome release() { return client_.release(); }

    // What something may come from; -1 is none.
    [[nodiscard]] std::array<int, 2> fds() const
    {
        return {socket_ ? socket_->fd() : -1, events_.fd()};
    }
    // What comes of what has come, one piece a call.
    [[nodiscard]] Result<Outcome> hear(Time now);
    [[nodiscard]] Result<void> say(const Dhcp6Request& what, const std::optional<Lease>& held);

    // In place of the one before.
    [[nodiscard]] Result<void> set(const Lease& lease, const std::optional<Lease>& before);
    [[nodiscard]] Result<void> remove(const Lease& lease);

  private:
    Dhcp6Side(const DhcpWish& wish, const KernelLink& link, NetlinkSocket events,
              std::uint32_t seed);
    [[nodiscard]] Result<Outcome> look(Time now);
    [[nodiscard]] Result<bool> speak_from(const std::optional<Ipv6>& own);

    std::string device_;
    int index_;
    Dhcp6Identity whom_;
    NetlinkSocket events_;  // of addresses and carriers
    std::optional<Dhcp6Socket> socket_;
    Dhcp6Client client_;
};

}  // namespace onectx
