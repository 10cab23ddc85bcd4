// The search for the context medium: scripted events on a clock of their own, the rules of choice,
// and probes of images that stand in for devices.
#include <fcntl.h>

#include <algorithm>
#include <deque>
#include <map>

#include "common/text.h"
#include "guest/system/device/context_probe.h"
#include "guest/system/device/medium.h"
#include "guest/system/device/signatures.h"
#include "posix/fd.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/iso_maker.h"

namespace onectx {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using onectx::test::TemporaryFolder;
using onectx::test::write_file;
using std::chrono::milliseconds;

namespace {

BlockDevice disk(const std::string& name, std::uint64_t number, bool optical = false)
{
    return {.node = "/dev/" + name, .name = name, .number = number, .optical = optical};
}

const BlockDevice kSr0 = disk("sr0", 11ULL << 32U, true);
const BlockDevice kSr1 = disk("sr1", (11ULL << 32U) + 1, true);
const BlockDevice kVda = disk("vda", 254ULL << 32U);
const BlockDevice kVdb = disk("vdb", (254ULL << 32U) + 16);

MediumCandidate context_on(const BlockDevice& device, std::string_view mac = "")
{
    MediumCandidate candidate{.device = device, .text = "VMID='1'\n", .macs = {}};
    if (auto parsed = parse_mac(mac)) candidate.macs.push_back(*parsed);
    return candidate;
}

// A machine that follows a script: what is there at the start, what comes when, and what a device
// answers from which time on. Waiting moves its clock and nothing else does.
class ScriptedDevices : public BlockDevices {
  public:
    struct Event {
        milliseconds at;
        BlockEvent event;
    };

    std::vector<BlockDevice> present;
    std::deque<Event> events;  // by time
    std::map<std::string, std::map<milliseconds, Probed>> answers;
    std::vector<std::string> probes;  // "sr0@100"

    std::vector<BlockDevice> list() override { return present; }

    BlockEvent next(milliseconds limit) override
    {
        if (events.empty() || events.front().at > now + limit) {
            now += limit;
            return {};
        }
        auto event = events.front();
        events.pop_front();
        now = std::max(now, event.at);
        return event.event;
    }

    milliseconds elapsed() const override { return now; }

    Probed probe(const BlockDevice& device)
    {
        probes.push_back(device.name + "@" + std::to_string(now.count()));
        const auto& times = answers.at(device.name);
        auto later = times.upper_bound(now);
        return later == times.begin() ? Probed{NoContext{}} : std::prev(later)->second;
    }

    milliseconds now{0};
};

struct Outcome {
    Result<MediumSearch> search;
    std::string found;  // the device, "-" for none, "error" for a context that cannot be read
    std::int64_t ms = 0;
};

Outcome run(ScriptedDevices& machine, milliseconds limit = 3s, const std::vector<Mac>& macs = {})
{
    auto search = find_medium(
        machine, [&](const BlockDevice& device) { return machine.probe(device); }, limit,
        [&] { return macs; });
    std::string found = "error";
    if (search) found = search->medium ? search->medium->device.name : "-";
    return {std::move(search), found, machine.now.count()};
}

BlockEvent changed(const BlockDevice& device)
{
    return {BlockEvent::Kind::changed, device};
}

Probed probe_image(const TemporaryFolder& folder, std::string_view image)
{
    const auto file = folder.path() / "image";
    write_file(file, image);
    return probe_context({.node = file.string(), .name = "vdb"},
                         (folder.path() / "mounts").string());
}

// A file of one sector at kFreeSector, in an image that is large enough.
std::string iso_with(std::string_view name, std::string_view content, std::string_view extra = "")
{
    auto image = test::raw_image({{.name = std::string(name),
                                   .block = test::kFreeSector,
                                   .size = static_cast<std::uint32_t>(content.size()),
                                   .system_use = test::nm(to_lower(name)) + std::string(extra)}},
                                 32);
    test::put(image, test::kFreeSector * test::kSector, content);
    return image;
}

}  // namespace

TEST_CASE("disks that are no hardware are known by their names", "[device]")
{
    for (const auto* name : {"loop0", "dm-0", "md127", "md_d0", "nbd15", "rbd0", "drbd1", "zd16",
                             "ram0", "zram0", "fd0"})
        CHECK_FALSE(is_hardware_name(name));
    for (const auto* name :
         {"sr0", "sda", "vda", "xvdb", "hda", "nvme0n1", "mmcblk0", "mdx", "fdx"})
        CHECK(is_hardware_name(name));
}

TEST_CASE("which of several media is taken", "[device]")
{
    const std::string ours = "02:00:00:00:00:01";
    const std::string other = "02:00:00:00:00:02";
    struct Row {
        std::vector<MediumCandidate> candidates;
        std::string taken;
        std::string warning;
    };
    const std::vector<Row> rows{
        {{context_on(kVdb)}, "vdb", ""},
        // a CD drive before a disk, even one with our address
        {{context_on(kVda, ours), context_on(kSr0, other)},
         "sr0",
         "several devices hold a context: /dev/sr0 is taken, not /dev/vda"},
        // among CD drives the one with our address
        {{context_on(kSr0, other), context_on(kSr1, ours)},
         "sr1",
         "several devices hold a context: /dev/sr1 is taken, not /dev/sr0"},
        // the lowest device number, whatever the order of the list
        {{context_on(kVdb), context_on(kSr1), context_on(kSr0)},
         "sr0",
         "several devices hold a context: /dev/sr0 is taken, not /dev/vdb, /dev/sr1"},
        {{context_on(kSr1, ours), context_on(kSr0, ours)},
         "sr0",
         "several devices hold a context: /dev/sr0 is taken, not /dev/sr1"},
        {{context_on(kVdb, other), context_on(kVda, other)},
         "vda",
         "several devices hold a context: /dev/vda is taken, not /dev/vdb"},
    };
    for (const auto& row : rows) {
        auto choice = choose_medium(row.candidates, {*parse_mac(ours)});
        CHECK(row.candidates[choice.index].device.name == row.taken);
        CHECK(choice.warning == row.warning);
    }
}

TEST_CASE("a medium that is there is taken without waiting", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kSr0, kVda};
    machine.answers = {{"sr0", {{0ms, context_on(kSr0)}}}, {"vda", {{0ms, NoContext{}}}}};
    auto outcome = run(machine);
    CHECK(outcome.found == "sr0");
    CHECK(outcome.ms == 0);
    CHECK(outcome.search->warnings.empty());
}

