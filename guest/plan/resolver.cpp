// The resolver wish: name servers and search domains by whoever owns /etc/resolv.conf. A symbolic
// link there means that somebody else writes it, so it is never replaced (user-needs R-76).
#include <algorithm>

#include "common/text.h"
#include "guest/edit/assignment.h"
#include "guest/edit/managed_block.h"
#include "guest/edit/resolv_conf.h"
#include "guest/model/dhcp_record.h"
#include "guest/net/interfaces.h"
#include "guest/net/own_files.h"
#include "guest/net/resolver_owner.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

constexpr std::string_view kResolvedFile = "/etc/systemd/resolved.conf.d/50-onectx.conf";

constexpr std::string_view kNetconfigFile = "/etc/sysconfig/network/config";
constexpr BlockMarkers kBlock{"# BEGIN onectx", "# END onectx"};

std::string own_block_in(std::string_view text)
{
    return block_in(text, kBlock);
}

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

// The machine's own first, then each NIC's in the order of ETHx (reference, appendix B), then what
// servers told our DHCP clients.
Resolver merged(const Network& network, bool with_nics, const std::vector<DhcpRecord>& leases)
{
    Resolver resolver;
    append(resolver, network.nameservers, network.search_domains);
    if (with_nics)
        for (const auto& nic : network.nics)
            append(resolver, nic.nameservers, nic.search_domains);
    for (const auto& lease : leases)
        append(resolver, lease.nameservers, lease.search_domains);
    return resolver;
}

// Of the clients that run; see guest/plan/dhcp.h.
Result<std::vector<DhcpRecord>> leases_of(const Facts& facts, const FileReader& tree)
{
    std::vector<DhcpRecord> leases;
    for (const auto& client : facts.dhcp_clients) {
        const auto file = TRY(tree.read(dhcp_record_path(client)));
        auto record = file ? parse_dhcp_record(file->content) : std::nullopt;
        if (record) leases.push_back(std::move(*record));
    }
    return leases;
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
                  .owner = {std::to_string(file.status.uid), std::to_string(file.status.gid)},
                  .part = resolver_lines_in});
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

// The lines as one block of ours in a file of another program; no lines, no block. A missing file
// is made only when there is something to say.
Result<void> plan_block(const std::string& path, const std::vector<std::string>& lines,
                        const Run& activation, const FileReader& tree, PlannedStep& planned)
{
    auto there = TRY(tree.read(path));
    if (!there && lines.empty()) return {};
    auto file = there.value_or(FileText{});
    auto content = with_managed_block(file.content, kBlock, lines);
    if (there && content == file.content) return {};
    planned.step.changes.push_back(
        WriteFile{.path = path,
                  .content = std::move(content),
                  .mode = file.status.mode,
                  .owner = {std::to_string(file.status.uid), std::to_string(file.status.gid)},
                  .part = own_block_in});
    planned.step.activate.push_back(activation);
    return {};
}

// resolvconf(8) puts the file in front of what it gathers.
Result<void> plan_resolvconf(const Resolver& resolver, const FileReader& tree, PlannedStep& planned)
{
    std::vector<std::string> lines;
    for (const auto& server : resolver.nameservers)
        lines.push_back("nameserver " + server);
    if (!resolver.domains.empty()) lines.push_back("search " + join(resolver.domains, " "));
    return plan_block("/etc/resolvconf/resolv.conf.d/head", lines, {{"resolvconf", "-u"}}, tree,
                      planned);
}

// resolvconf.conf(5) of openresolv.
Result<void> plan_openresolv(const Resolver& resolver, const FileReader& tree, PlannedStep& planned)
{
    std::vector<std::string> lines;
    if (!resolver.nameservers.empty())
        lines.push_back("name_servers=\"" + join(resolver.nameservers, " ") + "\"");
    if (!resolver.domains.empty())
        lines.push_back("search_domains=\"" + join(resolver.domains, " ") + "\"");
    return plan_block("/etc/resolvconf.conf", lines, {{"resolvconf", "-u"}}, tree, planned);
}

// The file that netconfig(8) is configured by is everybody's: two of its values are set, and stay
// as they are when the context has nothing to say.
Result<void> plan_netconfig(const Resolver& resolver, const FileReader& tree, PlannedStep& planned)
{
    std::string path(kNetconfigFile);
    auto file = TRY(tree.read(path))
    .value_or(FileText{});
    auto content = file.content;
    auto assign = [&](const std::string& name, const std::vector<std::string>& values) {
        if (values.empty()) return;
        auto text = join(values, " ");
        if (auto edited = with_assignment(content, name, text)) {
            content = std::move(*edited);
            return;
        }
        if (!content.empty() && !content.ends_with('\n')) content += "\n";
        content += name + "=\"" + text + "\"\n";
    };
    assign("NETCONFIG_DNS_STATIC_SERVERS", resolver.nameservers);
    assign("NETCONFIG_DNS_STATIC_SEARCHLIST", resolver.domains);
    if (content == file.content) return {};
    planned.step.changes.push_back(
        WriteFile{.path = path,
                  .content = std::move(content),
                  .mode = file.status.mode,
                  .owner = {std::to_string(file.status.uid), std::to_string(file.status.gid)}});
    planned.step.activate.push_back({{"netconfig", "update", "-f"}});
    return {};
}

void say_unheard(PlannedStep& planned)
{
    planned.problems.push_back(
        {"DNS",
         "/etc/resolv.conf is a symbolic link to what somebody else writes, so it is left as it is",
         false});
}

Result<void> plan_for_owner(ResolverOwner owner, const Resolver& everything, const PlanInput& input,
                            PlannedStep& planned)
{
    const auto& tree = input.tree;
    switch (owner) {
        case ResolverOwner::nobody: return plan_file(everything, tree, planned);
        case ResolverOwner::resolved:         // done already
        case ResolverOwner::network_manager:  // stands in its profiles
            return {};
        case ResolverOwner::resolvconf:
            // The stanzas of ifupdown carry it, for programs that hand them on.
            if (input.backend == "interfaces" && has_resolvconf(tree)) return {};
            return plan_resolvconf(everything, tree, planned);
        case ResolverOwner::openresolv: return plan_openresolv(everything, tree, planned);
        case ResolverOwner::netconfig: return plan_netconfig(everything, tree, planned);
        case ResolverOwner::somebody:
            if (!everything.empty()) say_unheard(planned);
            return {};
    }
    return {};
}

}  // namespace

Result<PlannedStep> plan_resolver(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "resolver"}};
    // With a back-end that cannot be written the network step says so, and nothing is half done.
    if (!input.settings.network || !is_on(input.policy.network) || !is_written_by_us(input.backend))
        return planned;
    const auto& network = *input.settings.network;
    auto owner = TRY(find_resolver_owner(input.tree, uses_network_manager(input)));
    const auto leases = TRY(leases_of(input.facts, input.tree));
    // What belongs to one link stands in that link's own file where its daemon tells
    // systemd-resolved of it.
    bool tells_of_links =
        input.backend == "networkd" || input.backend == "netplan" || input.backend == "nm";
    auto for_resolved =
        owner == ResolverOwner::resolved ? merged(network, !tells_of_links, leases) : Resolver{};
    TRY(plan_resolved(for_resolved, input.tree, planned));
    TRY(plan_for_owner(owner, merged(network, true, leases), input, planned));
    return planned;
}

}  // namespace onectx
