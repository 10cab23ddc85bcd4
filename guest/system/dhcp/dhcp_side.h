// The DHCPv4 client on one link: its states with their socket, and the lease on the link.
#pragma once

#include <array>

#include "common/result.h"
#include "guest/model/dhcp_client.h"
#include "guest/model/dhcp_wish.h"
#include "guest/model/kernel_network.h"
#include "guest/system/dhcp/dhcp_socket.h"

namespace onectx {

class LinkWriter;

class DhcpSide {
  public:
    using Lease = DhcpLease;
    using Outcome = DhcpClient::Outcome;
    using Time = DhcpClient::Time;

    [[nodiscard]] static Result<DhcpSide> open(const DhcpWish& wish, const KernelLink& link,
                                               std::uint32_t seed);

    [[nodiscard]] int index() const { return index_; }
    [[nodiscard]] Time wake() const { return client_.wake(); }
    [[nodiscard]] Outcome on_time(Time now) { return client_.on_time(now); }
    [[nodiscard]] Outcome release() { return client_.release(); }

    // What something may come from; -1 is none.
    [[nodiscard]] std::array<int, 2> fds() const { return {socket_.fd(), -1}; }
    // What comes of what has come, one piece a call.
    [[nodiscard]] Result<Outcome> hear(Time now);
    // `held` is the lease that is set.
    [[nodiscard]] Result<void> say(const DhcpClient::Send& what, const std::optional<Lease>& held);

    // In place of the one before, of which nothing stays that is not in this one.
    [[nodiscard]] Result<void> set(const Lease& lease, const std::optional<Lease>& before);
    [[nodiscard]] Result<void> remove(const Lease& lease);

  private:
    DhcpSide(const DhcpWish& wish, const KernelLink& link, DhcpSocket socket, std::uint32_t seed);
    [[nodiscard]] Result<void> remove(const Lease& old, const Lease* lease,
                                      LinkWriter& writer) const;
    [[nodiscard]] Route measured(Route route) const;

    DhcpWish wish_;
    int index_;
    DhcpSocket socket_;
    DhcpClient client_;
};

}  // namespace onectx
