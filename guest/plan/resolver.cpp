// The resolver wish: name servers and search domains by whoever owns /etc/resolv.conf. A symbolic
// link there means that somebody else writes it, so it is never replaced (user-needs R-76).
#include <algorithm>

#include "common/text.h"
#include "guest/edit/resolv_conf.h"
#include "guest/net/interfaces.h"
#include "guest/net/own_files.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

constexpr std::string_view kResolvConf = "/etc/resolv.conf";
constexpr std::string_view kResolvedFile = "/etc/systemd/resolved.conf.d/50-onectx.conf";

struct Resolver {
    std::vector<std::string> nameservers;
    std::vector<std::string> domains;

    [[nodiscard]] bool empty() const { return nameservers.empty() && domains.empty(); }
};

void append(Resolver& resolver, const std::vector<IpAddress>& nameservers,
            const std::vector<std::string>& domains)
{
    for (const auto& server : nameservers) {
        auto text = to_text(server);
        auto& list = resolver.nameservers;
        if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
    }
    for (const auto& domain : domains) {
        auto is_same = [&](const auto& other) { return equals_ignoring_case(domain, other); };
        auto& list = resolver.domains;
        if (std::none_of(list.begin(), list.end(), is_same)) list.push_back(domain);
    }
}

// The machine's own first, then each NIC's in the order of ETHx (reference, appendix B).
Resolver merged(const Network& network, bool with_nics)
{
    Resolver resolver;
    append(resolver, network.nameservers, network.search_domains);
    if (with_nics)
        for (const auto& nic : network.nics)
            append(resolver, nic.nameservers, nic.search_domains);
    return resolver;
}

enum class Writer { nobody, resolved, resolvconf, somebody };

// Who writes /etc/resolv.conf, by where it leads: nobody but us when it is no link.
Result<Writer> find_writer(const FileReader& tree)
{
    auto target = TRY(tree.link_target(kResolvConf));
    if (!target) return Writer::nobody;
    auto holds = [&](std::string_view part) { return target->find(part) != std::string::npos; };
    if (holds("systemd/resolve/") || holds("lib/systemd/resolv.conf")) return Writer::resolved;
    return holds("resolvconf/") ? Writer::resolvconf : Writer::somebody;
}

Result<void> plan_file(Resolver resolver, const FileReader& tree, PlannedStep& planned)
{
    if (resolver.empty()) return {};
    auto& servers = resolver.nameservers;
    if (servers.size() > kMaxNameservers) {
        std::vector<std::string> rest(servers.begin() + kMaxNameservers, servers.end());
        servers.resize(kMaxNameservers);
        planned.problems.push_back(
            {"DNS", "resolv.conf holds 3 name servers; left out: " + join(rest, " "), false});
    }
    auto file = TRY(tree.read(kResolvConf))
    .value_or(FileText{});
    planned.step.changes.push_back(
        WriteFile{.path = std::string(kResolvConf),
                  .content = edit_resolv_conf(file.content, servers, resolver.domains),
                  .mode = file.status.mode,
                  .owner = {std::to_string(file.status.uid), std::to_string(file.status.gid)}});
    return {};
}

std::string render_resolved(const Resolver& resolver)
{
    auto text = std::string(kOwnFileHeader) + "\n[Resolve]\n";
    if (!resolver.nameservers.empty()) text += "DNS=" + join(resolver.nameservers, " ") + "\n";
    if (!resolver.domains.empty()) text += "Domains=" + join(resolver.domains, " ") + "\n";
    return text;
}

// Writes our file for systemd-resolved, or removes it when there is nothing to say in it.
Result<void> plan_resolved(const Resolver& resolver, const FileReader& tree, PlannedStep& planned)
{
    std::string path(kResolvedFile);
    auto there = TRY(tree.read(path));
    if (there && !there->content.starts_with(kOwnFileHeader)) {
        planned.problems.push_back(
            {"DNS", path + " lacks the first line of our files, so it is left as it is",
             !resolver.empty()});
        return {};
    }
    if (resolver.empty() && !there) return {};
    if (resolver.empty())
        planned.step.changes.push_back(RemoveFile{.path = path});
    else
        planned.step.changes.push_back(
            WriteFile{.path = path, .content = render_resolved(resolver)});
    planned.step.activate.push_back(
        {{"systemctl", "try-reload-or-restart", "systemd-resolved.service"}});
    return {};
}

}  // namespace

Result<PlannedStep> plan_resolver(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "resolver"}};
    bool is_networkd = input.backend == "networkd";
    // With a back-end that cannot be written the network step says so, and nothing is half done.
    if (!input.settings.network || !input.policy.network ||
        (!is_networkd && input.backend != "interfaces" && input.backend != "netlink"))
        return planned;
    const auto& network = *input.settings.network;
    auto everything = merged(network, true);
    auto writer = TRY(find_writer(input.tree));
    // The file of a NIC that networkd configures tells systemd-resolved what belongs to that link.
    auto for_resolved = writer == Writer::resolved ? merged(network, !is_networkd) : Resolver{};
    TRY(plan_resolved(for_resolved, input.tree, planned));
    if (writer == Writer::nobody) TRY(plan_file(everything, input.tree, planned));

    bool has_stanzas = input.backend == "interfaces" && has_resolvconf(input.tree);
    bool is_unheard = writer == Writer::somebody || (writer == Writer::resolvconf && !has_stanzas);
    if (is_unheard && !everything.empty())
        planned.problems.push_back(
            {"DNS",
             "/etc/resolv.conf is a symbolic link to what somebody else writes, so it is left "
             "as it is",
             false});
    return planned;
}

}  // namespace onectx
