// Fuzzes the ISO reader: open, list, read files, by Rock Ridge or plain names and by those of
// Joliet. The input is an image without its first 16 sectors, which hold nothing that is read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "common/iso_image.h"
#include "common/iso_record.h"
#include "common/limits.h"
#include "tests/fuzz/require.h"

namespace onectx {
namespace {

constexpr std::size_t kReadBytes = 1U << 20U;  // of files, of one image

void check_entry(const ByteSource& source, const IsoEntry& entry, std::size_t& left)
{
    const auto path = entry.path + "/";
    for (auto bad : {"//", "/./", "/../"})
        require(path.find(bad) == std::string::npos);
    require(entry.path.size() <= kMaxPathBytes);
    std::uint64_t total = 0;
    for (const auto& extent : entry.extents) {
        require(extent.offset <= source.size() && extent.size <= source.size() - extent.offset);
        total += extent.size;
    }
    require(total == entry.size);
    if (entry.type != IsoType::regular || entry.size > left) return;
    left -= entry.size;
    require(read_file(source, entry, kReadBytes).has_value());
}

void check_image(const ByteSource& source, const Result<IsoImage>& image)
{
    const auto label = volume_label(source);
    if (!image) return require(!image.error().message.empty() && image.error().code == 0);
    require(label == image->label);
    require(image->entries.size() <= kMaxIsoEntries);
    std::size_t left = kReadBytes;
    for (const auto& entry : image->entries)
        check_entry(source, entry, left);
}

}  // namespace
}  // namespace onectx

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string image(16 * onectx::kIsoSector, '\0');
    if (size != 0) image.append(reinterpret_cast<const char*>(data), size);
    const onectx::MemorySource source(image);
    onectx::check_image(source, onectx::open_iso(source));
    onectx::check_image(source, onectx::open_iso_joliet(source));
    return 0;
}
