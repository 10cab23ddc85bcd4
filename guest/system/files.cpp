// See files.h.
#include "guest/system/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

#include "common/limits.h"
#include "guest/system/fd.h"

namespace onectx {

Failure os_failure(int code)
{
    return fail(errno_text(code), code);
}

Result<std::string> read_all(int fd, std::size_t limit)
{
    std::string content;
    std::array<char, 16384> buffer;
    for (;;) {
        auto got = ::read(fd, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return os_failure();
        if (got == 0) return content;
        content.append(buffer.data(), static_cast<std::size_t>(got));
        if (content.size() > limit) return os_failure(EFBIG);
    }
}

Result<void> write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        auto done = ::write(fd, bytes.data(), bytes.size());
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return os_failure();
        bytes.remove_prefix(static_cast<std::size_t>(done));
    }
    return {};
}

Result<std::vector<std::string>> names_in(int directory)
{
    // A second description of the same directory: reading moves the offset of the one it is given.
    Fd fd(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd.valid()) return os_failure();
    auto close = [](DIR* stream) { closedir(stream); };
    std::unique_ptr<DIR, decltype(close)> stream(fdopendir(fd.get()), close);
    if (!stream) return os_failure();
    static_cast<void>(fd.release());  // closedir() closes it

    std::vector<std::string> names;
    for (;;) {
        errno = 0;
        const dirent* entry = readdir(stream.get());
        if (!entry && errno != 0) return os_failure();
        if (!entry) break;
        std::string name = entry->d_name;
        if (name == "." || name == "..") continue;
        if (names.size() == kMaxDirectoryEntries) return os_failure(EFBIG);
        names.push_back(std::move(name));
    }
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> sync_directory(int directory)
{
    if (fsync(directory) != 0 && errno != EINVAL) return os_failure();
    return {};
}

}  // namespace onectx
