// The stanzas of one NIC; see interfaces.h. Addresses stand with a netmask line, because busybox
// does not read "address/length"; routes that a `gateway` line cannot say are `up` lines, which run
// in the order of the file. ifupdown2 makes one device with one method of all stanzas of a name,
// and DHCP is the method as soon as one of them says so: what is static beside it are `up` lines
// there.
#include "common/text.h"
#include "guest/net/interfaces.h"

namespace onectx {
namespace {

class Stanzas {
  public:
    Stanzas(const Nic& nic, const InterfacesDialect& dialect, std::vector<Problem>& problems)
        : nic_(nic), dialect_(dialect), problems_(problems)
    {
    }

    std::vector<std::string> render()
    {
        render_ipv4();
        render_ipv6();
        return std::move(lines_);
    }

  private:
    void begin(std::string_view family, std::string_view method)
    {
        lines_.push_back("iface " + nic_.device + " " + std::string(family) + " " +
                         std::string(method));
    }
    void option(std::string text) { lines_.push_back("    " + std::move(text)); }

    void address(const Ipv4Interface& own)
    {
        begin("inet", "static");
        option("address " + to_text(own.address));
        option("netmask " + to_text(mask_of(own.prefix)));
    }
    void address(const Ipv6Interface& own)
    {
        begin("inet6", "static");
        option("address " + to_text(own.address));
        option("netmask " + std::to_string(own.prefix));
    }
    template <class Interface>
    void address_by_command(const Interface& own)
    {
        IpPrefix prefix{own.address, own.prefix};
        option(std::string("up ip ") + (is_ipv4(prefix.address) ? "" : "-6 ") + "addr add " +
               to_text(prefix) + " dev " + nic_.device);
    }

    [[nodiscard]] bool is_all_dhcp() const
    {
        return dialect_.program == IfupProgram::ifupdown2 && nic_.method4 == Ipv4Method::dhcp;
    }

    // What belongs to the device and not to a family stands in its first stanza. ifupdown and
    // busybox know `mtu` in `inet static` only, and give up the whole stanza where the device
    // refuses it; ifupdown2 would undo what a command sets.
    void device_options()
    {
        if (has_device_options_) return;
        has_device_options_ = true;
        if (nic_.mac && !nic_.pci_address.empty()) link_address(to_text(*nic_.mac));
        bool knows_mtu = dialect_.program == IfupProgram::ifupdown2 ||
                         dialect_.program == IfupProgram::ifupdown_ng;
        if (nic_.mtu && knows_mtu) option("mtu " + std::to_string(*nic_.mtu));
        if (nic_.mtu && !knows_mtu)
            option("pre-up ip link set dev " + nic_.device + " mtu " + std::to_string(*nic_.mtu) +
                   " || true");
        kernel_options();
        if (!dialect_.resolvconf) return;
        std::vector<std::string> servers;
        for (const auto& server : nic_.nameservers)
            servers.push_back(to_text(server));
        if (!servers.empty()) option("dns-nameservers " + join(servers, " "));
        if (!nic_.search_domains.empty()) option("dns-search " + join(nic_.search_domains, " "));
    }

    // busybox does nothing at all for `manual`.
    void link_up() { option("up ip link set dev " + nic_.device + " up"); }

    // The address that the device is given.
    void link_address(const std::string& mac)
    {
        if (dialect_.program == IfupProgram::ifupdown2)
            option("hwaddress " + mac);
        else
            option("pre-up ip link set dev " + nic_.device + " address " + mac);
    }

    // What the kernel itself does about IPv6. Before the link is up: while the stanza of IPv4 waits
    // for a lease, a router would have announced an address. Not by ifupdown's own `accept_ra`,
    // which runs sysctl(8): not each machine has it.
    void kernel_options()
    {
        if (nic_.method6 == Ipv6Method::disable) sysctl6("disable_ipv6", 1);
        if (nic_.method6 == Ipv6Method::address) {
            sysctl6("autoconf", 0);
            sysctl6("accept_ra", 0);
        }
        if (is_announced6() && is_left_to_kernel()) sysctl6("accept_ra", 1);
    }

    // A value of the kernel. A stanza must not fail on a kernel without IPv6.
    void sysctl6(std::string_view name, unsigned value)
    {
        option("pre-up echo " + std::to_string(value) + " > /proc/sys/net/ipv6/conf/" +
               nic_.device + "/" + std::string(name) + " || true");
    }

    // Whether the first stanza of the family is enough to reach it.
    [[nodiscard]] bool is_reached_at_once(const IpAddress& gateway) const
    {
        auto first_covers = [&](const auto& own) {
            return !own.empty() && contains({own.front().address, own.front().prefix}, gateway);
        };
        if (is_ipv4(gateway)) return first_covers(nic_.addresses4);
        return is_link_local(gateway) || first_covers(nic_.addresses6);
    }

