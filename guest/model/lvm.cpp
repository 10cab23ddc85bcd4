// See lvm.h.
#include "guest/model/lvm.h"

#include <algorithm>
#include <vector>

#include "common/limits.h"
#include "common/little_endian.h"
#include "common/text.h"

namespace onectx {
namespace {

constexpr std::size_t kSector = 512;
constexpr unsigned kLabelSectors = 4;  // the label lies in one of the first
constexpr std::size_t kUuidBytes = 32;
constexpr unsigned kMaxDepth = 16;  // of sections in one another

std::optional<std::string> read(const ByteSource& device, std::uint64_t offset, std::size_t count)
{
    std::string bytes(count, '\0');
    if (!device.read_at(offset, std::as_writable_bytes(std::span(bytes)))) return std::nullopt;
    return bytes;
}

// --- the text: "name = value", "name = [value, value]", "name { ... }"

struct Section {
    std::map<std::string, std::vector<std::string>, std::less<>> values;
    std::map<std::string, Section, std::less<>> sections;

    [[nodiscard]] std::string text(std::string_view name) const
    {
        const auto found = values.find(name);
        return found != values.end() && found->second.size() == 1 ? found->second[0] : "";
    }
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view name) const
    {
        return parse_number(text(name), 0, UINT64_MAX / 2 / kSector);
    }
    [[nodiscard]] const Section* section(std::string_view name) const
    {
        const auto found = sections.find(name);
        return found != sections.end() ? &found->second : nullptr;
    }
};

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    std::optional<Section> parse()
    {
        Section top;
        if (!fill(top, 0) || !peek().empty()) return std::nullopt;
        return top;
    }

  private:
    static bool is_sign(char c)
    {
        return std::string_view("={}[],\"#").find(c) != std::string_view::npos;
    }

    void skip()
    {
        while (at_ < text_.size() && (is_space(text_[at_]) || text_[at_] == '#'))
            at_ = text_[at_] == '#' ? std::min(text_.find('\n', at_), text_.size()) : at_ + 1;
    }

    // The next token, a string with its quotes; empty at the end, and for a string without one.
    std::string_view peek()
    {
        skip();
        if (at_ == text_.size()) return {};
        auto end = at_ + 1;
        if (text_[at_] == '"') {
            while (end < text_.size() && text_[end] != '"')
                end += text_[end] == '\\' ? 2U : 1U;
            if (end >= text_.size()) return {};
            ++end;
        } else if (!is_sign(text_[at_])) {
            while (end < text_.size() && !is_space(text_[end]) && !is_sign(text_[end]))
                ++end;
        }
        return text_.substr(at_, end - at_);
    }

    std::string_view take()
    {
        const auto token = peek();
        at_ += token.size();
        return token;
    }

    static std::string plain(std::string_view token)
    {
        if (!token.starts_with('"')) return std::string(token);
        std::string value;
        for (std::size_t i = 1; i + 1 < token.size(); ++i) {
            if (token[i] == '\\') ++i;
            value += token[i];
        }
        return value;
    }

    bool read_value(std::vector<std::string>& values)
    {
        auto token = take();
        if (token != "[") {
            values.push_back(plain(token));
            return !token.empty() && (token.size() > 1 || !is_sign(token[0]));
        }
        while (!(token = take()).empty() && token != "]")
            if (token != ",") values.push_back(plain(token));
        return !token.empty();
    }

