// Fuzzes partition tables that are read to be grown. The first byte is the partition's number, the
// rest the start of a disk of 8 MiB that is empty behind it. What is promised: nothing shrinks or
// moves, writes stay on the disk, and once they are made there is nothing left to do.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/partition_table.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

constexpr std::size_t kDiskBytes = 8U << 20U;
constexpr unsigned kSector = 512;
constexpr int kRounds = 3;  // finish what was interrupted, grow, find nothing

void check(std::string disk, unsigned number)
{
    auto growth = grow_partition(MemorySource(disk), kSector, number);
    if (!growth) return require(!growth.error().message.empty());
    const auto start = growth->start;
    for (int round = 0; !growth->writes.empty(); ++round) {
        require(round < kRounds && growth->to >= growth->from);
        require(growth->start + growth->to <= disk.size());
        for (const auto& write : growth->writes) {
            require(write.offset % kSector == 0 && write.bytes.size() % kSector == 0);
            require(write.offset + write.bytes.size() <= disk.size());
            disk.replace(write.offset, write.bytes.size(), write.bytes);
            // Whenever the machine dies, the partition is where it was.
            const auto seen = grow_partition(MemorySource(disk), kSector, number);
            require(seen && seen->start == start && seen->from >= growth->from);
        }
        const auto to = growth->to;
        growth = grow_partition(MemorySource(disk), kSector, number);
        require(growth && growth->start == start && growth->from == to);
    }
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0) return 0;
    std::string disk(reinterpret_cast<const char*>(data) + 1,
                     std::min(size - 1, onectx::kDiskBytes));
    disk.resize(onectx::kDiskBytes);
    onectx::check(std::move(disk), data[0]);
    return 0;
}
