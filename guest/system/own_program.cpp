// See own_program.h.
#include "guest/system/own_program.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "guest/system/files.h"

namespace onectx {
namespace {

constexpr const char* kSelf = "/proc/self/exe";
constexpr unsigned kMode = 0755;
constexpr std::size_t kMaxProgramBytes = 512U << 20U;  // with all that a debugger wants

// What is at the path when it is a file of this size and may be executed as it should.
std::optional<std::string> installed_bytes(const Root& root, const std::string& path,
                                           std::size_t size)
{
    auto present = root.open_inside(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    struct stat status{};
    if (!present || fstat(present->get(), &status) != 0 || !S_ISREG(status.st_mode) ||
        (status.st_mode & 07777U) != kMode || static_cast<std::size_t>(status.st_size) != size)
        return std::nullopt;
    auto bytes = read_all(present->get(), size);
    return bytes ? std::optional(std::move(*bytes)) : std::nullopt;
}

}  // namespace

Result<std::optional<std::string>> program_missing_at(const Root& root, const std::string& path)
{
    const Fd self(open(kSelf, O_RDONLY | O_CLOEXEC));
    if (!self.valid()) return fail_errno(std::string("open ") + kSelf);
    auto bytes = TRY(in_context("read this program", read_all(self.get(), kMaxProgramBytes)));
    if (installed_bytes(root, path, bytes.size()) == bytes) return std::nullopt;
    return bytes;
}

}  // namespace onectx
