// See verify.h.
#include "guest/system/verify.h"

#include <algorithm>
#include <vector>

#include "common/text.h"
#include "guest/model/dhcp6_message.h"
#include "guest/plan/links.h"

namespace onectx {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A daemon that was told answers before it is done; it is done when the kernel has been silent for
// so long.
constexpr milliseconds kQuiet{250};

// One link: what it lacks, and what of it is still being found out.
struct Lack {
    const LinkGoal* goal;
    LinkChange change;
    bool has_carrier = true;
    bool tentative = false;
    bool awaited = false;  // a lease that a client of ours was started for
    std::vector<std::string> duplicates;
};

bool is_set_by_us(const NetworkGoal& goal)
{
    return goal.backend == "netlink" || goal.backend == "interfaces";
}

// Whether the link waits for a lease. One is enough to go on with: asking for both families is what
// METHOD=dhcp means, and few networks serve both.
bool awaits_lease(const LinkState& wanted, const KernelLink& link, const KernelNetwork& kernel)
{
    auto is_lease = [&](const KernelAddress& one) {
        const bool is_leased = is_ipv4(one.prefix.address)
                                   ? wanted.leased4
                                   : wanted.leased6 && one.prefix.length == kDhcp6Prefix;
        return one.link == link.index && one.global && is_leased && !one.tentative &&
               std::find(wanted.items.begin(), wanted.items.end(), LinkItem{one.prefix}) ==
                   wanted.items.end();
    };
    return (wanted.leased4 || wanted.leased6) && link.running &&
           std::none_of(kernel.addresses.begin(), kernel.addresses.end(), is_lease);
}

Lack lack_of(const LinkGoal& goal, const KernelNetwork& kernel)
{
    Lack lack{.goal = &goal, .change = difference(goal.wanted, goal.stale, kernel)};
    const auto* link = find_link(kernel, goal.wanted);
    if (link == nullptr) return lack;
    if (goal.leave_down && !link->up) lack.change = {};
    lack.has_carrier = link->running || !link->up;  // a link that is down could not tell
    lack.awaited = awaits_lease(goal.wanted, *link, kernel);
    for (const auto& address : kernel.addresses) {
        const auto& items = goal.wanted.items;
        if (address.link != link->index ||
            std::find(items.begin(), items.end(), LinkItem{address.prefix}) == items.end())
            continue;
        if (address.duplicate) lack.duplicates.push_back(to_text(address.prefix));
        if (address.tentative && !address.duplicate && link->running) lack.tentative = true;
    }
    return lack;
}

std::vector<Lack> lacks_of(const NetworkGoal& goal, const KernelNetwork& kernel)
{
    std::vector<Lack> lacks;
    for (const auto& link : goal.links) {
        auto lack = lack_of(link, kernel);
        // Daemons configure a link once it has a carrier, however long that takes.
        if (!lack.has_carrier && !is_set_by_us(goal)) lack.change = {};
        lacks.push_back(std::move(lack));
    }
    return lacks;
}

// Until nothing is lacking, or nobody will do anything about it any more.
Result<KernelNetwork> wait_for_goal(const NetworkGoal& goal, Kernel& kernel,
                                    const VerifyOptions& options)
{
    const auto end = Clock::now() + options.limit;
    bool is_quiet = !options.told;
    for (;;) {
        auto network = TRY(kernel.network());
        const auto lacks = lacks_of(goal, network);
        auto is_lacking = [](const Lack& lack) { return !lack.change.empty(); };
        auto is_tentative = [](const Lack& lack) { return lack.tentative || lack.awaited; };
        const bool lacking =
            std::any_of(lacks.begin(), lacks.end(), is_lacking) && (options.told || options.starts);
        const bool tentative = std::any_of(lacks.begin(), lacks.end(), is_tentative);
        if (!lacking && !tentative && is_quiet) return network;
        const auto rest = std::chrono::ceil<milliseconds>(end - Clock::now());
        if (rest <= milliseconds{0}) return network;
        const bool done = !lacking && !tentative;
        const bool heard = TRY(kernel.wait_for_network(done ? std::min(rest, kQuiet) : rest));
        is_quiet = !options.told || (done && !heard);
    }
}

std::string list_of(const std::vector<LinkItem>& items)
{
    std::vector<std::string> texts;
    for (const auto& item : items)
        texts.push_back(to_text(item));
    return join(texts, ", ");
}

// "networkd did not set 10.0.0.2/24 on eth0; set directly"
void say(const NetworkGoal& goal, const LinkChange& change, std::vector<std::string>& remarks)
{
    std::vector<std::string> texts;
    if (change.create)
        texts.push_back("VLAN " + std::to_string(change.vlan->id) + " above " +
                        change.vlan->parent);
    if (change.address) texts.push_back("MAC " + to_text(*change.address));
    if (change.up) texts.emplace_back("up");
    if (change.mtu) texts.push_back("MTU " + std::to_string(*change.mtu));
    if (change.ipv6) texts.push_back("IPv6 " + std::string(to_text(*change.ipv6)));
    for (const auto& item : change.add)
        texts.push_back(to_text(item));
    if (!texts.empty())
        remarks.push_back(goal.backend + " did not set " + join(texts, ", ") + " on " +
                          change.device + "; set directly");
    if (change.destroy)
        remarks.push_back(goal.backend + " left " + change.device + "; removed directly");
    if (!change.remove.empty())
        remarks.push_back(goal.backend + " left " + list_of(change.remove) + " on " +
                          change.device + "; removed directly");
}

// What others had on the link and have no more, since a daemon was told.
std::vector<LinkItem> lost_of(const LinkGoal& goal, const KernelNetwork& kernel)
{
    std::vector<LinkItem> lost;
    const auto* link = find_link(kernel, goal.wanted);
    if (link == nullptr) return lost;
    for (const auto& item : goal.foreign)
        if (!has_item(kernel, link->index, item)) lost.push_back(item);
    return lost;
}

}  // namespace

Result<Verified> verify(const NetworkGoal& goal, Kernel& kernel, const VerifyOptions& options)
{
    const auto network = TRY(wait_for_goal(goal, kernel, options));
    Verified verified;
    std::vector<std::string> remarks, failures;
    std::vector<LinkChange> changes;
    for (auto& [link, change, has_carrier, tentative, awaited, duplicates] :
         lacks_of(goal, network)) {
        if (awaited)
            remarks.push_back("no " + std::string(link->wanted.leased4 ? "DHCP" : "DHCPv6") +
                              " server has answered on " + link->wanted.device +
                              " yet; it goes on being asked");
        say(goal, change, remarks);
        if (options.told) {
            auto lost = lost_of(*link, network);
            change.device = link->wanted.device;
            change.mac = link->wanted.mac;
            change.vlan = link->wanted.vlan;
            change.add.insert(change.add.end(), lost.begin(), lost.end());
        }
        for (const auto& address : duplicates)
            remarks.push_back(address + " of " + link->wanted.device +
                              " is in use by another machine");
        changes.push_back(std::move(change));
    }
    for (const auto& change : in_order(std::move(changes))) {
        verified.changed = true;
        auto made = kernel.change_link(change);
        if (!made)
            failures.push_back(made.error().message);
        else if (!made->empty())
            remarks.push_back(*made);
    }
    verified.remark = join(remarks, "; ");
    if (failures.empty()) return verified;
    if (!verified.remark.empty()) failures.push_back(verified.remark);
    return fail(join(failures, "; "));
}

}  // namespace onectx
