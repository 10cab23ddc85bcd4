// See links.h.
#include "guest/plan/links.h"

#include <algorithm>
#include <set>

namespace onectx {
namespace {

// RTPROT_… of linux/rtnetlink.h: routes that come and go with an address, an announcement or a
// lease. Nobody asked for them by themselves, so nobody misses them.
constexpr std::uint8_t kDerivedProtocols[] = {1 /* redirect */, 2 /* kernel */, 9 /* ra */,
                                              16 /* dhcp */};

template <class List, class Item>
bool contains(const List& list, const Item& item)
{
    return std::find(std::begin(list), std::end(list), item) != std::end(list);
}

bool has_mac(const KernelLink& link, const Mac& mac)
{
    return link.mac == mac || link.permanent_mac == mac;
}

bool is_ipv4_item(const LinkItem& item)
{
    if (const auto* address = std::get_if<IpPrefix>(&item)) return is_ipv4(address->address);
    return is_ipv4(std::get<Route>(item).destination.address);
}

Route route_of(const KernelRoute& route)
{
    return {.destination = route.destination,
            .gateway = route.gateway,
            .metric = route.metric,
            .on_link = route.on_link};
}

bool is_route(const KernelRoute& kernel, const Route& wanted)
{
    return kernel.destination == wanted.destination && kernel.gateway == wanted.gateway &&
           (!wanted.metric || kernel.metric == *wanted.metric);
}

// The route to the gateway itself that programs make which do not know `onlink`.
std::optional<Route> host_route(const Route& route)
{
    if (!route.on_link || !route.gateway) return std::nullopt;
    return Route{.destination = {*route.gateway, is_ipv4(*route.gateway) ? 32U : 128U}};
}

// The item as the link has it; absent when it does not.
std::optional<LinkItem> as_held(const KernelNetwork& kernel, int link, const LinkItem& item)
{
    if (const auto* address = std::get_if<IpPrefix>(&item)) {
        for (const auto& held : kernel.addresses)
            if (held.link == link && held.prefix == *address) return item;
        return std::nullopt;
    }
    for (const auto& held : kernel.routes)
        if (held.link == link && is_route(held, std::get<Route>(item))) return route_of(held);
    return std::nullopt;
}

bool is_so(const std::optional<KernelLink::Ipv6>& now, const std::optional<Ipv6Mode>& wanted)
{
    if (!now || !wanted) return true;
    switch (*wanted) {
        case Ipv6Mode::off: return now->disabled;
        case Ipv6Mode::fixed: return !now->disabled && now->accept_ra == 0;
        case Ipv6Mode::announced: return !now->disabled && now->accept_ra != 0;
    }
    return true;
}

// Whether a wish of the list is fulfilled by what the kernel holds.
bool is_wanted(const std::vector<LinkItem>& wanted, const LinkItem& held)
{
    if (std::holds_alternative<IpPrefix>(held)) return contains(wanted, held);
    const auto& route = std::get<Route>(held);
    return std::any_of(wanted.begin(), wanted.end(), [&](const LinkItem& item) {
        const auto* wish = std::get_if<Route>(&item);
        if (wish == nullptr) return false;
        auto to_gateway = host_route(*wish);
        return (wish->destination == route.destination && wish->gateway == route.gateway &&
                (!wish->metric || wish->metric == route.metric)) ||
               (to_gateway && to_gateway->destination == route.destination && !route.gateway);
    });
}

// What the link has of the items, and of the host routes that came with them.
std::vector<LinkItem> held_of(const KernelNetwork& kernel, int link,
                              const std::vector<LinkItem>& items)
{
    std::vector<LinkItem> held;
    auto add = [&](const LinkItem& item) {
        auto found = as_held(kernel, link, item);
        if (found && !contains(held, *found)) held.push_back(*found);
    };
    for (const auto& item : items) {
        add(item);
        const auto* route = std::get_if<Route>(&item);
        if (auto to_gateway = route ? host_route(*route) : std::nullopt) add(*to_gateway);
    }
    return held;
}

// What others gave the link by hand: what lasts, and does not follow from something else.
std::vector<LinkItem> foreign_items(const KernelNetwork& kernel, int link,
                                    const std::vector<LinkItem>& ours)
{
    std::vector<LinkItem> foreign;
    auto add = [&](const LinkItem& item) {
        if (!is_wanted(ours, item)) foreign.push_back(item);
    };
    for (const auto& address : kernel.addresses)
        if (address.link == link && address.permanent && address.global) add(address.prefix);
    for (const auto& route : kernel.routes)
        if (route.link == link && route.protocol != kOwnRouteProtocol &&
            !contains(kDerivedProtocols, route.protocol))
            add(route_of(route));
    return foreign;
}

// A goal under construction.
class Goal {
  public:
    Goal(const Network& network, const PlanInput& input)
        : network_(network),
          input_(input),
          kernel_(*input.facts.network),
          boot_id_(boot_id_of(input.tree))
    {
        auto text = input.tree.read(kLinkRecordPath);
        if (text && *text) old_ = parse_link_record((*text)->content, boot_id_);
    }