TEST_CASE("a disk with a context is taken although a CD drive is not ready", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kSr0, kVda};
    machine.answers = {{"sr0", {{0ms, NotReady{"No medium found", true}}}},
                       {"vda", {{0ms, context_on(kVda)}}}};
    auto outcome = run(machine);
    CHECK(outcome.found == "vda");
    CHECK(outcome.ms == 0);
    CHECK(outcome.search->warnings.empty());
}

TEST_CASE("a medium that comes later is taken when it comes", "[device]")
{
    struct Row {
        milliseconds comes, limit;
        std::string found;
        std::int64_t ms;
    };
    for (const auto& row : std::vector<Row>{{1s, 3s, "sr0", 1000},
                                            {2999ms, 3s, "sr0", 2999},
                                            {5s, 3s, "-", 3000},
                                            {5s, 30s, "sr0", 5000},
                                            {1s, 0s, "-", 0}}) {
        ScriptedDevices machine;
        machine.present = {kVda};
        machine.events = {{row.comes, changed(kSr0)}};
        machine.answers = {{"vda", {{0ms, NoContext{}}}}, {"sr0", {{0ms, context_on(kSr0)}}}};
        auto outcome = run(machine, row.limit);
        CHECK(outcome.found == row.found);
        CHECK(outcome.ms == row.ms);
        CHECK(machine.probes.front() == "vda@0");
        CHECK(std::count(machine.probes.begin(), machine.probes.end(), "vda@0") == 1);
    }
}

TEST_CASE("a machine without a medium is given up at the deadline", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kVda};
    machine.answers = {{"vda", {{0ms, NoContext{}}}}};
    auto outcome = run(machine);
    CHECK(outcome.found == "-");
    CHECK(outcome.ms == 3000);
    CHECK(machine.probes == std::vector<std::string>{"vda@0"});
}

TEST_CASE("a drive that is not ready is asked again after pauses that double", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kSr0};
    machine.answers = {
        {"sr0", {{0ms, NotReady{"No medium found", true}}, {900ms, context_on(kSr0)}}}};
    auto outcome = run(machine);
    CHECK(outcome.found == "sr0");
    CHECK(machine.probes ==
          std::vector<std::string>{"sr0@0", "sr0@100", "sr0@300", "sr0@700", "sr0@1500"});
}

TEST_CASE("a drive that is not ready is asked a last time at the deadline", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kSr0};
    machine.answers = {
        {"sr0", {{0ms, NotReady{"No medium found", true}}, {2000ms, context_on(kSr0)}}}};
    auto outcome = run(machine);
    CHECK(outcome.found == "sr0");
    CHECK(outcome.ms == 3000);
}

TEST_CASE("an event about a drive that is not ready asks it at once", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kSr0};
    machine.events = {{850ms, changed(kSr0)}};
    machine.answers = {
        {"sr0", {{0ms, NotReady{"No medium found", true}}, {800ms, context_on(kSr0)}}}};
    auto outcome = run(machine);
    CHECK(outcome.found == "sr0");
    CHECK(outcome.ms == 850);
}

