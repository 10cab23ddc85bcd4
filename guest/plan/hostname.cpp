// The machine's name: the file that the distribution reads it from, the kernel, and one line of
// /etc/hosts. The domain stands only in /etc/hosts, where gethostbyname(3) finds the full name.
#include "common/host_name.h"
#include "common/text.h"
#include "guest/edit/assignment.h"
#include "guest/edit/hosts.h"
#include "guest/model/address_name.h"
#include "guest/plan/plan.h"
#include "guest/plan/write_over.h"

namespace onectx {
namespace {

constexpr std::string_view kFreshHosts =
    "127.0.0.1 localhost\n"
    "::1 localhost ip6-localhost ip6-loopback\n";

// A file of assignments that holds the name on systems that have no /etc/hostname.
struct NameVariable {
    std::string_view path;
    std::string_view name;
};
constexpr NameVariable kNameVariables[] = {
    {"/etc/sysconfig/network", "HOSTNAME"},  // Enterprise Linux 6
    {"/etc/conf.d/hostname", "hostname"},    // Gentoo with OpenRC
};

Result<std::vector<Change>> name_files(const std::string& host, const FileReader& tree)
{
    std::vector<Change> changes;
    auto modern = TRY(tree.read("/etc/hostname"));
    // SUSE's own name of the file; on its newer releases a link to /etc/hostname.
    auto suse_status = TRY(tree.status("/etc/HOSTNAME"));
    if (suse_status && suse_status->type == FileType::regular) {
        auto suse = TRY(tree.read("/etc/HOSTNAME"));
        changes.emplace_back(write_over("/etc/HOSTNAME", suse, host + "\n"));
    }
    for (const auto& variable : kNameVariables) {
        if (modern || !changes.empty()) break;
        auto file = TRY(tree.read(variable.path));
        if (!file) continue;
        if (auto edited = with_assignment(file->content, variable.name, host))
            changes.emplace_back(write_over(std::string(variable.path), file, std::move(*edited)));
    }
    if (modern || changes.empty())
        changes.emplace_back(write_over("/etc/hostname", modern, host + "\n"));
    return changes;
}

Result<HostnameWish> name_in_dns(const Facts& facts)
{
    if (!facts.address_name) return fail("DNS was not asked");
    if (facts.address_name->name.empty()) return fail(facts.address_name->failure);
    auto name = clean_host_name(facts.address_name->name);
    if (!name || is_localhost(name->host))
        return fail(shown(facts.address_name->name) + " is no host name of a machine");
    return HostnameWish{std::move(name->host), std::move(name->domain)};
}

Result<HostnameWish> name_of_ec2(const Facts& facts)
{
    const auto address = facts.network ? first_address(*facts.network) : std::nullopt;
    const auto* ip = address ? std::get_if<Ipv4>(&*address) : nullptr;
    if (ip == nullptr) return fail("this machine has no IPv4 address");
    return HostnameWish{.host = ec2_name(*ip), .domain = {}};
}

// The name that is given, or the one that follows from the address.
Result<std::optional<HostnameWish>> wanted_name(const PlanInput& input,
                                                std::vector<Problem>& problems)
{
    const auto& settings = input.settings;
    if (settings.hostname || !settings.name_of_address) return settings.hostname;
    if (settings.name_of_address->dns) {
        auto name = in_context("DNS_HOSTNAME", name_in_dns(input.facts));
        if (name || !settings.name_of_address->ec2) return name;
        problems.push_back({"", name.error().message, false});
    }
    return in_context("EC2_HOSTNAME", name_of_ec2(input.facts));
}

}  // namespace

Result<PlannedStep> plan_hostname(const PlanInput& input)
{
    PlannedStep planned{.step = {.name = "hostname"}};
    const auto wanted = TRY(wanted_name(input, planned.problems));
    if (!wanted) return planned;
    const auto& name = *wanted;
    auto& changes = planned.step.changes;

    changes = TRY(name_files(name.host, input.tree));
    auto hosts = TRY(input.tree.read("/etc/hosts"));
    auto text = hosts ? std::string_view(hosts->content) : kFreshHosts;
    auto file = write_over("/etc/hosts", hosts, with_host_line(text, name));
    file.part = host_line_in;
    changes.emplace_back(std::move(file));
    changes.emplace_back(SetKernelHostname{name.host});
    return planned;
}

}  // namespace onectx