    bool fill(Section& section, unsigned depth)
    {
        while (!peek().empty() && peek() != "}") {
            const std::string name(take());
            const auto sign = take();
            if (sign == "=") {
                if (!read_value(section.values[name])) return false;
            } else if (sign != "{" || depth == kMaxDepth ||
                       !fill(section.sections[name], depth + 1) || take() != "}") {
                return false;
            }
        }
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

std::string without_dashes(std::string text)
{
    std::erase(text, '-');
    return text;
}

// What lvm(8) allows in names, so that none can be taken for an option or a path.
bool is_name(std::string_view name)
{
    auto is_ok = [](char c) {
        return is_alpha(c) || is_digit(c) || c == '+' || c == '_' || c == '.' || c == '-';
    };
    return !name.empty() && name != "." && name != ".." && !name.starts_with('-') &&
           std::all_of(name.begin(), name.end(), is_ok);
}

// Extents of a volume that lie on physical volumes directly.
std::uint64_t used_extents(const Section& volume, const Section& physical)
{
    std::uint64_t used = 0;
    for (const auto& [name, segment] : volume.sections) {
        const auto stripes = segment.values.find("stripes");
        if (stripes == segment.values.end() || stripes->second.empty()) continue;
        if (physical.section(stripes->second[0]) != nullptr)
            used += segment.number("extent_count").value_or(0);
    }
    return used;
}

bool is_linear(const Section& volume)
{
    return !volume.sections.empty() &&
           std::all_of(volume.sections.begin(), volume.sections.end(), [](const auto& named) {
               return named.second.text("type") == "striped" &&
                      named.second.number("stripe_count") == 1U;
           });
}

std::optional<PhysicalVolume> find_in_group(const std::string& name, const Section& group,
                                            std::string_view uuid)
{
    const auto* physical = group.section("physical_volumes");
    const auto extent = group.number("extent_size");
    if (physical == nullptr || !extent || *extent == 0 || !is_name(name)) return std::nullopt;
    PhysicalVolume found{.group = name, .extent_bytes = *extent * kSector};
    bool is_here = false;
    for (const auto& [key, volume] : physical->sections) {
        const auto count = volume.number("pe_count");
        const auto start = volume.number("pe_start");
        if (!count || !start) return std::nullopt;
        found.free_extents += *count;
        if (without_dashes(volume.text("id")) != uuid) continue;
        is_here = true;
        found.extents = *count;
        found.start = *start * kSector;
    }
    if (!is_here) return std::nullopt;
    if (const auto* logical = group.section("logical_volumes"))
        for (const auto& [key, volume] : logical->sections) {
            found.free_extents -= std::min(found.free_extents, used_extents(volume, *physical));
            if (is_linear(volume) && is_name(key))
                found.volumes[without_dashes(volume.text("id"))] = key;
        }
    return found;
}

// --- the places

// A ring of text behind a header of one sector; "LVM2 text format" in lvm2's format_text/layout.h.
std::optional<std::string> read_text(const ByteSource& device, std::uint64_t area)
{
    constexpr std::string_view kMagic(" LVM2 x[5A%r0N*>");
    const auto header = read(device, area, kSector);
    if (!header || header->substr(4, kMagic.size()) != kMagic) return std::nullopt;
    const auto area_bytes = get_le<std::uint64_t>(*header, 32);
    const auto offset = get_le<std::uint64_t>(*header, 40);
    const auto size = get_le<std::uint64_t>(*header, 48);
    if (size == 0 || size > kMaxLvmTextBytes || offset < kSector || offset >= area_bytes ||
        size > area_bytes - kSector)
        return std::nullopt;
    const auto first = std::min(size, area_bytes - offset);
    auto text = read(device, area + offset, first);
    const auto rest = read(device, area + kSector, size - first);
    if (!text || !rest) return std::nullopt;
    *text += *rest;
    return text->substr(0, text->find('\0'));
}

struct Label {
    std::string uuid;
    std::uint64_t metadata = 0;  // where the first area of metadata begins
};

std::optional<Label> read_label(const ByteSource& device)
{
    constexpr std::size_t kAreas = kUuidBytes + 8;  // behind the identity and the size
    const auto bytes = read(device, 0, kLabelSectors * kSector);
    if (!bytes) return std::nullopt;
    for (std::size_t at = 0; at < bytes->size(); at += kSector) {
        const auto sector = std::string_view(*bytes).substr(at, kSector);
        if (!sector.starts_with("LABELONE") || sector.substr(24, 8) != "LVM2 001") continue;
        const auto header = get_le<std::uint32_t>(sector, 20);
        if (header > kSector - kAreas) return std::nullopt;
        const auto volume = sector.substr(header);
        Label label{.uuid = std::string(volume.substr(0, kUuidBytes))};
        // Two lists of offset and size, each ended by zeros: of data, then of metadata.
        bool is_metadata = false;
        for (auto area = kAreas; area + 16 <= volume.size(); area += 16) {
            const auto offset = get_le<std::uint64_t>(volume, area);
            if (offset != 0 && is_metadata) {
                label.metadata = offset;
                return label;
            }
            if (offset == 0 && is_metadata) break;
            if (offset == 0) is_metadata = true;
        }
        return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::optional<PhysicalVolume> read_physical_volume(const ByteSource& device)
{
    const auto label = read_label(device);
    if (!label) return std::nullopt;
    const auto text = read_text(device, label->metadata);
    if (!text) return std::nullopt;
    const auto parsed = Parser(*text).parse();
    if (!parsed) return std::nullopt;
    for (const auto& [name, group] : parsed->sections)
        if (auto found = find_in_group(name, group, label->uuid)) return found;
    return std::nullopt;
}

}  // namespace onectx
