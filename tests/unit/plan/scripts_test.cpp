// Which scripts a context and an image bring, in which order, and when they are due.
#include "guest/plan/scripts.h"

#include "common/base64.h"
#include "guest/model/script_settings.h"
#include "guest/plan/hooks.h"
#include "guest/plan/prune.h"
#include "tests/support/apply_to_tree.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

constexpr unsigned kProgram = 0755;

struct Scripted : Machine {
    Scripted()
    {
        boot("boot-1");
        medium.file("/context.sh", "");
        context["VMID"] = {"7", 0};
    }
    void boot(const std::string& id)
    {
        tree.file("/proc/sys/kernel/random/boot_id", id + "\n");
        tree.remove("/run/onectx/scripts");
    }
    void set(const std::string& name, const std::string& value) { context[name] = {value, 0}; }

    [[nodiscard]] Plan planned(bool hot_plug = false)
    {
        auto settings = make_settings(context, policy);
        Plan plan{.stage = "", .backend = "none", .problems = settings.problems};
        plan_scripts({settings, policy, facts, tree, "none", stage, {&medium, hot_plug}}, plan);
        return plan;
    }

    // The steps that would be made, with what is run in them; they are made. Problems follow.
    Lines run(bool hot_plug = false)
    {
        Lines lines;
        auto plan = planned(hot_plug);
        for (auto& step : plan.steps) {
            step = prune(std::move(step), tree, facts);
            auto line = step.name;
            if (!step.failure.empty()) line += " fails: " + step.failure;
            for (const auto& change : step.changes)
                if (const auto* script = std::get_if<RunScript>(&change))
                    for (const auto& argument : script->arguments)
                        line += " '" + argument + "'";
            apply_to_tree(step, tree);
            lines.push_back(line);
        }
        for (const auto& line : to_lines(plan.problems))
            lines.push_back(line);
        return lines;
    }

    MemoryTree medium;
    Stage stage = Stage::network;
};

ScriptWishes wishes_of(const Context& context, Lines& problems)
{
    auto settings = make_settings(context, {});
    problems = to_lines(settings.problems);
    return settings.scripts;
}

}  // namespace

TEST_CASE("scripts of a context as wishes", "[scripts]")
{
    struct Row {
        Context context;
        std::string start;  // "-": none
        Lines init;
        Lines problems;
    };
    const std::vector<Row> rows{
        {{}, "-", {}, {}},
        {context_of({{"START_SCRIPT", "echo 1"}}), "echo 1", {}, {}},
        {context_of({{"START_SCRIPT", "echo 1"}, {"START_SCRIPT_BASE64", "ZWNobyAy\nCg=="}}),
         "echo 2\n",
         {},
         {}},
        {context_of({{"START_SCRIPT", "echo 1"}, {"START_SCRIPT_BASE64", "!"}}),
         "-",
         {},
         {"error START_SCRIPT_BASE64: is no base64; it is not run"}},
        {context_of({{"START_SCRIPT", "#!/bin/sh\r\necho\r\n"}}), "#!/bin/sh\necho\n", {}, {}},
        // CRs that are not of the script's own line ends stay.
        {context_of({{"START_SCRIPT", "a\nb\r\n"}}), "a\nb\r\n", {}, {}},
        {context_of({{"INIT_SCRIPTS", " a.sh /mnt/b.sh,'c' a.sh "}}),
         "-",
         {"a.sh", "b.sh", "'c'"},
         {}},
        {context_of({{"INIT_SCRIPTS", "../.. x/"}}),
         "-",
         {},
         {"error INIT_SCRIPTS: '../..' is no name of a file",
          "error INIT_SCRIPTS: 'x/' is no name of a file"}},
        {context_of({{"SCRIPT_POLICY", "weekly"}}),
         "-",
         {},
         {"warning SCRIPT_POLICY: 'weekly' is none of every-boot, once, on-change and off; "
          "guest.conf decides"}},
    };
    for (const auto& row : rows) {
        Lines problems;
        auto wishes = wishes_of(row.context, problems);
        CHECK((wishes.start ? wishes.start->reveal() : "-") == row.start);
        CHECK(wishes.init == row.init);
        CHECK(problems == row.problems);
    }
    auto refused = make_settings(context_of({{"START_SCRIPT", "older"}}), {},
                                 {.names = {"START_SCRIPT_BASE64"}, .any = true, .cut_off = false});
    CHECK_FALSE(refused.scripts.start);
}

