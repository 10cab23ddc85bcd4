// See luks.h.
#include "guest/model/luks.h"

#include <nlohmann/json.hpp>
#include <string>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

using Json = nlohmann::json;

constexpr std::string_view kMagic = "LUKS\xba\xbe";
constexpr std::size_t kHeaderBytes = 4096;  // of LUKS2, before its JSON
constexpr std::size_t kVersion = 6;
constexpr std::uint32_t kSector = 512;

std::uint64_t get_be(std::string_view bytes, std::size_t at, std::size_t count)
{
    std::uint64_t number = 0;
    for (const char byte : bytes.substr(at, count))
        number = number << 8U | static_cast<std::uint8_t>(byte);
    return number;
}

std::optional<std::string> read(const ByteSource& device, std::uint64_t offset, std::size_t count)
{
    std::string bytes(count, '\0');
    if (!device.read_at(offset, std::as_writable_bytes(std::span(bytes)))) return std::nullopt;
    return bytes;
}

// LUKS1 On-Disk Format Specification 1.2.3: the payload's offset counts in sectors.
LuksVolume luks1(std::string_view header)
{
    constexpr std::size_t kPayload = 104;
    return {.version = 1,
            .offset = get_be(header, kPayload, 4) * kSector,
            .sector_bytes = kSector,
            .whole_device = true};
}

// LUKS2 On-Disk Format Specification 1.1: numbers that need 64 bits are strings.
LuksVolume luks2(const Json& json)
{
    LuksVolume volume{.version = 2};
    const auto segments = json.find("segments");
    // Several exist while a volume is encrypted anew.
    if (segments == json.end() || !segments->is_object() || segments->size() != 1) return volume;
    const auto& segment = *segments->begin();
    if (!segment.is_object()) return volume;
    auto text = [&](const char* name) {
        const auto found = segment.find(name);
        return found != segment.end() && found->is_string() ? found->get<std::string>() : "";
    };
    const auto offset = parse_number(text("offset"), 0, UINT64_MAX / 2);
    const auto sector = segment.find("sector_size");
    if (!offset || sector == segment.end() || !sector->is_number_unsigned()) return volume;
    volume.offset = *offset;
    volume.sector_bytes = sector->get<std::uint32_t>();
    volume.whole_device = text("type") == "crypt" && text("size") == "dynamic" &&
                          volume.sector_bytes >= kSector && volume.sector_bytes <= 4096;
    return volume;
}

}  // namespace

std::optional<LuksVolume> read_luks(const ByteSource& device)
{
    const auto header = read(device, 0, kHeaderBytes);
    if (!header || !header->starts_with(kMagic)) return std::nullopt;
    const auto version = get_be(*header, kVersion, 2);
    if (version == 1) return luks1(*header);
    if (version != 2) return std::nullopt;
    const auto size = get_be(*header, kVersion + 2, 8);
    if (size <= kHeaderBytes || size > kMaxLuksTextBytes) return std::nullopt;
    const auto text = read(device, kHeaderBytes, size - kHeaderBytes);
    if (!text) return std::nullopt;
    const auto json = Json::parse(text->substr(0, text->find('\0')), nullptr, false);
    if (!json.is_object()) return std::nullopt;
    return luks2(json);
}

}  // namespace onectx
