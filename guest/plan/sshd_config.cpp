// See sshd_config.h.
#include "guest/plan/sshd_config.h"

#include <algorithm>

#include "common/text.h"
#include "guest/edit/wildcard.h"

namespace onectx {
namespace {

constexpr std::string_view kDefault = ".ssh/authorized_keys";
constexpr unsigned kMaxIncludeDepth = 16;  // as sshd
constexpr unsigned kMaxIncludes = 256;     // patterns and files; sshd itself has no such limit

// The words of a line; the keyword may be parted from the first value by '=' (sshd_config(5)).
std::vector<std::string> words_of(std::string_view line)
{
    line = trim(line);
    if (line.starts_with('#')) return {};
    std::vector<std::string> words;
    std::string word;
    bool quoted = false;
    auto is_before_value = [&] { return words.size() == 1 && word.empty(); };
    auto end_word = [&] {
        if (!word.empty()) words.push_back(std::move(word));
        word.clear();
    };
    for (char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (!quoted && (is_space(c) || (c == '=' && (words.empty() || is_before_value()))))
            end_word();
        else if (!quoted && c == '#' && word.empty())
            break;
        else
            word += c;
    }
    end_word();
    return words;
}

// Reads files as sshd does, for what they say of a keyword and for where one of them stands.
class Reading {
  public:
    // The keyword in lower case.
    Reading(const FileReader& tree, std::string_view keyword, std::string_view file = "")
        : tree_(tree), keyword_(keyword), file_(file)
    {
    }

    // What is in /etc counts, else what the vendor has left.
    Result<void> read_all()
    {
        const auto own = TRY(tree_.status("/etc/ssh/sshd_config"));
        return read(own ? "/etc/ssh/sshd_config" : "/usr/etc/ssh/sshd_config", true, 0);
    }

    [[nodiscard]] bool is_said_for_all() const
    {
        return std::any_of(said.begin(), said.end(),
                           [](const SshdLine& line) { return line.for_all; });
    }

    std::vector<SshdLine> said;
    bool is_included = false;  // the file, before anybody has said it for all

  private:
    Result<void> read(const std::string& path, bool for_all, unsigned depth)
    {
        auto file = TRY(tree_.read(path));
        if (!file || depth == kMaxIncludeDepth) return {};
        std::size_t number = 0;
        for (auto line : split_lines(file->content)) {
            ++number;
            auto words = words_of(line);
            if (words.empty()) continue;
            auto keyword = to_lower(words[0]);
            if (keyword == "match") for_all = false;  // to the end of the file
            if (keyword == keyword_ && words.size() > 1)
                said.push_back({path, number, words[1], for_all});
            if (keyword != "include") continue;
            for (std::size_t i = 1; i < words.size(); ++i)
                TRY(include(words[i], for_all, depth));
        }
        return {};
    }

    Result<void> include(std::string pattern, bool for_all, unsigned depth)
    {
        if (!pattern.starts_with('/')) pattern.insert(0, "/etc/ssh/");
        if (++includes_ > kMaxIncludes) return fail("sshd_config includes too much");
        auto directory = pattern.substr(0, pattern.rfind('/'));
        auto names = TRY(tree_.list(directory));
        // As if it were there; sshd sorts them by name.
        if (!file_.empty() && fits(pattern, file_)) {
            names.emplace_back(file_.substr(file_.rfind('/') + 1));
            std::sort(names.begin(), names.end());
        }
        for (const auto& name : names) {
            auto path = directory + "/" + name;
            if (!fits(pattern, path)) continue;
            if (path == file_) {
                is_included = is_included || (for_all && !is_said_for_all());
                continue;
            }
            auto status = TRY(tree_.status(path));
            if (!status || status->type == FileType::directory) continue;
            if (++includes_ > kMaxIncludes) return fail("sshd_config includes too much");
            TRY(read(path, for_all, depth + 1));
        }
        return {};
    }

    const FileReader& tree_;
    std::string_view keyword_;
    std::string_view file_;
    unsigned includes_ = 0;
};

}  // namespace

Result<std::string> authorized_keys_pattern(const FileReader& tree)
{
    for (const auto& line : TRY(lines_for_sshd("AuthorizedKeysFile", tree)))
        if (line.for_all) return to_lower(line.value) == "none" ? std::string() : line.value;
    return std::string(kDefault);
}

Result<bool> counts_for_sshd(std::string_view file, std::string_view keyword,
                             const FileReader& tree)
{
    const auto word = to_lower(keyword);
    Reading reading(tree, word, file);
    TRY(reading.read_all());
    return reading.is_included;
}

Result<std::vector<SshdLine>> lines_for_sshd(std::string_view keyword, const FileReader& tree)
{
    const auto word = to_lower(keyword);
    Reading reading(tree, word);
    TRY(reading.read_all());
    bool for_all = false;
    std::erase_if(reading.said, [&](const SshdLine& line) {
        const bool is_late = line.for_all && for_all;
        for_all = for_all || line.for_all;
        return is_late;
    });
    return std::move(reading.said);
}

Result<std::string> expand_keys_path(std::string_view pattern, const Account& account)
{
    std::string path;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] != '%') {
            path += pattern[i];
            continue;
        }
        char sign = ++i < pattern.size() ? pattern[i] : '\0';
        switch (sign) {
            case 'h': path += account.home; break;
            case 'u': path += account.name; break;
            case 'U': path += std::to_string(account.uid); break;
            case '%': path += '%'; break;
            default: return fail("AuthorizedKeysFile " + shown(pattern) + " is not understood");
        }
    }
    if (!path.starts_with('/')) path.insert(0, account.home + "/");
    std::vector<std::string> parts;
    for (auto part : split(path, '/')) {
        if (part.empty() || part == ".") continue;
        if (part == "..") return fail("AuthorizedKeysFile " + shown(pattern) + " leads upwards");
        parts.emplace_back(part);
    }
    return "/" + join(parts, "/");
}

}  // namespace onectx
