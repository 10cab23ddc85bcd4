// See script_settings.h.
#include "guest/model/script_settings.h"

#include <algorithm>
#include <array>
#include <utility>

#include "common/base64.h"
#include "common/limits.h"
#include "common/text.h"
#include "guest/model/flag.h"
#include "guest/model/problems.h"

namespace onectx {
namespace {

bool is_given(const Context& context, std::string_view name)
{
    return !trim(value_of(context, name).value_or("")).empty();
}

// The script of the variable NAME_BASE64, else of NAME; absent with a problem when it makes no
// sense.
std::optional<Secret> read_script(const Context& context, const std::string& name,
                                  const Refusals& refusals, ScriptWishes& wishes,
                                  std::vector<Problem>& problems)
{
    auto encoded = name + "_BASE64";
    auto refuse = [&](const std::string& variable, std::string_view why) {
        wishes.refused = true;
        problems.push_back({variable, std::string(why) + "; it is not run", true});
        return std::nullopt;
    };
    // The line was refused, and said so.
    if (refusals.names.contains(encoded) || refusals.names.contains(name)) {
        wishes.refused = true;
        return std::nullopt;
    }
    if (is_given(context, encoded)) {
        auto text = decode_base64(*value_of(context, encoded));
        if (!text) return refuse(encoded, "is no base64");
        if (text->empty()) return refuse(encoded, "holds nothing");
        return Secret(with_plain_line_ends(std::move(*text)));
    }
    if (!is_given(context, name)) return std::nullopt;
    return Secret(with_plain_line_ends(std::string(*value_of(context, name))));
}

// A name directly beside context.sh. Older packages took the last part of whatever path is given,
// and OpenNebula's `local` driver leaves the quotes of FILES in names.
std::optional<std::string> file_name_of(std::string_view word)
{
    auto name = word.substr(word.rfind('/') + 1);
    if (name.empty() || name == "." || name == ".." || name.size() > kMaxFileNameBytes)
        return std::nullopt;
    return std::string(name);
}

void read_init_scripts(const Context& context, const Refusals& refusals, ScriptWishes& wishes,
                       std::vector<Problem>& problems)
{
    constexpr std::string_view kName = "INIT_SCRIPTS";
    if (refusals.names.contains(kName)) {
        wishes.refused = wishes.init_given = true;
        return;
    }
    wishes.init_given = is_given(context, kName);
    auto words = split_list(value_of(context, kName).value_or(""), kMaxListItems + 1);
    if (words.size() > kMaxListItems) {
        words.resize(kMaxListItems);
        wishes.refused = true;
        add_problem(
            problems,
            {std::string(kName),
             "more than " + std::to_string(kMaxListItems) + " names; the rest is not run", true});
    }
    for (const auto& word : words) {
        auto name = file_name_of(word);
        if (!name) {
            wishes.refused = true;
            add_problem(problems,
                        {std::string(kName), shown(word) + " is no name of a file", true});
            continue;
        }
        if (std::find(wishes.init.begin(), wishes.init.end(), *name) == wishes.init.end())
            wishes.init.push_back(std::move(*name));
    }
}

unsigned read_number(const Context& context, std::string_view name, unsigned minimum,
                     unsigned maximum, unsigned otherwise, std::vector<Problem>& problems)
{
    auto text = trim(value_of(context, name).value_or(""));
    if (text.empty()) return otherwise;
    if (auto number = parse_number(text, minimum, maximum)) return static_cast<unsigned>(*number);
    problems.push_back({std::string(name),
                        shown(text) + " is no number from " + std::to_string(minimum) + " to " +
                            std::to_string(maximum) + "; " + std::to_string(otherwise) +
                            " is used instead",
                        false});
    return otherwise;
}

// READY_SCRIPT was decoded by older packages when the whole of it looks like base64, which "true"
// does too: only what decodes to a text is taken for one.
std::optional<std::string> guessed_text(std::string_view script)
{
    if (script.size() % 4 != 0 || script.find_first_of(" \t\r\n") != std::string_view::npos)
        return std::nullopt;
    auto text = decode_base64(script);
    if (!text || text->empty()) return std::nullopt;
    auto is_text = std::all_of(text->begin(), text->end(),
                               [](char c) { return is_space(c) || (c >= ' ' && c < 0x7F); });
    return is_text ? text : std::nullopt;
}

std::optional<RunScript> read_ready_check(const Context& context, const Refusals& refusals,
                                          ScriptWishes& wishes, std::vector<Problem>& problems)
{
    constexpr const char* kScript = "READY_SCRIPT";
    RunScript check{.name = "ready-script"};
    auto path = std::string(trim(value_of(context, "READY_SCRIPT_PATH").value_or("")));
    if (!path.empty()) {
        check.place = ScriptPlace::machine;
        check.file = path;
        if (path.starts_with('/')) return check;
        // The name of a file of the context.
        check.place = ScriptPlace::medium;
        if (auto name = file_name_of(path)) {
            check.file = *name;
            return check;
        }
        wishes.refused = true;
        problems.push_back({"READY_SCRIPT_PATH", shown(path) + " is no name of a file", true});
        return std::nullopt;
    }
    auto text = read_script(context, kScript, refusals, wishes, problems);
    if (!text) return std::nullopt;
    if (!is_given(context, "READY_SCRIPT_BASE64")) {
        if (auto decoded = guessed_text(trim(text->reveal()))) {
            problems.push_back(
                {kScript, "taken for base64; READY_SCRIPT_BASE64 says so without a guess", false});
            text = Secret(with_plain_line_ends(std::move(*decoded)));
        }
    }
    check.text = std::move(*text);
    return check;
}

}  // namespace

std::string with_plain_line_ends(std::string text)
{
    auto end = text.find('\n');
    if (end == std::string::npos || end == 0 || text[end - 1] != '\r') return text;
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (text[at] != '\r' || at + 1 == text.size() || text[at + 1] != '\n') plain += text[at];
    return plain;
}

std::optional<ScriptPolicy> script_policy_of_word(std::string_view word)
{
    constexpr std::array<std::pair<std::string_view, ScriptPolicy>, 4> kWords{
        {{"every-boot", ScriptPolicy::every_boot},
         {"once", ScriptPolicy::once},
         {"on-change", ScriptPolicy::on_change},
         {"off", ScriptPolicy::off}}};
    for (const auto& [name, policy] : kWords)
        if (name == word) return policy;
    return std::nullopt;
}

void read_script_settings(const Context& context, const Policy& policy, const Refusals& refusals,
                          Settings& settings)
{
    auto& wishes = settings.scripts;
    auto& problems = settings.problems;
    if (policy.scripts.start_script != ScriptPolicy::off)
        wishes.start = read_script(context, "START_SCRIPT", refusals, wishes, problems);
    if (policy.scripts.init_scripts != ScriptPolicy::off)
        read_init_scripts(context, refusals, wishes, problems);

    auto word = to_lower(trim(value_of(context, "SCRIPT_POLICY").value_or("")));
    if (!word.empty()) {
        wishes.policy = script_policy_of_word(word);
        if (!wishes.policy)
            problems.push_back({"SCRIPT_POLICY",
                                shown(word) + " is none of every-boot, once, on-change and off; "
                                              "guest.conf decides",
                                false});
    }

    if (!policy.ready || !read_flag(context, "REPORT_READY", false, problems)) return;
    auto refused_before = std::exchange(wishes.refused, false);
    ReportReady ready{.check = read_ready_check(context, refusals, wishes, problems)};
    ready.tries = read_number(context, "RETRY_COUNT", 1, kMaxReadyTries, ready.tries, problems);
    ready.wait_seconds = read_number(context, "RETRY_WAIT_PERIOD", 0, kMaxReadyWaitSeconds,
                                     ready.wait_seconds, problems);
    // Without the script that was to decide, nobody can say that the machine is ready.
    if (!wishes.refused) wishes.ready = std::move(ready);
    wishes.refused = wishes.refused || refused_before;
}

}  // namespace onectx
