// A plan for people and for programs: unified diff against the tree, or the JSON of cli.md.
#pragma once

#include <string>

#include "guest/model/reader.h"
#include "guest/plan/plan.h"

namespace onectx {

// "# step", then a unified diff per file, against what the changes before it leave, and one line
// per other change ("hostname web01",
// "swapon /dev/vdb", "link eth0: add 10.0.0.2/24", "would run: …"). Mode and owner stand where
// diff(1) puts the time. A secret content is shown as "(secret)". Control characters are shown as
// \xNN, so no text can play with the terminal; to be patched with, a plan is to be read as JSON. A
// step without changes is left out, and so is what is only remembered of a step (Step::record);
// problems stand at the end.
[[nodiscard]] std::string show_text(const Plan& plan, const FileReader& tree);

// Of one change, as above.
[[nodiscard]] std::string show_change(const Change& change, const FileReader& tree);

// One line a change, without the content of files: "write /etc/hosts", "mkdir /etc/onectx", …
[[nodiscard]] std::string show_changes(const Step& step);

// {"stage","backend","steps":[…],"warnings":[…]}: the contract of `plan --json`, with all changes.
// Owners are numbers where the tree has the account. Problems are warnings, those that fail the run
// with "error":true. Invalid UTF-8 becomes U+FFFD.
[[nodiscard]] std::string show_json(const Plan& plan, const FileReader& tree);

}  // namespace onectx
