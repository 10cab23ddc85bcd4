// See links.h.
#include "guest/plan/links.h"

#include <algorithm>
#include <iterator>
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

const KernelLink* link_at(const KernelNetwork& kernel, int index)
{
    auto found = std::find_if(kernel.links.begin(), kernel.links.end(),
                              [&](const KernelLink& link) { return link.index == index; });
    return found == kernel.links.end() ? nullptr : &*found;
}

// The device that the key names: with this MAC and no VLAN, or that VLAN above it.
bool is_link(const KernelNetwork& kernel, const KernelLink& link, const LinkKey& key)
{
    if (link.vlan != key.vlan) return false;
    const auto* base = key.vlan ? link_at(kernel, link.parent) : &link;
    return base != nullptr && has_mac(*base, key.mac);
}

LinkKey key_of(const LinkState& state)
{
    return {state.mac, state.vlan ? std::optional(state.vlan->id) : std::nullopt};
}

LinkKey key_of(const Nic& nic)
{
    return {*nic.mac, nic.vlan};
}

// The device below a VLAN.
LinkState parent_of(const LinkState& vlan)
{
    return {.device = vlan.vlan->parent, .mac = vlan.mac};
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

// Whether the change adds a route that the kernel takes for the same as this one: its destination
// and metric are, the device does not matter.
bool adds_route_like(const LinkChange& change, const LinkItem& item)
{
    const auto* route = std::get_if<Route>(&item);
    if (route == nullptr) return false;
    return std::any_of(change.add.begin(), change.add.end(), [&](const LinkItem& added) {
        const auto* other = std::get_if<Route>(&added);
        return other != nullptr && other->destination == route->destination;
    });
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
        for (const auto& [key, link] : old_)
            if (!named_.contains(key)) let_go(key, link);
        auto during = record_;
        for (const auto& link : goal_.links) {
            if (link.wanted.gone) during[key_of(link.wanted)].made = true;
            for (const auto& item : link.stale)
                during[key_of(link.wanted)].items.push_back(item);
        }
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
        const auto key = key_of(nic);
        named_.insert(key);
        auto wanted = wanted_state(nic);
        const auto* link = find_link(kernel_, wanted);
        auto before = old_.find(key);
        bool is_there = link != nullptr && (before == old_.end() || !before->second.made);
        RecordedLink now{.made = nic.vlan && !is_there,
                         .dynamic = wanted.dynamic,
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
        record_[key] = std::move(now);
        if (link != nullptr) {
            goal.stale = held_of(kernel_, link->index, goal.stale);
            if (network_.complete) add_marked(link->index, wanted.items, goal.stale);
            // What a lease brought looks like what a user did.
            if (before != old_.end() && !before->second.dynamic) {
                auto ours = record_[key].items;
                ours.insert(ours.end(), before->second.items.begin(), before->second.items.end());
                goal.foreign = foreign_items(kernel_, link->index, ours);
            }
        } else if (!wanted.vlan || find_link(kernel_, parent_of(wanted)) == nullptr) {
            return;
        }
        goal.wanted = std::move(wanted);
        goal_.links.push_back(std::move(goal));
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
    void let_go(const LinkKey& key, const RecordedLink& old)
    {
        if (!network_.complete || is_skipped(key.mac)) {
            record_[key] = old;
            return;
        }
        for (const auto& link : kernel_.links) {
            if (!is_link(kernel_, link, key)) continue;
            auto held = held_of(kernel_, link.index, old.items);
            if (held.empty() && !old.ipv6_off && !old.made) continue;
            LinkGoal goal{.wanted = {.device = link.name, .mac = key.mac, .gone = old.made},
                          .stale = std::move(held)};
            if (key.vlan) goal.wanted.vlan = VlanAbove{*key.vlan, name_of(link.parent)};
            if (old.ipv6_off) goal.wanted.ipv6 = Ipv6Mode::announced;
            goal_.links.push_back(std::move(goal));
            return;
        }
    }

    [[nodiscard]] std::string name_of(int index) const
    {
        const auto* link = link_at(kernel_, index);
        return link == nullptr ? std::string() : link->name;
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
    std::set<LinkKey> named_;
    NetworkGoal goal_;
};

}  // namespace

LinkState wanted_state(const Nic& nic)
{
    LinkState state{
        .device = nic.device, .mac = nic.mac.value_or(Mac{}), .up = true, .mtu = nic.mtu};
    if (nic.vlan) {
        state.device = vlan_device(nic);
        state.vlan = VlanAbove{*nic.vlan, nic.device};
    }
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

const KernelLink* find_link(const KernelNetwork& kernel, const LinkState& state)
{
    for (const auto& link : kernel.links) {
        if (link.name != state.device) continue;
        bool has_new_address = !state.vlan && state.address && link.mac == *state.address;
        if (has_new_address || is_link(kernel, link, key_of(state))) return &link;
    }
    return nullptr;
}

bool takes_mtu(const KernelNetwork& kernel, const LinkState& state)
{
    const auto* link = find_link(kernel, state.vlan ? parent_of(state) : state);
    if (link == nullptr || !state.mtu) return true;
    return *state.mtu >= link->min_mtu && (link->max_mtu == 0 || *state.mtu <= link->max_mtu);
}

bool has_item(const KernelNetwork& kernel, int link, const LinkItem& item)
{
    return as_held(kernel, link, item).has_value();
}

LinkChange difference(const LinkState& wanted, const std::vector<LinkItem>& stale,
                      const KernelNetwork& kernel)
{
    LinkChange change{.device = wanted.device, .mac = wanted.mac, .vlan = wanted.vlan};
    const auto* link = find_link(kernel, wanted);
    if (wanted.gone) {
        change.destroy = link != nullptr;
        return change;
    }
    bool has_other_mtu = wanted.mtu && (link == nullptr || *wanted.mtu != link->mtu);
    if (has_other_mtu && takes_mtu(kernel, wanted)) change.mtu = wanted.mtu;
    if (link == nullptr) {
        if (!wanted.vlan || find_link(kernel, parent_of(wanted)) == nullptr)
            return {.device = wanted.device, .mac = wanted.mac};
        change.create = change.up = true;
        change.ipv6 = wanted.ipv6;
        change.add = wanted.items;
        return change;
    }
    if (wanted.address && link->mac != *wanted.address) change.address = wanted.address;
    change.up = wanted.up && !link->up;
    if (!is_so(link->ipv6, wanted.ipv6)) change.ipv6 = wanted.ipv6;
    for (const auto& item : held_of(kernel, link->index, stale))
        if (!is_wanted(wanted.items, item)) change.remove.push_back(item);
    for (const auto& item : wanted.items)
        if (!has_item(kernel, link->index, item)) change.add.push_back(item);
    return change;
}

std::vector<LinkChange> in_order(std::vector<LinkChange> changes)
{
    std::vector<LinkChange> first;
    for (auto& change : changes) {
        auto is_taken = [&](const LinkItem& item) {
            return std::any_of(changes.begin(), changes.end(), [&](const LinkChange& other) {
                return &other != &change && adds_route_like(other, item);
            });
        };
        LinkChange early{.device = change.device, .mac = change.mac, .vlan = change.vlan};
        std::copy_if(change.remove.begin(), change.remove.end(), std::back_inserter(early.remove),
                     is_taken);
        std::erase_if(change.remove, is_taken);
        if (!early.empty()) first.push_back(std::move(early));
        if (change.destroy) std::swap(change, first.emplace_back());
    }
    std::erase_if(changes, [](const LinkChange& change) { return change.empty(); });
    std::move(changes.begin(), changes.end(), std::back_inserter(first));
    return first;
}

std::vector<Change> direct_changes(const NetworkGoal& goal, const Facts& facts,
                                   const std::vector<Run>& activate)
{
    std::vector<LinkChange> changes;
    if (!facts.network) return {};
    for (const auto& [wanted, stale, foreign, leave_down] : goal.links) {
        const auto* link = find_link(*facts.network, wanted);
        bool is_left = link != nullptr && leave_down && !link->up;
        bool is_told = std::any_of(activate.begin(), activate.end(), [&](const Run& run) {
            return contains(run.argv, wanted.device);
        });
        if (is_left || is_told) continue;
        auto change = difference(wanted, stale, *facts.network);
        if (!change.empty()) changes.push_back(std::move(change));
    }
    changes = in_order(std::move(changes));
    return {std::make_move_iterator(changes.begin()), std::make_move_iterator(changes.end())};
}

std::optional<NetworkGoal> make_goal(const Network& network, const PlanInput& input)
{
    if (!input.facts.network) return std::nullopt;
    return Goal(network, input).make();
}

}  // namespace onectx
