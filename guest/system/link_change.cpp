// See link_change.h.
#include "guest/system/link_change.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <algorithm>

#include "common/text.h"
#include "guest/model/kernel_network.h"
#include "guest/system/files.h"
#include "guest/system/netlink.h"
#include "guest/system/rtnetlink.h"

namespace onectx {
namespace {

unsigned char family_of(const IpAddress& address)
{
    return is_ipv4(address) ? AF_INET : AF_INET6;
}

void add_address(NetlinkRequest& request, std::uint16_t attribute, const IpAddress& address)
{
    std::visit([&](const auto& ip) { request.add(attribute, ip.octets); }, address);
}

Result<int> index_of(const LinkChange& change)
{
    for (const auto& link : TRY(list_links()))
        if (link.name == change.device &&
            (link.mac == change.mac || link.permanent_mac == change.mac))
            return link.index;
    return fail("there is no such device with MAC " + to_text(change.mac) + " any more", ENODEV);
}

// Changes of one link, one request each.
class LinkWriter {
  public:
    LinkWriter(NetlinkSocket& socket, int index) : socket_(socket), index_(index) {}

    Result<void> bring_up()
    {
        ifinfomsg body{};
        body.ifi_index = index_;
        body.ifi_flags = IFF_UP;
        body.ifi_change = IFF_UP;
        return socket_.ask({RTM_NEWLINK, NLM_F_ACK, body});
    }

    Result<void> set_mtu(unsigned mtu)
    {
        ifinfomsg body{};
        body.ifi_index = index_;
        NetlinkRequest request(RTM_NEWLINK, NLM_F_ACK, body);
        request.add(IFLA_MTU, mtu);
        return socket_.ask(request);
    }

    Result<void> add(const IpPrefix& own)
    {
        auto request = address_request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, own);
        // The broadcast address of the prefix, which the kernel does not set by itself; the two
        // addresses of a /31 are both hosts' (RFC 3021).
        constexpr unsigned kLongestWithBroadcast = 30;
        if (const auto* address = std::get_if<Ipv4>(&own.address);
            address != nullptr && own.length <= kLongestWithBroadcast) {
            auto broadcast = *address;
            const auto mask = mask_of(own.length);
            for (std::size_t at = 0; at < broadcast.octets.size(); ++at)
                broadcast.octets[at] |= static_cast<std::uint8_t>(~mask.octets[at]);
            request.add(IFA_BROADCAST, broadcast.octets);
        }
        return tolerate(EEXIST, socket_.ask(request));
    }

    Result<void> remove(const IpPrefix& own)
    {
        return tolerate(EADDRNOTAVAIL, socket_.ask(address_request(RTM_DELADDR, 0, own)));
    }

    Result<void> add(const Route& route)
    {
        rtmsg body{};
        body.rtm_protocol = kOwnRouteProtocol;
        body.rtm_scope = route.gateway || !is_ipv4(route.destination.address) ? RT_SCOPE_UNIVERSE
                                                                              : RT_SCOPE_LINK;
        body.rtm_flags = route.on_link ? RTNH_F_ONLINK : 0;
        return socket_.ask(route_request(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, body, route));
    }

    Result<void> remove(const Route& route)
    {
        rtmsg body{};
        body.rtm_scope = RT_SCOPE_NOWHERE;  // whatever it is
        return tolerate(ESRCH, socket_.ask(route_request(RTM_DELROUTE, 0, body, route)));
    }

  private:
    [[nodiscard]] NetlinkRequest address_request(std::uint16_t type, unsigned flags,
                                                 const IpPrefix& own) const
    {
        ifaddrmsg body{};
        body.ifa_family = family_of(own.address);
        body.ifa_prefixlen = static_cast<unsigned char>(own.length);
        body.ifa_index = static_cast<unsigned>(index_);
        NetlinkRequest request(type, static_cast<std::uint16_t>(flags | NLM_F_ACK), body);
        add_address(request, IFA_LOCAL, own.address);
        add_address(request, IFA_ADDRESS, own.address);
        return request;
    }