TEST_CASE("READY as a wish", "[scripts]")
{
    struct Row {
        std::vector<std::pair<std::string, std::string>> context;
        std::string check;  // "-": not wanted; "": no script decides
        Lines problems;
    };
    const std::vector<Row> rows{
        {{{"REPORT_READY", "NO"}}, "-", {}},
        {{{"READY_SCRIPT", "true"}}, "-", {}},
        {{{"REPORT_READY", "YES"}}, "", {}},
        // All of these are well-formed base64.
        {{{"REPORT_READY", "YES"}, {"READY_SCRIPT", "true"}}, "true", {}},
        {{{"REPORT_READY", "YES"}, {"READY_SCRIPT", "/bin/foo"}}, "/bin/foo", {}},
        {{{"REPORT_READY", "YES"}, {"READY_SCRIPT", encode_base64("test -e /x\n")}},
         "test -e /x\n",
         {"warning READY_SCRIPT: taken for base64; READY_SCRIPT_BASE64 says so without a guess"}},
        {{{"REPORT_READY", "YES"}, {"READY_SCRIPT_BASE64", encode_base64("true")}}, "true", {}},
        {{{"REPORT_READY", "YES"}, {"READY_SCRIPT", "x"}, {"READY_SCRIPT_PATH", "/usr/bin/up"}},
         "machine /usr/bin/up",
         {}},
        {{{"REPORT_READY", "YES"}, {"READY_SCRIPT_PATH", "up.sh"}}, "medium up.sh", {}},
        // Nobody knows what was to decide.
        {{{"REPORT_READY", "YES"}, {"READY_SCRIPT_BASE64", "?"}},
         "-",
         {"error READY_SCRIPT_BASE64: is no base64; it is not run"}},
        {{{"REPORT_READY", "YES"}, {"RETRY_COUNT", "0"}, {"RETRY_WAIT_PERIOD", "x"}},
         "",
         {"warning RETRY_COUNT: '0' is no number from 1 to 1000; 3 is used instead",
          "warning RETRY_WAIT_PERIOD: 'x' is no number from 0 to 3600; 10 is used instead"}},
    };
    for (const auto& row : rows) {
        Context context;
        for (const auto& [name, value] : row.context)
            context[name] = {value, 0};
        Lines problems;
        auto ready = wishes_of(context, problems).ready;
        std::string check = ready ? "" : "-";
        if (ready && ready->check) {
            check = ready->check->text.reveal();
            if (ready->check->place == ScriptPlace::machine)
                check = "machine " + ready->check->file;
            if (ready->check->place == ScriptPlace::medium) check = "medium " + ready->check->file;
        }
        CHECK(check == row.check);
        CHECK(problems == row.problems);
    }
    Policy policy;
    policy.ready = false;
    CHECK_FALSE(make_settings(context_of({{"REPORT_READY", "YES"}}), policy).scripts.ready);
}