    NetworkGoal make()
    {
        for (const auto& nic : network_.nics)
            add(nic);
        for (const auto& [mac, link] : old_)
            if (!named_.contains(mac)) let_go(mac, link);
        auto during = record_;
        for (const auto& link : goal_.links)
            for (const auto& item : link.stale)
                during[link.wanted.mac].items.push_back(item);
        if (!is_told_ipv6())
            for (auto& link : goal_.links)
                link.wanted.ipv6.reset();
        bool is_local = input_.stage == Stage::local;
        goal_.backend = input_.backend;
        goal_.record_before = to_text(during, boot_id_);
        // Before networking nothing goes yet, so what is ours stays ours.
        goal_.record_after = is_local ? goal_.record_before : to_text(record_, boot_id_);
        return std::move(goal_);
    }

  private:
    // Daemons have their own ways with IPv6; elsewhere the kernel's settings are ours.
    [[nodiscard]] bool is_told_ipv6() const
    {
        return input_.backend == "netlink" || input_.backend == "interfaces";
    }

    void add(const Nic& nic)
    {
        if (!nic.mac) return;
        const auto& mac = *nic.mac;
        named_.insert(mac);
        auto wanted = wanted_state(nic);
        auto before = old_.find(mac);
        RecordedLink now{.dynamic = wanted.dynamic,
                         .ipv6_off = wanted.ipv6 == Ipv6Mode::off,
                         .items = wanted.items};
        LinkGoal goal;
        if (before != old_.end()) {
            const auto& old = before->second;
            // What nobody speaks of any more is as it was before it was switched off.
            if (old.ipv6_off && nic.method6 == Ipv6Method::none) wanted.ipv6 = Ipv6Mode::announced;
            goal.stale = stale_of(nic, old, now);
            goal.leave_down = input_.stage == Stage::all && old.items == now.items;
        }
        record_[mac] = std::move(now);
        if (const auto* link = find_link(kernel_, wanted.device, wanted.mac)) {
            goal.stale = held_of(kernel_, link->index, goal.stale);
            if (network_.complete) add_marked(link->index, wanted.items, goal.stale);
            // What a lease brought looks like what a user did.
            if (before != old_.end() && !before->second.dynamic) {
                auto ours = record_[mac].items;
                ours.insert(ours.end(), before->second.items.begin(), before->second.items.end());
                goal.foreign = foreign_items(kernel_, link->index, ours);
            }
            goal.wanted = std::move(wanted);
            goal_.links.push_back(std::move(goal));
        }
    }

    // What the ledger has of a NIC and the context does not, but for a family that is left as it
    // is; that stays in the ledger.
    [[nodiscard]] std::vector<LinkItem> stale_of(const Nic& nic, const RecordedLink& old,
                                                 RecordedLink& now) const
    {
        std::vector<LinkItem> stale;
        for (const auto& item : old.items) {
            if (contains(now.items, item)) continue;
            bool is_left = is_ipv4_item(item) ? nic.method4 == Ipv4Method::skip
                                              : nic.method6 == Ipv6Method::skip;
            (is_left || !network_.complete ? now.items : stale).push_back(item);
        }
        return stale;
    }

    // Routes with our mark that no ledger knows: a run was killed between.
    void add_marked(int link, const std::vector<LinkItem>& wanted,
                    std::vector<LinkItem>& stale) const
    {
        for (const auto& route : kernel_.routes) {
            LinkItem item = route_of(route);
            if (route.link == link && route.protocol == kOwnRouteProtocol &&
                !is_wanted(wanted, item) && !contains(stale, item))
                stale.push_back(item);
        }
    }

