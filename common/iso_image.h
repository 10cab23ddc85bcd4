// What an ISO 9660 image holds, read without its being mounted and without trust in a single byte:
// names of Rock Ridge, else of Joliet, else plain ones. It promises bounded time and memory and no
// name that leads out of a directory. It refuses other block sizes than 2048, interleaved and
// compressed files. Of several sessions it reads the first.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/byte_source.h"
#include "common/result.h"

namespace onectx {

enum class IsoType { regular, directory, symlink, other };

struct IsoExtent {  // bytes of the source; inside it
    std::uint64_t offset = 0;
    std::uint64_t size = 0;

    bool operator==(const IsoExtent&) const = default;
};

struct IsoEntry {
    std::string path;  // "/scripts/start.sh"
    IsoType type = IsoType::regular;
    unsigned mode = 0555;  // 07777. As recorded: who copies a file decides about setuid bits. 0555
                           // without Rock Ridge, as Linux has it
    std::uint32_t uid = 0;
    std::uint32_t gid = 0;
    std::uint64_t size = 0;  // bytes of a regular file
    std::int64_t mtime = 0;  // seconds since the epoch
    std::string target;      // of a symbolic link; goes anywhere, follow it never
    std::vector<IsoExtent> extents;
};

struct IsoImage {
    std::string label;       // volume identifier without the blanks at its end; any bytes
    std::uint64_t size = 0;  // bytes of the volume as it says itself
    bool joliet = false;
    bool rock_ridge = false;
    // All but the root, a directory before what is in it, by the bytes of their names.
    std::vector<IsoEntry> entries;
    // What was left out and why ("/a: is compressed (zisofs)"); no path is printable as it is but
    // those here. At most kMaxDiagnostics, the rest is counted.
    std::vector<std::string> problems;
    std::size_t unlisted = 0;

    [[nodiscard]] const IsoEntry* find(std::string_view path) const;  // nullptr: no such entry
};

// Error::code is an errno value when the medium failed and 0 when the image is at fault.
[[nodiscard]] Result<IsoImage> open_iso(const ByteSource& source);

// The same with the names of Joliet, whatever else there is; an error when it has none.
[[nodiscard]] Result<IsoImage> open_iso_joliet(const ByteSource& source);

// The label alone: for looking at a device that may be anything.
[[nodiscard]] Result<std::string> volume_label(const ByteSource& source);

// A regular file as a whole; an error when it is larger than `limit` bytes.
[[nodiscard]] Result<std::string> read_file(const ByteSource& source, const IsoEntry& entry,
                                            std::size_t limit);

// The same in pieces of at most 64 KiB, for files of any size. Stops at the first error of `take`.
using TakeBytes = std::function<Result<void>(std::string_view)>;
[[nodiscard]] Result<void> read_file(const ByteSource& source, const IsoEntry& entry,
                                     const TakeBytes& take);

}  // namespace onectx
