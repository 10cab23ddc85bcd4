// See interfaces.h.
#include "guest/net/interfaces.h"
#include "guest/edit/wildcard.h"

#include <algorithm>

#include "common/text.h"
#include "guest/edit/interfaces_file.h"
#include "guest/net/own_files.h"

namespace onectx {
namespace {

constexpr std::string_view kIncludedDirectory = "/etc/network/interfaces.d";
constexpr std::string_view kBlockComment =
    "# Written by onectx from the context; changes between these lines are overwritten.";
constexpr std::string_view kMakingVlan = " type vlan id ";

// Relative names are meant from the directory of the file that names them.
std::string absolute(std::string_view name)
{
    return name.starts_with('/') ? std::string(name) : "/etc/network/" + std::string(name);
}

// What interfaces(5) lets a name in a source-directory be made of.
bool is_plain_name(std::string_view name)
{
    return std::all_of(name.begin(), name.end(),
                       [](char c) { return is_alpha(c) || is_digit(c) || c == '_' || c == '-'; });
}

// The files of interfaces.d that `foreign` includes. Other places that it may name are the user's.
Result<std::vector<std::string>> included_files(const ForeignInterfaces& foreign,
                                                const FileReader& tree)
{
    auto is_included = [&](const std::string& name) {
        auto path = std::string(kIncludedDirectory) + "/" + name;
        auto names_it = [&](const auto& pattern) { return fits(absolute(pattern), path); };
        auto names_directory = [&](std::string_view directory) {
            while (directory.ends_with('/'))
                directory.remove_suffix(1);
            return absolute(directory) == kIncludedDirectory && is_plain_name(name);
        };
        return std::any_of(foreign.sources.begin(), foreign.sources.end(), names_it) ||
               std::any_of(foreign.source_directories.begin(), foreign.source_directories.end(),
                           names_directory);
    };
    std::vector<std::string> paths;
    for (const auto& name : TRY(tree.list(kIncludedDirectory)))
        if (is_included(name)) paths.push_back(std::string(kIncludedDirectory) + "/" + name);
    return paths;
}

// A file that is edited, as it is and as others wrote it.
struct EditedFile {
    std::string path;
    FileText text;
    ForeignInterfaces foreign;
};

EditedFile edited_file(std::string path, FileText text)
{
    auto foreign = read_interfaces(text.content);
    return {std::move(path), std::move(text), std::move(foreign)};
}

// The main file first; it may be absent, which reads as empty.
Result<std::vector<EditedFile>> read_files(const FileReader& tree)
{
    std::vector<EditedFile> files;
    files.push_back(edited_file(std::string(kInterfacesPath),
                                TRY(tree.read(kInterfacesPath)).value_or(FileText{})));
    for (const auto& path : TRY(included_files(files[0].foreign, tree))) {
        auto status = TRY(tree.status(path));
        if (!status || status->type == FileType::directory) continue;
        if (auto text = TRY(tree.read(path))) files.push_back(edited_file(path, *text));
    }
    return files;
}

std::string own_block_in(std::string_view text)
{
    return block_in(text, kInterfacesMarkers);
}

WriteFile rewritten(const EditedFile& file, std::string content)
{
    return {.path = file.path,
            .content = std::move(content),
            .mode = file.text.status.mode,
            .owner = {std::to_string(file.text.status.uid), std::to_string(file.text.status.gid)},
            .part = own_block_in};
}

// The NICs that can be written, with a problem for each that cannot. The resolver settings of the
// machine go to the first, which is where resolvconf(8) can get them.
std::vector<Nic> writable_nics(const Network& network, std::vector<Problem>& problems)
{
    std::vector<Nic> nics;
    for (const auto& nic : network.nics) {
        auto variable = variables_of(nic) + "_MAC";
        if (nic.device.empty()) continue;  // whoever looked for the device says so
        if (is_plain_device(nic.device))
            nics.push_back(nic);
        else
            problems.push_back(
                {variable, shown(nic.device) + " is no name that interfaces(5) can hold", true});
    }
    if (!nics.empty()) put_resolver_first(network, nics.front());
    return nics;
}

// `auto` and `iface` lines that others wrote, over all files.
ForeignInterfaces all_foreign(const std::vector<EditedFile>& files)
{
    ForeignInterfaces all;
    for (const auto& file : files) {
        all.automatic.insert(file.foreign.automatic.begin(), file.foreign.automatic.end());
        all.defined.insert(file.foreign.defined.begin(), file.foreign.defined.end());
    }
    return all;
}

TakenDevice taken_of(const Nic& nic)
{
    return {.inet = nic.method4 == Ipv4Method::address || nic.method4 == Ipv4Method::dhcp,
            .inet6 = nic.method6 != Ipv6Method::none && nic.method6 != Ipv6Method::skip};
}

// A VLAN's stanza, with the lines that make it above its device, where the program does not do it
// by itself.
std::vector<std::string> with_vlan_made(std::vector<std::string> stanza, const Nic& nic,
                                        IfupProgram program)
{
    auto id = std::to_string(*nic.vlan);
    auto name = vlan_device(nic);
    std::vector<std::string> options;
    if (program == IfupProgram::ifupdown2 || program == IfupProgram::ifupdown_ng)
        options = {"    vlan-raw-device " + nic.device, "    vlan-id " + id};
    else
        options = {"    pre-up ip link show dev " + name + " >/dev/null 2>&1 || ip link add link " +
                   nic.device + " name " + name + std::string(kMakingVlan) + id};
    stanza.insert(stanza.begin() + 1, options.begin(), options.end());
    return stanza;
}

// Whether the stanzas have such lines, in ifupdown's words.
bool makes_vlan(std::string_view stanzas)
{
    return stanzas.find(kMakingVlan) != std::string_view::npos;
}

// What our block says of a device of a skipped NIC.
struct KeptStanza {
    std::string device;
    std::vector<std::string> lines;
};

std::vector<KeptStanza> kept_stanzas(const Network& network, std::string_view text)
{
    std::vector<KeptStanza> kept;
    auto own = own_stanzas(text);
    for (const auto& nic : network.skipped) {
        if (nic.device.empty()) continue;
        std::vector<std::string> devices{nic.device};
        if (nic.vlan) devices.push_back(vlan_device(nic));
        for (const auto& device : devices) {
            auto stanza = own.find(device);
            if (stanza == own.end()) continue;
            KeptStanza one{device, {}};
            for (auto line : split_lines(stanza->second))
                one.lines.emplace_back(line);
            kept.push_back(std::move(one));
        }
    }
    return kept;
}

TakenDevice taken_of(const KeptStanza& kept)
{
    auto has_family = [&](std::string_view family) {
        return std::any_of(kept.lines.begin(), kept.lines.end(), [&](const auto& line) {
            auto words = split_words(line);
            return words.size() > 2 && words[0] == "iface" && words[2] == family;
        });
    };
    return {.inet = has_family("inet"), .inet6 = has_family("inet6")};
}

std::vector<std::string> make_block(const std::vector<Nic>& nics,
                                    const std::vector<KeptStanza>& kept,
                                    const InterfacesDialect& dialect,
                                    const ForeignInterfaces& foreign,
                                    std::vector<Problem>& problems)
{
    if (nics.empty() && kept.empty()) return {};
    std::vector<std::string> block{std::string(kBlockComment)};
    auto add = [&](const std::string& device, const std::vector<std::string>& stanzas) {
        if (block.size() > 1) block.emplace_back();
        if (!foreign.automatic.contains(device)) block.push_back("auto " + device);
        block.insert(block.end(), stanzas.begin(), stanzas.end());
    };
    if (!foreign.defined.contains("lo")) add("lo", {"iface lo inet loopback"});
    for (const auto& nic : nics) {
        say_unsaid_metric(nic, problems);
        if (!nic.vlan) {
            add(nic.device, render_interfaces(nic, dialect, problems));
            continue;
        }
        add(nic.device, render_interfaces(below_vlan(nic), dialect, problems));
        auto above = render_interfaces(above_vlan(nic), dialect, problems);
        add(vlan_device(nic), with_vlan_made(std::move(above), nic, dialect.program));
    }
    for (const auto& one : kept)
        add(one.device, one.lines);
    return block;
}

// With lines of the context refused, a device that it does not name may be wanted all the same.
Result<void> check_nothing_goes(const EditedFile& file, const TakenDevices& taken)
{
    for (const auto& [device, stanzas] : own_stanzas(file.text.content))
        if (device != "lo" && !taken.contains(device))
            return fail(file.path + " also configures " + device +
                        ", and parts of the context cannot be read; left as it is");
    return {};
}

// Whether `ifup` believes that the device is up, and would do nothing. ifupdown2 keeps no such
// belief.
bool is_up_for_ifup(const FileReader& tree, std::string_view device)
{
    for (const auto* path : {"/run/network/ifstate", "/run/ifstate", "/var/run/ifstate"}) {
        auto file = tree.read(path);
        if (!file || !*file) continue;
        for (auto line : split_lines((*file)->content))
            if (line.substr(0, line.find('=')) == device) return true;
    }
    return false;
}

// The lines of our stanzas that only ifup can bring about: those of a server's addresses, and what
// resolvconf(8) is told. Everything else is a matter between us and the kernel.
std::vector<std::string> lines_for_ifup(std::string_view stanzas)
{
    std::vector<std::string> lines;
    bool is_static = false;
    for (auto line : split_lines(stanzas)) {
        line = trim(line);
        if (line.starts_with("iface ")) is_static = line.ends_with(" static");
        auto is_any = [&](auto... prefixes) { return (line.starts_with(prefixes) || ...); };
        bool is_for_kernel =
            is_static || is_any("auto ", "mtu ", "up ip ", "pre-up ip ", "pre-up echo ");
        if (line.starts_with("dns-") || (!is_for_kernel && !line.empty())) lines.emplace_back(line);
    }
    return lines;
}

// How a running system comes from one text of the file to another: what `ifdown` undoes by the old
// one, and what `ifup` does by the new one. What is static on a device that is up already needs
// neither (see plan/links.h), so that what others did to the device stays.
class Activation {
  public:
    Activation(const FileReader& tree, IfupProgram program, const ForeignInterfaces& foreign,
               Step& step)
        : tree_(tree), program_(program), foreign_(foreign), step_(step)
    {
    }

