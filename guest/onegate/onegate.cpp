// See onegate.h.
#include "guest/onegate/onegate.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "common/text.h"

namespace onectx {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kHelp = R"(## COMMANDS

    * onegate vm show [VMID] [--json]
    * onegate vm update [VMID] --data KEY=VALUE\nKEY2=VALUE2
    * onegate vm update [VMID] --erase KEY
    * onegate vm ACTION VMID [--hard]
        resume stop suspend terminate reboot poweroff resched unresched hold release
    * onegate service show [--json] [--extended]
    * onegate service scale --role ROLE --cardinality CARDINALITY
    * onegate vrouter show [--json]
    * onegate vnet show VNETID [--json] [--extended]

    -d --data, -e --erase, -r --role, -c --cardinality, -j --json, -f --hard, --extended
)";

constexpr std::string_view kForm = "application/x-www-form-urlencoded";

constexpr std::array kActions{"resume",  "stop",      "suspend", "terminate", "reboot", "poweroff",
                              "resched", "unresched", "hold",    "release",   "delete", "shutdown"};

// STATE and LCM_STATE of a machine by their numbers, as OpenNebula's API documents them.
constexpr std::array kVmStates{"INIT",     "PENDING",    "HOLD",    "ACTIVE",
                               "STOPPED",  "SUSPENDED",  "DONE",    "FAILED",
                               "POWEROFF", "UNDEPLOYED", "CLONING", "CLONING_FAILURE"};
constexpr unsigned kActive = 3;
constexpr std::array kLcmStates{"LCM_INIT",
                                "PROLOG",
                                "BOOT",
                                "RUNNING",
                                "MIGRATE",
                                "SAVE_STOP",
                                "SAVE_SUSPEND",
                                "SAVE_MIGRATE",
                                "PROLOG_MIGRATE",
                                "PROLOG_RESUME",
                                "EPILOG_STOP",
                                "EPILOG",
                                "SHUTDOWN",
                                "CANCEL",
                                "FAILURE",
                                "CLEANUP_RESUBMIT",
                                "UNKNOWN",
                                "HOTPLUG",
                                "SHUTDOWN_POWEROFF",
                                "BOOT_UNKNOWN",
                                "BOOT_POWEROFF",
                                "BOOT_SUSPENDED",
                                "BOOT_STOPPED",
                                "CLEANUP_DELETE",
                                "HOTPLUG_SNAPSHOT",
                                "HOTPLUG_NIC",
                                "HOTPLUG_SAVEAS",
                                "HOTPLUG_SAVEAS_POWEROFF",
                                "HOTPLUG_SAVEAS_SUSPENDED",
                                "SHUTDOWN_UNDEPLOY",
                                "EPILOG_UNDEPLOY",
                                "PROLOG_UNDEPLOY",
                                "BOOT_UNDEPLOY",
                                "HOTPLUG_PROLOG_POWEROFF",
                                "HOTPLUG_EPILOG_POWEROFF",
                                "BOOT_MIGRATE",
                                "BOOT_FAILURE",
                                "BOOT_MIGRATE_FAILURE",
                                "PROLOG_MIGRATE_FAILURE",
                                "PROLOG_FAILURE",
                                "EPILOG_FAILURE",
                                "EPILOG_STOP_FAILURE",
                                "EPILOG_UNDEPLOY_FAILURE",
                                "PROLOG_MIGRATE_POWEROFF",
                                "PROLOG_MIGRATE_POWEROFF_FAILURE",
                                "PROLOG_MIGRATE_SUSPEND",
                                "PROLOG_MIGRATE_SUSPEND_FAILURE",
                                "BOOT_UNDEPLOY_FAILURE",
                                "BOOT_STOPPED_FAILURE",
                                "PROLOG_RESUME_FAILURE",
                                "PROLOG_UNDEPLOY_FAILURE",
                                "DISK_SNAPSHOT_POWEROFF",
                                "DISK_SNAPSHOT_REVERT_POWEROFF",
                                "DISK_SNAPSHOT_DELETE_POWEROFF",
                                "DISK_SNAPSHOT_SUSPENDED",
                                "DISK_SNAPSHOT_REVERT_SUSPENDED",
                                "DISK_SNAPSHOT_DELETE_SUSPENDED",
                                "DISK_SNAPSHOT",
                                "DISK_SNAPSHOT_REVERT",
                                "DISK_SNAPSHOT_DELETE",
                                "PROLOG_MIGRATE_UNKNOWN",
                                "PROLOG_MIGRATE_UNKNOWN_FAILURE",
                                "DISK_RESIZE",
                                "DISK_RESIZE_POWEROFF",
                                "DISK_RESIZE_UNDEPLOYED",
                                "HOTPLUG_NIC_POWEROFF",
                                "HOTPLUG_RESIZE",
                                "HOTPLUG_SAVEAS_UNDEPLOYED",
                                "HOTPLUG_SAVEAS_STOPPED"};
