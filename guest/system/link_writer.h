// Requests about one link of the kernel (rtnetlink(7)), one call each. What is there already, or
// gone already, is success.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "common/result.h"
#include "guest/model/link.h"
#include "guest/system/netlink.h"

namespace onectx {

// Addresses and routes of a server: the kernel drops the address when its time is over, and with it
// the routes that are bound to it (RTA_PREFSRC).
struct LeasedAddress {
    IpPrefix own;
    std::chrono::seconds valid{0};
    std::chrono::seconds preferred{0};  // for new connections; see RFC 4862, section 5.5.4
};

class LinkWriter {
  public:
    LinkWriter(NetlinkSocket& socket, int index) : socket_(socket), index_(index) {}

    [[nodiscard]] Result<void> add_vlan(const std::string& name, unsigned id);  // above this link
    [[nodiscard]] Result<void> destroy();
    // Some drivers change it on a link that is down only.
    [[nodiscard]] Result<void> set_address(const Mac& mac);
    [[nodiscard]] Result<void> bring_up();
    [[nodiscard]] Result<void> set_mtu(unsigned mtu);

    [[nodiscard]] Result<void> add(const IpPrefix& own);
    [[nodiscard]] Result<void> remove(const IpPrefix& own);
    [[nodiscard]] Result<void> add(const Route& route);  // with our mark, kOwnRouteProtocol
    [[nodiscard]] Result<void> remove(const Route& route);

    // Anew, or for longer.
    [[nodiscard]] Result<void> lease(const LeasedAddress& address);
    [[nodiscard]] Result<void> lease(const Route& route, const Ipv4& own);

  private:
    NetlinkSocket& socket_;
    int index_;
};

}  // namespace onectx
