// See read_input.h.
#include "posix/read_input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/text.h"
#include "posix/fd.h"

namespace onectx {
namespace {

Result<std::string> read_text(int fd, std::size_t limit)
{
    std::string text;
    std::array<char, 16384> buffer{};
    while (text.size() <= limit) {
        auto got = read(fd, buffer.data(), std::min(buffer.size(), limit + 1 - text.size()));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return std::unexpected(Error{errno_text(errno), errno});
        if (got == 0) break;
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
}

}  // namespace

Result<std::string> read_input(const std::string& path, std::size_t limit)
{
    if (path == "-") return in_context("standard input", read_text(STDIN_FILENO, limit));
    Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return fail_errno(printable(path));
    return in_context(printable(path), read_text(file.get(), limit));
}

}  // namespace onectx