    void plan(const EditedFile& before, std::string_view after)
    {
        auto old_stanzas = own_stanzas(before.text.content);
        auto new_stanzas = own_stanzas(after);
        for (const auto& [device, stanzas] : new_stanzas) {
            auto old_one = old_stanzas.find(device);
            if (device == "lo" || (old_one != old_stanzas.end() && old_one->second == stanzas))
                continue;
            if (old_one == old_stanzas.end())
                take_over(device, stanzas);
            else if (lines_for_ifup(old_one->second) != lines_for_ifup(stanzas))
                restart(device, stanzas);
            else if (program_ == IfupProgram::ifupdown2 || !is_up_for_ifup(tree_, device))
                bring_up(device, stanzas);
        }
        std::stable_partition(step_.activate.begin(), step_.activate.end(),
                              [](const Run& run) { return run.beside; });
        for (const auto& [device, stanzas] : old_stanzas)
            if (!new_stanzas.contains(device) && !lines_for_ifup(stanzas).empty())
                step_.prepare.push_back({{"ifdown", device}});
    }

  private:
    // ifupdown waits until an address has been found to be nobody else's, and takes devices side by
    // side as it does at boot (ifup@.service); ifupdown2 refuses to run twice, the others wait for
    // nothing. A VLAN is refused by the kernel while its device is down (vlan_dev_open()), so it
    // comes after the devices.
    void bring_up(const std::string& device, std::string_view stanzas)
    {
        step_.activate.push_back(
            {.argv = {"ifup", device},
             .beside = program_ == IfupProgram::ifupdown && !makes_vlan(stanzas)});
    }

