// A plan as text and as JSON, to the byte: both are read by others.
#include "guest/plan/show.h"

#include <nlohmann/json.hpp>

#include "tests/support/catch.h"
#include "tests/support/memory_tree.h"

namespace onectx {

using test::MemoryTree;

namespace {

constexpr const char* kCanary = "canary-5f1e";

struct Machine : MemoryTree {
    Machine()
    {
        file("/etc/passwd", "alice:x:1000:1000:::\n");
        file("/etc/group", "alice:x:1000:\n");
        file("/etc/hosts", "127.0.0.1\tlocalhost\n", 0600, 0, 3);
        file("/etc/shadow", std::string("root:") + kCanary + ":1::::::\n", 0640, 0, 42);
        link("/home/alice/keys", "/etc/shadow");
    }
};

// Every kind of change, a secret, a control character, a byte that is no UTF-8.
Plan example()
{
    return {
        .stage = "local",
        .backend = "networkd",
        .steps =
            {
                {"hostname",
                 {WriteFile{.path = "/etc/hostname", .content = "web\x1b[2J\n"},
                  WriteFile{.path = "/etc/hosts", .content = "127.0.0.1\tlocalhost\n127.0.1.1 x"},
                  SetKernelHostname{"web01"}}},
                {"empty", {}},
                {"users",
                 {WriteFile{.path = "/etc/shadow",
                            .content = std::string("root:") + kCanary + "2:1::::::\n",
                            .mode = 0640,
                            .owner = {"0", "42"},
                            .secret = true},
                  WriteFile{.path = "/etc/key", .content = kCanary, .mode = 0600, .secret = true},
                  MakeDirectory{.path = "/home/bob", .mode = 0700, .owner = {"bob", "alice"}},
                  RemoveFile{"/etc/old"},
                  MakeSymlink{"/etc/localtime", "../usr/share/zoneinfo/UTC\n"}},
                 {Run{{"systemctl", "reload", "x"}}},
                 true},
                {"other",
                 {WriteFile{.path = "/home/alice/keys",
                            .content = "\xff\n",
                            .mode = 04755,
                            .owner = {"alice", "alice"},
                            .anchor = "/home/alice"},
                  Run{{"netplan", "generate"}}, SwapOn{"/dev/vdb"}}},
            },
        .problems = {{"ETH0_MTU", "not a number", false}, {"", "no device", true}},
    };
}

}  // namespace

TEST_CASE("a plan as text")
{
    CHECK(show_text({}, MemoryTree()) == "");
    auto text = show_text(example(), Machine());
    CHECK(text ==
          "# hostname\n"
          "--- /dev/null\n"
          "+++ /etc/hostname\t0644 0:0\n"
          "@@ -0,0 +1 @@\n"
          "+web\\x1b[2J\n"
          "--- /etc/hosts\t0600 0:3\n"
          "+++ /etc/hosts\t0644 0:0\n"
          "@@ -1 +1,2 @@\n"
          " 127.0.0.1\tlocalhost\n"
          "+127.0.1.1 x\n"
          "\\ No newline at end of file\n"
          "hostname web01\n"
          "# users\n"
          "--- /etc/shadow\t0640 0:42\n"
          "+++ /etc/shadow\t0640 0:42\n"
          "(secret)\n"
          "--- /dev/null\n"
          "+++ /etc/key\t0600 0:0\n"
          "(secret)\n"
          "mkdir /home/bob\t0700 bob:1000\n"
          "remove /etc/old\n"
          "symlink /etc/localtime -> ../usr/share/zoneinfo/UTC\\x0a\n"
          "would run: systemctl reload x\n"
          "# other\n"
          "# read /home/alice/keys: Too many levels of symbolic links\n"
          "--- /dev/null\n"
          "+++ /home/alice/keys\t4755 1000:1000\n"
          "@@ -0,0 +1 @@\n"
          "+\xff\n"
          "would run: netplan generate\n"
          "swapon /dev/vdb\n"
          "# warning: ETH0_MTU: not a number\n"
          "# error: no device\n");
    CHECK(text.find(kCanary) == std::string::npos);
}

TEST_CASE("a file that is written twice is shown from what the first leaves")
{
    auto write = [](std::string path, std::string content, unsigned mode, bool secret) {
        return WriteFile{.path = std::move(path),
                         .content = std::move(content),
                         .mode = mode,
                         .owner = {"new", "0"},
                         .secret = secret};
    };
    const Plan plan{.stage = "local",
                    .backend = "none",
                    .steps = {{"one",
                               {write("/etc/hosts", "a\n", 0600, false), RemoveFile{"/etc/group"},
                                write("/etc/key", kCanary, 0600, true)}},
                              {"two",
                               {write("/etc/hosts", "a\nb\n", 0644, false),
                                write("/etc/group", "c\n", 0644, false),
                                write("/etc/key", "d\n", 0644, false)}}}};
    CHECK(show_text(plan, Machine()) ==
          "# one\n"
          "--- /etc/hosts\t0600 0:3\n"
          "+++ /etc/hosts\t0600 new:0\n"
          "@@ -1 +1 @@\n"
          "-127.0.0.1\tlocalhost\n"
          "+a\n"
          "remove /etc/group\n"
          "--- /dev/null\n"
          "+++ /etc/key\t0600 new:0\n"
          "(secret)\n"
          "# two\n"
          "--- /etc/hosts\t0600 new:0\n"
          "+++ /etc/hosts\t0644 new:0\n"
          "@@ -1 +1,2 @@\n"
          " a\n"
          "+b\n"
          "--- /dev/null\n"
          "+++ /etc/group\t0644 new:0\n"
          "@@ -0,0 +1 @@\n"
          "+c\n"
          "--- /etc/key\t0600 new:0\n"
          "+++ /etc/key\t0644 new:0\n"
          "(secret)\n");
}

TEST_CASE("a plan as JSON")
{
    auto text = show_json(example(), Machine());
    CHECK(text == R"==({
  "stage": "local",
  "backend": "networkd",
  "steps": [
    {
      "name": "hostname",
      "changes": [
        {
          "op": "write",
          "path": "/etc/hostname",
          "mode": "0644",
          "owner": "0:0",
          "content": "web\u001b[2J\n"
        },
        {
          "op": "write",
          "path": "/etc/hosts",
          "mode": "0644",
          "owner": "0:0",
          "content": "127.0.0.1\tlocalhost\n127.0.1.1 x"
        },
        {
          "op": "hostname",
          "name": "web01"
        }
      ],
      "activate": []
    },
    {
      "name": "empty",
      "changes": [],
      "activate": []
    },
    {
      "name": "users",
      "changes": [
        {
          "op": "write",
          "path": "/etc/shadow",
          "mode": "0640",
          "owner": "0:42",
          "content": "(secret)"
        },
        {
          "op": "write",
          "path": "/etc/key",
          "mode": "0600",
          "owner": "0:0",
          "content": "(secret)"
        },
        {
          "op": "mkdir",
          "path": "/home/bob",
          "mode": "0700",
          "owner": "bob:1000"
        },
        {
          "op": "remove",
          "path": "/etc/old"
        },
        {
          "op": "symlink",
          "path": "/etc/localtime",
          "target": "../usr/share/zoneinfo/UTC\n"
        }
      ],
      "activate": [
        {
          "op": "run",
          "argv": [
            "systemctl",
            "reload",
            "x"
          ]
        }
      ]
    },
    {
      "name": "other",
      "changes": [
        {
          "op": "write",
          "path": "/home/alice/keys",
          "mode": "4755",
          "owner": "1000:1000",
          "content": ")=="
                  "\xef\xbf\xbd"
                  R"==(\n"
        },
        {
          "op": "run",
          "argv": [
            "netplan",
            "generate"
          ]
        },
        {
          "op": "swapon",
          "device": "/dev/vdb"
        }
      ],
      "activate": []
    }
  ],
  "warnings": [
    {
      "variable": "ETH0_MTU",
      "message": "not a number"
    },
    {
      "variable": "",
      "message": "no device",
      "error": true
    }
  ]
}
)==");
    CHECK(show_json({}, MemoryTree()) ==
          "{\n  \"stage\": \"\",\n  \"backend\": \"\",\n  \"steps\": [],\n  \"warnings\": "
          "[]\n}\n");
}

