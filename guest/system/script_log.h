// What a script prints, on its way to a log of its own: line by line, without secrets, and bounded,
// so that no script fills the disk. Of what is too much the beginning and the end are kept.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/limits.h"
#include "common/result.h"
#include "guest/model/redact.h"
#include "guest/system/fd.h"
#include "guest/system/root.h"

namespace onectx {

inline constexpr std::string_view kLogDirectory = "/var/log/onectx";  // 0700

// The log of a script of this name: a plain file name, whatever the name is.
[[nodiscard]] std::string log_path(std::string_view name);

// Opens a fresh log, 0600; that of the run before is kept beside it as NAME.1.
[[nodiscard]] Result<Fd> open_log(Root& root, const std::string& path);

class ScriptLog {
  public:
    // `file` may be no descriptor: then nothing is kept. `echo` is one that gets the lines too, -1
    // for none; it stays the caller's.
    ScriptLog(Fd file, int echo, const Redactor& redactor, std::size_t limit = kMaxScriptLogBytes)
        : file_(std::move(file)), echo_(echo), redactor_(redactor), limit_(limit)
    {
    }

    void add(std::string_view bytes);
    // Writes what was held back, and a line of ours that says how the script has ended. Where
    // `more` may come, of what the script left running, it stands behind one more line of ours,
    // while there is room; until then what may be the beginning of a secret is held back.
    void end(std::string_view how, bool more = false);
    // When nothing comes any more: the line that has no end, and how much found no room since.
    void close();

    [[nodiscard]] int file() const { return file_.get(); }
    [[nodiscard]] int echo() const { return echo_; }

  private:
    void add_line();
    // Writes the beginning of the open line as a line of its own; false when the log is full.
    bool add_part();
    void write(std::string_view text);
    void keep_for_end(std::string_view bytes);
    void say_left_out();
    // Takes from the end of the text what may be the beginning of a secret.
    [[nodiscard]] std::string take_begun(std::string& text) const;

    Fd file_;
    int echo_;
    const Redactor& redactor_;
    std::size_t limit_;
    std::size_t written_ = 0;
    std::string open_line_;  // without its end yet
    bool is_full_ = false;   // what comes now can only be the end
    std::string end_;        // of what is too much
    std::uint64_t left_out_ = 0;
    bool ended_ = false;
    bool is_late_said_ = false;
};

}  // namespace onectx