    void restart(const std::string& device, std::string_view stanzas)
    {
        step_.prepare.push_back({{"ifdown", device}});
        bring_up(device, stanzas);
    }

    // A device that the context begins to speak of. Where `ifup` believes in it without a stanza of
    // anybody, it was ours before and the belief is stale.
    void take_over(const std::string& device, std::string_view stanzas)
    {
        if (!is_up_for_ifup(tree_, device))
            bring_up(device, stanzas);
        else if (foreign_.defined.contains(device))
            restart(device, stanzas);
    }

    const FileReader& tree_;
    IfupProgram program_;
    const ForeignInterfaces& foreign_;
    Step& step_;
};

}  // namespace

IfupProgram find_ifup(const FileReader& tree)
{
    for (std::string_view path : {"/sbin/ifup", "/usr/sbin/ifup"}) {
        auto link = tree.link_target(path);
        auto target = link && *link ? std::string_view(**link) : "";
        if (target.find("busybox") != std::string_view::npos) return IfupProgram::busybox;
        if (target.ends_with("ifupdown2")) return IfupProgram::ifupdown2;
        if (target.ends_with("ifupdown")) return IfupProgram::ifupdown_ng;
    }
    return IfupProgram::ifupdown;
}

bool has_resolvconf(const FileReader& tree)
{
    auto is_there = [&](std::string_view path) {
        auto status = tree.status(path);
        return status && *status;
    };
    return is_there("/sbin/resolvconf") || is_there("/usr/sbin/resolvconf");
}

Result<PlannedStep> plan_interfaces(const Network& network, const FileReader& tree)
{
    PlannedStep planned{.step = {.name = "network"}};
    auto files = TRY(read_files(tree));
    auto foreign = all_foreign(files);
    auto nics = writable_nics(network, planned.problems);
    // A NIC that is only to be up is left to whoever has a stanza for it (user-needs R-91).
    std::erase_if(nics, [&](const Nic& nic) {
        return nic.method4 == Ipv4Method::none && nic.method6 == Ipv6Method::none &&
               foreign.defined.contains(nic.device);
    });
    InterfacesDialect dialect{find_ifup(tree), has_resolvconf(tree)};
    auto kept = kept_stanzas(network, files[0].text.content);
    auto block = make_block(nics, kept, dialect, foreign, planned.problems);
    TakenDevices taken;
    for (const auto& one : kept)
        taken[one.device] = taken_of(one);
    for (const auto& nic : nics) {
        taken[nic.device] = nic.vlan ? TakenDevice{true, true} : taken_of(nic);
        if (nic.vlan) taken[vlan_device(nic)] = taken_of(above_vlan(nic));
    }

    for (const auto& file : files) {
        bool is_main = file.path == kInterfacesPath;
        if (is_main && !network.complete) TRY(check_nothing_goes(file, taken));
        auto content =
            edit_interfaces(file.text.content, taken, is_main ? block : std::vector<std::string>{});
        if (is_main) Activation(tree, dialect.program, foreign, planned.step).plan(file, content);
        // What stands there as it is wanted is remembered as ours, whoever wrote it.
        if (content != file.text.content || !own_block_in(content).empty())
            planned.step.changes.push_back(rewritten(file, std::move(content)));
    }
    return planned;
}

}  // namespace onectx