TEST_CASE("a change of a link as text and as JSON")
{
    LinkChange change{.device = "eth0",
                      .mac = *parse_mac("02:00:0a:00:00:02"),
                      .up = true,
                      .mtu = 1400,
                      .ipv6 = Ipv6Mode::fixed,
                      .add = {*parse_link_item("10.0.0.2/24"),
                              *parse_link_item("0.0.0.0/0 via 10.9.9.9 metric 7 onlink")},
                      .remove = {*parse_link_item("169.254.16.9/32 via link")}};
    Plan plan{.stage = "all",
              .backend = "interfaces",
              .steps = {{.name = "network",
                         .changes = {change, LinkChange{.device = "lan0"}},
                         .activate = {{{"ifup", "eth1"}}},
                         .prepare = {{{"ifdown", "eth1"}}}}}};
    CHECK(show_text(plan, MemoryTree()) ==
          "# network\n"
          "would run: ifdown eth1\n"
          "link eth0: up\n"
          "link eth0: mtu 1400\n"
          "link eth0: ipv6 static\n"
          "link eth0: remove 169.254.16.9/32 via link\n"
          "link eth0: add 10.0.0.2/24\n"
          "link eth0: add 0.0.0.0/0 via 10.9.9.9 metric 7 onlink\n"
          "would run: ifup eth1\n");
    auto json = nlohmann::ordered_json::parse(show_json(plan, MemoryTree()));
    const auto& step = json["steps"][0];
    CHECK(step["changes"][0].dump() ==
          R"({"op":"link","device":"eth0","mac":"02:00:0a:00:00:02","up":true,"mtu":1400,)"
          R"("ipv6":"static","add":[{"address":"10.0.0.2/24"},)"
          R"({"route":"0.0.0.0/0","via":"10.9.9.9","metric":7,"onlink":true}],)"
          R"("remove":[{"route":"169.254.16.9/32"}]})");
    CHECK(step["changes"][1].dump() ==
          R"({"op":"link","device":"lan0","mac":"00:00:00:00:00:00","up":null,"mtu":null,)"
          R"("ipv6":null,"add":[],"remove":[]})");
    CHECK(step["prepare"].dump() == R"([{"op":"run","argv":["ifdown","eth1"]}])");
}

