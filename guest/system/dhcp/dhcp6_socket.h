// How a DHCPv6 client hears and speaks on one link: UDP from the link-local address, which no
// router hands on.
#pragma once

#include <optional>
#include <string>

#include "common/result.h"
#include "guest/model/dhcp6_message.h"
#include "guest/system/fd.h"

namespace onectx {

class Dhcp6Socket {
  public:
    // Bound to the device and to this address of it. EADDRNOTAVAIL while the address is tentative.
    [[nodiscard]] static Result<Dhcp6Socket> open(const std::string& device, int index,
                                                  const Ipv6& own);

    // To all servers and relays of the link.
    [[nodiscard]] Result<void> send(const Dhcp6Request& what);

    [[nodiscard]] int fd() const { return fd_.get(); }
    [[nodiscard]] const Ipv6& own() const { return own_; }
    // What has come; absent when it is no answer to this client, or nothing is there.
    [[nodiscard]] Result<std::optional<Dhcp6Answer>> receive(const Dhcp6Identity& whom);

  private:
    Dhcp6Socket(Fd fd, int index, const Ipv6& own) : fd_(std::move(fd)), index_(index), own_(own) {}

    Fd fd_;
    int index_;
    Ipv6 own_;
};

}  // namespace onectx
