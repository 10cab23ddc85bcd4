// A plan for people and for programs: unified diff against the tree, or the JSON of cli.md.
#pragma once

#include <string>

#include "guest/model/reader.h"
#include "guest/plan/plan.h"

namespace onectx {

// "# step", then a unified diff per file and one line per other change ("hostname web01",
// "swapon /dev/vdb", "would run: …"). A secret content is shown as "(secret)".
[[nodiscard]] std::string show_text(const Plan& plan, const FileReader& tree);

// {"stage","backend","steps":[…],"warnings":[…]}: the contract of `plan --json`.
[[nodiscard]] std::string show_json(const Plan& plan, const FileReader& tree);

}  // namespace onectx