constexpr std::array kServiceStates{"PENDING",
                                    "DEPLOYING",
                                    "RUNNING",
                                    "UNDEPLOYING",
                                    "WARNING",
                                    "DONE",
                                    "FAILED_UNDEPLOYING",
                                    "FAILED_DEPLOYING",
                                    "SCALING",
                                    "FAILED_SCALING",
                                    "COOLDOWN",
                                    "DEPLOYING_NETS",
                                    "UNDEPLOYING_NETS",
                                    "FAILED_DEPLOYING_NETS",
                                    "FAILED_UNDEPLOYING_NETS",
                                    "HOLD"};

// --- the command line

struct Flags {
    std::vector<std::string> words;
    std::string data;
    unsigned type = 0;  // of an update: 1 adds, 2 erases
    std::string role;
    std::string cardinality;
    bool json = false;
    bool extended = false;
    bool hard = false;
    bool help = false;
};

struct ValueOption {
    char letter;
    std::string_view name;
    void (*set)(Flags& flags, std::string value);
};
constexpr std::array<ValueOption, 4> kValueOptions{{
    {'d', "data",
     [](Flags& flags, std::string value) {
         flags.data = std::move(value);
         flags.type = 1;
     }},
    {'e', "erase",
     [](Flags& flags, std::string value) {
         flags.data = std::move(value);
         flags.type = 2;
     }},
    {'r', "role", [](Flags& flags, std::string value) { flags.role = std::move(value); }},
    {'c', "cardinality",
     [](Flags& flags, std::string value) { flags.cardinality = std::move(value); }},
}};

bool* switch_of(Flags& flags, std::string_view argument)
{
    if (argument == "-j" || argument == "--json") return &flags.json;
    if (argument == "-f" || argument == "--hard") return &flags.hard;
    if (argument == "-h" || argument == "--help") return &flags.help;
    if (argument == "--extended") return &flags.extended;
    return nullptr;
}

// "-d DATA", "-dDATA", "--data DATA", "--data=DATA".
Result<Flags> parse_flags(const std::vector<std::string>& arguments)
{
    Flags flags;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const auto& argument = arguments[i];
        if (!argument.starts_with('-') || argument == "-") {
            flags.words.push_back(argument);
            continue;
        }
        if (auto* flag = switch_of(flags, argument)) {
            *flag = true;
            continue;
        }
        const ValueOption* found = nullptr;
        std::string value;
        bool has_value = false;
        for (const auto& option : kValueOptions) {
            const auto name = "--" + std::string(option.name);
            const std::string letter{'-', option.letter};
            if (argument == name || argument.starts_with(name + "=")) {
                found = &option;
                has_value = argument != name;
                if (has_value) value = argument.substr(name.size() + 1);
            } else if (!argument.starts_with("--") && argument.starts_with(letter)) {
                found = &option;
                has_value = argument != letter;
                if (has_value) value = argument.substr(letter.size());
            }
        }
        if (found == nullptr) return fail("invalid option: " + printable(argument));
        if (!has_value) {
            if (++i == arguments.size()) return fail("missing argument: " + argument);
            value = arguments[i];
        }
        found->set(flags, std::move(value));
    }
    return flags;
}

bool is_number(std::string_view text)
{
    return parse_number(text, 0, UINT64_MAX).has_value();
}

// "/vms/7", or the machine that asks.
Result<std::string> vm_path(const Flags& flags)
{
    if (flags.words.size() < 3) return std::string("/vm");
    if (!is_number(flags.words[2])) return fail(shown(flags.words[2]) + " is no VM ID");
    return "/vms/" + flags.words[2];
}

OneGateCall show_call(std::string path, OneGateView view, const Flags& flags)
{
    // In the query, where the older client sent a body with GET.
    if (flags.extended && view != OneGateView::vm) path += "?extended=true";
    return {.method = "GET",
            .path = std::move(path),
            .body = {},
            .content_type = {},
            .view = view,
            .json = flags.json};
}

