// See iso_volume.h; volume_label() of iso_image.h is here too.
#include "common/iso_volume.h"

#include "common/iso_image.h"
#include "common/limits.h"

namespace onectx {
namespace {

constexpr std::uint64_t kFirstDescriptor = 16;  // sector; ECMA-119, 6.2.1
constexpr unsigned kPrimary = 1;                // types; 8.1.1
constexpr unsigned kSupplementary = 2;
constexpr unsigned kTerminator = 255;

std::string label_of(Bytes descriptor)
{
    const auto label = text_of(descriptor.subspan(40, 32));
    const auto last = label.find_last_not_of(std::string_view(" \0", 2));
    return std::string(label.substr(0, last == std::string_view::npos ? 0 : last + 1));
}

// The three levels of UCS-2 that the Joliet specification names.
bool is_joliet(Bytes descriptor)
{
    const auto escape = text_of(descriptor.subspan(88, 3));
    return escape == "%/@" || escape == "%/C" || escape == "%/E";
}

Result<IsoDirectory> root_of(Bytes descriptor)
{
    const auto record =
        TRY(in_context("root directory", parse_iso_record(descriptor.subspan(156, 34))));
    if (!record.directory) return fail("root directory: is no directory");
    return IsoDirectory{"", record.block, record.size};
}

// The descriptor in a sector; fails when there is none.
Result<IsoSector> read_descriptor(const ByteSource& source, std::uint64_t sector)
{
    auto bytes = read_iso_sector(source, sector);
    const bool marked = bytes && text_of(Bytes(*bytes).subspan(1, 5)) == "CD001";
    const bool medium_failed = !bytes && bytes.error().code != 0;
    if (marked || medium_failed) return bytes;
    // What is too short for a first descriptor, or lacks its mark, is something else.
    return fail(sector == kFirstDescriptor ? "no ISO 9660 image"
                                           : "its volume descriptors have no end");
}

}  // namespace

Result<IsoVolume> read_iso_volume(const ByteSource& source)
{
    IsoVolume found;
    bool primary = false;
    for (std::uint64_t i = kFirstDescriptor; i < kFirstDescriptor + kMaxIsoDescriptors; ++i) {
        const auto sector = TRY(read_descriptor(source, i));
        const Bytes bytes(sector);
        const unsigned type = byte_at(bytes, 0);
        if (type == kTerminator) {
            if (!primary) return fail("it has no primary volume descriptor");
            found.end_of_descriptors = i + 1;
            return found;
        }
        if (type == kPrimary && !primary) {
            const unsigned block_size = little16_at(bytes, 128);
            if (block_size != kIsoSector)
                return fail("blocks of " + std::to_string(block_size) + " bytes, not of 2048");
            primary = true;
            found.label = label_of(bytes);
            found.size = std::uint64_t{little32_at(bytes, 80)} * kIsoSector;
            found.root = TRY(root_of(bytes));
        } else if (type == kSupplementary && !found.joliet_root && is_joliet(bytes)) {
            found.joliet_root = TRY(in_context("Joliet", root_of(bytes)));
        }
    }
    return fail("it has more than " + std::to_string(kMaxIsoDescriptors) + " volume descriptors");
}

Result<std::string> volume_label(const ByteSource& source)
{
    for (std::uint64_t i = kFirstDescriptor; i < kFirstDescriptor + kMaxIsoDescriptors; ++i) {
        const auto sector = TRY(read_descriptor(source, i));
        const unsigned type = byte_at(sector, 0);
        if (type == kPrimary) return label_of(sector);
        if (type == kTerminator) break;
    }
    return fail("it has no primary volume descriptor");
}

Result<IsoSector> read_iso_sector(const ByteSource& source, std::uint64_t number)
{
    IsoSector sector;
    const auto read = source.read_at(number * kIsoSector, sector);
    if (!read) return Failure(in_context("sector " + std::to_string(number), read.error()));
    return sector;
}

}  // namespace onectx
