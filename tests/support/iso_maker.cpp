// See iso_maker.h.
#include "tests/support/iso_maker.h"

#include <algorithm>

namespace onectx::test {
namespace {

std::string little(std::uint32_t value, unsigned bytes)
{
    std::string text;
    for (unsigned i = 0; i < bytes; ++i)
        text += static_cast<char>(value >> (8 * i) & 0xFFU);
    return text;
}

std::string both(std::uint32_t value, unsigned bytes)
{
    auto text = little(value, bytes);
    return text + std::string(text.rbegin(), text.rend());
}

}  // namespace

std::string both16(std::uint16_t value)
{
    return both(value, 2);
}

std::string both32(std::uint32_t value)
{
    return both(value, 4);
}

std::string susp(std::string_view signature, std::string_view content)
{
    std::string field(signature);
    field += static_cast<char>(content.size() + 4);
    field += '\1';
    field += content;
    return field;
}

std::string nm(std::string_view name, unsigned flags)
{
    return susp("NM", static_cast<char>(flags) + std::string(name));
}

std::string px(std::uint32_t mode, std::uint32_t uid, std::uint32_t gid)
{
    return susp("PX", both32(mode) + both32(1) + both32(uid) + both32(gid));
}

std::string ce(std::uint32_t block, std::uint32_t offset, std::uint32_t size)
{
    return susp("CE", both32(block) + both32(offset) + both32(size));
}

std::string raw_record(const RawRecord& record)
{
    std::string bytes(1, '\0');  // no extended attribute record
    bytes += both32(record.block) + both32(record.size);
    bytes += std::string("\x7B\x0B\x0E\x16\x0D\x14\x00", 7);  // 2023-11-14 22:13:20: 1700000000
    bytes += static_cast<char>(record.flags);
    bytes += std::string(2, '\0') + both16(1);
    bytes += static_cast<char>(record.name.size());
    bytes += record.name;
    if (record.name.size() % 2 == 0) bytes += '\0';
    bytes += record.system_use;
    return static_cast<char>(bytes.size() + 1) + bytes;
}

std::string raw_directory(std::uint32_t block, std::uint32_t size,
                          const std::vector<RawRecord>& records,
                          std::string_view system_use_of_self)
{
    std::string bytes =
        raw_record({std::string(1, '\0'), block, size, 2, std::string(system_use_of_self)}) +
        raw_record({"\1", block, size, 2});
    for (const auto& record : records) {
        const auto next = raw_record(record);
        const auto room = kSector - bytes.size() % kSector;
        if (next.size() > room) bytes.append(room, '\0');
        bytes += next;
    }
    return bytes;
}

std::string raw_image(const std::vector<RawRecord>& records, std::uint32_t sectors, bool rock_ridge)
{
    std::string self;
    if (rock_ridge)
        self = susp("SP", std::string("\xBE\xEF\0", 3)) +
               susp("ER", std::string("\x0A\0\0\1", 4) + "RRIP_1991A");
    auto size = static_cast<std::uint32_t>(raw_directory(kRootSector, 0, records, self).size() +
                                           kSector - 1);
    size -= size % static_cast<std::uint32_t>(kSector);

    std::string image(sectors * kSector, '\0');
    const auto primary = 16 * kSector;
    put(image, primary, "\1CD001\1");
    put(image, primary + 40, "CONTEXT                         ");
    put(image, primary + 80, both32(sectors));
    put(image, primary + 128, both16(kSector));
    put(image, primary + 156, raw_record({std::string(1, '\0'), kRootSector, size, 2}));
    put(image, 17 * kSector,
        "\xFF"
        "CD001\1");
    put(image, kRootSector * kSector, raw_directory(kRootSector, size, records, self));
    return image;
}

void put(std::string& image, std::size_t at, std::string_view bytes)
{
    image.replace(at, bytes.size(), bytes);
}

}  // namespace onectx::test
