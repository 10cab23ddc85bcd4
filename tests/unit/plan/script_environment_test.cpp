// What scripts are told, where one_env has it, how they are started, and what their logs must not
// hold.
#include "guest/model/script_environment.h"

#include <algorithm>
#include <chrono>

#include "common/base64.h"
#include "common/limits.h"
#include "common/shell_vars.h"
#include "guest/model/redact.h"
#include "guest/model/shebang.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("variables that programs obey are offered under another name", "[scripts]")
{
    for (const auto* name : {"PATH",         "IFS",           "LD_PRELOAD", "LD_LIBRARY_PATH",
                             "BASH_ENV",     "ENV",           "HOME",       "SHELL",
                             "PYTHONPATH",   "PYTHONSTARTUP", "PERL5OPT",   "RUBYOPT",
                             "NODE_OPTIONS", "PS4",           "UID",        "BASH_FUNC_x",
                             "LC_ALL",       "LANG",          "MOUNT_DIR",  "GLIBC_TUNABLES",
                             "SHELLOPTS"})
        CHECK(is_withheld(name));
    for (const auto* name :
         {"VMID", "ETH0_IP", "HOSTNAME", "http_proxy", "PATHS", "PSK", "PS9", "MY_PATH", "TZ"})
        CHECK_FALSE(is_withheld(name));

    auto offer = offer_variables(context_of(
        {{"A", "1"}, {"EMPTY", ""}, {"IFS", ","}, {"ONE_CTX_IFS", "own"}, {"PATH", "/evil"}}));
    CHECK(offer.small == Variables{{"A", "1"}, {"ONE_CTX_IFS", "own"}, {"ONE_CTX_PATH", "/evil"}});
    CHECK(offer.large.empty());
}

TEST_CASE("an environment is one that the kernel takes", "[scripts]")
{
    // "NAME=value" and its NUL in MAX_ARG_STRLEN.
    const std::string fits(kShellStringBytes - 3, 'x');
    auto offer = offer_variables(context_of({{"A", fits}, {"B", fits + "x"}}));
    CHECK(offer.small.size() == 1);
    REQUIRE(offer.large.size() == 1);
    CHECK(offer.large[0].first == "B");

    Context many;
    for (int at = 0; at < 20; ++at)
        many["N" + std::to_string(10 + at)] = {std::string(100000, 'x'), 0};
    many["Z"] = {"small", 0};
    auto part = offer_variables(many);
    CHECK(part.small.size() + part.large.size() == many.size());
    std::size_t total = 0;
    for (const auto& [name, value] : part.small)
        total += name.size() + value.size() + 2;
    CHECK(total <= kMaxEnvironmentBytes);
    CHECK(part.large.size() == 10);
    CHECK(part.small.back().first == "Z");

    auto lines = script_environment(context_of({{"B", fits + "x"}, {"C", "\xff'"}}), "/m", "local");
    CHECK(lines == Lines{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                         "HOME=/root", "USER=root", "LOGNAME=root", "SHELL=/bin/sh", "LANG=C",
                         "RUNTIME_DIR=/run/one-context", "ONECTX_STAGE=local", "MOUNT_DIR=/m",
                         "CONTEXT_FILE=/m/context.sh", "C=\xff'",
                         "ONE_CTX_FILE_B=/run/onectx/variables/B"});
}