TEST_CASE("scripts as text and as JSON, without what is in them")
{
    Plan plan{
        .stage = "network",
        .backend = "none",
        .steps = {
            {.name = "scripts",
             .changes = {RunScript{.name = "start-script", .text = Secret(std::string(kCanary))},
                         RunScript{.name = "init.sh",
                                   .place = ScriptPlace::medium,
                                   .file = "init.sh",
                                   .limit_seconds = 60},
                         ReportReady{.check = RunScript{.name = "10 \x1bweb",
                                                        .place = ScriptPlace::machine,
                                                        .file = "/etc/hooks/10 \x1bweb",
                                                        .arguments = {"network", ""}}},
                         ReportReady{.check = RunScript{.name = "ready-script",
                                                        .text = Secret(std::string(kCanary))},
                                     .tries = 5,
                                     .wait_seconds = 1},
                         ReportReady{}},
             .background = true}}};
    auto text = show_text(plan, MemoryTree());
    CHECK(text ==
          "# scripts\n"
          "would run script start-script (secret)\n"
          "would run script init.sh (from the context)\n"
          "would report READY to OneGate, once this succeeds: 10 \\x1bweb: /etc/hooks/10 \\x1bweb "
          "network ''\n"
          "would report READY to OneGate, once this succeeds: ready-script (secret)\n"
          "would report READY to OneGate\n");
    CHECK(text.find(kCanary) == std::string::npos);
    auto json = nlohmann::ordered_json::parse(show_json(plan, MemoryTree()));
    const auto& step = json["steps"][0];
    CHECK(step["background"] == true);
    const auto& changes = step["changes"];
    CHECK(
        changes[0].dump() ==
        R"==({"op":"script","name":"start-script","content":"(secret)","argv":[],"limit":null})==");
    CHECK(changes[1].dump() ==
          R"({"op":"script","name":"init.sh","medium":"init.sh","argv":[],"limit":60})");
    CHECK(changes[2].dump() ==
          R"({"op":"ready","check":{"op":"script","name":"10 \u001bweb","path":)"
          R"("/etc/hooks/10 \u001bweb","argv":["network",""],"limit":null},"tries":3,"wait":10})");
    CHECK(changes[4].dump() == R"({"op":"ready","check":null,"tries":3,"wait":10})");
    CHECK(json.dump().find(kCanary) == std::string::npos);
}

TEST_CASE("disks and mounts in a plan")
{
    const Plan plan{
        .stage = "local",
        .steps = {{"growing",
                   {GrowPartition{"/dev/vda", 2, 100, 200, "digest", "/saved"},
                    GrowFileSystem{"/", "ext4", 90, 190}, Unmount{"a", "/mnt/a", "virtiofs"},
                    Mount{"b", "/mnt/b\x1b", "virtiofs"}}}}};
    CHECK(show_text(plan, Machine()) ==
          "# growing\n"
          "grow partition 2 of /dev/vda from 100 to 200 bytes; its table is saved to /saved\n"
          "grow ext4 on / from 90 to 190 bytes\n"
          "unmount virtiofs a from /mnt/a\n"
          "mount virtiofs b on /mnt/b\\x1b\n");
    const auto changes = nlohmann::json::parse(show_json(plan, Machine()))["steps"][0]["changes"];
    CHECK(changes ==
          nlohmann::json::parse(
              R"([{"op":"grow-partition","disk":"/dev/vda","number":2,"from":100,"to":200,
                   "path":"/saved"},
                  {"op":"grow-file-system","target":"/","type":"ext4","from":90,"to":190},
                  {"op":"unmount","source":"a","target":"/mnt/a","type":"virtiofs"},
                  {"op":"mount","source":"b","target":"/mnt/b\u001b","type":"virtiofs"}])"));
}

}  // namespace onectx