TEST_CASE("a drive that never becomes readable is named, an empty one is not", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kSr0, kSr1};
    machine.answers = {{"sr0", {{0ms, NotReady{"Input/output error"}}}},
                       {"sr1", {{0ms, NotReady{"No medium found", true}}}}};
    auto outcome = run(machine);
    CHECK(outcome.found == "-");
    CHECK(outcome.search->warnings ==
          std::vector<std::string>{"/dev/sr0 cannot be read: Input/output error"});
}

TEST_CASE("a context that cannot be read is an error, unless there is another", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kSr0};
    machine.answers = {{"sr0", {{0ms, Unreadable{"context.sh: Input/output error"}}}},
                       {"sr1", {{0ms, context_on(kSr1)}}}};
    SECTION("alone")
    {
        auto outcome = run(machine);
        CHECK(outcome.found == "error");
        CHECK(outcome.search.error().message ==
              "read the context on /dev/sr0: context.sh: Input/output error");
        CHECK(outcome.ms == 3000);
    }
    SECTION("with another")
    {
        machine.present.push_back(kSr1);
        auto outcome = run(machine);
        CHECK(outcome.found == "sr1");
        CHECK(outcome.search->warnings ==
              std::vector<std::string>{"/dev/sr0 holds a context that cannot be read: "
                                       "context.sh: Input/output error"});
    }
    SECTION("until it can be read")
    {
        machine.answers["sr0"][200ms] = context_on(kSr0);
        auto outcome = run(machine);
        CHECK(outcome.found == "sr0");
        CHECK(outcome.ms == 300);
    }
}

TEST_CASE("what merely has the label is named and ignored", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kSr0, kVdb};
    machine.answers = {{"sr0", {{0ms, context_on(kSr0)}}},
                       {"vdb", {{0ms, Ignored{"its file system is ext4, not iso9660"}}}}};
    auto outcome = run(machine);
    CHECK(outcome.found == "sr0");
    CHECK(outcome.search->warnings ==
          std::vector<std::string>{
              "/dev/vdb is labelled CONTEXT and ignored: its file system is ext4, not iso9660"});
}

TEST_CASE("loop devices are not even looked at", "[device]")
{
    ScriptedDevices machine;
    machine.present = {disk("loop0", 7ULL << 32U)};
    machine.events = {{1s, changed(disk("dm-0", 253ULL << 32U))}};
    auto outcome = run(machine);
    CHECK(outcome.found == "-");
    CHECK(machine.probes.empty());
}

TEST_CASE("a device that goes away is forgotten, lost events list all anew", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kVdb};
    machine.answers = {{"vdb", {{0ms, Ignored{"it holds no context.sh"}}}},
                       {"sr0", {{0ms, context_on(kSr0)}}}};
    SECTION("removed")
    {
        machine.events = {{1s, {BlockEvent::Kind::removed, kVdb}}};
        auto outcome = run(machine);
        CHECK(outcome.found == "-");
        CHECK(outcome.search->warnings.empty());
    }
    SECTION("lost")
    {
        machine.events = {{1s, {BlockEvent::Kind::lost, {}}}};
        auto outcome = run(machine);
        CHECK(machine.probes == std::vector<std::string>{"vdb@0", "vdb@1000"});
    }
}

TEST_CASE("the machine's addresses are asked for only when there is a choice", "[device]")
{
    ScriptedDevices machine;
    machine.present = {kSr0};
    machine.answers = {{"sr0", {{0ms, context_on(kSr0)}}}, {"sr1", {{0ms, context_on(kSr1)}}}};
    int asked = 0;
    auto search = [&] {
        return find_medium(
            machine, [&](const BlockDevice& device) { return machine.probe(device); }, 3s,
            [&] {
                ++asked;
                return std::vector<Mac>{};
            });
    };
    CHECK(search()->medium);
    CHECK(asked == 0);
    machine.present.push_back(kSr1);
    CHECK(search()->medium);
    CHECK(asked == 1);
}

TEST_CASE("the addresses of a context", "[device]")
{
    CHECK(macs_of_context("ETH0_MAC='02:00:00:00:00:01'\nETH10_MAC='02-00-00-00-00-0A'\n"
                          "ETH_MAC='02:00:00:00:00:02'\nETHX_MAC='02:00:00:00:00:03'\n"
                          "ETH1_MAC='nonsense'\nMAC='02:00:00:00:00:04'\n") ==
          std::vector<Mac>{*parse_mac("02:00:00:00:00:01"), *parse_mac("02:00:00:00:00:0a")});
    CHECK(macs_of_context("rm -rf /").empty());
}

