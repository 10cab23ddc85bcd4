// See netplan.h.
#include "guest/net/netplan.h"

#include <algorithm>

#include "common/text.h"
#include "guest/model/presence.h"
#include "guest/net/backend.h"
#include "guest/net/netplan_render.h"
#include "guest/net/nm_resolver.h"
#include "guest/net/own_files.h"

namespace onectx {
namespace {

constexpr std::string_view kDirectory = "/etc/netplan";

// Whether a file of others makes NetworkManager the renderer of all: a `renderer` line that is not
// deeper than the first mapping below `network`.
bool names_network_manager(std::string_view yaml)
{
    constexpr std::size_t kDeepest = 4;
    for (auto line : split_lines(yaml)) {
        auto depth = line.find_first_not_of(' ');
        if (depth == std::string_view::npos || depth > kDeepest) continue;
        auto text = trim(line);
        if (!text.starts_with("renderer:")) continue;
        auto value = text.substr(text.find(':') + 1);
        return value.find("NetworkManager") != std::string_view::npos;
    }
    return false;
}

// Definitions of our own file as it is, by the lines that we write: a name stands four deep.
std::vector<NetplanDefinition> written_definitions(std::string_view text)
{
    std::vector<NetplanDefinition> found;
    bool are_vlans = false;
    for (auto line : split_lines(text)) {
        auto depth = line.find_first_not_of(' ');
        if (depth == std::string_view::npos || line.starts_with('#')) continue;
        if (depth < 4) {
            are_vlans = trim(line) == "vlans:";
            continue;
        }
        if (depth == 4) {
            auto name = trim(line);
            name.remove_suffix(name.ends_with(':') ? 1 : 0);
            found.push_back({std::string(name), are_vlans, {}});
        }
        if (!found.empty()) found.back().lines.emplace_back(line);
    }
    return found;
}

bool is_of(const NetplanDefinition& definition, const Nic& nic)
{
    if (!definition.is_vlan) return definition.name == std::string(kNetplanPrefix) + label_of(nic);
    auto link = "link: " + std::string(kNetplanPrefix) + label_of(nic);
    return std::any_of(definition.lines.begin(), definition.lines.end(),
                       [&](const auto& line) { return trim(line) == link; });
}

// What stays of our file as it is: definitions of skipped NICs, and, where parts of the context
// cannot be read, of all that it does not name.
std::vector<NetplanDefinition> kept_definitions(std::string_view text, const Network& network)
{
    auto written = written_definitions(text);
    auto is_of_any = [](const NetplanDefinition& definition, const std::vector<Nic>& nics) {
        return std::any_of(nics.begin(), nics.end(),
                           [&](const Nic& nic) { return is_of(definition, nic); });
    };
    std::erase_if(written, [&](const NetplanDefinition& definition) {
        bool is_kept = network.complete ? is_of_any(definition, network.skipped)
                                        : !is_of_any(definition, network.nics);
        return !is_kept;
    });
    return written;
}

std::string file_of(const std::vector<NetplanDefinition>& definitions)
{
    std::string text(kOwnFileHeader);
    text += "network:\n  version: 2\n";
    for (bool vlans : {false, true}) {
        bool has_head = false;
        for (const auto& definition : definitions) {
            if (definition.is_vlan != vlans) continue;
            if (!has_head) text += vlans ? "  vlans:\n" : "  ethernets:\n";
            has_head = true;
            text += join(definition.lines, "\n") + "\n";
        }
    }
    return text;
}

std::vector<Run> activation(NetplanRenderer renderer, const std::string& generator)
{
    std::vector<Run> runs;
    if (!generator.empty()) runs.push_back({{generator}});
    if (renderer == NetplanRenderer::networkd)
        runs.push_back({{"networkctl", "reload"}});
    else
        runs.push_back({{"nmcli", "connection", "reload"}});
    return runs;
}

}  // namespace

NetplanRenderer find_netplan_renderer(std::string_view wish, const FileReader& tree)
{
    if (auto backend = backend_of_word(wish)) {
        if (*backend == "nm") return NetplanRenderer::network_manager;
        if (*backend == "networkd") return NetplanRenderer::networkd;
    }
    auto names = tree.list(kDirectory).value_or(std::vector<std::string>{});
    for (const auto& name : names) {
        auto path = std::string(kDirectory) + "/" + name;
        if (!name.ends_with(".yaml") || path == kNetplanPath) continue;
        auto file = tree.read(path);
        if (file && *file && names_network_manager((*file)->content))
            return NetplanRenderer::network_manager;
    }
    bool has_networkd = is_there(tree, "/usr/lib/systemd/systemd-networkd") ||
                        is_there(tree, "/lib/systemd/systemd-networkd");
    bool has_nm = is_there(tree, "/usr/sbin/NetworkManager");
    return has_nm && !has_networkd ? NetplanRenderer::network_manager : NetplanRenderer::networkd;
}

std::string find_netplan_generator(const FileReader& tree)
{
    for (std::string_view path : {"/usr/libexec/netplan/configure", "/usr/libexec/netplan/generate",
                                  "/usr/lib/netplan/generate", "/lib/netplan/generate"})
        if (is_there(tree, path)) return std::string(path);
    return "";
}

Result<PlannedStep> plan_netplan(const Network& network, const NetplanOptions& options,
                                 const FileReader& tree)
{
    PlannedStep planned{.step = {.name = "network"}};
    auto there = TRY(tree.read(kNetplanPath));
    if (there && !there->content.starts_with(kOwnFileHeader)) {
        planned.problems.push_back({"",
                                    std::string(kNetplanPath) +
                                        " lacks the first line of our files, so it is left as it "
                                        "is",
                                    true});
        return planned;
    }
    const auto nics = options.renderer == NetplanRenderer::network_manager
                          ? with_resolver_placed(network, options.machine_dns, planned.problems)
                          : network.nics;
    std::vector<NetplanDefinition> definitions;
    unsigned order = 0;
    for (const auto& nic : nics)
        for (auto& one : render_netplan(nic, options.renderer, order++, planned.problems))
            definitions.push_back(std::move(one));
    if (there)
        for (auto& one : kept_definitions(there->content, network))
            definitions.push_back(std::move(one));

    std::string path(kNetplanPath);
    if (!definitions.empty())
        planned.step.changes.push_back(
            WriteFile{.path = path, .content = file_of(definitions), .mode = 0600});
    else if (there)
        planned.step.changes.push_back(RemoveFile{.path = path});
    auto generator = find_netplan_generator(tree);
    if (options.booting && !generator.empty() && changes_files(planned.step, tree))
        planned.step.changes.push_back(Run{{generator}});
    planned.step.activate = activation(options.renderer, generator);
    return planned;
}

}  // namespace onectx
