// See iso_record.h.
#include "common/iso_record.h"

#include "common/limits.h"
#include "common/text.h"
#include "common/utf8.h"

namespace onectx {
namespace {

constexpr std::size_t kRecordHeader = 33;  // bytes before the name
constexpr std::uint8_t kDirectoryFlag = 0x02;
constexpr std::uint8_t kAssociatedFlag = 0x04;
constexpr std::uint8_t kMoreFollowFlag = 0x80;

struct Date {
    int year = 0;
    int month = 0;
    int day = 0;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int quarters = 0;  // of an hour east of Greenwich
};

// Days since the epoch in the proleptic Gregorian calendar: years begin in March, so that the leap
// day is the last of its year.
std::int64_t days_of(const Date& date)
{
    const std::int64_t year = date.month <= 2 ? date.year - 1 : date.year;
    const std::int64_t month = (date.month + 9) % 12;  // March is 0
    const std::int64_t day_of_year = (153 * month + 2) / 5 + date.day - 1;
    return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719468;
}

std::int64_t seconds_of(const Date& date)
{
    const bool valid = date.month >= 1 && date.month <= 12 && date.day >= 1 && date.day <= 31 &&
                       date.hour <= 23 && date.minute <= 59 && date.second <= 59;
    if (!valid) return 0;
    const std::int64_t minutes =
        (days_of(date) * 24 + date.hour) * 60 + date.minute - 15 * date.quarters;
    return minutes * 60 + date.second;
}

int signed_byte(Bytes bytes, std::size_t at)
{
    const int value = byte_at(bytes, at);
    return value < 128 ? value : value - 256;
}

bool is_surrogate(std::uint32_t unit, std::uint32_t first)
{
    return (unit & 0xFC00) == first;
}

}  // namespace

std::uint8_t byte_at(Bytes bytes, std::size_t at)
{
    return std::to_integer<std::uint8_t>(bytes[at]);
}

std::uint16_t little16_at(Bytes bytes, std::size_t at)
{
    return static_cast<std::uint16_t>(byte_at(bytes, at) | byte_at(bytes, at + 1) << 8);
}

std::uint32_t little32_at(Bytes bytes, std::size_t at)
{
    return little16_at(bytes, at) | static_cast<std::uint32_t>(little16_at(bytes, at + 2)) << 16;
}

std::string_view text_of(Bytes bytes)
{
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<IsoRecord> parse_iso_record(Bytes bytes)
{
    if (bytes.empty()) return fail("a directory record is cut off");
    const std::size_t length = byte_at(bytes, 0);
    if (length > bytes.size()) return fail("a directory record is cut off");
    if (length <= kRecordHeader) return fail("a directory record is too short");
    bytes = bytes.first(length);
    const std::size_t name_length = byte_at(bytes, 32);
    if (name_length == 0) return fail("a directory record has no name");
    if (kRecordHeader + name_length > length) return fail("a name leaves its directory record");

    IsoRecord record;
    record.block = std::uint64_t{little32_at(bytes, 2)} + byte_at(bytes, 1);
    record.size = little32_at(bytes, 10);
    record.mtime = iso_time(bytes.subspan(18, 7));
    const auto flags = byte_at(bytes, 25);
    record.directory = (flags & kDirectoryFlag) != 0;
    record.associated = (flags & kAssociatedFlag) != 0;
    record.more_follow = (flags & kMoreFollowFlag) != 0;
    record.interleaved = byte_at(bytes, 26) != 0 || byte_at(bytes, 27) != 0;
    record.name = text_of(bytes.subspan(kRecordHeader, name_length));
    // A name of even length is followed by a byte of padding.
    const std::size_t end_of_name = kRecordHeader + name_length + (name_length % 2 == 0 ? 1 : 0);
    if (end_of_name < length) record.system_use = bytes.subspan(end_of_name);
    return record;
}

std::int64_t iso_time(Bytes bytes)
{
    if (bytes.size() == 7) {
        return seconds_of({byte_at(bytes, 0) + 1900, byte_at(bytes, 1), byte_at(bytes, 2),
                           byte_at(bytes, 3), byte_at(bytes, 4), byte_at(bytes, 5),
                           signed_byte(bytes, 6)});
    }
    if (bytes.size() != 17) return 0;
    bool digits = true;
    auto number = [&](std::size_t at, std::size_t length) {
        auto value = parse_number(text_of(bytes.subspan(at, length)), 0, 9999);
        if (!value) digits = false;
        return static_cast<int>(value.value_or(0));
    };
    const Date date{number(0, 4),  number(4, 2),  number(6, 2),          number(8, 2),
                    number(10, 2), number(12, 2), signed_byte(bytes, 16)};
    return digits ? seconds_of(date) : 0;
}

std::string plain_iso_name(std::string_view recorded)
{
    if (recorded.ends_with(".;1"))
        recorded.remove_suffix(3);
    else if (recorded.ends_with(";1"))
        recorded.remove_suffix(2);
    std::string name = to_lower(recorded);
    for (char& c : name) {
        if (c == ';') c = '.';
    }
    return name;
}

std::string joliet_name(std::string_view recorded)
{
    auto unit_at = [&](std::size_t i) {
        return static_cast<std::uint32_t>(static_cast<unsigned char>(recorded[i]) << 8 |
                                          static_cast<unsigned char>(recorded[i + 1]));
    };
    std::string name;
    for (std::size_t i = 0; i + 1 < recorded.size(); i += 2) {
        std::uint32_t c = unit_at(i);
        const bool high = is_surrogate(c, 0xD800);
        if (high && i + 3 < recorded.size() && is_surrogate(unit_at(i + 2), 0xDC00)) {
            c = 0x10000 + ((c & 0x3FF) << 10 | (unit_at(i + 2) & 0x3FF));
            i += 2;
        } else if (high || is_surrogate(c, 0xDC00)) {
            c = 0xFFFD;
        }
        name += encode_utf8(c);
    }
    if (name.size() > 2 && name.ends_with(";1")) name.resize(name.size() - 2);
    while (name.size() >= 2 && name.ends_with('.'))
        name.pop_back();
    return name;
}

std::optional<std::string_view> objection_to_name(std::string_view name)
{
    if (name.empty()) return "its name is empty";
    if (name == "." || name == "..") return "its name stands for a directory";
    if (name.size() > kMaxFileNameBytes) return "its name is too long";
    if (name.find('/') != std::string_view::npos) return "its name holds a slash";
    if (name.find('\0') != std::string_view::npos) return "its name holds a NUL byte";
    return std::nullopt;
}

}  // namespace onectx
