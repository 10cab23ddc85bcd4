// Fuzzes the way from the text of a context to the files of every network back-end: nothing that
// the text holds may come out of its field. The first byte chooses the machine; every line that is
// written must then be one that the format's grammar below knows, with values of plain characters.
// What no such line can be: a second assignment, the end of a quoted text, a command of a shell.
// And a value must make no line of its own: with every domain replaced by another of its length,
// the same files have the same keys in the same lines.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "common/shell_vars.h"
#include "common/text.h"
#include "guest/net/own_files.h"
#include "guest/plan/plan.h"

namespace onectx {
namespace {

// --- the machine

// Files and links of a tree that holds nothing else. A content that begins with "->" is a link.
class SmallTree : public FileReader {
  public:
    explicit SmallTree(std::map<std::string, std::string, std::less<>> nodes)
        : nodes_(std::move(nodes))
    {
    }
    Result<std::optional<FileText>> read(std::string_view path) const override
    {
        auto node = nodes_.find(path);
        if (node == nodes_.end() || node->second.starts_with("->")) return std::nullopt;
        return FileText{node->second, {}};
    }
    Result<std::optional<FileText>> read_below(std::string_view,
                                               std::string_view path) const override
    {
        return read(path);
    }
    Result<std::optional<FileStatus>> status(std::string_view path) const override
    {
        auto node = nodes_.lower_bound(path);
        if (node == nodes_.end()) return std::nullopt;
        if (node->first == path) return FileStatus{};
        if (!node->first.starts_with(std::string(path) + "/")) return std::nullopt;
        return FileStatus{.type = FileType::directory};
    }
    Result<std::optional<std::string>> link_target(std::string_view path) const override
    {
        auto node = nodes_.find(path);
        if (node == nodes_.end() || !node->second.starts_with("->")) return std::nullopt;
        return node->second.substr(2);
    }
    Result<std::vector<std::string>> list(std::string_view path) const override
    {
        std::vector<std::string> names;
        auto start = std::string(path) + "/";
        for (const auto& [name, content] : nodes_)
            if (name.starts_with(start) && name.find('/', start.size()) == std::string::npos)
                names.push_back(name.substr(start.size()));
        return names;
    }

