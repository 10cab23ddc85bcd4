// Where the words of a program go that nobody started by hand. Never waits for who takes them.
#pragma once

#include <string>
#include <string_view>

namespace onectx {

enum class Severity { error = 3, warning = 4, notice = 5 };  // syslog(3)

// "<3>": before a line for the journal (sd-daemon(3)).
[[nodiscard]] std::string level_mark(Severity severity);

enum class Listener { somebody, journal, nobody };

// Who reads what is written to a descriptor: the journal, where `journal_stream` names it
// (JOURNAL_STREAM of systemd.exec(5), may be null), nobody for /dev/null and what is closed.
[[nodiscard]] Listener listener_of(int fd, const char* journal_stream);

// A line for the system's log; lost where there is none, or it is full. Not for the kernel's, which
// everybody may read. `prefix` stands before the paths of these.
void log_line(Severity severity, std::string_view line, const std::string& prefix = "");

// A line for whoever looks at the machine's screen: on all consoles, as the kernel's errors are,
// and where that is not given, as in a container, on /dev/console. Cut where the kernel would
// refuse it.
void tell_console(std::string_view line, const std::string& prefix = "");

}  // namespace onectx