Result<OneGateCall> vm_call(const std::string& verb, const Flags& flags)
{
    if (verb == "show") return show_call(TRY(vm_path(flags)), OneGateView::vm, flags);
    if (verb == "update") {
        if (flags.type == 0)
            return fail("You have to provide the data as a param (--data, --erase)");
        auto call = update_call(flags.data);
        if (flags.type != 1)
            call.body = "data=" + form_encoded(flags.data) + "&type=" + std::to_string(flags.type);
        call.path = TRY(vm_path(flags));
        return call;
    }
    if (std::find(kActions.begin(), kActions.end(), verb) == kActions.end())
        return fail("Action " + printable(verb) + " not supported");
    if (flags.words.size() < 3) return fail("You have to provide a VM ID");
    Json action{{"perform", verb}};
    if (flags.hard) action["params"] = true;
    return OneGateCall
    {
        .method = "POST", .path = TRY(vm_path(flags))
        +"/action", .body = Json{{"action", action}}.dump(), .content_type = "application/json"
    };
}

Result<OneGateCall> service_call(const std::string& verb, const Flags& flags)
{
    if (verb == "show")
        return show_call("/service",
                         flags.extended ? OneGateView::service_extended : OneGateView::service,
                         flags);
    if (verb != "scale") return fail("Action " + printable(verb) + " not supported");
    if (flags.role.empty()) return fail("You have to provide a role (--role)");
    auto cardinality = parse_number(flags.cardinality, 0, UINT32_MAX);
    if (!cardinality) return fail("You have to provide a number of machines (--cardinality)");
    return OneGateCall{.method = "PUT",
                       .path = "/service/role/" + percent_encoded(flags.role),
                       .body = Json{{"cardinality", *cardinality}}.dump(),
                       .content_type = "application/json"};
}

// --- what is shown

// Absent where the JSON has no such member, or none that can be a text.
std::string text_at(const Json& json, std::string_view name)
{
    const auto found = json.is_object() ? json.find(std::string(name)) : json.end();
    if (found == json.end()) return "";
    if (found->is_string()) return found->get<std::string>();
    if (found->is_number_integer()) return found->dump();
    return "";
}

const Json& member(const Json& json, std::string_view name)
{
    static const Json kNothing;
    if (!json.is_object()) return kNothing;
    const auto found = json.find(std::string(name));
    return found == json.end() ? kNothing : *found;
}

// A single thing stands for a list of one.
std::vector<Json> list_of(const Json& json)
{
    if (json.is_array()) return {json.begin(), json.end()};
    return json.is_null() ? std::vector<Json>() : std::vector<Json>{json};
}

template <std::size_t size>
std::string state_text(const std::array<const char*, size>& states, std::string_view number)
{
    auto index = parse_number(number, 0, size - 1);
    return index ? states[*index] : "";
}

constexpr std::size_t kHeaderWidth = 80;
constexpr std::size_t kColumn = 20;

std::string padded(std::string text, std::size_t width)
{
    if (text.size() < width) text.resize(width, ' ');
    return text;
}

std::string header(const std::string& text, bool bold, bool underlined = true)
{
    if (!bold) return printable(text) + "\n";
    return std::string("\033[1m") + (underlined ? "\033[4m" : "") +
           padded(printable(text), kHeaderWidth) + "\033[0m\n";
}

std::string pair(std::string key, const std::string& value)
{
    return padded(std::move(key), kColumn) + ": " + padded(printable(value), kColumn) + "\n";
}

std::string show_vm(const Json& vm, bool extended, bool bold)
{
    auto text = header("VM " + text_at(vm, "ID"), bold) + pair("NAME", text_at(vm, "NAME"));
    if (!extended) return text;
    const auto number = text_at(vm, "STATE");
    text += pair("STATE", number == std::to_string(kActive)
                              ? state_text(kLcmStates, text_at(vm, "LCM_STATE"))
                              : state_text(kVmStates, number));
    for (const auto& nic : list_of(member(member(vm, "TEMPLATE"), "NIC")))
        for (std::string_view family : {"IP", "IP6_GLOBAL", "IP6_ULA"})
            if (auto address = text_at(nic, family); family == "IP" || !address.empty())
                text += pair("IP", address);
    return text;
}

