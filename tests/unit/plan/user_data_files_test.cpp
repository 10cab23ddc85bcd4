// Files of user data: written, added to, fetched, and what becomes of the others when one fails.
#include "guest/plan/show.h"
#include "guest/plan/user_data.h"
#include "tests/support/catch.h"
#include "tests/support/data_machine.h"

namespace onectx::test {

TEST_CASE("appended text, modes, owners and homes", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/etc/crontab", "# table\n", 0600, 0, 5)
        .link("/home/bob/link", "/etc")
        .file("/etc/ends", "x\nmore\n");
    machine.say(
        "write_files:\n- {path: /etc/crontab, content: \"one\\n\", append: true}\n"
        "- {path: /etc/crontab, content: \"two\\n\", append: true}\n"
        "- {path: /etc/ends, content: \"more\\n\", append: true}\n"
        "- {path: /home/bob/file, owner: 'bob:bob', permissions: '0600'}\n");
    auto planned = machine.plan(plan_user_data_files);
    REQUIRE(planned);
    const auto& changes = planned->step.changes;
    REQUIRE(changes.size() == 4);
    const auto& second = std::get<WriteFile>(changes[1]);
    CHECK(second.content == "# table\none\ntwo\n");
    CHECK(second.mode == 0600);
    CHECK(second.owner == Owner{"0", "5"});
    CHECK(second.secret);
    CHECK(std::get<WriteFile>(changes[2]).content == "x\nmore\n");
    const auto& home = std::get<WriteFile>(changes[3]);
    CHECK(home.anchor == "/home/bob");
    CHECK(home.owner == Owner{"bob", "bob"});
    CHECK(home.secret);
    CHECK(planned->step.attempt_all);
}

TEST_CASE("what a run that failed has appended is not appended again", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/etc/app.conf", "zero\none\ntwo\n").file("/etc/half.conf", "one\n");
    machine.say(
        "write_files:\n- {path: /etc/app.conf, content: \"one\\n\", append: true}\n"
        "- {path: /etc/app.conf, content: \"two\\n\", append: true}\n"
        "- {path: /etc/half.conf, content: \"one\\n\", append: true}\n"
        "- {path: /etc/half.conf, content: \"two\\n\", append: true}\n");
    auto planned = machine.plan(plan_user_data_files);
    REQUIRE(planned);
    const auto& changes = planned->step.changes;
    REQUIRE(changes.size() == 4);
    CHECK(std::get<WriteFile>(changes[1]).content == "zero\none\ntwo\n");
    CHECK(std::get<WriteFile>(changes[3]).content == "one\none\ntwo\n");
}

TEST_CASE("what is appended is planned behind what other steps write", "[user-data]")
{
    DataMachine machine;
    machine.context["SET_HOSTNAME"] = {"web01", 0};
    machine.say(
        "users: [{name: eve, ssh_authorized_keys: [" + test_key('e') +
        "]}]\nwrite_files:\n- {path: /etc/hosts, content: \"192.0.2.1 peer\\n\", append: true}\n"
        "- {path: /home/eve/.ssh/authorized_keys, content: \"# by hand\\n\", append: true}\n"
        "- {path: /etc/hosts, content: \"192.0.2.2 late\\n\", append: true, defer: true}\n");
    const auto settings = make_settings(machine.context, machine.policy);
    const PlanInput input{settings,     machine.policy, machine.facts,
                          machine.tree, "none",         Stage::all};
    const auto plan = make_plan(Stage::all, input);
    std::vector<WriteFile> files;
    for (const auto& step : plan.steps)
        if (step.name == "user-data-files" || step.name == "user-data-deferred-files")
            for (const auto& change : step.changes)
                files.push_back(std::get<WriteFile>(change));
    REQUIRE(files.size() == 3);
    const std::string hosts = "127.0.0.1 localhost\n127.0.1.1 web01 # onectx\n192.0.2.1 peer\n";
    CHECK(files[0].content == hosts);
    CHECK(files[1].content.find(test_key('e')) != std::string::npos);
    CHECK(files[1].content.ends_with("# END onectx\n# by hand\n"));
    CHECK(files[1].owner == Owner{"1001", "1001"});
    CHECK(files[1].anchor == "/home/eve");
    CHECK(files[1].secret);
    CHECK(files[2].content == hosts + "192.0.2.2 late\n");
    const auto text = show_text(plan, machine.tree);
    CHECK(text.find("\n-127.0.1.1 web01") == std::string::npos);
    CHECK(text.find("\n 127.0.1.1 web01 # onectx\n 192.0.2.1 peer\n+192.0.2.2 late\n") !=
          std::string::npos);

    // A package may have written the file meanwhile.
    machine.tree.file("/etc/hosts", "other\n");
    const auto again = plan_step("user-data-deferred-files", input);
    REQUIRE(again);
    CHECK(std::get<WriteFile>(again->step.changes.at(0)).content == "other\n192.0.2.2 late\n");
}

TEST_CASE("an account file that is to be an account's ends in nobody's loop", "[user-data]")
{
    DataMachine machine;
    machine.say(
        "write_files:\n- {path: /etc/group, content: \"x:x:7:\\n\", append: true, owner: "
        "'bob:bob'}\n- {path: /etc/group, content: \"y:x:8:\\n\", append: true, defer: true}\n");
    CHECK(machine.run(Stage::all) ==
          Lines{"user-data-files", "  /etc/group", "user-data-deferred-files", "  /etc/group"});
    CHECK(machine.text_of("/etc/group") ==
          "root:x:0:\nusers:x:100:\nbob:x:1000:\nx:x:7:\ny:x:8:\n");
    CHECK(machine.run(Stage::all) == kNothing);
}

TEST_CASE("a file that cannot be added to keeps no other from being written", "[user-data]")
{
    for (const std::string defer : {"false", "true"}) {
        CAPTURE(defer);
        DataMachine machine;
        machine.tree.directory("/etc/dir").link("/home/bob/in", "/etc").link("/in", "/home/bob/in");
        machine.say("write_files:\n- {path: /etc/dir, content: x, append: true, defer: " + defer +
                    "}\n- {path: /in/motd, defer: " + defer +
                    "}\n- {path: /etc/motd, content: hello, defer: " + defer + "}\n");
        const auto step = defer == "true" ? "user-data-deferred-files" : "user-data-files";
        const Lines problems{
            "error USER_DATA: 3:3: write_files[0]: read /etc/dir: not a regular file; it is left "
            "out",
            "error USER_DATA: 4:3: write_files[1]: a link leads through /home/bob, which others "
            "than root can change; it is left out"};
        CHECK(machine.run(Stage::all) == Lines{step, "  /etc/motd", problems[0], problems[1]});
        CHECK(machine.text_of("/etc/motd") == "hello");
        // What was left out has its turn again.
        CHECK(machine.run(Stage::all) == problems);
        machine.tree.remove("/etc/dir").remove("/in").file("/etc/dir", "old ");
        CHECK(machine.run(Stage::all) == Lines{step, "  /etc/dir", "  /in/motd"});
        CHECK(machine.text_of("/etc/dir") == "old x");
        CHECK(machine.run(Stage::all) == kNothing);
    }
}

TEST_CASE("a file from the network waits for it", "[user-data]")
{
    DataMachine machine;
    machine.say(
        "write_files:\n- path: /usr/bin/hello\n  permissions: '0755'\n  source:\n"
        "    uri: https://files.example.com/hello\n    headers: {Authorization: Basic QWxh}\n");
    CHECK(machine.run(Stage::local) == kNothing);
    auto settings = make_settings(machine.context, machine.policy);
    CHECK(machine.run(Stage::network) ==
          Lines{"user-data-deferred-files", "  https://files.example.com/hello"});
    CHECK(machine.run(Stage::network) == kNothing);

    machine.say(
        "write_files:\n- {path: /a, source: {uri: 'ftp://x/y'}}\n- {path: /b, source: {}}\n"
        "- {path: /c, source: {uri: 'https://u:p@h/'}}\n");
    CHECK(
        machine.run(Stage::all) ==
        Lines{"error USER_DATA: 3:22: write_files[0]: source.uri must be an http or https address; "
              "it is left out",
              "error USER_DATA: 4:22: write_files[1]: source.uri must be an http or https address; "
              "it is left out",
              "error USER_DATA: 5:22: write_files[2]: source.uri must be an http or https address; "
              "it is left out"});
}

}  // namespace onectx::test
