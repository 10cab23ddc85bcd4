// See disk_target.h.
#include "host/hypervisor/disk_target.h"

#include <algorithm>
#include <array>

#include "common/text.h"
#include "host/device_vars.h"
#include "host/vm_devices.h"

namespace onectx {
namespace {

constexpr unsigned kLetters = 26;
constexpr std::size_t kMaxIndexLetters = 3;

constexpr std::array<std::string_view, 5> kPrefixes{"xvd", "hd", "sd", "vd", "fd"};
constexpr std::array<unsigned, 10> kIdeMajors{3, 22, 33, 34, 56, 57, 88, 89, 90, 91};  // two each
constexpr std::array<unsigned, 16> kScsiMajors{8,   65,  66,  67,  68,  69,  70,  71,
                                               128, 129, 130, 131, 132, 133, 134, 135};
constexpr unsigned kXvdMajor = 202;
constexpr unsigned kExtended = 1U << 28U;  // then 20 bits of disk, 8 of partition
constexpr unsigned kMaxExtendedDisk = (1U << 20U) - 1;

constexpr unsigned kPartitions = 16;     // minors of an sd or xvd disk
constexpr unsigned kIdePartitions = 64;  // of an hd disk

std::optional<unsigned> parse_letters(std::string_view text)
{
    if (text.empty() || text.size() > kMaxIndexLetters) return std::nullopt;
    unsigned index = 0;
    for (char c : text) {
        if (c < 'a' || c > 'z') return std::nullopt;
        index = index * kLetters + static_cast<unsigned>(c - 'a' + 1);
    }
    return index - 1;
}

std::string letters_of(unsigned index)
{
    std::string text;
    for (auto rest = index + 1; rest > 0; rest = (rest - 1) / kLetters)
        text.insert(text.begin(), static_cast<char>('a' + (rest - 1) % kLetters));
    return text;
}

std::string partition_name(std::string_view prefix, unsigned index, unsigned partition)
{
    auto number = partition == 0 ? "" : std::to_string(partition);
    return std::string(prefix) + letters_of(index) + number;
}

// The position of a major among those of a kind.
template <std::size_t N>
std::optional<unsigned> position_of_major(const std::array<unsigned, N>& majors, unsigned major)
{
    const auto* found = std::find(majors.begin(), majors.end(), major);
    if (found == majors.end()) return std::nullopt;
    return static_cast<unsigned>(found - majors.begin());
}

std::string_view default_prefix(Machine machine)
{
    return machine == Machine::pc ? "hd" : "sd";
}

}  // namespace

std::optional<DiskTarget> parse_disk_target(std::string_view text)
{
    auto colon = text.find(':');
    auto name = text.substr(0, colon);
    auto type = colon == std::string_view::npos ? "" : text.substr(colon + 1);
    const auto* prefix = std::find_if(kPrefixes.begin(), kPrefixes.end(),
                                      [&](auto one) { return name.starts_with(one); });
    if (prefix == kPrefixes.end()) return std::nullopt;
    auto index = parse_letters(name.substr(prefix->size()));
    if (!index || (colon != std::string_view::npos && type.empty())) return std::nullopt;
    return DiskTarget{std::string(*prefix), *index, std::string(type)};
}

std::string device_name(const DiskTarget& target)
{
    return target.prefix + letters_of(target.index);
}

unsigned xen_letters(std::string_view prefix)
{
    if (prefix == "xvd") return kPartitions;
    if (prefix == "hd") return kIdeMajors.size() * 2;
    if (prefix == "sd") return kScsiMajors.size() * kPartitions;
    return 0;
}

std::optional<std::uint32_t> xen_device_number(const DiskTarget& target)
{
    auto index = target.index;
    if (target.prefix == "xvd" && index >= kPartitions) return kExtended | index << 8U;
    if (index >= xen_letters(target.prefix)) return std::nullopt;
    if (target.prefix == "xvd") return kXvdMajor << 8U | index * kPartitions;
    if (target.prefix == "hd") return kIdeMajors.at(index / 2) << 8U | (index % 2) * kIdePartitions;
    return kScsiMajors.at(index / kPartitions) << 8U | (index % kPartitions) * kPartitions;
}

std::optional<std::string> xen_device_name(std::uint32_t number)
{
    if ((number & kExtended) != 0) {
        auto disk = (number & ~kExtended) >> 8U;
        if (disk > kMaxExtendedDisk) return std::nullopt;
        return partition_name("xvd", disk, number & 0xFFU);
    }
    auto major = number >> 8U;
    auto minor = number & 0xFFU;
    auto disk = minor / kPartitions;
    auto partition = minor % kPartitions;
    if (major == kXvdMajor) return partition_name("xvd", disk, partition);
    if (auto at = position_of_major(kScsiMajors, major))
        return partition_name("sd", *at * kPartitions + disk, partition);
    auto at = position_of_major(kIdeMajors, major);
    if (!at || minor >= 2 * kIdePartitions) return std::nullopt;
    return partition_name("hd", *at * 2 + minor / kIdePartitions, minor % kIdePartitions);
}

DiskTarget default_context_target(const Template& parsed, Machine machine)
{
    auto sections = vectors_named(parsed, "CONTEXT");
    auto prefix = sections.empty() ? "" : value_or_empty(*sections.front(), "DEV_PREFIX");
    if (prefix.empty()) prefix = default_prefix(machine);
    auto target = parse_disk_target(context_disk_vars(parsed, prefix).at("TARGET"));
    return target.value_or(DiskTarget{std::string(default_prefix(machine)), 0, ""});
}

}  // namespace onectx
