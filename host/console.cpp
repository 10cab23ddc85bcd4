// See console.h.
#include "host/console.h"

#include <unistd.h>

#include <cerrno>
#include <string>

#include "common/result.h"

namespace onectx {
namespace {

bool write_all(int fd, std::string_view text)
{
    while (!text.empty()) {
        auto written = write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return false;
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

void print_line(std::string text)
{
    text += '\n';
    static_cast<void>(write_all(STDERR_FILENO, text));  // nowhere left to complain
}

}  // namespace

void print_error(std::string_view message)
{
    print_line("onectx: " + std::string(message));
}

void print_warning(std::string_view message)
{
    print_line("onectx: warning: " + std::string(message));
}

void print_error(const Diagnostic& diagnostic, std::string_view file)
{
    print_line(format(diagnostic, file));
}

void print_warning(Diagnostic diagnostic, std::string_view file)
{
    diagnostic.message.insert(0, "warning: ");
    print_line(format(diagnostic, file));
}

bool print_output(std::string_view text)
{
    if (write_all(STDOUT_FILENO, text)) return true;
    print_error("standard output: " + errno_text(errno));
    return false;
}

}  // namespace onectx