std::string show_service(const Json& service, bool extended, bool bold)
{
    auto text = header("SERVICE " + text_at(service, "id"), bold) +
                pair("NAME", text_at(service, "name")) +
                pair("STATE", state_text(kServiceStates, text_at(service, "state"))) + "\n";
    for (const auto& role : list_of(member(service, "roles"))) {
        text += header("ROLE " + text_at(role, "name"), bold, false);
        for (const auto& node : list_of(member(role, "nodes")))
            text += show_vm(member(member(node, "vm_info"), "VM"), extended, bold);
        text += "\n";
    }
    return text;
}

std::string show_vrouter(const Json& vrouter, bool bold)
{
    std::vector<std::string> ids;
    for (const auto& id : list_of(member(member(vrouter, "VMS"), "ID")))
        ids.push_back(text_at(Json{{"id", id}}, "id"));
    return header("VROUTER " + text_at(vrouter, "ID"), bold) +
           pair("NAME", text_at(vrouter, "NAME")) + pair("VMS", join(ids, ",")) + "\n";
}

}  // namespace

Result<OneGateAccess> read_access(const Context& variables)
{
    OneGateAccess access;
    const auto endpoint = trim(value_of(variables, "ONEGATE_ENDPOINT").value_or(""));
    if (endpoint.empty()) return fail("ONEGATE_ENDPOINT is not set");
    access.endpoint = TRY(in_context("ONEGATE_ENDPOINT", parse_url(endpoint)));
    access.vmid = trim(value_of(variables, "VMID").value_or(""));
    if (!is_number(access.vmid)) return fail("VMID is not set");
    access.token = Secret(trim(value_of(variables, "TOKENTXT").value_or("")));
    if (access.token.empty()) return fail("TOKENTXT is not set: the machine has no token");
    return access;
}

std::string_view onegate_help()
{
    return kHelp;
}

OneGateCall update_call(std::string_view data)
{
    return {.method = "PUT",
            .path = "/vm",
            .body = "data=" + form_encoded(data) + "&type=1",
            .content_type = std::string(kForm)};
}

Result<OneGateCall> parse_onegate(const std::vector<std::string>& arguments)
{
    const auto flags = TRY(parse_flags(arguments));
    if (flags.help) return OneGateCall{.help = true};
    const auto& words = flags.words;
    const auto kind = words.empty() ? std::string() : words[0];
    const auto verb = words.size() < 2 ? std::string() : words[1];
    if (kind == "vm") return vm_call(verb, flags);
    if (kind == "service") return service_call(verb, flags);
    if (kind != "vrouter" && kind != "vnet")
        return fail(kind.empty() ? "a command is needed"
                                 : "Command " + printable(kind) + " not supported");
    if (verb != "show") return fail("Action " + printable(verb) + " not supported");
    if (kind == "vrouter") return show_call("/vrouter", OneGateView::vrouter, flags);
    if (words.size() < 3) return fail("You have to provide a VNET ID");
    if (!is_number(words[2])) return fail(shown(words[2]) + " is no VNET ID");
    return show_call("/vnet/" + words[2], OneGateView::vnet, flags);
}

HttpRequest request_of(const OneGateCall& call, const OneGateAccess& access)
{
    HttpRequest request{
        .method = call.method,
        .url = access.endpoint,
        .headers = {{"X-ONEGATE-TOKEN", access.token.reveal()}, {"X-ONEGATE-VMID", access.vmid}},
        .body = call.body,
        .content_type = call.content_type};
    auto& path = request.url.path;
    while (path.ends_with('/'))
        path.pop_back();
    path += call.path;
    return request;
}

Result<std::string> show_answer(const OneGateCall& call, std::string_view body, bool bold)
{
    if (call.view == OneGateView::nothing) return std::string();
    const auto json = Json::parse(body, nullptr, false);
    if (json.is_discarded()) return fail("the server's answer is no JSON");
    if (call.json) return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
    switch (call.view) {
        case OneGateView::vm: return show_vm(member(json, "VM"), false, bold);
        case OneGateView::service: return show_service(member(json, "SERVICE"), false, bold);
        case OneGateView::service_extended:
            return show_service(member(json, "SERVICE"), true, bold);
        case OneGateView::vrouter: return show_vrouter(member(json, "VROUTER"), bold);
        case OneGateView::vnet:
            return header("VNET", bold) + pair("ID", text_at(member(json, "VNET"), "ID")) + "\n";
        case OneGateView::nothing: break;
    }
    return std::string();
}

}  // namespace onectx
