// Fuzzes what is read from the devices below a file system: LVM labels and metadata, LUKS headers,
// ext superblocks, and the kernel's list of mounts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "guest/model/file_system_size.h"
#include "guest/model/luks.h"
#include "guest/model/lvm.h"
#include "guest/model/mount_table.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

void check(std::string_view bytes)
{
    const MemorySource device(bytes);
    if (const auto volume = read_physical_volume(device)) {
        require(volume->extent_bytes != 0 && !volume->group.starts_with('-'));
        for (const auto& [uuid, name] : volume->volumes)
            require(!name.starts_with('-') && name.find('/') == std::string::npos);
    }
    if (const auto luks = read_luks(device))
        require(!luks->whole_device || luks->sector_bytes >= 512);
    if (const auto size = ext_size(bytes)) require(blocks_on(*size, 1ULL << 40U) >= size->blocks);
    // The last one at a target is found there.
    const auto mounts = parse_mountinfo(bytes);
    if (!mounts.empty()) require(find_mount(mounts, mounts.back().target) == &mounts.back());
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size != 0) onectx::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
