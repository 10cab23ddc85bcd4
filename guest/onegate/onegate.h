// OneGate (reference 1.5, 2.10): what the command line of `onegate` asks a server for, and how its
// answers are shown. The verbs, options, output and exit codes are those of the older client, whose
// callers are scripts; no system call is made here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/context.h"
#include "common/result.h"
#include "common/secret.h"
#include "guest/onegate/http.h"

namespace onectx {

// Where the server is and who asks.
struct OneGateAccess {
    Url endpoint;
    std::string vmid;
    Secret token;
};

// From the variables of one_env. The error names the one that is missing.
[[nodiscard]] Result<OneGateAccess> read_access(const Context& variables);

enum class OneGateView { nothing, vm, service, service_extended, vrouter, vnet };

struct OneGateCall {
    std::string method;
    std::string path;  // below the endpoint's
    std::string body;
    std::string content_type;
    OneGateView view = OneGateView::nothing;
    bool json = false;  // shown as it came, indented
    bool help = false;
};

// `arguments` without the program's name. The error is one of usage.
[[nodiscard]] Result<OneGateCall> parse_onegate(const std::vector<std::string>& arguments);

[[nodiscard]] std::string_view onegate_help();

[[nodiscard]] HttpRequest request_of(const OneGateCall& call, const OneGateAccess& access);

// Adds or replaces attributes of this machine: "READY=YES".
[[nodiscard]] OneGateCall update_call(std::string_view data);

// What is printed of a good answer; `bold` for a terminal. An error when it is no such JSON.
[[nodiscard]] Result<std::string> show_answer(const OneGateCall& call, std::string_view body,
                                              bool bold);

}  // namespace onectx
