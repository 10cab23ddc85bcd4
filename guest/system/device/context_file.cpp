// See context_file.h.
#include "guest/system/device/context_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "common/iso_image.h"
#include "common/limits.h"
#include "guest/system/fd.h"
#include "guest/system/files.h"
#include "guest/system/mounted.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

Failure no_regular_file()
{
    return fail("context.sh is no regular file");
}

Failure too_large()
{
    return fail("context.sh is larger than " + std::to_string(kMaxContextBytes >> 20U) + " MiB",
                EFBIG);
}

// Every context begins with a comment: one without a byte was cut off where it was written, and as
// a context it would take everything away that the last one gave.
Result<std::optional<std::string>> not_empty(std::string text)
{
    if (text.empty()) return fail("context.sh is empty");
    return text;
}

}  // namespace

Result<std::optional<std::string>> context_in_directory(const std::string& directory)
{
    const Fd top(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!top.valid()) return os_failure();
    // O_NONBLOCK: a FIFO of that name must not make us wait for its writer.
    const Fd file(openat(top.get(), "context.sh", O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.valid() && errno == ENOENT) return std::nullopt;
    if (!file.valid() && errno == ELOOP) return no_regular_file();
    if (!file.valid()) return fail_errno("context.sh");
    struct stat status = {};
    if (fstat(file.get(), &status) != 0) return fail_errno("context.sh");
    if (!S_ISREG(status.st_mode)) return no_regular_file();
    auto text = read_all(file.get(), kMaxContextBytes);
    if (!text && text.error().code == EFBIG) return too_large();
    if (!text) return std::unexpected(in_context("context.sh", std::move(text).error()));
    return not_empty(std::move(*text));
}

Result<std::optional<std::string>> context_in_iso(const ByteSource& iso)
{
    const auto image = TRY(open_iso(iso));
    const auto* entry = image.find("/context.sh");
    if (entry == nullptr) return std::nullopt;
    if (entry->type != IsoType::regular) return no_regular_file();
    if (entry->size > kMaxContextBytes) return too_large();
    return not_empty(TRY(in_context("context.sh", read_file(iso, *entry, kMaxContextBytes))));
}

Result<std::optional<std::string>> context_on_device(const std::string& node,
                                                     const std::string& mount_base)
{
    auto mounted = Mounted::iso9660(node, mount_base);
    if (mounted) return context_in_directory(mounted->path());
    auto source = FileSource::open(node);
    auto text = source ? context_in_iso(*source) : std::unexpected(std::move(source).error());
    if (!text && mounted.error().code != ENODEV)
        return fail(text.error().message + " (" + mounted.error().message + ")", text.error().code);
    return text;
}

}  // namespace onectx
