// See explain.h.
#include "host/lint/explain.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "common/text.h"
#include "host/hypervisor/disk_target.h"

namespace onectx::lint {
namespace {

constexpr std::size_t kMaxLineBytes = 4096;      // of a line that is compared
constexpr std::size_t kMaxShownLine = 200;       // of a line that is shown
constexpr std::string_view kDevice = "device ";  // before the number of a Xen device

// Whether the parts of a pattern, with '*' between them, occur in this order. The first one has to
// begin in the first `own` bytes.
bool matches(std::string_view text, std::size_t own, std::string_view pattern)
{
    std::size_t at = 0;
    bool is_first = true;
    for (auto part : split(pattern, '*')) {
        auto found = text.find(part, at);
        if (found == std::string_view::npos || (is_first && found >= own)) return false;
        at = found + part.size();
        is_first = false;
    }
    return true;
}

const Failure* find_failure(std::string_view line, std::string_view next)
{
    auto text = to_lower(line.substr(0, kMaxLineBytes));
    auto own = text.size();
    text += ' ' + to_lower(trim(next.substr(0, kMaxLineBytes)));
    for (const auto& failure : known_failures())
        if (matches(text, own, failure.text)) return &failure;
    return nullptr;
}

// "Device 51728 (vbd)": the name of that disk in the machine.
std::string details_of(std::string_view line)
{
    auto lower = to_lower(line.substr(0, kMaxLineBytes));
    auto vbd = lower.find(" (vbd)");
    auto device = vbd == std::string::npos ? std::string::npos : lower.rfind(kDevice, vbd);
    if (device == std::string::npos) return "";
    auto start = device + kDevice.size();
    auto number = parse_number(std::string_view(lower).substr(start, vbd - start), 0, UINT32_MAX);
    auto name = number ? xen_device_name(static_cast<std::uint32_t>(*number)) : std::nullopt;
    if (!name) return "";
    return "device " + std::to_string(*number) + " is the disk with TARGET " + *name;
}

std::string shown_line(std::string_view line)
{
    auto text = trim(line);
    bool is_cut = text.size() > kMaxShownLine;
    return printable(text.substr(0, kMaxShownLine)) + (is_cut ? "..." : "");
}

std::string sentence(std::string_view text)
{
    return std::string(text) + ".\n";
}

}  // namespace

std::vector<Explanation> explain(std::string_view log)
{
    std::vector<Explanation> explanations;
    std::set<std::string_view> seen;
    auto lines = split_lines(log);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        auto next = i + 1 < lines.size() ? lines[i + 1] : "";
        const auto* failure = find_failure(lines[i], next);
        if (!failure || !seen.insert(failure->id).second) continue;
        explanations.push_back(
            {failure, static_cast<unsigned>(i + 1), shown_line(lines[i]), details_of(lines[i])});
    }
    return explanations;
}

std::string explanation_text(const std::vector<Explanation>& explanations)
{
    std::string text;
    for (const auto& one : explanations) {
        if (!text.empty()) text += '\n';
        text += "line " + std::to_string(one.line) + ": " + one.shown + " [" +
                std::string(one.failure->id) + "]\n";
        text += "  cause: " + sentence(one.failure->cause);
        if (!one.details.empty()) text += "  here: " + sentence(one.details);
        text += "  fix: " + sentence(one.failure->fix);
    }
    return text;
}

std::string explanation_json(const std::vector<Explanation>& explanations)
{
    auto json = nlohmann::ordered_json::array();
    for (const auto& one : explanations) {
        nlohmann::ordered_json entry;
        entry["id"] = one.failure->id;
        entry["line"] = one.line;
        entry["text"] = one.shown;
        auto details = one.details.empty() ? "" : "; " + one.details;
        entry["cause"] = std::string(one.failure->cause) + details;
        entry["fix"] = one.failure->fix;
        json.push_back(std::move(entry));
    }
    return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + '\n';
}

}  // namespace onectx::lint
