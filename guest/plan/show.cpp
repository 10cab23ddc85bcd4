// See show.h.
#include "guest/plan/show.h"

#include <nlohmann/json.hpp>

#include "common/secret.h"
#include "common/text.h"
#include "guest/edit/diff.h"
#include "guest/plan/ground.h"
#include "guest/plan/owners.h"
#include "guest/plan/tree_after.h"

namespace onectx {
namespace {

using Json = nlohmann::ordered_json;

std::string octal(unsigned mode)
{
    std::string text;
    for (unsigned shift = 12; shift > 0; shift -= 3)
        text += static_cast<char>('0' + (mode >> (shift - 3U) & 7U));
    return text;
}

// "0:0"; a name where the tree has no such account (yet).
std::string owner_text(const Owner& owner, const FileReader& tree)
{
    auto part = [&](const std::string& name, const Owner& asked, auto id) {
        auto found = find_owner(asked, tree);
        return found ? std::to_string(id(*found)) : name;
    };
    return part(owner.user, {owner.user, "0"}, [](const auto& ids) { return ids.uid; }) + ":" +
           part(owner.group, {"0", owner.group}, [](const auto& ids) { return ids.gid; });
}

std::string owner_text(const FileStatus& status)
{
    return std::to_string(status.uid) + ":" + std::to_string(status.gid);
}

// Control characters made visible, but for the ends of lines and tabs.
std::string visible(std::string_view text)
{
    std::string result;
    for (char c : text)
        result += c == '\n' || c == '\t' ? std::string(1, c) : printable({&c, 1});
    return result;
}

// --- text

// Against what the changes before it leave.
std::string text_of(const WriteFile& change, const FileReader& tree, const TreeAfter& after)
{
    const auto path = printable(change.path);
    auto label = [&](unsigned mode, const std::string& owner) {
        return path + "\t" + octal(mode) + " " + owner;
    };
    const DiffSide now{label(change.mode, owner_text(change.owner, tree)), change.content};
    DiffSide before;
    std::string remark;
    bool is_secret = change.secret;
    Result<std::optional<FileText>> present;
    if (const auto* earlier = after.written(change.path)) {
        before = {label(earlier->mode, owner_text(earlier->owner, tree)), earlier->content};
        is_secret = is_secret || earlier->secret;
    } else {
        present = read_as_written(change, after);
        if (!present) remark = "# " + printable(present.error().message) + "\n";
        if (present && *present)
            before = {label((*present)->status.mode, owner_text((*present)->status)),
                      (*present)->content};
    }
    if (!is_secret) return remark + visible(unified_diff(before, now));
    return remark + "--- " + (before.text ? before.label : "/dev/null") + "\n+++ " + now.label +
           "\n" + std::string(kSecretMark) + "\n";
}

std::string text_of(const FetchFile& change, const FileReader& tree)
{
    const auto& file = change.file;
    const auto what = change.url.empty()
                          ? "append " + std::to_string(file.content.size()) + " bytes to "
                          : "fetch " + printable(change.url) + " into ";
    return "would " + what + printable(file.path) + "\t" + octal(file.mode) + " " +
           owner_text(file.owner, tree) + "\n";
}

std::string text_of(const RemoveFile& change, const FileReader&)
{
    return "remove " + printable(change.path) + "\n";
}

std::string text_of(const MakeDirectory& change, const FileReader& tree)
{
    return "mkdir " + printable(change.path) + "\t" + octal(change.mode) + " " +
           owner_text(change.owner, tree) + "\n";
}

std::string text_of(const MakeSymlink& change, const FileReader&)
{
    return "symlink " + printable(change.path) + " -> " + printable(change.target) + "\n";
}

std::string text_of(const Run& change, const FileReader&)
{
    std::string text = "would run:";
    for (const auto& argument : change.argv)
        text += " " + printable(argument);
    return text + "\n";
}

std::string text_of(const SetKernelHostname& change, const FileReader&)
{
    return "hostname " + printable(change.name) + "\n";
}

std::string text_of(const SwapOn& change, const FileReader&)
{
    return "swapon " + printable(change.device) + "\n";
}

std::string text_of(const LinkChange& change, const FileReader&)
{
    const auto head = "link " + printable(change.device) + ": ";
    std::string text;
    if (change.destroy) return head + "removed\n";
    if (change.create)
        text += head + "made, VLAN " + std::to_string(change.vlan->id) + " above " +
                printable(change.vlan->parent) + "\n";
    if (change.address) text += head + "mac " + to_text(*change.address) + "\n";
    if (change.up) text += head + "up\n";
    if (change.mtu) text += head + "mtu " + std::to_string(*change.mtu) + "\n";
    if (change.ipv6) text += head + "ipv6 " + std::string(to_text(*change.ipv6)) + "\n";
    for (const auto& item : change.remove)
        text += head + "remove " + to_text(item) + "\n";
    for (const auto& item : change.add)
        text += head + "add " + to_text(item) + "\n";
    return text;
}

std::string text_of(const SetKernelParameter& change, const FileReader&)
{
    return "sysctl " + printable(change.name) + " = " + printable(change.value) + "\n";
}

std::string text_of(const KeepConsoleLit&, const FileReader&)
{
    return "console: no blanking\n";
}

// What a context says in a script is nobody's business; a file is named.
std::string script_text(const RunScript& script)
{
    std::string text = printable(script.name);
    if (script.place == ScriptPlace::text) return text + " " + std::string(kSecretMark);
    text += script.place == ScriptPlace::medium ? " (from the context)" : "";
    if (script.place == ScriptPlace::machine) text += ": " + printable(script.file);
    for (const auto& argument : script.arguments)
        text += " " + (argument.empty() ? "''" : printable(argument));
    return text;
}

std::string text_of(const RunScript& change, const FileReader&)
{
    return "would run script " + script_text(change) + "\n";
}

std::string text_of(const ReportReady& change, const FileReader&)
{
    return "would report READY to OneGate" +
           (change.check ? ", once this succeeds: " + script_text(*change.check) : "") + "\n";
}

std::string head_of(const DhcpWish& client)
{
    return (client.ipv6 ? "dhcp6 " : "dhcp ") + printable(client.device);
}

std::string text_of(const DhcpChange& change, const FileReader&)
{
    const auto& client = change.client;
    const auto head = head_of(client) + ": ";
    if (change.end) return head + "ended, its lease given back\n";
    if (client.ipv6) return head + "started\n";
    return head + "started, metric " + std::to_string(client.metric) +
           (client.keep_mtu ? ", MTU kept" : "") + "\n";
}

std::string text_of(const GrowPartition& change, const FileReader&)
{
    return "grow partition " + std::to_string(change.number) + " of " + printable(change.disk) +
           " from " + std::to_string(change.from) + " to " + std::to_string(change.to) +
           " bytes; its table is saved to " + printable(change.path) + "\n";
}

std::string text_of(const GrowFileSystem& change, const FileReader&)
{
    return "grow " + printable(change.type) + " on " + printable(change.mount_point) + " from " +
           std::to_string(change.from) + " to " + std::to_string(change.to) + " bytes\n";
}

std::string text_of(const Mount& change, const FileReader&)
{
    return "mount " + printable(change.type) + " " + printable(change.source) + " on " +
           printable(change.target) + "\n";
}

std::string text_of(const Unmount& change, const FileReader&)
{
    return "unmount " + printable(change.type) + " " + printable(change.source) + " from " +
           printable(change.target) + "\n";
}

// --- JSON

Json json_of(const WriteFile& change, const FileReader& tree)
{
    return {{"op", "write"},
            {"path", change.path},
            {"mode", octal(change.mode)},
            {"owner", owner_text(change.owner, tree)},
            {"content", change.secret ? std::string(kSecretMark) : change.content}};
}

Json json_of(const FetchFile& change, const FileReader& tree)
{
    if (change.url.empty()) {
        auto json = json_of(change.file, tree);
        json["op"] = "append";
        return json;
    }
    return {{"op", "fetch"},
            {"url", change.url},
            {"path", change.file.path},
            {"mode", octal(change.file.mode)},
            {"owner", owner_text(change.file.owner, tree)}};
}

Json json_of(const RemoveFile& change, const FileReader&)
{
    return {{"op", "remove"}, {"path", change.path}};
}

Json json_of(const MakeDirectory& change, const FileReader& tree)
{
    return {{"op", "mkdir"},
            {"path", change.path},
            {"mode", octal(change.mode)},
            {"owner", owner_text(change.owner, tree)}};
}

Json json_of(const MakeSymlink& change, const FileReader&)
{
    return {{"op", "symlink"}, {"path", change.path}, {"target", change.target}};
}

Json json_of(const Run& change, const FileReader&)
{
    return {{"op", "run"}, {"argv", change.argv}};
}

Json json_of(const SetKernelHostname& change, const FileReader&)
{
    return {{"op", "hostname"}, {"name", change.name}};
}

Json json_of(const SwapOn& change, const FileReader&)
{
    return {{"op", "swapon"}, {"device", change.device}};
}

Json json_of(const SetKernelParameter& change, const FileReader&)
{
    return {{"op", "sysctl"}, {"name", change.name}, {"value", change.value}};
}

Json json_of(const KeepConsoleLit&, const FileReader&)
{
    return {{"op", "console"}, {"blank", false}};
}

Json json_of(const LinkItem& item)
{
    if (const auto* address = std::get_if<IpPrefix>(&item)) return {{"address", to_text(*address)}};
    const auto& route = std::get<Route>(item);
    Json json{{"route", to_text(route.destination)}};
    if (route.gateway) json["via"] = to_text(*route.gateway);
    if (route.metric) json["metric"] = *route.metric;
    if (route.on_link) json["onlink"] = true;
    return json;
}

Json json_of(const std::vector<LinkItem>& items)
{
    Json json = Json::array();
    for (const auto& item : items)
        json.push_back(json_of(item));
    return json;
}

// What is left as it is, is null.
Json json_of(const LinkChange& change, const FileReader&)
{
    Json json{{"op", "link"},
              {"device", change.device},
              {"mac", to_text(change.mac)},
              {"up", change.up ? Json(true) : Json()},
              {"mtu", change.mtu ? Json(*change.mtu) : Json()},
              {"ipv6", change.ipv6 ? Json(to_text(*change.ipv6)) : Json()},
              {"add", json_of(change.add)},
              {"remove", json_of(change.remove)}};
    if (change.address) json["address"] = to_text(*change.address);
    if (change.vlan) json["vlan"] = {{"id", change.vlan->id}, {"parent", change.vlan->parent}};
    if (change.create) json["create"] = true;
    if (change.destroy) json["destroy"] = true;
    return json;
}

Json json_of(const DhcpChange& change, const FileReader&)
{
    const auto& client = change.client;
    if (client.ipv6) return {{"op", "dhcp6"}, {"device", client.device}, {"end", change.end}};
    return {{"op", "dhcp"},
            {"device", client.device},
            {"end", change.end},
            {"metric", client.metric},
            {"keep-mtu", client.keep_mtu}};
}

Json json_of(const RunScript& change, const FileReader&)
{
    Json json{{"op", "script"}, {"name", change.name}};
    if (change.place == ScriptPlace::text)
        json["content"] = kSecretMark;
    else
        json[change.place == ScriptPlace::medium ? "medium" : "path"] = change.file;
    json["argv"] = change.arguments;
    json["limit"] = change.limit_seconds == 0 ? Json() : Json(change.limit_seconds);
    return json;
}

Json json_of(const ReportReady& change, const FileReader& tree)
{
    return {{"op", "ready"},
            {"check", change.check ? json_of(*change.check, tree) : Json()},
            {"tries", change.tries},
            {"wait", change.wait_seconds}};
}

Json json_of(const GrowPartition& change, const FileReader&)
{
    return {{"op", "grow-partition"}, {"disk", change.disk}, {"number", change.number},
            {"from", change.from},    {"to", change.to},     {"path", change.path}};
}

Json json_of(const GrowFileSystem& change, const FileReader&)
{
    return {{"op", "grow-file-system"},
            {"target", change.mount_point},
            {"type", change.type},
            {"from", change.from},
            {"to", change.to}};
}

Json json_of(const Mount& change, const FileReader&)
{
    return {{"op", "mount"},
            {"source", change.source},
            {"target", change.target},
            {"type", change.type}};
}

Json json_of(const Unmount& change, const FileReader&)
{
    return {{"op", "unmount"},
            {"source", change.source},
            {"target", change.target},
            {"type", change.type}};
}

Json json_of(const Step& step, const FileReader& tree)
{
    Json changes = Json::array();
    for (const auto& change : step.changes)
        changes.push_back(std::visit([&](const auto& c) { return json_of(c, tree); }, change));
    for (const auto& change : step.record)
        changes.push_back(std::visit([&](const auto& c) { return json_of(c, tree); }, change));
    auto runs = [&](const std::vector<Run>& list) {
        Json json = Json::array();
        for (const auto& run : list)
            json.push_back(json_of(run, tree));
        return json;
    };
    Json json{{"name", step.name}, {"changes", changes}, {"activate", runs(step.activate)}};
    if (!step.prepare.empty()) json["prepare"] = runs(step.prepare);
    if (step.background) json["background"] = true;
    return json;
}

Json json_of(const Problem& problem)
{
    Json json{{"variable", problem.variable}, {"message", problem.message}};
    if (problem.error) json["error"] = true;
    return json;
}

std::string text_behind(const TreeAfter& after, const Change& change, const FileReader& tree)
{
    return std::visit(Overload{[&](const WriteFile& c) { return text_of(c, tree, after); },
                               [&](const auto& c) { return text_of(c, tree); }},
                      change);
}

}  // namespace

std::string show_change(const Change& change, const FileReader& tree)
{
    return text_behind(TreeAfter(tree), change, tree);
}

std::string show_text(const Plan& plan, const FileReader& tree)
{
    std::string text;
    TreeAfter after(tree);
    for (const auto& step : plan.steps) {
        if (!step.failure.empty())
            text += "# error: " + step.name + ": " + printable(step.failure) + "\n";
        if (step.changes.empty()) continue;
        text += "# " + step.name + "\n";
        for (const auto& run : step.prepare)
            text += text_of(run, tree);
        for (const auto& change : step.changes) {
            text += text_behind(after, change, tree);
            after.take(change);
        }
        for (const auto& run : step.activate)
            text += text_of(run, tree);
    }
    for (const auto& problem : plan.problems)
        text += std::string(problem.error ? "# error: " : "# warning: ") +
                (problem.variable.empty() ? "" : printable(problem.variable) + ": ") +
                printable(problem.message) + "\n";
    return text;
}

std::string show_changes(const Step& step)
{
    auto line = Overload{
        [](const WriteFile& c) { return "write " + printable(c.path); },
        [](const FetchFile& c) {
            return (c.url.empty() ? "append to " : "fetch ") + printable(c.file.path);
        },
        [](const MakeDirectory& c) { return "mkdir " + printable(c.path); },
        [](const RemoveFile& c) { return "remove " + printable(c.path); },
        [](const MakeSymlink& c) {
            return "symlink " + printable(c.path) + " -> " + printable(c.target);
        },
        [](const Run& c) { return "run " + printable(join(c.argv, " ")); },
        [](const SetKernelHostname& c) { return "hostname " + printable(c.name); },
        [](const SwapOn& c) { return "swapon " + printable(c.device); },
        [](const LinkChange& c) { return "link " + printable(c.device); },
        [](const SetKernelParameter& c) { return "sysctl " + printable(c.name); },
        [](const KeepConsoleLit&) { return std::string("console"); },
        [](const RunScript& c) { return "script " + printable(c.name); },
        [](const ReportReady&) { return std::string("report READY"); },
        [](const DhcpChange& c) { return head_of(c.client); },
        [](const GrowPartition& c) {
            return "grow " + printable(c.disk) + " " + std::to_string(c.number);
        },
        [](const GrowFileSystem& c) { return "grow " + printable(c.mount_point); },
        [](const Mount& c) { return "mount " + printable(c.target); },
        [](const Unmount& c) { return "unmount " + printable(c.target); },
    };
    std::string text;
    for (const auto& change : step.changes)
        text += std::visit(line, change) + "\n";
    return text;
}

std::string show_json(const Plan& plan, const FileReader& tree)
{
    Json steps = Json::array();
    for (const auto& step : plan.steps)
        steps.push_back(json_of(step, tree));
    Json warnings = Json::array();
    for (const auto& step : plan.steps)
        if (!step.failure.empty())
            warnings.push_back(json_of(Problem{"", step.name + ": " + step.failure, true}));
    for (const auto& problem : plan.problems)
        warnings.push_back(json_of(problem));
    Json json{
        {"stage", plan.stage}, {"backend", plan.backend}, {"steps", steps}, {"warnings", warnings}};
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace onectx