TEST_CASE("one_env holds every value as it is, for root alone", "[scripts]")
{
    Machine machine;
    machine.context = context_of({{"ONEGATE_ENDPOINT", "http://10.0.0.1:5030"},
                                  {"ONEGATE_TOKEN", " tok'en\n"},
                                  {"PATH", "/evil"},
                                  {"QUOTES", "it's \"$(touch /tmp/x)\" `id`\n\\"},
                                  {"VMID", "7"}});
    auto planned = machine.run(plan_one_env);
    CHECK(planned.problems.empty());
    CHECK(machine.text_of("/run/one-context/one_env") ==
          "# Made by onectx from the context. It holds secrets.\n"
          "export TOKENTXT='tok'\\''en'\n"
          "export VMID='7'\n"
          "export ONEGATE_ENDPOINT='http://10.0.0.1:5030'\n"
          "export ONEGATE_TOKEN=' tok'\\''en\n'\n"
          "export ONE_CTX_PATH='/evil'\n"
          "export QUOTES='it'\\''s \"$(touch /tmp/x)\" `id`\n\\'\n");
    const auto& node = machine.tree.nodes().at("/run/one-context/one_env");
    CHECK(node.status.mode == 0400);
    CHECK(machine.tree.nodes().at("/run/one-context").status.mode == 0700);
    CHECK(machine.run(plan_one_env).step.changes.empty());
    // Our own parser reads it as a shell does.
    auto read = parse_shell_vars(node.content);
    CHECK(read.refused.empty());
    CHECK(value_of(read.context, "QUOTES") == "it's \"$(touch /tmp/x)\" `id`\n\\");

    // What cannot be exported is not, and nothing else suffers.
    machine.context["LARGE"] = {std::string(200U << 10U, 'x'), 0};
    machine.run(plan_one_env);
    CHECK(machine.text_of("/run/one-context/one_env").find("\nLARGE='xxx") != std::string::npos);
}

TEST_CASE("one_env lies in /var/run too where that is another directory", "[scripts]")
{
    Machine machine;
    machine.tree.link("/var/run", "/run");
    CHECK(paths_of(machine.run(plan_one_env).step) ==
          Lines{"/run/one-context", "/run/one-context/one_env"});
    Machine neither;
    CHECK(paths_of(neither.run(plan_one_env).step) ==
          Lines{"/run/one-context", "/run/one-context/one_env", "/var/run"});
    CHECK(neither.text_of("/var/run/one-context/one_env").starts_with("# Made by"));
    Machine older;
    older.tree.directory("/var/run");
    CHECK(paths_of(older.run(plan_one_env).step) ==
          Lines{"/run/one-context", "/run/one-context/one_env", "/var/run/one-context",
                "/var/run/one-context/one_env"});
}

TEST_CASE("the token of the medium is in one_env", "[scripts]")
{
    Machine machine;
    MemoryTree medium;
    medium.file("/token.txt", "abc=\n");
    auto settings = make_settings(machine.context, machine.policy);
    auto planned = plan_one_env({settings,
                                 machine.policy,
                                 machine.facts,
                                 machine.tree,
                                 "none",
                                 Stage::local,
                                 {.medium = &medium}});
    REQUIRE(planned);
    CHECK(std::get<WriteFile>(planned->step.changes.at(1)).content.find("TOKENTXT='abc='\n") !=
          std::string::npos);
    CHECK(std::get<WriteFile>(planned->step.changes.at(1)).secret);
}

TEST_CASE("the first line of a script as the kernel reads it", "[scripts]")
{
    struct Row {
        std::string text;
        Lines call;
    };
    const std::vector<Row> rows{
        {"echo\n", {"/bin/sh", "/s", "a"}},
        {"", {"/bin/sh", "/s", "a"}},
        {"#!/bin/bash\necho", {"/bin/bash", "/s", "a"}},
        {"#! /usr/bin/env python3 -u \nx", {"/usr/bin/env", "python3 -u", "/s", "a"}},
        {"#!/bin/bash\r\n", {"/bin/bash", "/s", "a"}},
        {"#!\n", {"/bin/sh", "/s", "a"}},
        {"#!/bin/perl", {"/bin/perl", "/s", "a"}},
        {"#\n#!/bin/perl", {"/bin/sh", "/s", "a"}},
    };
    for (const auto& row : rows)
        CHECK(interpreter_call(row.text, "/s", {"a"}) == row.call);
    CHECK(
        is_binary("\x7f"
                  "ELF\x02"));
    CHECK_FALSE(is_binary("ELF"));
}

