// packaging/transfer-driver over a tree like OpenNebula's remotes, and back.
#include <filesystem>

#include "tests/support/catch.h"
#include "tests/support/desk.h"

namespace onectx::test {
namespace {

namespace fs = std::filesystem;

// The drivers as OpenNebula has them: one script that most link to, a copy, one in Ruby, one that
// does nothing, and one of somebody else.
struct Remotes : Desk {
    Remotes()
    {
        write_program("remotes/tm/common/context", "#!/bin/bash\nmkdir .isofiles\n");
        write_program("remotes/tm/lvm/context", "#!/bin/bash\n# lvm\nmkdir .isofiles\n");
        write_program("remotes/tm/local/context",
                      "#!/usr/bin/env ruby\nFileUtils.mkdir_p '.isofiles'\n");
        write_program("remotes/tm/foreign/context", "#!/bin/bash\nmkdir .isofiles\nimport\n");
        write_program("remotes/tm/common/dummy.sh", "#!/bin/bash\n");
        for (const std::string link : {"ssh", "qcow2"}) {
            fs::create_directories(at("remotes/tm/" + link));
            fs::create_symlink("../common/context", at("remotes/tm/" + link + "/context"));
        }
        fs::create_directories(at("remotes/tm/dummy"));
        fs::create_symlink("../common/dummy.sh", at("remotes/tm/dummy/context"));
        write("remotes/scripts_common.sh", "function error_message\n");
        write("context.sh", "A='1'\n");
    }
    [[nodiscard]] Finished driver(std::vector<std::string> words) const
    {
        words.insert(words.begin(), {(source_folder() / "packaging/transfer-driver").string(),
                                     "--remotes", "remotes"});
        return run_program(words, {.directory = folder.path().string()});
    }
    [[nodiscard]] Finished context(const std::string& name, std::vector<std::string> words) const
    {
        words.insert(words.begin(), at("remotes/tm/" + name + "/context").string());
        return run_program(words, {.directory = folder.path().string()});
    }
    [[nodiscard]] std::string script(const std::string& name) const
    {
        return read_file(at("remotes/tm/" + name + "/context"));
    }
};

std::string table(const std::string& state)
{
    return "common       " + state +
           "\ndummy        ../common/dummy.sh\nforeign      of its own, left alone\n"
           "local        " +
           state + "\nlvm          " + state +
           "\nqcow2        ../common/context\nssh          ../common/context\n";
}

}  // namespace

TEST_CASE("the drivers run onectx, and the originals come back", "[cli][transfer-driver]")
{
    Remotes remotes;
    auto common = remotes.script("common");
    auto local = remotes.script("local");
    auto status = remotes.driver({"--status"});
    CHECK(status.status == 1);
    CHECK(status.out == table("original"));
    for (int times = 0; times < 2; ++times) {
        auto installed = remotes.driver({"--onectx", built_program("onectx")});
        check(installed, 0, "");
        CHECK(installed.out == table("onectx"));
        CHECK(remotes.names("remotes/tm/common") ==
              std::vector<std::string>{"context", "context.onectx-orig", "dummy.sh"});
        CHECK(read_file(remotes.at("remotes/tm/common/context.onectx-orig")) == common);
        CHECK(mode_of(remotes.at("remotes/tm/common/context")) == 0755);
    }
    CHECK(remotes.driver({"--status"}).status == 0);
    for (const std::string name : {"ssh", "local", "lvm"}) {
        CAPTURE(name);
        auto target = remotes.at("vm/" + name + "/disk.1").string();
        check(remotes.context(name,
                              {"context.sh", "context.sh:'my", "copy'", ":" + target, "7", "0"}),
              0, "INFO: context: Generating context block device at :" + target + "\n");
        CHECK(fs::file_size(target) > 0);
    }
    auto removed = remotes.driver({"--remove"});
    check(removed, 0, "");
    CHECK(removed.out == table("original"));
    CHECK(remotes.script("common") == common);
    CHECK(remotes.script("local") == local);
    CHECK(remotes.names("remotes/tm/local") == std::vector<std::string>{"context"});
    check(remotes.driver({"--remove"}), 0, "");
}

TEST_CASE("an upgrade of OpenNebula under onectx", "[cli][transfer-driver]")
{
    Remotes remotes;
    const std::string upgraded = "#!/bin/bash\n# new\nmkdir .isofiles\n";
    REQUIRE(remotes.driver({"--onectx", built_program("onectx")}).status == 0);
    remotes.write_program("remotes/tm/common/context", upgraded);
    SECTION("is put over again")
    {
        REQUIRE(remotes.driver({"--onectx", built_program("onectx")}).status == 0);
        REQUIRE(remotes.driver({"--remove"}).status == 0);
    }
    SECTION("is what is left after a removal")
    {
        REQUIRE(remotes.driver({"--remove"}).status == 0);
    }
    CHECK(remotes.script("common") == upgraded);
    CHECK(remotes.names("remotes/tm/common") == std::vector<std::string>{"context", "dummy.sh"});
}

TEST_CASE("an error between marks, for an old OpenNebula", "[cli][transfer-driver]")
{
    Remotes remotes;
    remotes.write("remotes/scripts_common.sh", "echo \"ERROR MESSAGE --8<------\"\n");
    REQUIRE(remotes.driver({"--onectx", built_program("onectx")}).status == 0);
    auto done = remotes.context("ssh", {"no", "/x/disk.1", "7", "0"});
    CHECK(done.status == 1);
    CHECK(
        done.err.ends_with("ERROR MESSAGE --8<------\nError copying context files: no: No such "
                           "file or directory\nERROR MESSAGE ------>8--\n"));
}

TEST_CASE("what transfer-driver refuses", "[cli][transfer-driver]")
{
    Remotes remotes;
    check(remotes.driver({"--remotes", "no"}), 1,
          "transfer-driver: no/tm: no such folder; --remotes says where it is\n");
    check(remotes.driver({"--onectx", "/no/onectx"}), 1,
          "transfer-driver: /no/onectx: no such program; --onectx says where it is\n");
    check(remotes.driver({"--onectx"}), 2, "transfer-driver: --onectx: a value is missing\n");
    CHECK(remotes.driver({"--now"}).status == 2);
    CHECK(remotes.script("common").starts_with("#!/bin/bash"));
}

TEST_CASE("a driver of somebody else when it is named", "[cli][transfer-driver]")
{
    Remotes remotes;
    auto before = remotes.script("foreign");
    REQUIRE(remotes.driver({"--onectx", built_program("onectx"), "--driver", "foreign"}).status ==
            0);
    CHECK(remotes.script("foreign").contains(" transfer -- "));
    REQUIRE(remotes.driver({"--remove"}).status == 0);
    CHECK(remotes.script("foreign") == before);
}

}  // namespace onectx::test
