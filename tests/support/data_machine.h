// A machine that is given user data, with a few accounts, and what a run comes to.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "common/text.h"
#include "guest/plan/prune.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/machine.h"

namespace onectx::test {

using Lines = std::vector<std::string>;

inline const Lines kNothing{};

struct DataMachine : Machine {
    DataMachine()
    {
        context["VMID"] = {"7", 0};
        facts.init = Init::systemd;
        boot("boot-1");
        tree.file("/etc/passwd",
                  "root:x:0:0:root:/root:/bin/bash\nbob:x:1000:1000:Bob:/home/bob:/bin/sh\n")
            .file("/etc/group", "root:x:0:\nusers:x:100:\nbob:x:1000:\n")
            .file("/etc/shadow", "root:*:1::::::\nbob:$6$s$h:1:0:99999:7:::\n", 0640, 0, 0)
            .file("/etc/gshadow", "root:*::\nusers:!::\nbob:!::\n", 0640, 0, 0)
            .file("/bin/sh", "", 0755)
            .file("/bin/bash", "", 0755)
            .file("/etc/hosts", "127.0.0.1 localhost\n")
            .file("/etc/hostname", "localhost\n")
            .file("/usr/share/zoneinfo/Europe/Berlin", "TZif2")
            .directory("/root", 0700)
            .directory("/home/bob", 0755, 1000, 1000)
            .directory("/etc/sudoers.d", 0750);
    }
    void boot(const std::string& id)
    {
        tree.file("/proc/sys/kernel/random/boot_id", id + "\n");
        tree.remove("/run/onectx/scripts");
    }
    void say(const std::string& text) { context["USER_DATA"] = {"#cloud-config\n" + text, 0}; }

    // The steps of the stage that have something to do, with what is run in them. All of them are
    // made, but for what `failing` names: its changes are made, and nothing remembers them.
    Lines run(Stage stage, const std::string& failing = "", bool hot_plug = false)
    {
        Lines lines;
        auto settings = make_settings(context, policy);
        auto plan = make_plan(
            stage, {settings, policy, facts, tree, "none", stage, {nullptr, hot_plug, force}});
        for (auto& step : plan.steps) {
            if (!step.failure.empty()) lines.push_back(step.name + " fails: " + step.failure);
            const bool is_ours = step.name.starts_with("user-data");
            if (step.changes.empty()) {
                apply_to_tree(step, tree);
                continue;
            }
            lines.push_back(step.name);
            for (const auto& change : step.changes)
                if (const auto* script = std::get_if<RunScript>(&change))
                    lines.push_back("  " +
                                    (script->place == ScriptPlace::text
                                         ? script->text.reveal()
                                         : script->file + " " + join(script->arguments, " ")));
                else if (const auto* fetch = std::get_if<FetchFile>(&change))
                    lines.push_back("  " + fetch->url);
                else if (is_ours)
                    lines.push_back("  " + path_of(change));
            if (step.name == failing) step.record.clear();
            apply_to_tree(step, tree);
        }
        for (const auto& line : to_lines(plan.problems))
            lines.push_back(line);
        std::erase_if(lines, [](const std::string& line) {
            return line == "  /run/onectx/scripts" || line == "one-env" || line == "state";
        });
        return lines;
    }

    bool force = false;
};

}  // namespace onectx::test
