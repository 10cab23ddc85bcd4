// See script_record.h.
#include "guest/plan/script_record.h"

#include "common/text.h"
#include "guest/plan/link_record.h"

namespace onectx {
namespace {

constexpr std::string_view kBootRecord = "/run/onectx/scripts";
constexpr std::string_view kStateName = "scripts";

// Names of hooks may hold anything but '/' and NUL; a subject is a word on a line.
std::string word_of(std::string_view subject)
{
    std::string word;
    for (char c : subject) {
        auto plain = is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.' || c == '/';
        word += plain ? std::string(1, c) : "%" + to_hex({&c, 1});
    }
    return word;
}

// What differs when a script is due once more.
std::string occasion_of(ScriptPolicy policy, const ScriptMoment& now)
{
    const std::string between(1, '\0');
    auto occasion = now.instance + between + now.script;
    return policy == ScriptPolicy::once ? occasion : occasion + between + now.context;
}

}  // namespace

Result<BootRecord> BootRecord::read(const FileReader& tree)
{
    BootRecord record;
    record.boot_ = boot_id_of(tree);
    auto file = TRY(tree.read(kBootRecord));
    if (!file) return record;
    auto lines = split_lines(file->content);
    if (lines.empty() || lines[0] != record.boot_) return record;
    for (std::size_t at = 1; at < lines.size(); ++at)
        record.subjects_.emplace(lines[at]);
    return record;
}

bool BootRecord::knows(std::string_view subject) const
{
    return subjects_.contains(subject);
}

WriteFile BootRecord::change() const
{
    auto text = boot_ + "\n";
    for (const auto& subject : subjects_)
        text += subject + "\n";
    return {.path = std::string(kBootRecord), .content = std::move(text), .mode = 0600};
}

Result<ScriptRecord> ScriptRecord::read(const FileReader& tree, const Facts& facts)
{
    auto boot = TRY(BootRecord::read(tree));
    return ScriptRecord(std::move(boot), TRY(StateRecord::read(kStateName, tree, facts)));
}

bool ScriptRecord::is_due(std::string_view subject, ScriptPolicy policy,
                          const ScriptMoment& now) const
{
    auto word = word_of(subject);
    switch (policy) {
        case ScriptPolicy::every_boot: return !boot_.knows(word);
        case ScriptPolicy::once:
        case ScriptPolicy::on_change: return !state_.is_last(word, occasion_of(policy, now));
        case ScriptPolicy::off: break;
    }
    return false;
}

std::vector<Change> ScriptRecord::record(std::string_view subject, ScriptPolicy policy,
                                         const ScriptMoment& now)
{
    auto word = word_of(subject);
    if (policy == ScriptPolicy::every_boot) {
        boot_.add(word);
        return {boot_.change()};
    }
    state_.set(word, occasion_of(policy, now));
    return state_.changes();
}

}  // namespace onectx
