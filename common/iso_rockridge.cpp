// See iso_rockridge.h. Field layouts: RRIP 1.12, section 4.1; SUSP 1.12, section 5.
#include "common/iso_rockridge.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "common/limits.h"

namespace onectx {
namespace {

constexpr std::size_t kFieldHeader = 4;  // signature, length, version

struct Continuation {  // CE
    std::uint32_t block = 0;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
};

// Takes the fields of one record in, area after area.
class FieldReader {
  public:
    Result<void> read_area(Bytes area);

    // Where the record goes on; asked once after each area.
    std::optional<Continuation> take_next() { return std::exchange(next_, std::nullopt); }
    RockRidge take_result() { return std::move(result_); }

  private:
    Result<void> read_field(std::string_view signature, Bytes field);
    Result<void> read_name(Bytes field);
    Result<void> read_posix(Bytes field);
    Result<void> read_times(Bytes field);
    Result<void> read_target(Bytes field);
    Result<void> read_extension(Bytes field);

    RockRidge result_;
    std::optional<Continuation> next_;
    bool name_goes_on_ = false;
    bool part_goes_on_ = false;  // of a link's target
};

Result<void> require(Bytes field, std::size_t length, const char* what)
{
    if (field.size() < length) return fail(std::string("a ") + what + " field is too short");
    return {};
}

Result<void> FieldReader::read_area(Bytes area)
{
    while (area.size() >= kFieldHeader) {
        const auto signature = text_of(area.first(2));
        const std::size_t length = byte_at(area, 2);
        // Padding, or something that is no SUSP, ends an area as ST does.
        if (signature == "ST" || length == 0) return {};
        if (length < kFieldHeader || length > area.size())
            return fail("a system use field leaves its area");
        TRY(read_field(signature, area.first(length)));
        area = area.subspan(length);
    }
    return {};
}

Result<void> FieldReader::read_field(std::string_view signature, Bytes field)
{
    if (signature == "NM") return read_name(field);
    if (signature == "PX") return read_posix(field);
    if (signature == "TF") return read_times(field);
    if (signature == "SL") return read_target(field);
    if (signature == "ER") return read_extension(field);
    if (signature == "CE") {
        TRY(require(field, 28, "CE"));
        next_ = {little32_at(field, 4), little32_at(field, 12), little32_at(field, 20)};
    } else if (signature == "CL") {
        TRY(require(field, 12, "CL"));
        result_.child = little32_at(field, 4);
    } else if (signature == "RE") {
        result_.moved_here = true;
    } else if (signature == "ZF") {
        result_.compressed = true;
    } else if (signature == "SF") {
        result_.sparse = true;
    }
    return {};
}

Result<void> FieldReader::read_name(Bytes field)
{
    constexpr std::uint8_t kContinue = 1;
    constexpr std::uint8_t kCurrent = 2;
    constexpr std::uint8_t kParent = 4;
    TRY(require(field, 5, "NM"));
    const auto flags = byte_at(field, 4);
    if ((flags & (kCurrent | kParent)) != 0) result_.special_name = true;
    // A second name that no first one announced would be a name that other readers do not see.
    if (result_.name && !name_goes_on_) return {};
    if (!result_.name) result_.name.emplace();
    *result_.name += text_of(field.subspan(5));
    name_goes_on_ = (flags & kContinue) != 0;
    return {};
}

Result<void> FieldReader::read_posix(Bytes field)
{
    TRY(require(field, 36, "PX"));
    result_.posix = {little32_at(field, 4), little32_at(field, 20), little32_at(field, 28)};
    return {};
}

Result<void> FieldReader::read_times(Bytes field)
{
    constexpr std::uint8_t kCreation = 0x01;
    constexpr std::uint8_t kModify = 0x02;
    constexpr std::uint8_t kLongForm = 0x80;
    TRY(require(field, 5, "TF"));
    const auto flags = byte_at(field, 4);
    if ((flags & kModify) == 0) return {};
    const std::size_t size = (flags & kLongForm) != 0 ? 17 : 7;
    const std::size_t at = (flags & kCreation) != 0 ? 5 + size : 5;
    TRY(require(field, at + size, "TF"));
    result_.mtime = iso_time(field.subspan(at, size));
    return {};
}

Result<void> FieldReader::read_target(Bytes field)
{
    constexpr std::uint8_t kContinue = 1;
    constexpr std::uint8_t kCurrent = 2;
    constexpr std::uint8_t kParent = 4;
    constexpr std::uint8_t kRoot = 8;
    TRY(require(field, 5, "SL"));
    if (!result_.target) result_.target.emplace();
    auto& target = *result_.target;
    for (Bytes rest = field.subspan(5); !rest.empty();) {
        if (rest.size() < 2 || rest.size() - 2 < byte_at(rest, 1))
            return fail("a part of a link's target leaves its SL field");
        const auto flags = byte_at(rest, 0);
        const std::size_t length = byte_at(rest, 1);
        if (!part_goes_on_ && !target.empty() && !target.ends_with('/')) target += '/';
        if ((flags & kRoot) != 0)
            target = "/";
        else if ((flags & kCurrent) != 0)
            target += '.';
        else if ((flags & kParent) != 0)
            target += "..";
        else
            target += text_of(rest.subspan(2, length));
        part_goes_on_ = (flags & kContinue) != 0;
        rest = rest.subspan(2 + length);
    }
    return {};
}

Result<void> FieldReader::read_extension(Bytes field)
{
    constexpr std::array<std::string_view, 3> kRockRidge{"RRIP_1991A", "IEEE_P1282", "IEEE_1282"};
    TRY(require(field, 8, "ER"));
    const std::size_t length = byte_at(field, 4);
    TRY(require(field, 8 + length, "ER"));
    const auto id = text_of(field.subspan(8, length));
    for (auto known : kRockRidge)
        if (id == known) result_.announced = true;
    return {};
}

}  // namespace

Result<void> IsoBudget::spend(std::uint64_t bytes)
{
    if (bytes > kMaxIsoDirectoryBytes - spent_) {
        spent_ = kMaxIsoDirectoryBytes;
        return fail("its directories are larger than " +
                    std::to_string(kMaxIsoDirectoryBytes >> 20U) + " MiB");
    }
    spent_ += bytes;
    return {};
}

std::optional<SuspSkip> find_susp(Bytes system_use)
{
    // SUSP 1.12, 5.3: SP comes first, or behind the 14 bytes that CD-ROM XA puts there.
    for (std::size_t at : {std::size_t{0}, std::size_t{14}}) {
        if (system_use.size() < at + 7) continue;
        const auto field = system_use.subspan(at);
        if (text_of(field.first(2)) == "SP" && byte_at(field, 2) == 7 &&
            byte_at(field, 4) == 0xBE && byte_at(field, 5) == 0xEF)
            return SuspSkip{at, byte_at(field, 6)};
    }
    return std::nullopt;
}

Result<RockRidge> read_rock_ridge(const ByteSource& source, Bytes system_use, std::size_t skip,
                                  IsoBudget& budget)
{
    FieldReader reader;
    TRY(reader.read_area(system_use.subspan(std::min(skip, system_use.size()))));
    std::vector<std::byte> held;
    for (unsigned areas = 0;; ++areas) {
        const auto next = reader.take_next();
        if (!next) return reader.take_result();
        if (areas == kMaxIsoContinuations) return fail("its system use goes on for ever");
        if (next->size > kMaxIsoContinuationBytes)
            return fail("a continuation area of " + std::to_string(next->size) + " bytes");
        TRY(budget.spend(next->size));
        held.resize(next->size);
        TRY(in_context(
            "continuation area at block " + std::to_string(next->block),
            source.read_at(std::uint64_t{next->block} * kIsoSector + next->offset, held)));
        TRY(reader.read_area(held));
    }
}

}  // namespace onectx
