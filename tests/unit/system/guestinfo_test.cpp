// VMware's guestinfo, asked for with a tool that is the test's own, good and bad manners included.
#include "guest/system/guestinfo.h"

#include <sys/stat.h>

#include "guest/system/medium_tree.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/memory_tree.h"

namespace onectx {

using std::literals::chrono_literals::operator""ms;
using std::literals::chrono_literals::operator""s;
using test::MemoryTree;
using test::TemporaryFolder;
using test::write_file;

namespace {

using Lines = std::vector<std::string>;

// A machine with one tool that answers as the script says: $1 is "info-get NAME".
struct Machine {
    explicit Machine(const std::string& answers, const std::string& tool = "usr/bin/vmware-rpctool")
    {
        const auto path = folder.path() / tool;
        write_file(path, "#!/bin/sh\n" + answers);
        REQUIRE(chmod(path.c_str(), 0755) == 0);
    }
    [[nodiscard]] Result<Guestinfo> read(std::chrono::milliseconds limit = 5s) const
    {
        return read_guestinfo(limit, folder.path().string());
    }

    TemporaryFolder folder;
};

// A script's answers by name; what is not named fails, as it does with the real tool.
std::string answers(const std::vector<std::pair<std::string, std::string>>& values)
{
    std::string script = "case $1 in\n";
    for (const auto& [name, command] : values)
        script += "'info-get guestinfo.opennebula." + name + "') " + command + " ;;\n";
    return script + "*) echo 'No value found'; exit 1 ;;\nesac\n";
}

const std::pair<std::string, std::string> kContext{"context", "echo QT0nMScK"};

}  // namespace

TEST_CASE("a machine of VMware's is known by DMI or by its device", "[guestinfo]")
{
    CHECK_FALSE(is_vmware(MemoryTree()));
    CHECK_FALSE(is_vmware(MemoryTree().file("/sys/class/dmi/id/sys_vendor", "QEMU\n")));
    CHECK(is_vmware(MemoryTree().file("/sys/class/dmi/id/sys_vendor", "VMware, Inc.\n")));
    MemoryTree host_shown;
    host_shown.file("/sys/class/dmi/id/sys_vendor", "Dell Inc.\n")
        .file("/sys/bus/pci/devices/0000:00:00.0/modalias", "pci:v00008086d00007190sv1\n");
    CHECK_FALSE(is_vmware(host_shown));
    host_shown.file("/sys/bus/pci/devices/0000:00:07.7/modalias",
                    "pci:v000015ADd00000740sv000015ADsd00000740bc08sc80i00\n");
    CHECK(is_vmware(host_shown));
}

TEST_CASE("without a tool or a context there is none", "[guestinfo]")
{
    const TemporaryFolder empty;
    for (const auto& machine :
         {read_guestinfo(5s, empty.path().string()), Machine(answers({})).read(),
          Machine(answers({{"context", "echo"}})).read()}) {
        REQUIRE(machine);
        CHECK_FALSE(machine->text);
        CHECK(machine->files.empty());
        CHECK(machine->warnings.empty());
    }
}

TEST_CASE("the context and its files, up to the first that is missing", "[guestinfo]")
{
    const Machine machine(answers({kContext,
                                   {"file.0", "printf 'init.sh\\nZWNobyBoaQo='"},
                                   {"file.1", "printf '../x\\nZWNobyBoaQo='"},
                                   {"file.2", "printf 'init.sh\\nZWNo'"},
                                   {"file.3", "printf 'token.txt\\nc2VjcmV0'"},
                                   {"file.5", "printf 'never\\nZWNo'"}}));
    const auto info = machine.read();
    REQUIRE(info);
    CHECK(info->text == "A='1'\n");
    CHECK(info->files ==
          std::vector<CarriedFile>{{"init.sh", "echo hi\n"}, {"token.txt", "secret"}});
    CHECK(info->warnings ==
          Lines{"guestinfo.opennebula.file.1 is left out: '../x' is no name of a file",
                "guestinfo.opennebula.file.2 is left out: a second 'init.sh'"});
}

TEST_CASE("files without end are cut off", "[guestinfo]")
{
    const Machine machine(
        "case $1 in *context) echo QT0nMScK ;; *) printf '%s\\n' \"${1##*.}\" ;; esac\n");
    const auto info = machine.read();
    REQUIRE(info);
    CHECK(info->files.size() == 256);
    CHECK(info->warnings == Lines{"guestinfo.opennebula.file.256 is left out: too many files"});
}

TEST_CASE("the other tool is asked where the first is not there", "[guestinfo]")
{
    const Machine machine("test \"$1\" = --cmd && shift\n" + answers({kContext}), "sbin/vmtoolsd");
    const auto info = machine.read();
    REQUIRE(info);
    CHECK(info->text == "A='1'\n");
}

TEST_CASE("a tool with bad manners", "[guestinfo]")
{
    struct Row {
        std::string command;
        std::string warning;
        std::chrono::milliseconds limit = 30s;
    };
    for (const auto& row : std::vector<Row>{
             {"sleep 60", "still running after 1 s, killed", 300ms},
             {"exec >&-; sleep 60", "still running after 1 s, killed", 300ms},
             {"sleep 60 & echo QT0nMScK", "still running after 1 s, killed", 300ms},
             {"kill -SEGV $$", "killed by signal 11"},
             {"head -c 30000000 /dev/zero", "prints too much, killed"},
         }) {
        CAPTURE(row.command);
        const Machine machine(answers({{"context", row.command}}));
        const auto info = machine.read(row.limit);
        REQUIRE(info);
        CHECK_FALSE(info->text);
        CHECK(info->warnings ==
              Lines{"guestinfo.opennebula.context: run " + machine.folder.path().string() +
                    "/usr/bin/vmware-rpctool: " + row.warning});
    }
}

TEST_CASE("a context that cannot be read is an error", "[guestinfo]")
{
    const auto info = Machine(answers({{"context", "printf 'A=\\001'"}})).read();
    REQUIRE_FALSE(info);
    CHECK(info.error().message == "read the context in guestinfo.opennebula.context: no base64");
}

TEST_CASE("files that are carried, as a tree and as a folder", "[guestinfo]")
{
    const Source source{.text = "A='1'\n",
                        .description = "guestinfo.opennebula.context",
                        .lasting = true,
                        .kind = SourceKind::carried,
                        .files = {{"init.sh", "echo hi\n"}, {"a", ""}}};
    const auto tree = open_medium(source);
    REQUIRE(tree);
    CHECK((*tree)->list("/").value() == Lines{"a", "init.sh"});
    CHECK((*tree)->list("/init.sh").value().empty());
    CHECK((*tree)->read("/init.sh").value()->content == "echo hi\n");
    CHECK_FALSE((*tree)->read("/b").value());
    CHECK((*tree)->status("/").value()->type == FileType::directory);
    CHECK((*tree)->status("/a").value()->type == FileType::regular);

    if (geteuid() != 0) {
        SUCCEED("/run/onectx is root's");
        return;
    }
    std::filesystem::create_directories("/run/onectx");
    std::string path;
    {
        const auto folder = MediumFolder::open(source);
        REQUIRE(folder);
        path = folder->path();
        CHECK(test::read_file(path + "/context.sh") == "A='1'\n");
        CHECK(test::read_file(path + "/init.sh") == "echo hi\n");
        CHECK(access((path + "/init.sh").c_str(), X_OK) == 0);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

}  // namespace onectx