TEST_CASE("secrets of a context are taken out of a line", "[scripts]")
{
    auto context = context_of({{"PASSWORD", "s3cret"},
                               {"PASSWORD_BASE64", encode_base64("other-one\n")},
                               {"MY_TOKEN", "first line\nsecond line\nx"},
                               {"START_SCRIPT", "echo hello"},
                               {"USERNAME", "alice"}});
    const Redactor redactor(context, {Secret(std::string("s3cret-longer\n"))});
    const std::vector<std::pair<std::string, std::string>> rows{
        {"alice says hello", "alice says hello"},
        {"s3crets3cret", "(secret)(secret)"},
        {"a s3cret-longer b", "a (secret) b"},
        {"other-one", "(secret)"},
        {"x first line", "x (secret)"},
        {"echo hello", "echo hello"},
        {encode_base64("other-one\n"), "(secret)"},
    };
    for (const auto& [line, expected] : rows)
        CHECK(redactor.redact(line) == expected);
}

TEST_CASE("secrets are looked for in what was printed, not in what became of it", "[scripts]")
{
    const Redactor redactor(context_of({{"A_PASSWORD", "secr"},
                                        {"B_PASSWORD", "secr"},
                                        {"C_PASSWORD", "secret"},
                                        {"D_PASSWORD", "secrets are"},
                                        {"E_PASSWORD", "rets"},
                                        {"F_PASSWORD", "(sec"},
                                        {"G_PASSWORD", "\xff\xfe\xfd\xfc"}}));
    const std::vector<std::pair<std::string, std::string>> rows{
        {"", ""},
        {"secr", "(secret)"},
        {"a secret b", "a (secret) b"},
        {"secrets are here", "(secret) here"},
        {"secrets ar", "(secret)s ar"},
        {"secre", "(secret)e"},
        {"(secret)", "(secret)ret)"},
        {"\xff\xfe\xfd\xfc\xff", "(secret)\xff"},
    };
    for (const auto& [line, expected] : rows)
        CHECK(redactor.redact(line) == expected);
    CHECK(redactor.longest() == 11);

    const auto part = redactor.redact("xxsecrets are", 3);
    CHECK(part.text == "xx(secret)");
    CHECK(part.taken == 13);
    CHECK(redactor.redact("xxsecrets are", 2).text == "xx");
    CHECK(Redactor(Context{}).redact("xx", 1).text == "x");
}

TEST_CASE("a secret that is longer than what is looked for at once leaves no rest", "[scripts]")
{
    for (const auto size : {kMaxSecretBytes, kMaxSecretBytes + 1, 2 * kMaxSecretBytes - 1,
                            2 * kMaxSecretBytes, 5 * kMaxSecretBytes + 3}) {
        std::string secret;
        while (secret.size() < size)
            secret += std::to_string(secret.size());
        secret.resize(size);
        const Redactor redactor(context_of({{"PASSWORD", secret}}));
        CHECK(redactor.longest() <= kMaxSecretBytes);
        const auto text = redactor.redact("<" + secret + ">");
        CHECK(text.find_first_of("0123456789") == std::string::npos);
    }
}

TEST_CASE("thousands of secrets take no longer than a few", "[scripts]")
{
    Context context;
    for (int at = 0; at < 3000; ++at) {
        context["V" + std::to_string(at) + "_PASSWORD"].text = "secr";
        // Each begins as the text does, and ends otherwise.
        context["W" + std::to_string(at) + "_PASSWORD"].text =
            std::string(std::size_t(4 + at % 1000), 'a') + "b" + std::to_string(at);
    }
    const Redactor redactor(context);
    std::string line;
    std::string expected;
    for (int at = 0; at < 2000; ++at) {
        line += "secr";
        expected += "(secret)";
    }
    const auto start = std::chrono::steady_clock::now();
    CHECK(redactor.redact(line) == expected);
    CHECK(redactor.redact(std::string(8000, 'a')) == std::string(8000, 'a'));
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds(5));
}

}  // namespace onectx::test
