// A plan where /etc cannot be written: what has a place below /run goes there.
#include "guest/plan/read_only.h"

#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx {

TEST_CASE("files go to their place below /run, and one warning says so")
{
    Plan plan{
        .stage = "local",
        .backend = "networkd",
        .steps = {{"hostname",
                   {WriteFile{.path = "/etc/hostname", .content = "web\n"},
                    WriteFile{.path = "/etc/hosts", .content = ""}, SetKernelHostname{"web"}}},
                  {"network",
                   {WriteFile{.path = "/etc/systemd/network/05-onectx-eth0.network"},
                    RemoveFile{"/etc/systemd/network/05-onectx-eth1.network"},
                    MakeDirectory{.path = "/etc/netplan"},
                    MakeSymlink{"/etc/udev/rules.d/x", "/dev/null"},
                    WriteFile{.path = "/etc/systemd/networks"}},
                   {Run{{"networkctl"}, {"/etc/systemd/network/05-onectx-eth0.network"}}}},
                  {"users", {WriteFile{.path = "/etc/passwd"}}}},
        .problems = {}};
    auto moved = for_read_only_etc(plan);
    CHECK(test::paths_of(moved.steps[0]) == std::vector<std::string>{"hostname web"});
    CHECK(test::paths_of(moved.steps[1]) ==
          std::vector<std::string>{"/run/systemd/network/05-onectx-eth0.network", "/run/netplan",
                                   "/run/udev/rules.d/x", "/etc/systemd/networks"});
    CHECK(moved.steps[1].activate[0].when ==
          std::vector<std::string>{"/run/systemd/network/05-onectx-eth0.network"});
    CHECK(moved.steps[2].changes == plan.steps[2].changes);
    CHECK(test::to_lines(moved.problems) ==
          std::vector<std::string>{
              "warning : /etc is read-only: /run/systemd/network/05-onectx-eth0.network, "
              "/run/udev/rules.d/x count for this boot; /etc/hostname, /etc/hosts stay as they "
              "are"});
    CHECK(for_read_only_etc({}).problems.empty());
}

}  // namespace onectx