TEST_CASE("every script in its order, once a boot", "[scripts]")
{
    Scripted machine;
    machine.set("START_SCRIPT", "true");
    machine.set("INIT_SCRIPTS", "b.sh a.sh missing.sh");
    machine.set("REPORT_READY", "YES");
    machine.medium.file("/a.sh", "").file("/'b.sh'", "").file("/init.sh", "");
    const std::string own = "/etc/onectx/hooks.d/";
    const std::string older = "/etc/one-context.d/";
    machine.tree.file(own + "local/10-a", "", kProgram)
        .file(own + "network/9 b", "", kProgram)
        .file(own + "network/10-b", "", kProgram)
        .link(own + "network/99-link", "/usr/bin/true")
        .link(own + "network/50-masked", "/dev/null")
        .file("/usr/bin/true", "", kProgram)
        .file(own + "direct", "", kProgram)
        .file(own + "README", "")
        .file(own + "direct~", "", kProgram)
        .file(own + "network/20-no-program", "")
        .file(older + "loc-50-mine", "", kProgram)
        .file(older + "net-50-mine", "", kProgram)
        .file(older + "start.sh", "", kProgram)
        .file(older + "aaa", "", kProgram)
        .file(older + "net-15-hostname", "#!/bin/sh\n# Copyright OpenNebula\n", kProgram)
        .file(older + "net-97-start-script", "#!/bin/sh\necho mine\n", kProgram);
    const Lines complaints{
        "warning : " + own + "network/20-no-program is not executable, so it is not run",
        "warning : " + older +
            "net-97-start-script has the name of a file of the older package, so it is not run"};
    auto with = [&](Lines lines) {
        lines.insert(lines.end(), complaints.begin(), complaints.end());
        return lines;
    };

    machine.stage = Stage::local;
    CHECK(machine.run() ==
          with({"hooks.d/local/10-a 'local'", "one-context.d/loc-50-mine 'local' ''"}));
    CHECK(machine.run() == complaints);
    machine.stage = Stage::network;
    const Lines network{"hooks.d/network/10-b 'network'",
                        "hooks.d/network/9 b 'network'",
                        "hooks.d/network/99-link 'network'",
                        "hooks.d/direct 'network'",
                        "one-context.d/aaa 'network' ''",
                        "one-context.d/net-50-mine 'network' ''",
                        "start-script",
                        "init-script b.sh",
                        "init-script a.sh",
                        "init-script missing.sh fails: missing.sh is not beside context.sh",
                        "one-context.d/start.sh 'network' ''",
                        "ready"};
    CHECK(machine.run() == with(network));
    const std::string missing = "init-script missing.sh fails: missing.sh is not beside context.sh";
    CHECK(machine.run() == with({missing}));
    machine.stage = Stage::all;
    CHECK(machine.run() == with({missing}));

    machine.boot("boot-2");
    auto all = machine.run();
    REQUIRE(all.size() == network.size() + 2 + complaints.size());
    CHECK(all[1] == "one-context.d/loc-50-mine 'local' 'reconfigure'");
    CHECK(all[2] == network[0]);

    machine.boot("boot-3");
    machine.policy.scripts.hooks = ScriptPolicy::off;
    machine.policy.scripts.init_scripts = ScriptPolicy::off;
    CHECK(machine.run() == Lines{"start-script", "ready"});
    machine.facts.offline = true;
    machine.boot("boot-4");
    CHECK(machine.run().empty());
}

TEST_CASE("init.sh is run where INIT_SCRIPTS is not set", "[scripts]")
{
    Scripted machine;
    CHECK(machine.run().empty());
    machine.medium.file("/init.sh", "");
    CHECK(machine.run() == Lines{"init-script init.sh"});
    machine.boot("boot-2");
    machine.set("INIT_SCRIPTS", "other");
    CHECK(machine.run() == Lines{"init-script other fails: other is not beside context.sh"});
}

TEST_CASE("when a script is due under each policy", "[scripts]")
{
    struct Row {
        std::string policy;
        bool again_now, next_boot, other_context, other_script, other_machine;
    };
    const std::vector<Row> rows{
        {"every-boot", false, true, false, false, false},
        {"once", false, false, false, true, true},
        {"on-change", false, false, true, true, true},
        {"off", false, false, false, false, false},
    };
    for (const auto& row : rows) {
        INFO(row.policy);
        Scripted machine;
        machine.set("START_SCRIPT", "one");
        machine.set("SCRIPT_POLICY", row.policy);
        const Lines due{"start-script"};
        auto expected = [&](bool run) { return run ? due : Lines{}; };
        CHECK(machine.run() == expected(row.policy != "off"));
        CHECK(machine.run() == expected(row.again_now));
        machine.set("OTHER", "x");
        CHECK(machine.run() == expected(row.other_context));
        machine.set("START_SCRIPT", "two");
        CHECK(machine.run() == expected(row.other_script));
        machine.set("VMID", "8");
        CHECK(machine.run() == expected(row.other_machine));
        machine.boot("boot-2");
        CHECK(machine.run() == expected(row.next_boot));
        // What an earlier boot recorded is not this boot's, in a container that keeps /run.
        machine.tree.file("/proc/sys/kernel/random/boot_id", "boot-3\n");
        CHECK(machine.run() == expected(row.next_boot));
    }
}

