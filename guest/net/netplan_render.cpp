// See netplan_render.h. Each text stands in double quotes. That is only safe because all of them
// are printed from types, or are names of a few plain characters: none holds a quote or backslash.
#include "guest/net/netplan_render.h"

#include "common/text.h"
#include "guest/net/nm_resolver.h"
#include "guest/net/own_files.h"

namespace onectx {
namespace {

constexpr unsigned kFirstDnsPriority = 10;  // below 100, what NetworkManager's profiles have

std::string quoted(std::string_view text)
{
    return "\"" + std::string(text) + "\"";
}

// The lines of a definition, by depth below its name.
class Definition {
  public:
    Definition(const Nic& nic, NetplanRenderer renderer, unsigned order,
               std::vector<Problem>& problems)
        : nic_(nic), renderer_(renderer), order_(order), problems_(problems)
    {
    }

    void line(unsigned depth, const std::string& text)
    {
        lines_.push_back(std::string(4 + 2 * static_cast<std::size_t>(depth), ' ') + text);
    }
    void begin(const std::string& name)
    {
        line(0, name + ":");
        line(1, std::string("renderer: ") + (is_nm() ? "NetworkManager" : "networkd"));
    }

    void match()
    {
        bool by_name = !nic_.mac || !nic_.pci_address.empty();
        line(1, "match:");
        line(2, by_name ? "name: " + quoted(nic_.device)
                        : "macaddress: " + quoted(to_text(*nic_.mac)));
        if (by_name && nic_.mac) line(1, "macaddress: " + quoted(to_text(*nic_.mac)));
    }

    void settings()
    {
        if (nic_.mtu) line(1, "mtu: " + std::to_string(*nic_.mtu));
        methods();
        addresses();
        nameservers();
        routes();
        metrics();
        if (is_nm()) passthrough();
    }

    std::vector<std::string> take() { return std::move(lines_); }

  private:
    [[nodiscard]] bool is_nm() const { return renderer_ == NetplanRenderer::network_manager; }
    [[nodiscard]] bool is_announced6() const
    {
        return nic_.method6 == Ipv6Method::slaac || nic_.method6 == Ipv6Method::dhcp;
    }

    void methods()
    {
        if (nic_.method4 == Ipv4Method::dhcp) line(1, "dhcp4: true");
        switch (nic_.method6) {
            case Ipv6Method::none:
            case Ipv6Method::skip: break;
            case Ipv6Method::address: line(1, "accept-ra: false"); break;
            case Ipv6Method::disable:
                line(1, "accept-ra: false");
                line(1, "link-local: []");
                break;
            case Ipv6Method::slaac:
            case Ipv6Method::dhcp:
                // For NetworkManager dhcp6 means "as the router announces it".
                if (nic_.method6 == Ipv6Method::dhcp || is_nm()) line(1, "dhcp6: true");
                line(1, "accept-ra: true");
                line(1, "ipv6-privacy: false");
                break;
        }
    }

    void addresses()
    {
        if (nic_.addresses4.empty() && nic_.addresses6.empty()) return;
        line(1, "addresses:");
        for (const auto& own : nic_.addresses4)
            line(2, "- " + quoted(to_text(IpPrefix{own.address, own.prefix})));
        for (const auto& own : nic_.addresses6)
            line(2, "- " + quoted(to_text(IpPrefix{own.address, own.prefix})));
    }

    void nameservers()
    {
        if (nic_.nameservers.empty() && nic_.search_domains.empty()) return;
        line(1, "nameservers:");
        if (!nic_.nameservers.empty()) line(2, "addresses:");
        for (const auto& server : nic_.nameservers)
            line(3, "- " + quoted(to_text(server)));
        if (!nic_.search_domains.empty()) line(2, "search:");
        for (const auto& domain : nic_.search_domains)
            line(3, "- " + quoted(domain));
    }

