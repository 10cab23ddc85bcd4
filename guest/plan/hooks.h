// Programs that the owner of an image put there to be run at contextualization: the folders of
// /etc/onectx/hooks.d, and /etc/one-context.d of the older package but for what that package
// brought itself. Found and put in order here; started as any script (guest/plan/scripts.h).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/reader.h"

namespace onectx {

enum class HookTime {
    local,   // before networking
    before,  // after networking, before the scripts of the context
    after,   // and after them
};

struct Hook {
    std::string name;  // "hooks.d/network/10 web"
    std::string path;
    HookTime time = HookTime::before;
    bool older = false;  // of /etc/one-context.d: called as the older package did
};

struct Hooks {
    std::vector<Hook> hooks;  // in the order in which they are run
    std::vector<Problem> problems;
};

// hooks.d/local/* and hooks.d/network/* (or hooks.d/* itself), by the bytes of their names; then
// those of the older package, loc-* in the stage local, the others in the network stage, before or
// behind the scripts of the context as their names sort before or behind net-97-start-script.
// Left out: what is no executable file, and copies that editors and package managers leave.
[[nodiscard]] Result<Hooks> find_hooks(const FileReader& tree);

// Whether the older package brought a file of this name.
[[nodiscard]] bool is_of_older_package(std::string_view name);

}  // namespace onectx
