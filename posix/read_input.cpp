// See read_input.h.
#include "posix/read_input.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "common/text.h"

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

Result<OpenedInput> OpenedInput::open(const std::string& path)
{
    OpenedInput input;
    input.name_ = path == "-" ? "standard input" : printable(path);
    if (path == "-") return input;
    input.file_ = Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!input.file_.valid()) return fail_errno(input.name_);
    return input;
}

int OpenedInput::fd() const
{
    return file_.valid() ? file_.get() : STDIN_FILENO;
}

Result<std::string> OpenedInput::read(std::size_t limit) const
{
    return in_context(name_, read_text(fd(), limit));
}

Result<std::string> read_input(const std::string& path, std::size_t limit)
{
    return TRY(OpenedInput::open(path))
    .read(limit);
}

}  // namespace onectx
