// An installation as a plan: the program, its settings, services and rules go into a tree, enabled
// as a package would enable them. Pure; what is there already is dropped by pruning, so a second
// installation is empty.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "guest/model/change.h"
#include "guest/model/facts.h"
#include "guest/model/reader.h"

namespace onectx {

inline constexpr std::string_view kProgramPath = "/usr/sbin/onectx-guest";

struct InstallInput {
    const FileReader& tree;
    Init init = Init::unknown;           // whose services; `unknown` enables none
    std::optional<std::string> program;  // the content of kProgramPath; absent: it is there
};

[[nodiscard]] Plan plan_install(const InstallInput& input);

// Only what plan_install() does about the older package: its services do not start any more, its
// files and what it keeps stay as they are.
[[nodiscard]] Plan plan_takeover(const InstallInput& input);

// A list of startpar (guest/edit/boot_order.h) without the scripts of the older package.
[[nodiscard]] std::string without_older_scripts(std::string text);

// The steps, for those two and for tests.
[[nodiscard]] PlannedStep install_services(const InstallInput& input);
[[nodiscard]] PlannedStep install_rules(const InstallInput& input);
[[nodiscard]] PlannedStep retire_older_package(const InstallInput& input);

}  // namespace onectx
