// See record.h.
#include "guest/identity/record.h"

#include <algorithm>

#include "common/text.h"

namespace onectx {
namespace {

constexpr std::string_view kHostKey = "host-key";

// The value of "WORD VALUE"; absent for a line with another word.
std::optional<std::string_view> value_of_line(std::string_view line, std::string_view word)
{
    if (!line.starts_with(word) || line.size() == word.size() || line[word.size()] != ' ')
        return std::nullopt;
    return trim(line.substr(word.size()));
}

std::vector<std::string> fingerprints_in(std::string_view text)
{
    std::vector<std::string> fingerprints;
    for (auto line : split_lines(text))
        if (auto value = value_of_line(line, kHostKey)) fingerprints.emplace_back(*value);
    return fingerprints;
}

std::string lines_of(const std::vector<std::string>& fingerprints)
{
    std::string text;
    for (const auto& fingerprint : fingerprints)
        text.append(kHostKey).append(" ").append(fingerprint).append("\n");
    return text;
}

}  // namespace

Result<std::optional<InstanceRecord>> read_instance(const FileReader& tree)
{
    auto file = TRY(tree.read(kInstanceRecord));
    if (!file) return std::nullopt;
    InstanceRecord record;
    for (auto line : split_lines(file->content)) {
        if (auto vmid = value_of_line(line, "vmid")) record.instance.vmid = *vmid;
        if (auto uuid = value_of_line(line, "uuid")) record.instance.uuid = *uuid;
        if (auto text = value_of_line(line, "mac"))
            if (auto mac = parse_mac(*text)) record.instance.macs.push_back(*mac);
    }
    record.sealed_keys = fingerprints_in(file->content);
    if (record.instance.vmid.empty()) return std::nullopt;
    return record;
}

std::string to_text(const InstanceRecord& record)
{
    const auto& instance = record.instance;
    auto text = "vmid " + instance.vmid + "\n";
    if (!instance.uuid.empty()) text += "uuid " + instance.uuid + "\n";
    for (const auto& mac : instance.macs)
        text += "mac " + to_text(mac) + "\n";
    return text + lines_of(record.sealed_keys);
}

Result<std::optional<std::vector<std::string>>> read_stamp(const FileReader& tree)
{
    auto file = TRY(tree.read(kSealStamp));
    if (!file) return std::nullopt;
    return fingerprints_in(file->content);
}

std::string stamp_text(const std::vector<std::string>& fingerprints)
{
    return "# This image was sealed: its first instance gets an identity of its own.\n" +
           lines_of(fingerprints);
}

bool is_another(const Instance& before, const Instance& now)
{
    if (before.vmid.empty() || now.vmid.empty()) return false;
    if (before.vmid != now.vmid) return true;
    if (before.uuid.empty() || now.uuid.empty() || before.uuid == now.uuid) return false;
    return !before.macs.empty() && !now.macs.empty() &&
           std::none_of(now.macs.begin(), now.macs.end(), [&](const Mac& mac) {
               return std::find(before.macs.begin(), before.macs.end(), mac) != before.macs.end();
           });
}

}  // namespace onectx
