// Which of the distribution's network daemons owns the links, found by what is enabled: presence
// alone says nothing (networkctl exists on every systemd machine).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/backend_word.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"
#include "guest/model/settings.h"

namespace onectx {

// How our files begin that tell networkd to leave a link alone (guest/net/rivals.h): they do not
// make it the owner.
inline constexpr std::string_view kUnmanagedPrefix = "04-onectx-";

// A back-end by the words of --backend, with the evidence: "systemd-networkd.service is enabled".
struct BackendEvidence {
    std::string name;
    std::string because;
    bool enabled = false;  // false: only present
};

// The back-ends of the tree, best first: enabled ones, then those whose presence alone says
// something (interfaces, scripts).
[[nodiscard]] std::vector<BackendEvidence> find_backends(const FileReader& tree);

struct ChosenBackend {
    std::string name;  // "none" when nothing was found
    std::vector<Problem> problems;
};

// The order of cli.md: `option` (--backend), guest.conf, NETCFG_TYPE, what is enabled, what is
// present. Two enabled: a warning names both and the first wins.
[[nodiscard]] ChosenBackend choose_backend(const std::string& option, const Policy& policy,
                                           const Settings& settings, const FileReader& tree);

}  // namespace onectx