  private:
    std::map<std::string, std::string, std::less<>> nodes_;
};

struct Kind {
    std::string_view backend;
    std::map<std::string, std::string, std::less<>> nodes;
};

const Kind& kind_of(std::uint8_t choice)
{
    // The names by which systemd knows an enabled daemon on D-Bus.
    static const std::string dbus = "/etc/systemd/system/dbus-org.freedesktop.";
    static const std::array<Kind, 12> kKinds{{
        {"networkd", {{"/etc/resolv.conf", "->../run/systemd/resolve/stub-resolv.conf"}}},
        {"netplan", {{"/etc/resolv.conf", "->../run/systemd/resolve/stub-resolv.conf"}}},
        {"netplan", {{"/etc/netplan/01-all.yaml", "network:\n  renderer: NetworkManager\n"}}},
        {"nm", {}},
        {"interfaces", {}},
        {"interfaces",
         {{"/sbin/ifup", "->../usr/share/ifupdown2/__main__ifupdown2"},
          {"/sbin/resolvconf", ""},
          {"/etc/resolv.conf", "->../run/resolvconf/resolv.conf"}}},
        {"interfaces",
         {{"/sbin/ifup", "->/bin/busybox"},
          {"/etc/resolvconf.conf", ""},
          {"/etc/resolv.conf", "->../run/resolvconf/resolv.conf"}}},
        {"interfaces", {{"/sbin/ifup", "->ifupdown"}}},
        {"interfaces", {{dbus + "NetworkManager.service", ""}, {dbus + "network1.service", ""}}},
        {"netlink", {{dbus + "NetworkManager.service", ""}}},
        {"scripts", {{"/etc/sysconfig/network", ""}}},
        {"scripts", {{"/etc/sysconfig/network/config", ""}, {"/usr/sbin/netconfig", ""}}},
    }};
    return kKinds[choice % kKinds.size()];
}

Facts facts_of_machine()
{
    Facts facts;
    facts.init = Init::systemd;
    auto add = [&](const std::string& name, std::uint8_t last, const std::string& address) {
        NetworkDevice nic;
        nic.name = name;
        nic.mac = Mac{{2, 0, 10, 0, 0, last}};
        nic.bus = "pci";
        nic.pci_address = address;
        facts.nics.push_back(nic);
    };
    add("eth0", 2, "0000:00:03.0");
    add("eth1", 3, "0000:00:04.0");
    add("ens5", 4, "0000:01:01.0");
    return facts;
}

// --- the grammars

void require(bool promise, std::string_view path, std::string_view line)
{
    if (promise) return;
    std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(path.size()), path.data(),
                 static_cast<int>(line.size()), line.data());
    std::abort();
}

bool is_made_of(std::string_view text, std::string_view more)
{
    return std::all_of(text.begin(), text.end(), [&](char c) {
        return is_alpha(c) || is_digit(c) || more.find(c) != std::string_view::npos;
    });
}

bool is_one_of(std::string_view word, std::string_view words)
{
    auto list = split_words(words);
    return std::find(list.begin(), list.end(), word) != list.end();
}

constexpr std::string_view kPlain = ".:/-_";  // of addresses, prefixes, MACs, names

// [Section] and KEY=VALUE of networkd, udev, NetworkManager and systemd-resolved.
bool is_ini_line(std::string_view line)
{
    constexpr std::string_view kSections =
        "Match Link Network Route DHCPv4 IPv6AcceptRA NetDev VLAN Resolve connection match "
        "ethernet vlan ipv4 ipv6 keyfile";
    constexpr std::string_view kKeys =
        "MACAddress Path Type Name MTUBytes DHCP IPv6AcceptRA IPv6PrivacyExtensions "
        "LinkLocalAddressing Address DNS Domains VLAN Gateway Destination Scope GatewayOnLink "
        "Metric RouteMetric DHCPv6Client Kind Id NamePolicy AlternativeNamesPolicy "
        "AlternativeName MACAddressPolicy id uuid type autoconnect-priority interface-name path "
        "mac-address cloned-mac-address mtu method addr-gen-mode ip6-privacy route-metric dns "
        "dns-priority dns-search parent Unmanaged unmanaged-devices+";
    if (line.empty()) return true;
    if (line.front() == '[')
        return line.back() == ']' && is_one_of(line.substr(1, line.size() - 2), kSections);
    auto key = line.substr(0, line.find('='));
    if (key.size() == line.size()) return false;
    auto value = line.substr(key.size() + 1);
    bool is_numbered = key.starts_with("address") || key.starts_with("route");
    if (is_numbered && is_made_of(key, "_-"))
        return is_made_of(value, ".:/,") || value == "onlink=true";
    return is_one_of(key, kKeys) && is_made_of(value, ".:/-_; ");
}

// `key: value`, `- value`, `key:`; a value is a word or stands in double quotes.
bool is_yaml_line(std::string_view line)
{
    constexpr std::string_view kKeys =
        "network version ethernets vlans renderer match name macaddress mtu dhcp4 dhcp6 accept-ra "
        "link-local ipv6-privacy addresses nameservers search routes to via scope on-link metric "
        "dhcp4-overrides dhcp6-overrides route-metric networkmanager passthrough id link "
        "connection.autoconnect-priority ipv4.dns-priority ipv6.dns-priority ipv6.addr-gen-mode "
        "ipv4.method ipv6.method";
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    bool is_item = line.starts_with("- ");
    if (is_item) line.remove_prefix(2);
    auto is_value = [](std::string_view text) {
        bool quoted = text.size() > 1 && text.front() == '"' && text.back() == '"';
        if (quoted) return is_made_of(text.substr(1, text.size() - 2), kPlain);
        return text == "[]" || is_made_of(text, "-");
    };
    if (is_item && line.starts_with('"')) return is_value(line);
    auto key = line.substr(0, line.find(": "));
    if (key.size() == line.size()) {
        if (!line.ends_with(':')) return false;
        key = line.substr(0, line.size() - 1);
        return is_one_of(key, kKeys) || key.starts_with("00-onectx-") || is_made_of(key, ".");
    }
    auto value = line.substr(key.size() + 2);
    return is_one_of(key, kKeys) && (is_value(value) || value.starts_with("00-onectx-"));
}

// Words of the stanzas; the commands hold what a shell reads in these places alone.
bool is_stanza_line(std::string_view line)
{
    constexpr std::string_view kWords =
        "auto iface address netmask gateway metric mtu up pre-up dns-nameservers dns-search "
        "autoconf accept_ra hwaddress vlan-raw-device vlan-id";
    auto words = split_words(line);
    if (words.empty()) return true;
    if (!is_one_of(words[0], kWords)) return false;
    std::string rest(line);
    for (std::string_view fixed :
         {" > /proc/sys/net/ipv6/conf/", " || true", " >/dev/null 2>&1 || ip link add "})
        if (auto at = rest.find(fixed); at != std::string::npos) rest.erase(at, fixed.size());
    return is_made_of(rest, ".:/-_ ");
}

// NAME=value of shell files; the value plain, or a list in quotes.
bool is_assignment(std::string_view line)
{
    auto equals = line.find('=');
    if (line.empty()) return true;
    if (equals == std::string_view::npos || !is_made_of(line.substr(0, equals), "_")) return false;
    auto value = line.substr(equals + 1);
    bool quoted = value.size() > 1 && (value.front() == '"' || value.front() == '\'') &&
                  value.back() == value.front();
    return quoted ? is_made_of(value.substr(1, value.size() - 2), ".:/-_ ")
                  : is_made_of(value, kPlain);
}

bool is_plain_line(std::string_view line)
{
    return is_made_of(line, ".:/-_ ");
}

bool is_sysctl_line(std::string_view line)
{
    return is_made_of(line, ".:/-_ =$");
}

using Grammar = bool (*)(std::string_view line);

Grammar grammar_of(std::string_view path)
{
    struct Rule {
        std::string_view start;
        std::string_view end;
        Grammar grammar;
    };
    static constexpr Rule kRules[] = {
        {"/etc/systemd/network/05-onectx-", ".network", is_ini_line},
        {"/etc/systemd/network/05-onectx-", ".netdev", is_ini_line},
        {"/etc/systemd/network/05-onectx-", ".link", is_ini_line},
        {"/etc/systemd/resolved.conf.d/50-onectx", ".conf", is_ini_line},
        {"/etc/systemd/network/04-onectx-", ".network", is_ini_line},
        {"/etc/NetworkManager/conf.d/50-onectx-", ".conf", is_ini_line},
        {"/etc/NetworkManager/system-connections/onectx-", ".nmconnection", is_ini_line},
        {"/etc/netplan/50-onectx", ".yaml", is_yaml_line},
        {"/etc/network/interfaces", "", is_stanza_line},
        {"/etc/resolv", ".conf", is_plain_line},
        {"/etc/resolvconf.", "conf", is_assignment},
        {"/etc/resolvconf/resolv.conf.d/", "head", is_plain_line},
        {"/etc/sysctl.d/60-onectx", ".conf", is_sysctl_line},
        {"/etc/sysconfig/network/ifsysctl-", "", is_sysctl_line},
        {"/etc/sysconfig/network/ifroute-", "", is_plain_line},
        {"/etc/sysconfig/network/", "", is_assignment},
        {"/etc/sysconfig/network-scripts/route", "", is_plain_line},
        {"/etc/sysconfig/network-scripts/ifcfg-", "", is_assignment},
    };
    for (const auto& rule : kRules)
        if (path.starts_with(rule.start) && path.ends_with(rule.end)) return rule.grammar;
    return nullptr;
}

void check_file(const WriteFile& file)
{
    auto grammar = grammar_of(file.path);
    require(grammar != nullptr, file.path, "no such file is ours");
    require(file.content.ends_with('\n'), file.path, "no line end");
    for (auto line : split_lines(file.content)) {
        constexpr std::string_view kComments[] = {
            "# BEGIN onectx", "# END onectx",
            "# Written by onectx from the context; changes between these lines are overwritten.",
            "# The next lines are written by onectx from the context."};
        bool is_comment =
            std::string(line) + "\n" == kOwnFileHeader ||
            std::find(std::begin(kComments), std::end(kComments), line) != std::end(kComments);
        require(is_comment || grammar(line), file.path, line);
    }
}

// --- the twin

// Other names for the domains, as long as they are and as many.
class Namer {
  public:
    std::string name_for(const std::string& domain)
    {
        auto [known, is_new] = names_.emplace(to_lower(domain), "");
        if (is_new) {
            auto number = std::to_string(++counts_[domain.size()]);
            is_exhausted_ = is_exhausted_ || number.size() > domain.size();
            if (!is_exhausted_)
                known->second = std::string(domain.size() - number.size(), 'x') + number;
        }
        return known->second;
    }
    [[nodiscard]] bool is_exhausted() const { return is_exhausted_; }

