// swap, of cloud-init's mounts: a file to swap to.
#include <algorithm>

#include "common/mount_point.h"
#include "common/text.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {
namespace {

constexpr std::string_view kKey = "swap";

// A number of bytes, or with a letter behind it: "512M", "1.5G" and "2GB" are cloud-init's.
std::optional<std::uint64_t> bytes_of(std::string_view text)
{
    constexpr std::string_view kUnits = "BKMGT";
    constexpr unsigned kUnitBits = 10;
    constexpr std::uint64_t kMost = 1ULL << 50U;
    if (text.ends_with("KB") || text.ends_with("MB") || text.ends_with("GB") ||
        text.ends_with("TB"))
        text.remove_suffix(1);
    const auto letter = text.empty() ? std::string_view::npos : kUnits.find(text.back());
    std::uint64_t unit = 1;
    if (letter != std::string_view::npos) {
        unit <<= kUnitBits * letter;
        text.remove_suffix(1);
    }
    const auto point = std::min(text.find('.'), text.size());
    const auto whole = parse_number(text.substr(0, point), 0, kMost / unit);
    if (!whole) return std::nullopt;
    if (point == text.size()) return *whole * unit;
    constexpr std::uint64_t kThousand = 1000;
    auto digits = std::string(text.substr(point + 1));
    if (digits.size() > 3) return std::nullopt;
    digits.resize(3, '0');
    const auto parts = parse_number(digits, 0, kThousand - 1);
    if (!parts) return std::nullopt;
    return *whole * unit + *parts * unit / kThousand;
}

// As it is, without signs that stand for others.
bool is_word_of_fstab(const std::string& path)
{
    return path.size() > 1 && path == printable(path) &&
           path.find_first_of(" \\") == std::string::npos;
}

// None, with a word about it, for a file that would hold nothing: it is made of whole MiB.
std::optional<std::uint64_t> read_bytes(const YamlNode& node, const std::string& what,
                                        NodeReader& reader)
{
    constexpr std::uint64_t kLeast = 1ULL << 20U;
    const auto bytes = node.kind == YamlNode::Kind::scalar ? bytes_of(node.text) : std::nullopt;
    if (!bytes) reader.complain(node.at, what, "must be a size: a number of bytes, or 512M, 2G");
    if (!bytes || *bytes == 0 || *bytes >= kLeast) return bytes.value_or(0);
    reader.complain(node.at, what,
                    shown(node.text) +
                        " is too small for a file to swap to: 1M is the least; "
                        "nothing is done");
    return std::nullopt;
}

}  // namespace

void read_swap(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    config.wishes.swap.reset();
    if (is_null(node) || !reader.is_mapping(node, kKey)) return;
    SwapFileWish wish{.path = "/swap.img"};
    bool is_wanted = false;  // without a size there is none
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const auto& key = node.keys[i];
        const auto& value = node.items[i];
        const auto what = std::string(kKey) + "." + key.text;
        if (is_null(value)) continue;
        if (key.text == "filename") {
            wish.path = clean_path(reader.text(value, what).value_or(""));
            if (!is_word_of_fstab(wish.path)) {
                reader.complain(value.at, what,
                                "must be an absolute path without blanks; nothing is done");
                return;
            }
        } else if (key.text == "size") {
            const bool is_auto = to_lower(value.text) == "auto";
            const auto size = is_auto ? 0 : read_bytes(value, what, reader);
            if (!size) return;
            wish.size = *size;
            is_wanted = is_auto || wish.size != 0;
        } else if (key.text == "maxsize") {
            const auto largest = read_bytes(value, what, reader);
            if (!largest) return;
            wish.largest = *largest;
        } else {
            reader.complain(key.at, kKey, shown(key.text) + " is no key of swap", false);
        }
    }
    if (is_wanted) config.wishes.swap = std::move(wish);
}

}  // namespace onectx
