// How a DHCP client hears and speaks on one link: below IP, because it has no address yet.
#pragma once

#include <optional>

#include "common/result.h"
#include "guest/model/dhcp_client.h"
#include "guest/system/fd.h"

namespace onectx {

class DhcpSocket {
  public:
    // packet(7), filtered to what comes to the client's port. Needs root.
    [[nodiscard]] static Result<DhcpSocket> open(const std::string& device, int index);

    // To everybody from `own` (or nobody); to a server over IP, from the leased address.
    [[nodiscard]] Result<void> send(const DhcpClient::Send& what, const std::optional<Ipv4>& own);

    [[nodiscard]] int fd() const { return packets_.get(); }
    // What has come; absent when it is no answer of a server, or nothing is there.
    [[nodiscard]] Result<std::optional<DhcpAnswer>> receive();

  private:
    DhcpSocket(Fd packets, std::string device, int index)
        : packets_(std::move(packets)), device_(std::move(device)), index_(index)
    {
    }
    [[nodiscard]] Result<void> send_over_ip(std::string_view message, const Ipv4& from,
                                            const Ipv4& to);

    Fd packets_;
    Fd datagrams_;  // open while a server may answer there, or the kernel would refuse its answer
    std::string device_;
    int index_;
};

}  // namespace onectx