    [[nodiscard]] NetlinkRequest route_request(std::uint16_t type, unsigned flags, rtmsg body,
                                               const Route& route) const
    {
        body.rtm_family = family_of(route.destination.address);
        body.rtm_dst_len = static_cast<unsigned char>(route.destination.length);
        body.rtm_table = RT_TABLE_MAIN;
        body.rtm_type = RTN_UNICAST;
        NetlinkRequest request(type, static_cast<std::uint16_t>(flags | NLM_F_ACK), body);
        if (route.destination.length > 0) add_address(request, RTA_DST, route.destination.address);
        if (route.gateway) add_address(request, RTA_GATEWAY, *route.gateway);
        if (route.metric) request.add(RTA_PRIORITY, *route.metric);
        request.add(RTA_OIF, index_);
        return request;
    }

    static Result<void> tolerate(int code, Result<void> result)
    {
        // ENODEV: the device went, and everything on it.
        if (!result && (result.error().code == code || result.error().code == ENODEV)) return {};
        return result;
    }

    NetlinkSocket& socket_;
    int index_;
};

constexpr std::string_view kIpv6Settings = "/proc/sys/net/ipv6/conf/";

Result<void> write_setting(const std::string& path, std::string_view value)
{
    const Fd fd(open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!fd.valid()) return fail_errno(path);
    return in_context(path, write_all(fd.get(), value));
}

Result<void> set_ipv6(const std::string& device, Ipv6Mode mode)
{
    const auto folder = std::string(kIpv6Settings) + device + "/";
    const bool announced = mode == Ipv6Mode::announced;
    // A kernel without IPv6 has it off already.
    if (faccessat(AT_FDCWD, folder.c_str(), F_OK, 0) != 0) return {};
    TRY(write_setting(folder + "accept_ra", announced ? "1" : "0"));
    TRY(write_setting(folder + "autoconf", announced ? "1" : "0"));
    return write_setting(folder + "disable_ipv6", mode == Ipv6Mode::off ? "1" : "0");
}

// While it lives, the removal of a primary IPv4 address takes no secondary one with it (ip-sysctl).
class PromotedSecondaries {
  public:
    explicit PromotedSecondaries(const std::string& device)
        : path_("/proc/sys/net/ipv4/conf/" + device + "/promote_secondaries")
    {
        constexpr std::size_t kMaxNumber = 16;
        const Fd fd(open(path_.c_str(), O_RDONLY | O_CLOEXEC));
        auto text = fd.valid() ? read_all(fd.get(), kMaxNumber) : Result<std::string>(os_failure());
        was_off_ = text && trim(*text) == "0";
        if (was_off_) was_off_ = write_setting(path_, "1").has_value();
    }
    PromotedSecondaries(const PromotedSecondaries&) = delete;
    PromotedSecondaries& operator=(const PromotedSecondaries&) = delete;
    ~PromotedSecondaries()
    {
        if (was_off_) (void)write_setting(path_, "0").has_value();
    }

  private:
    std::string path_;
    bool was_off_ = false;
};

void note(std::vector<std::string>& failures, const std::string& attempt,
          const Result<void>& result)
{
    if (!result) failures.push_back(attempt + ": " + result.error().message);
}

template <class Kind>
void add_all(const LinkChange& change, LinkWriter& writer, std::vector<std::string>& failures)
{
    for (const auto& item : change.add)
        if (const auto* one = std::get_if<Kind>(&item))
            note(failures, "add " + to_text(item), writer.add(*one));
}

template <class Kind>
void remove_all(const LinkChange& change, LinkWriter& writer, std::vector<std::string>& failures)
{
    for (const auto& item : change.remove)
        if (const auto* one = std::get_if<Kind>(&item))
            note(failures, "remove " + to_text(item), writer.remove(*one));
}

Result<void> make(const LinkChange& change)
{
    auto socket = TRY(NetlinkSocket::open());
    LinkWriter writer(socket, TRY(index_of(change)));
    std::vector<std::string> failures;
    if (change.ipv6) note(failures, "set IPv6", set_ipv6(change.device, *change.ipv6));
    if (change.mtu)
        note(failures, "set MTU " + std::to_string(*change.mtu), writer.set_mtu(*change.mtu));
    if (change.up) note(failures, "bring it up", writer.bring_up());
    add_all<IpPrefix>(change, writer, failures);
    // A route that takes the place of another has its destination and metric.
    remove_all<Route>(change, writer, failures);
    add_all<Route>(change, writer, failures);
    const PromotedSecondaries promoted(change.device);
    remove_all<IpPrefix>(change, writer, failures);
    if (failures.empty()) return {};
    return fail(join(failures, "; "));
}

}  // namespace

Result<void> make_link_change(const LinkChange& change)
{
    return in_context(change.device, make(change));
}

}  // namespace onectx
