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

thread_local MessageCapture* capture = nullptr;

// A complaint about a place begins with it, everything else with the name of the program.
void tell(bool is_warning, std::string text, bool has_place)
{
    if (capture) return capture->add({is_warning, std::move(text)});
    if (is_warning && !has_place) text.insert(0, "warning: ");
    if (!has_place) text.insert(0, "onectx: ");
    text += '\n';
    static_cast<void>(write_all(STDERR_FILENO, text));  // nowhere left to complain
}

}  // namespace

MessageCapture::MessageCapture()
{
    capture = this;
}

MessageCapture::~MessageCapture()
{
    capture = nullptr;
}

int exit_code_of(const Error& error)
{
    return error.code == 0 ? kExitBadInput : kExitFailed;
}

void print_error(std::string_view message)
{
    tell(false, std::string(message), false);
}

void print_warning(std::string_view message)
{
    tell(true, std::string(message), false);
}

void print_error(const Diagnostic& diagnostic, std::string_view file)
{
    tell(false, format(diagnostic, file), true);
}

void print_warning(Diagnostic diagnostic, std::string_view file)
{
    if (!capture) diagnostic.message.insert(0, "warning: ");
    tell(true, format(diagnostic, file), true);
}

void print_plain(std::string_view line)
{
    static_cast<void>(write_all(STDERR_FILENO, std::string(line) + "\n"));
}

bool print_output(std::string_view text)
{
    if (write_all(STDOUT_FILENO, text)) return true;
    print_error("standard output: " + errno_text(errno));
    return false;
}

}  // namespace onectx
