// What is shown is what is done (design law 3).
#include <sys/stat.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "guest/plan/prune.h"
#include "guest/plan/show.h"
#include "tests/support/catch.h"
#include "tests/unit/system/apply_machine.h"

namespace onectx::test {

namespace fs = std::filesystem;

namespace {

// Everything in a folder: path inside it -> what tells whether it changed.
std::map<std::string, std::string> snapshot(const fs::path& top)
{
    std::map<std::string, std::string> entries;
    for (const auto& entry : fs::recursive_directory_iterator(top)) {
        struct stat status{};
        REQUIRE(lstat(entry.path().c_str(), &status) == 0);
        auto text = std::to_string(status.st_mode) + " " + std::to_string(status.st_uid);
        if (S_ISREG(status.st_mode))
            text += " " + std::to_string(status.st_ino) + " " + read_file(entry.path());
        entries["/" + entry.path().lexically_relative(top).string()] = text;
    }
    return entries;
}

std::set<std::string> changed_paths(const std::map<std::string, std::string>& before,
                                    const std::map<std::string, std::string>& after)
{
    std::set<std::string> paths;
    for (const auto& [path, text] : before)
        if (!after.contains(path) || after.at(path) != text) paths.insert(path);
    for (const auto& [path, text] : after)
        if (!before.contains(path)) paths.insert(path);
    return paths;
}

std::set<std::string> shown_paths(const Plan& plan, const FileReader& tree)
{
    std::set<std::string> paths;
    auto json = nlohmann::json::parse(show_json(plan, tree));
    for (const auto& step : json["steps"])
        for (const auto& change : step["changes"])
            if (change.contains("path")) paths.insert(change["path"].get<std::string>());
    return paths;
}

}  // namespace

TEST_CASE("what is shown is what is written or removed, and a second run is empty")
{
    Machine machine;
    auto& top = machine.folder.path();
    write_file(top / "etc/hosts", "old");
    write_file(top / "etc/same", "same");
    write_file(top / "etc/obsolete", "old");
    write_file(top / "home/u/.ssh/keys", "old");
    write_file(top / "etc/localtime", "old");
    fs::permissions(top / "etc/same", fs::perms(0644));
    fs::create_directories(top / "run/there");
    fs::create_symlink("/run/there", top / "var-run");
    fs::create_symlink("../run/resolv.conf", top / "etc/resolv.conf");
    Plan plan{.stage = "all",
              .steps = {
                  {"a",
                   {write("/etc/hosts", "new"), write("/etc/same", "same"),
                    write("/etc/systemd/network/10.network", "new"), RemoveFile{"/etc/obsolete"},
                    RemoveFile{"/etc/never"}}},
                  {"b",
                   {MakeDirectory{.path = "/var-run", .owner = own()},
                    MakeDirectory{.path = "/var/lib/x", .mode = 0700, .owner = own()},
                    write("/etc/resolv.conf", "new"), MakeSymlink{"/etc/localtime", "same"}}},
                  {"c",
                   {WriteFile{.path = "/home/u/.ssh/keys",
                              .content = "new",
                              .mode = 0600,
                              .owner = own(),
                              .anchor = "/home/u"},
                    SetKernelHostname{"web01"}, Run{{"true"}}}},
              }};
    Facts facts;
    facts.kernel_hostname = "localhost";
    auto pruned = prune(plan, machine.root, facts);
    auto shown = shown_paths(pruned, machine.root);
    auto before = snapshot(top);
    REQUIRE(machine.apply(pruned).result() == "done");
    auto changed = changed_paths(before, snapshot(top));

    // A link that is shown stands for the file it leads to; directories above a file come with it.
    REQUIRE(shown.erase("/etc/resolv.conf") == 1);
    shown.insert("/run/resolv.conf");
    for (const char* above : {"/etc/systemd", "/etc/systemd/network", "/var", "/var/lib"})
        CHECK(changed.erase(above) == 1);
    CHECK(changed == shown);

    facts.kernel_hostname = "web01";
    plan.steps[2].changes.pop_back();
    auto second = prune(plan, machine.root, facts);
    CHECK(shown_paths(second, machine.root).empty());
    auto still = snapshot(top);
    CHECK(machine.apply(second).result() == "unchanged");
    CHECK(snapshot(top) == still);
}

}  // namespace onectx::test