    // The first default route that a `gateway` line can say. ifupdown-ng has one metric a device,
    // so the families must agree on it.
    const Route* gateway_line(bool is_ipv6) const
    {
        for (const auto& route : nic_.routes) {
            bool is_default = route.destination.length == 0 && route.gateway && !route.on_link;
            if (!is_default || is_ipv4(*route.gateway) == is_ipv6) continue;
            if (!is_reached_at_once(*route.gateway)) continue;
            const auto* other = is_ipv6 ? gateway_line(false) : nullptr;
            return other == nullptr || other->metric == route.metric ? &route : nullptr;
        }
        return nullptr;
    }
    void gateway_options(const Route* route)
    {
        if (route == nullptr) return;
        option("gateway " + to_text(*route->gateway));
        if (route->metric) option("metric " + std::to_string(*route->metric));
    }
    // All routes of the family but the one that a `gateway` line says. In the last of its stanzas:
    // a gateway may be in the prefix of an alias, which an earlier one does not have yet.
    void up_routes(bool is_ipv6, const Route* said)
    {
        const std::string command = is_ipv6 ? "up ip -6 route replace " : "up ip route replace ";
        for (const auto& route : nic_.routes) {
            if (&route == said || is_ipv4(route.destination.address) == is_ipv6) continue;
            // A host route to the gateway is what every `ip` understands; not all know `onlink`.
            if (route.on_link) option(command + to_text(*route.gateway) + " dev " + nic_.device);
            auto text =
                command + (route.destination.length == 0 ? "default" : to_text(route.destination));
            if (route.gateway) text += " via " + to_text(*route.gateway);
            text += " dev " + nic_.device;
            if (route.metric) text += " metric " + std::to_string(*route.metric);
            option(std::move(text));
        }
    }

    void render_ipv4()
    {
        std::size_t first_alias = 0;
        const Route* said = nullptr;
        switch (nic_.method4) {
            case Ipv4Method::skip: return;
            case Ipv4Method::none:
                if (nic_.method6 != Ipv6Method::none) return;
                begin("inet", "manual");
                device_options();
                link_up();
                return;
            case Ipv4Method::dhcp:
                begin("inet", "dhcp");
                if (nic_.announced_metric4)
                    option("metric " + std::to_string(*nic_.announced_metric4));
                device_options();
                if (is_all_dhcp()) {
                    if (nic_.announced_metric4)
                        say("METRIC", "ifupdown2 cannot be told the metric of routes from DHCP");
                    for (const auto& own : nic_.addresses4)
                        address_by_command(own);
                    first_alias = nic_.addresses4.size();
                }
                break;
            case Ipv4Method::address:
                said = gateway_line(false);
                address(nic_.addresses4.front());
                gateway_options(said);
                device_options();
                first_alias = 1;
                break;
        }
        for (auto at = first_alias; at < nic_.addresses4.size(); ++at)
            address(nic_.addresses4[at]);
        up_routes(false, said);
    }

    void render_ipv6()
    {
        switch (nic_.method6) {
            case Ipv6Method::none:
            case Ipv6Method::skip: return;
            case Ipv6Method::disable:
                if (!lines_.empty()) return;
                begin("inet6", "manual");
                device_options();
                link_up();
                return;
            case Ipv6Method::slaac:
            case Ipv6Method::dhcp: render_announced_ipv6(); return;
            case Ipv6Method::address: break;
        }
        if (is_all_dhcp()) {
            ipv6_by_command();
            return;
        }
        const auto* said = gateway_line(true);
        address(nic_.addresses6.front());
        gateway_options(said);
        device_options();
        for (std::size_t at = 1; at < nic_.addresses6.size(); ++at)
            address(nic_.addresses6[at]);
        up_routes(true, said);
    }

    void ipv6_by_command()
    {
        for (const auto& own : nic_.addresses6)
            address_by_command(own);
        up_routes(true, nullptr);
    }

    [[nodiscard]] bool is_announced6() const
    {
        return nic_.method6 == Ipv6Method::slaac || nic_.method6 == Ipv6Method::dhcp;
    }

    // Where `inet6 dhcp` is none of IPv6, and in whose words; empty where it is. To ifupdown-ng it
    // is the DHCP of IPv4, ifupdown2 takes the one method that a device has from another stanza.
    [[nodiscard]] std::string_view lack_of_dhcp6() const
    {
        switch (dialect_.program) {
            case IfupProgram::ifupdown: return "";
            case IfupProgram::ifupdown2:
                return nic_.method4 == Ipv4Method::address
                           ? "ifupdown2 has no DHCPv6 beside a static IPv4 address"
                           : "";
            case IfupProgram::ifupdown_ng: return "ifupdown-ng has no DHCPv6";
            case IfupProgram::busybox: return "ifup of busybox has no DHCPv6";
        }
        return "";
    }
    [[nodiscard]] bool asks_dhcp6() const
    {
        return nic_.method6 == Ipv6Method::dhcp && lack_of_dhcp6().empty();
    }

    // busybox knows neither `auto` nor `dhcp` and refuses the whole file for them, ifupdown2 has no
    // `auto`; there the kernel's own SLAAC does what `inet6 auto` does elsewhere.
    [[nodiscard]] bool is_left_to_kernel() const
    {
        return !asks_dhcp6() && (dialect_.program == IfupProgram::busybox ||
                                 dialect_.program == IfupProgram::ifupdown2);
    }

    void render_announced_ipv6()
    {
        if (nic_.method6 == Ipv6Method::dhcp && !asks_dhcp6())
            say("IP6_METHOD", std::string(lack_of_dhcp6()) + "; router advertisements are used");
        if (asks_dhcp6() || !is_all_dhcp()) {
            begin("inet6", is_left_to_kernel() ? "manual" : asks_dhcp6() ? "dhcp" : "auto");
            device_options();
            if (is_left_to_kernel()) link_up();
        }
        // A static stanza would turn autoconfiguration off again.
        ipv6_by_command();
    }

    void say(std::string_view variable, std::string message)
    {
        problems_.push_back(
            {variables_of(nic_) + "_" + std::string(variable), std::move(message), false});
    }

    const Nic& nic_;
    const InterfacesDialect& dialect_;
    std::vector<Problem>& problems_;
    std::vector<std::string> lines_;
    bool has_device_options_ = false;
};

}  // namespace

std::vector<std::string> render_interfaces(const Nic& nic, const InterfacesDialect& dialect,
                                           std::vector<Problem>& problems)
{
    return Stanzas(nic, dialect, problems).render();
}

}  // namespace onectx