    // "0.0.0.0/0", not "default": netplan knows that word since 0.103 only.
    void routes()
    {
        if (nic_.routes.empty()) return;
        line(1, "routes:");
        for (const auto& route : nic_.routes) {
            line(2, "- to: " + quoted(to_text(route.destination)));
            line(3, route.gateway ? "via: " + quoted(to_text(*route.gateway)) : "scope: link");
            if (route.on_link) line(3, "on-link: true");
            if (route.metric) line(3, "metric: " + std::to_string(*route.metric));
        }
    }

    // For networkd, netplan refuses the whole file when the two clients' metrics differ.
    void metrics()
    {
        auto metric4 = nic_.announced_metric4;
        auto metric6 = nic_.announced_metric6;
        bool has_dhcp6 = nic_.method6 == Ipv6Method::dhcp || (is_nm() && is_announced6());
        if (metric6 && !has_dhcp6) {
            say_unsaid_metric(nic_, problems_);
            metric6.reset();
        }
        if (!is_nm() && has_dhcp6 && nic_.method4 == Ipv4Method::dhcp && metric4 != metric6) {
            if (metric6)
                problems_.push_back({variables_of(nic_) + "_IP6_METRIC",
                                     "netplan takes one metric for both families of a NIC; that of "
                                     "IPv4 is used",
                                     false});
            metric6 = metric4;
        }
        override_metric("dhcp4-overrides:", metric4);
        override_metric("dhcp6-overrides:", metric6);
    }
    void override_metric(const std::string& key, const std::optional<unsigned>& metric)
    {
        if (!metric) return;
        line(1, key);
        line(2, "route-metric: " + std::to_string(*metric));
    }
    // What netplan has no words for.
    void passthrough()
    {
        line(1, "networkmanager:");
        line(2, "passthrough:");
        line(3, "connection.autoconnect-priority: \"100\"");
        auto priority = quoted(std::to_string(kFirstDnsPriority + order_));
        bool has_dns = !nic_.nameservers.empty() || !nic_.search_domains.empty();
        bool has4 = takes_ipv4(nic_);
        bool has6 = takes_ipv6(nic_);
        if (has_dns && has4) line(3, "ipv4.dns-priority: " + priority);
        if (has_dns && has6) line(3, "ipv6.dns-priority: " + priority);
        // Without addresses netplan would have NetworkManager make up one in 169.254/16.
        if (!has4) line(3, "ipv4.method: \"disabled\"");
        if (has6) line(3, "ipv6.addr-gen-mode: \"0\"");  // eui64
        if (nic_.method6 == Ipv6Method::disable) line(3, "ipv6.method: \"disabled\"");
    }

    const Nic& nic_;
    NetplanRenderer renderer_;
    unsigned order_;
    std::vector<Problem>& problems_;
    std::vector<std::string> lines_;
};

}  // namespace

std::vector<NetplanDefinition> render_netplan(const Nic& nic, NetplanRenderer renderer,
                                              unsigned order, std::vector<Problem>& problems)
{
    auto known = nic;
    // netplan knows no PCI addresses; a device that is not there yet can be told by its MAC alone.
    if (known.device.empty()) known.pci_address.clear();
    if (known.device.empty() && !known.mac) return {};
    auto name = std::string(kNetplanPrefix) + label_of(nic);
    auto base = nic.vlan ? below_vlan(known) : known;
    Definition physical(base, renderer, order, problems);
    physical.begin(name);
    physical.match();
    physical.settings();
    std::vector<NetplanDefinition> definitions{{name, false, physical.take()}};
    if (!nic.vlan) return definitions;
    auto upper = above_vlan(known);
    Definition vlan(upper, renderer, order, problems);
    vlan.begin(upper.device);
    vlan.line(1, "id: " + std::to_string(*nic.vlan));
    vlan.line(1, "link: " + name);
    vlan.settings();
    definitions.push_back({upper.device, true, vlan.take()});
    return definitions;
}

}  // namespace onectx
