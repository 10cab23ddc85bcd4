// See mount_table.h.
#include "guest/model/mount_table.h"

#include <algorithm>

#include "common/text.h"

namespace onectx {
namespace {

bool is_read_only(std::string_view options)
{
    const auto words = split(options, ',');
    return std::find(words.begin(), words.end(), "ro") != words.end();
}

}  // namespace

std::string without_octal(std::string_view text)
{
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto digits = text.substr(i + 1, 3);
        if (text[i] == '\\' && digits.size() == 3 &&
            std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c < '8'; })) {
            plain += static_cast<char>((digits[0] - '0') * 64 + (digits[1] - '0') * 8 +
                                       (digits[2] - '0'));
            i += 3;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

std::vector<MountEntry> parse_mountinfo(std::string_view text)
{
    constexpr std::size_t kOptional = 6;  // fields before those that are there or not
    constexpr std::size_t kAfter = 3;     // fields after the dash that ends them
    std::vector<MountEntry> mounts;
    for (const auto line : split_lines(text)) {
        const auto fields = split(line, ' ');
        if (fields.size() <= kOptional) continue;
        const auto dash = std::find(fields.begin() + kOptional, fields.end(), "-");
        if (static_cast<std::size_t>(fields.end() - dash) <= kAfter) continue;
        mounts.push_back({.device = std::string(fields[2]),
                          .target = without_octal(fields[4]),
                          .type = std::string(dash[1]),
                          .source = without_octal(dash[2]),
                          .read_only = is_read_only(fields[5]) || is_read_only(dash[3])});
    }
    return mounts;
}

const MountEntry* find_mount(const std::vector<MountEntry>& mounts, std::string_view target)
{
    const auto found = std::find_if(mounts.rbegin(), mounts.rend(),
                                    [&](const auto& mount) { return mount.target == target; });
    return found == mounts.rend() ? nullptr : &*found;
}

}  // namespace onectx
