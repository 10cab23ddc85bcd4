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
    REQUIRE(changes.size() == 3);
    const auto& table = std::get<WriteFile>(changes[0]);
    CHECK(table.content == "# table\none\ntwo\n");
    CHECK(table.mode == 0600);
    CHECK(table.owner == Owner{"0", "5"});
    CHECK(table.secret);
    CHECK(std::get<WriteFile>(changes[1]).content == "x\nmore\n");
    const auto& home = std::get<WriteFile>(changes[2]);
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
    REQUIRE(changes.size() == 2);
    CHECK(std::get<WriteFile>(changes[0]).content == "zero\none\ntwo\n");
    CHECK(std::get<WriteFile>(changes[1]).content == "one\none\ntwo\n");
}

TEST_CASE("what is added to a secret keeps it one", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/etc/key", "hidden\n", 0600, 0, 5).file("/etc/pass", "hidden\n", 0600);
    machine.say(
        "write_files:\n- {path: /etc/new, content: \"one\\n\", permissions: '0600', owner: bob}\n"
        "- {path: /etc/new, content: \"two\\n\", append: true}\n"
        "- {path: /etc/key, content: \"two\\n\", append: true, permissions: '0644'}\n"
        "- {path: /etc/pass, content: open, permissions: '0644'}\n");
    const auto files = machine.plan(plan_user_data_files);
    REQUIRE(files);
    REQUIRE(files->step.changes.size() == 3);
    const auto& added = std::get<WriteFile>(files->step.changes[0]);
    CHECK(added.content == "one\ntwo\n");
    CHECK(added.mode == 0600);
    CHECK(added.owner == Owner{"bob", "0"});
    CHECK(added.secret);
    CHECK(std::get<WriteFile>(files->step.changes[1]).secret);  // what it was is not shown
    CHECK(std::get<WriteFile>(files->step.changes[2]).secret);

    machine.say(
        "write_files:\n- {path: /etc/key, append: true, source: {uri: 'https://example.com/'}}\n");
    const auto fetched = machine.plan(plan_user_data_deferred);
    REQUIRE(fetched);
    const auto& file = std::get<FetchFile>(fetched->step.changes.at(0)).file;
    CHECK(file.mode == 0600);
    CHECK(file.owner == Owner{"0", "5"});
    CHECK(file.planned_from.size() == 64);
}

TEST_CASE("what stands behind a text that is fetched waits for it", "[user-data]")
{
    const std::string source = ", source: {uri: 'https://example.com/a'}}\n";
    DataMachine machine;
    machine.tree.file("/etc/a", "old\n");
    machine.say(
        "write_files:\n- {path: /etc/a, content: \"first\\n\", append: true}\n"
        "- {path: /etc/a, permissions: '0640'" +
        source +
        "- {path: /etc/a, content: \"one\\n\", append: true}\n"
        "- {path: /etc/a, content: \"two\\n\", append: true, defer: true}\n"
        "- {path: /etc/a, append: true" +
        source + "- {path: /etc/b" + source + "- {path: /etc/b, content: mine}\n");
    const auto now = machine.plan(plan_user_data_files);
    REQUIRE(now);
    REQUIRE(now->step.changes.size() == 1);
    CHECK(std::get<WriteFile>(now->step.changes[0]).content == "old\nfirst\n");
    const auto later = machine.plan(plan_user_data_deferred);
    REQUIRE(later);
    REQUIRE(later->step.changes.size() == 5);
    const auto& behind = std::get<FetchFile>(later->step.changes[1]);
    CHECK(behind.url.empty());
    CHECK(behind.append);
    CHECK(behind.has_content);
    CHECK(behind.file.content == "one\ntwo\n");
    CHECK(behind.file.mode == 0640);
    CHECK(std::get<FetchFile>(later->step.changes[2]).file.mode == 0640);
    CHECK(std::get<WriteFile>(later->step.changes[4]).content == "mine");
    CHECK(show_change(later->step.changes[1], machine.tree) ==
          "would append 8 bytes to /etc/a\t0640 0:0\n");
}

// One change for each would hold the text of all before it.
TEST_CASE("as many additions as there may be", "[user-data]")
{
    DataMachine machine;
    machine.tree.file("/etc/big", std::string(std::size_t{1} << 20U, 'x'));
    std::string entries = "write_files:\n";
    for (int i = 0; i < 1024; ++i)
        entries +=
            "- {path: /etc/big, append: true, content: \"" + std::string(1000, 'y') + "\"}\n";
    machine.say(entries);
    const auto planned = machine.plan(plan_user_data_files);
    REQUIRE(planned);
    REQUIRE(planned->step.changes.size() == 1);
    CHECK(std::get<WriteFile>(planned->step.changes[0]).content.size() ==
          (std::size_t{1} << 20U) + std::size_t{1024} * 1000);
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
