// See script_log.h.
#include "guest/system/script_log.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/text.h"
#include "guest/system/files.h"

namespace onectx {
namespace {

// Of the limit, for the end of an output that is too long.
constexpr std::size_t kEndPart = 8;

}  // namespace

std::string log_path(std::string_view name)
{
    std::string file;
    for (char c : name) {
        if (is_alpha(c) || is_digit(c) || c == '-' || c == '_' || c == '.')
            file += c;
        else if (c == '/' || c == ' ')
            file += c == '/' ? ':' : '_';
        else
            file += "%" + to_hex({&c, 1});
    }
    return std::string(kLogDirectory) + "/" + file + ".log";
}

Result<Fd> open_log(Root& root, const std::string& path)
{
    TRY(root.make_directory({.path = std::string(kLogDirectory), .mode = 0700}, 0, 0));
    auto directory = TRY(root.open_inside(kLogDirectory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW));
    auto name = path.substr(kLogDirectory.size() + 1);
    auto before = name + ".1";
    if (renameat(directory.get(), name.c_str(), directory.get(), before.c_str()) != 0 &&
        errno != ENOENT)
        return os_failure();
    Fd file(openat(directory.get(), name.c_str(),
                   O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_NOFOLLOW | O_CLOEXEC,
                   S_IRUSR | S_IWUSR));
    if (!file.valid()) return os_failure();
    return file;
}

void ScriptLog::add(std::string_view bytes)
{
    if (ended_ && !bytes.empty() && !is_full_ && !std::exchange(is_late_said_, true))
        write("-- printed since then, by what it left running:\n");
    // A secret that begins where a line is parted has to be seen to its end.
    const auto most = kMaxLogLineBytes + redactor_.longest();
    while (!bytes.empty() && !is_full_) {
        auto part = bytes.substr(0, most - open_line_.size());
        const auto end = part.find('\n');
        part = part.substr(0, end);
        open_line_ += part;
        bytes.remove_prefix(part.size());
        if (end != std::string_view::npos) {
            bytes.remove_prefix(1);
            add_line();
        } else if (open_line_.size() == most && !add_part()) {
            keep_for_end(std::exchange(open_line_, {}));
        }
    }
    keep_for_end(bytes);
}

void ScriptLog::add_line()
{
    while (add_part() && !open_line_.empty()) {
    }
    if (is_full_) keep_for_end(open_line_ + "\n");
    open_line_.clear();
}

bool ScriptLog::add_part()
{
    auto part = redactor_.redact(open_line_, kMaxLogLineBytes);
    part.text += '\n';
    is_full_ = written_ + part.text.size() > limit_ - limit_ / kEndPart;
    if (is_full_) return false;
    write(part.text);
    open_line_.erase(0, part.taken);
    return true;
}

// As it comes: what is too much is looked at only when it turns out to be the end.
void ScriptLog::keep_for_end(std::string_view bytes)
{
    if (ended_) {
        left_out_ += bytes.size();
        return;
    }
    const auto kept = limit_ / kEndPart;
    end_ += bytes;
    if (end_.size() <= 2 * kept) return;
    left_out_ += end_.size() - kept;
    end_.erase(0, end_.size() - kept);
}

std::string ScriptLog::take_begun(std::string& text) const
{
    auto held = text.substr(text.size() - redactor_.begun(text));
    text.erase(text.size() - held.size());
    return held;
}

void ScriptLog::end(std::string_view how, bool more)
{
    std::string held;
    if (more) held = take_begun(open_line_);
    if (more && is_full_) left_out_ += take_begun(end_).size();
    if (!open_line_.empty()) add_line();
    std::string_view rest = end_;
    if (left_out_ != 0) {
        // It begins in the middle of a line, perhaps of a secret.
        auto line_end = std::min(rest.find('\n'), rest.size());
        rest.remove_prefix(line_end);
        left_out_ += line_end;
    }
    std::string text;
    for (auto line : split_lines(rest))
        text += redactor_.redact(line) + "\n";
    // The marks may be longer than what they stand for.
    const auto room = limit_ - std::min(limit_, written_);
    if (text.size() > room) {
        const auto line_end = std::min(text.find('\n', text.size() - room), text.size());
        left_out_ += line_end;
        text.erase(0, line_end);
    }
    say_left_out();
    write(text);
    end_.clear();
    write("-- " + std::string(how) + "\n");
    open_line_ = std::move(held);
    ended_ = true;
}

void ScriptLog::close()
{
    if (!open_line_.empty()) add_line();
    say_left_out();
}

void ScriptLog::say_left_out()
{
    if (left_out_ != 0) write("-- " + std::to_string(left_out_) + " bytes are left out here\n");
    left_out_ = 0;
}

// A log that cannot be written keeps no script from running.
void ScriptLog::write(std::string_view text)
{
    written_ += text.size();
    if (file_.valid() && !write_all(file_.get(), text)) file_ = Fd();
    if (echo_ >= 0 && !write_all(echo_, text)) echo_ = -1;
}

}  // namespace onectx