    // A NIC that the context no longer speaks of.
    void let_go(const Mac& mac, const RecordedLink& old)
    {
        if (!network_.complete || is_skipped(mac)) {
            record_[mac] = old;
            return;
        }
        for (const auto& link : kernel_.links) {
            if (!has_mac(link, mac)) continue;
            auto held = held_of(kernel_, link.index, old.items);
            if (held.empty() && !old.ipv6_off) continue;
            LinkGoal goal{.wanted = {.device = link.name, .mac = mac}, .stale = std::move(held)};
            if (old.ipv6_off) goal.wanted.ipv6 = Ipv6Mode::announced;
            goal_.links.push_back(std::move(goal));
            return;
        }
    }

    [[nodiscard]] bool is_skipped(const Mac& mac) const
    {
        return std::any_of(network_.skipped.begin(), network_.skipped.end(),
                           [&](const Nic& nic) { return nic.mac == mac; });
    }

    const Network& network_;
    const PlanInput& input_;
    const KernelNetwork& kernel_;
    std::string boot_id_;
    LinkRecord old_, record_;
    std::set<Mac> named_;
    NetworkGoal goal_;
};

}  // namespace

LinkState wanted_state(const Nic& nic)
{
    LinkState state{
        .device = nic.device, .mac = nic.mac.value_or(Mac{}), .up = true, .mtu = nic.mtu};
    bool announced = nic.method6 == Ipv6Method::slaac || nic.method6 == Ipv6Method::dhcp;
    state.dynamic = announced || nic.method4 == Ipv4Method::dhcp;
    if (announced) state.ipv6 = Ipv6Mode::announced;
    if (nic.method6 == Ipv6Method::address) state.ipv6 = Ipv6Mode::fixed;
    if (nic.method6 == Ipv6Method::disable) state.ipv6 = Ipv6Mode::off;
    for (const auto& own : nic.addresses4)
        state.items.emplace_back(IpPrefix{own.address, own.prefix});
    for (const auto& own : nic.addresses6)
        state.items.emplace_back(IpPrefix{own.address, own.prefix});
    for (const auto& route : nic.routes)
        state.items.emplace_back(route);
    return state;
}

const KernelLink* find_link(const KernelNetwork& kernel, const std::string& device, const Mac& mac)
{
    for (const auto& link : kernel.links)
        if (link.name == device && has_mac(link, mac)) return &link;
    return nullptr;
}

bool has_item(const KernelNetwork& kernel, int link, const LinkItem& item)
{
    return as_held(kernel, link, item).has_value();
}

LinkChange difference(const LinkState& wanted, const std::vector<LinkItem>& stale,
                      const KernelNetwork& kernel)
{
    LinkChange change{.device = wanted.device, .mac = wanted.mac};
    const auto* link = find_link(kernel, wanted.device, wanted.mac);
    if (link == nullptr) return change;
    change.up = wanted.up && !link->up;
    if (wanted.mtu && *wanted.mtu != link->mtu) change.mtu = wanted.mtu;
    if (!is_so(link->ipv6, wanted.ipv6)) change.ipv6 = wanted.ipv6;
    for (const auto& item : held_of(kernel, link->index, stale))
        if (!is_wanted(wanted.items, item)) change.remove.push_back(item);
    for (const auto& item : wanted.items)
        if (!has_item(kernel, link->index, item)) change.add.push_back(item);
    return change;
}

std::vector<Change> direct_changes(const NetworkGoal& goal, const Facts& facts,
                                   const std::vector<Run>& activate)
{
    std::vector<Change> changes;
    if (!facts.network) return changes;
    for (const auto& [wanted, stale, foreign, leave_down] : goal.links) {
        const auto* link = find_link(*facts.network, wanted.device, wanted.mac);
        bool is_left = link == nullptr || (leave_down && !link->up);
        bool is_told = std::any_of(activate.begin(), activate.end(), [&](const Run& run) {
            return contains(run.argv, wanted.device);
        });
        if (is_left || is_told) continue;
        auto change = difference(wanted, stale, *facts.network);
        if (!change.empty()) changes.emplace_back(std::move(change));
    }
    return changes;
}

std::optional<NetworkGoal> make_goal(const Network& network, const PlanInput& input)
{
    if (!input.facts.network) return std::nullopt;
    return Goal(network, input).make();
}

}  // namespace onectx