  private:
    std::map<std::string, std::string> names_;
    std::map<std::size_t, unsigned> counts_;
    bool is_exhausted_ = false;
};

// Absent where there are not enough names.
std::optional<Settings> twin_of(Settings settings)
{
    if (!settings.network) return std::nullopt;
    Namer namer;
    auto rename = [&](std::vector<std::string>& domains) {
        for (auto& domain : domains)
            domain = namer.name_for(domain);
    };
    rename(settings.network->search_domains);
    for (auto& nic : settings.network->nics)
        rename(nic.search_domains);
    if (namer.is_exhausted()) return std::nullopt;
    return settings;
}

// "PATH: KEY" of each line that is written.
std::string structure_of(const Step& step)
{
    std::string text;
    for (const auto& change : step.changes) {
        const auto* file = std::get_if<WriteFile>(&change);
        if (file == nullptr) continue;
        for (auto line : split_lines(file->content)) {
            auto key = trim(line);
            text += file->path + ": " + std::string(key.substr(0, key.find_first_of("=: "))) + "\n";
        }
    }
    return text;
}

void check(std::uint8_t choice, std::string_view text)
{
    const auto vars = parse_shell_vars(text);
    const auto& kind = kind_of(choice);
    Policy policy;
    policy.link_names = (choice & 0x80U) != 0 ? LinkNames::alternative : LinkNames::keep;
    policy.ether_default = (choice & 0x40U) != 0 ? "up" : "leave";
    const auto settings = make_settings(vars.context, policy, vars.refusals);
    const auto facts = facts_of_machine();
    const SmallTree tree(kind.nodes);
    const auto twin = twin_of(settings);
    for (auto planner : {plan_network, plan_resolver}) {
        const std::string backend(kind.backend);
        auto planned = planner({settings, policy, facts, tree, backend, Stage::local});
        if (!planned) continue;
        for (const auto& change : planned->step.changes)
            if (const auto* file = std::get_if<WriteFile>(&change)) check_file(*file);
        if (!twin) continue;
        auto other = planner({*twin, policy, facts, tree, backend, Stage::local});
        require(other && structure_of(other->step) == structure_of(planned->step), backend,
                "a value makes a line");
    }
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size > 1) onectx::check(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
    return 0;
}
