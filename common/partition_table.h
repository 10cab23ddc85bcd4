// Partition tables, read in order to let one partition reach further: GPT (UEFI 2.10, chapter 5)
// and MBR with its extended partitions. What growing takes is a list of writes; whichever of them
// were made when the machine dies, Linux finds a whole table and every partition where it was.
// Refuses to shrink, to move a start, and to touch a table that is damaged or unusual.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/byte_source.h"
#include "common/result.h"

namespace onectx {

struct TableWrite {
    std::uint64_t offset = 0;  // bytes from the start of the disk
    std::string bytes;         // whole sectors

    bool operator==(const TableWrite&) const = default;
};

struct PartitionGrowth {
    std::uint64_t start = 0;  // of the partition, in bytes; so are the next two
    std::uint64_t from = 0;   // its size as the table has it
    std::uint64_t to = 0;     // the size it can have; ends at a whole MiB when it is larger
    std::string table;        // as it is now, in the form that sfdisk(8) reads
    std::string digest;       // of all sectors that decided this, lower-case hex of SHA-256
    // In this order, each durable before the next. Empty: there is nothing to do. Not empty with
    // `to` equal to `from`: an earlier growth was interrupted, and this finishes it.
    std::vector<TableWrite> writes;
};

// Up to the next partition or the end of the disk, for the partition of this number (Linux counts
// logical partitions from 5). The error says what is wrong with the table, in words that follow
// "the partition table of /dev/vda: ".
[[nodiscard]] Result<PartitionGrowth> grow_partition(const ByteSource& disk, unsigned sector_bytes,
                                                     unsigned number);

}  // namespace onectx