TEST_CASE("probing an image: a context", "[device]")
{
    const TemporaryFolder folder;
    auto probed = probe_image(folder, iso_with("CONTEXT.SH", "ETH0_MAC='02:00:00:00:00:01'\n"));
    auto* candidate = std::get_if<MediumCandidate>(&probed);
    REQUIRE(candidate != nullptr);
    CHECK(candidate->text == "ETH0_MAC='02:00:00:00:00:01'\n");
    CHECK(candidate->macs.size() == 1);
    CHECK(candidate->device.name == "vdb");
}

TEST_CASE("probing an image: other labels and no file system at all", "[device]")
{
    const TemporaryFolder folder;
    auto other = iso_with("CONTEXT.SH", "A='1'\n");
    // the volume identifier: 32 bytes from byte 40 of the descriptor (ECMA-119, 8.4.7)
    test::put(other, 16 * test::kSector + 40, "CONTEXT2");
    CHECK(std::holds_alternative<NoContext>(probe_image(folder, other)));
    CHECK(std::holds_alternative<NoContext>(probe_image(folder, std::string(1 << 20, '\0'))));
}

TEST_CASE("probing an image: the label without a context", "[device]")
{
    const TemporaryFolder folder;
    auto without = probe_image(folder, iso_with("OTHER.SH", "A='1'\n"));
    REQUIRE(std::holds_alternative<Ignored>(without));
    CHECK(std::get<Ignored>(without).reason == "it holds no context.sh");

    // An ext2 superblock: magic at byte 56, revision 1 at 76, label at 120 (ext4(5), kernel's
    // Documentation/filesystems/ext4/super.rst).
    std::string ext2(4 << 20, '\0');
    test::put(ext2, 1024 + 4, std::string_view("\0\x10\0\0", 4));  // blocks
    test::put(ext2, 1024 + 56, "\x53\xEF");
    test::put(ext2, 1024 + 76, std::string_view("\1\0\0\0", 4));
    test::put(ext2, 1024 + 120, "CONTEXT");
    auto data_disk = probe_image(folder, ext2);
    REQUIRE(std::holds_alternative<Ignored>(data_disk));
    CHECK(std::get<Ignored>(data_disk).reason == "its file system is ext2, not iso9660");
}

TEST_CASE("probing an image: a context.sh that is not to be read", "[device]")
{
    const TemporaryFolder folder;
    // SL: no flags, one component of type "current text" (RRIP 1.12, 4.1.3)
    const std::string_view target("\0\0\6passwd", 9);
    auto link = probe_image(
        folder, iso_with("CONTEXT.SH", "", test::px(0120777) + test::susp("SL", target)));
    REQUIRE(std::holds_alternative<Unreadable>(link));
    CHECK(std::get<Unreadable>(link).reason.starts_with("context.sh is no regular file"));
}

TEST_CASE("probing what is not there or is empty", "[device]")
{
    const TemporaryFolder folder;
    auto missing = probe_context({.node = (folder.path() / "none").string(), .name = "vdb"});
    REQUIRE(std::holds_alternative<NotReady>(missing));
    CHECK(std::get<NotReady>(missing).reason == "No such file or directory");
    CHECK_FALSE(std::get<NotReady>(missing).empty);

    auto empty = probe_image(folder, "");
    REQUIRE(std::holds_alternative<NotReady>(empty));
    CHECK(std::get<NotReady>(empty).reason == "No medium found");
    CHECK(std::get<NotReady>(empty).empty);
}

TEST_CASE("the signatures of a swap area", "[device]")
{
    const TemporaryFolder folder;
    for (const std::size_t page : {4096U, 16384U}) {
        // The header of version 1: version at 1024, last page at 1028, UUID at 1036, label at 1052,
        // and the magic at the end of the first page (swapon(8); mkswap(8)).
        std::string area(8 << 20, '\0');
        test::put(area, 1024, std::string_view("\1\0\0\0", 4));
        test::put(area, 1028, std::string_view("\xff\1\0\0", 4));
        test::put(area, 1036, "0123456789abcdef");
        test::put(area, 1052, "swap");
        test::put(area, page - 10, "SWAPSPACE2");
        const auto file = folder.path() / "swap";
        write_file(file, area);
        const Fd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC));
        auto signatures = probe_signatures(fd.get());
        REQUIRE(signatures);
        REQUIRE(signatures->size() == 1);
        CHECK(signatures->front().type == "swap");
        CHECK(signatures->front().label == "swap");
        CHECK(signatures->front().uuid == "30313233-3435-3637-3839-616263646566");
        CHECK(signatures->front().magic == "SWAPSPACE2");
        CHECK(signatures->front().magic_offset == page - 10);
    }
}

}  // namespace onectx