TEST_CASE("a context that names no machine is known by its firmware", "[scripts]")
{
    Scripted machine;
    machine.context.erase("VMID");
    machine.set("START_SCRIPT", "one");
    machine.policy.scripts.start_script = ScriptPolicy::once;
    machine.tree.file("/sys/class/dmi/id/product_uuid", "a\n");
    CHECK(machine.run().size() == 1);
    CHECK(machine.run().empty());
    machine.tree.file("/sys/class/dmi/id/product_uuid", "b\n");
    CHECK(machine.run().size() == 1);
}

TEST_CASE("hot-plug runs no script unless guest.conf asks for it", "[scripts]")
{
    Scripted machine;
    machine.set("START_SCRIPT", "one");
    machine.set("REPORT_READY", "YES");
    machine.tree.file("/etc/onectx/hooks.d/a", "", kProgram);
    // What was not run has not succeeded.
    CHECK(machine.run(true).empty());
    CHECK(machine.run() == Lines{"hooks.d/a 'network'", "start-script", "ready"});
    CHECK(machine.run(true).empty());
    machine.boot("boot-2");
    machine.policy.scripts.on_hot_plug = true;
    CHECK(machine.run(true) == Lines{"hooks.d/a 'network'", "start-script", "ready"});

    // Nobody could be told at boot, and there is nothing left to run.
    Scripted later;
    later.set("REPORT_READY", "YES");
    CHECK(later.run(true) == Lines{"ready"});
}

TEST_CASE("a script is recorded before it is run, READY after it was told", "[scripts]")
{
    Scripted machine;
    machine.set("START_SCRIPT", "one");
    machine.set("REPORT_READY", "YES");
    for (auto policy : {ScriptPolicy::every_boot, ScriptPolicy::once}) {
        machine.policy.scripts.start_script = policy;
        auto plan = machine.planned();
        REQUIRE(plan.steps.size() == 2);
        CHECK(std::holds_alternative<RunScript>(plan.steps[0].changes.back()));
        CHECK(path_of(plan.steps[0].changes.at(plan.steps[0].changes.size() - 2)) ==
              (policy == ScriptPolicy::once ? "/var/lib/onectx/scripts" : "/run/onectx/scripts"));
        CHECK(std::holds_alternative<ReportReady>(plan.steps[1].changes.front()));
        CHECK(plan.steps[0].background);
    }
    // No text of a script is in what is kept of it.
    machine.run();
    auto record = machine.text_of("/var/lib/onectx/scripts");
    CHECK(record.starts_with("start-script "));
    CHECK(record.find("one") == std::string::npos);
}

TEST_CASE("values that are too large for an environment lie in files", "[scripts]")
{
    Scripted machine;
    machine.set("START_SCRIPT", "one");
    machine.set("LARGE", std::string(200U << 10U, 'x'));
    CHECK(machine.run() == Lines{"script-variables", "start-script"});
    CHECK(machine.text_of("/run/onectx/variables/LARGE").size() == 200U << 10U);
    CHECK(machine.tree.nodes().at("/run/onectx/variables/LARGE").status.mode == 0600);
}

TEST_CASE("names of the older package's own files", "[scripts]")
{
    for (const auto* name : {"00-network", "loc-10-network", "net-99-report-ready", "01-dns"})
        CHECK(is_of_older_package(name));
    for (const auto* name : {"", "network", "net-99-zz", "loc-10-network2", "zz"})
        CHECK_FALSE(is_of_older_package(name));
}

}  // namespace onectx::test
