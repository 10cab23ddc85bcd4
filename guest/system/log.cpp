// See log.h. Not syslog(3): it waits for a log that is full, and reads the time zone first.
#include "guest/system/log.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "guest/system/fd.h"

namespace onectx {
namespace {

constexpr std::string_view kName = "onectx-guest";
constexpr int kDaemonFacility = 3 << 3;  // LOG_DAEMON
// The kernel refuses a record of about a thousand bytes (PRINTKRB_RECORD_MAX), the mark included.
constexpr std::size_t kMaxKernelLine = 900;

bool write_line(const std::string& path, const std::string& text)
{
    const Fd fd(open(path.c_str(), O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    return fd.valid() &&
           write(fd.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

std::string level_mark(Severity severity)
{
    return "<" + std::to_string(static_cast<int>(severity)) + ">";
}

Listener listener_of(int fd, const char* journal_stream)
{
    struct stat status{};
    if (fstat(fd, &status) != 0) return Listener::nobody;
    constexpr unsigned kMemory = 1;  // the devices of mem(4); /dev/null is the third
    constexpr unsigned kNull = 3;
    if (S_ISCHR(status.st_mode) && status.st_rdev == makedev(kMemory, kNull))
        return Listener::nobody;
    const auto name = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
    return journal_stream != nullptr && name == journal_stream ? Listener::journal
                                                               : Listener::somebody;
}

void log_line(Severity severity, std::string_view line, const std::string& prefix)
{
    const auto path = prefix + "/dev/log";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) return;
    std::copy(path.begin(), path.end(), std::begin(address.sun_path));
    const Fd fd(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!fd.valid()) return;
    // The log adds the time where there is none.
    auto text = "<" + std::to_string(kDaemonFacility | static_cast<int>(severity)) + ">";
    text.append(kName).append("[" + std::to_string(getpid()) + "]: ").append(line);
    static_cast<void>(sendto(fd.get(), text.data(), text.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), sizeof address));
}

void tell_console(std::string_view line, const std::string& prefix)
{
    std::string text(kName);
    text.append(": ").append(line.substr(0, kMaxKernelLine));
    if (!write_line(prefix + "/dev/kmsg", level_mark(Severity::error) + text + "\n"))
        static_cast<void>(write_line(prefix + "/dev/console", text + "\r\n"));
}

}  // namespace onectx
