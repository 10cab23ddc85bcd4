// A partition table is grown and the process killed, or its disk fails, at every system call that
// writes: sfdisk finds the table whole and every partition where it was, and the next run finishes.
#include <array>

#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {

namespace fs = std::filesystem;

namespace {

constexpr const char* kStrace = "/usr/bin/strace";

struct Disk {
    TemporaryFolder folder;
    fs::path path = folder.path() / "dev/vda";

    explicit Disk(const std::string& script)
    {
        fs::create_directories(path.parent_path());
        REQUIRE(run_program({"/bin/sh", "-c",
                             "truncate -s 11M " + path.string() + " && printf '" + script +
                                 "' | sfdisk -q " + path.string() + " && truncate -s 40M " +
                                 path.string()})
                    .status == 0);
    }

    // The places of the partitions, but for the end of the one that grows.
    [[nodiscard]] std::string starts() const
    {
        const auto listed = run_program(
            {"/bin/sh", "-c",
             "sfdisk -q -l -o Start " + path.string() + " && sfdisk -q --verify " + path.string()});
        CAPTURE(listed.err);
        CHECK(listed.status == 0);
        return listed.out;
    }

    [[nodiscard]] Finished grow(const std::vector<std::string>& options,
                                const std::string& number) const
    {
        std::vector<std::string> argv{kStrace, "-f", "--quiet=all", "-o", "/dev/null"};
        argv.insert(argv.end(), options.begin(), options.end());
        argv.insert(argv.end(),
                    {"--", built_program("grow_table"), folder.path().string(), number});
        return run_program(argv);
    }
};

}  // namespace

TEST_CASE("a table survives every moment of death and every failing write")
{
    if (!fs::exists(kStrace) ||
        run_program({kStrace, "-o", "/dev/null", "/bin/true"}).status != 0) {
        WARN("strace is not there or may not trace; nothing is tested");
        return;
    }
    const std::array<std::array<std::string, 3>, 2> tables{
        {{"label: gpt\\n1 : start=2048, size=2048\\n2 : start=4096, size=16384\\n", "2",
          "40894464 of 40894464\n"},
         {"label: dos\\n1 : start=2048, size=2048\\n2 : start=4096, type=5\\n5 : start=6144, "
          "size=2048\\n6 : start=10240, size=4096\\n",
          "6", "41943040 of 41943040\n"}}};
    for (const auto& [script, number, grown] : tables) {
        const Disk model(script);
        const auto starts = model.starts();
        REQUIRE(model.grow({}, number).status == 0);
        for (const std::string call : {"pwrite64", "fdatasync"}) {
            for (const std::string fault : {"signal=SIGKILL", "error=EIO"}) {
                bool was_hit = true;
                for (int when = 1; was_hit; ++when) {
                    CAPTURE(script, call, fault, when);
                    REQUIRE(when < 20);
                    const Disk disk(script);
                    const auto hit = disk.grow(
                        {"-e", "trace=" + call, "-e",
                         "inject=" + call + ":" + fault + ":when=" + std::to_string(when)},
                        number);
                    was_hit = hit.status != 0;
                    CHECK(disk.starts() == starts);
                    // A second time where an earlier one only finished what was begun.
                    CHECK(disk.grow({}, number).status == 0);
                    CHECK(disk.grow({}, number).status == 0);
                    CHECK(disk.grow({}, number).out == grown);
                }
            }
        }
    }
}

}  // namespace onectx::test
