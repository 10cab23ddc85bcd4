// See source.h.
#include "guest/system/source.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "common/iso_image.h"
#include "common/limits.h"
#include "common/text.h"
#include "guest/system/device/context_file.h"
#include "guest/system/device/medium.h"
#include "guest/system/files.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

Problem warning(std::string message)
{
    return {"", std::move(message), false};
}

SourceSearch nothing(std::string reason)
{
    SourceSearch search;
    search.problems.push_back(warning(std::move(reason)));
    return search;
}

// Absent text: the place is there and holds no context.sh.
Result<SourceSearch> found(const std::string& path, Result<std::optional<std::string>> text,
                           SourceKind kind = SourceKind::text)
{
    if (!text)
        return std::unexpected(in_context("read the context in " + path, std::move(text).error()));
    if (!*text) return nothing(path + " holds no context.sh");
    SourceSearch search;
    search.source = Source{std::move(**text), path, false, kind};
    return search;
}

// ECMA-119: the first volume descriptor stands in sector 16 and begins with its type and "CD001".
bool is_iso(const ByteSource& source)
{
    constexpr std::string_view kMagic = "CD001";
    std::array<std::byte, kMagic.size()> bytes{};
    return source.read_at(std::uint64_t{16} * 2048 + 1, bytes) &&
           std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) == 0;
}

// The label is the user's business when he names the image himself.
void check_label(const ByteSource& iso, const std::string& path, SourceSearch& search)
{
    const auto label = volume_label(iso);
    if (search.source && label && *label != kContextLabel)
        search.problems.push_back(
            warning(path + " is labelled '" + printable(*label) + "', not CONTEXT"));
}

constexpr std::size_t kIsoStart = 16;  // bytes that tell an image from a text

Result<SourceSearch> load_file(const std::string& path)
{
    const auto file = TRY(in_context("read the context", FileSource::open(path)));
    if (is_iso(file)) {
        auto search = TRY(found(path, context_in_iso(file), SourceKind::image));
        check_label(file, path, search);
        return search;
    }
    std::string text;
    if (file.size() > kMaxContextBytes) return found(path, os_failure(EFBIG));
    text.resize(file.size());
    auto got = file.read_at(0, std::as_writable_bytes(std::span(text)));
    if (!got) return found(path, std::unexpected(std::move(got).error()));
    if (text.empty()) return found(path, fail("it is empty"));
    // An image that lost its descriptors begins with sixteen sectors of NUL or a boot record.
    if (text.substr(0, kIsoStart).find('\0') != std::string::npos)
        return found(path, fail("neither an ISO 9660 image nor a context.sh"));
    return found(path, std::move(text));
}

Result<SourceSearch> load_device(const std::string& path)
{
    auto search = TRY(found(path, context_on_device(path), SourceKind::device));
    if (const auto device = FileSource::open(path)) check_label(*device, path, search);
    return search;
}

}  // namespace

Result<SourceSearch> load_context(const std::string& path)
{
    struct stat status = {};
    if (stat(path.c_str(), &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) return nothing(path + ": " + errno_text(errno));
        return fail_errno("read the context in " + path);
    }
    switch (status.st_mode & S_IFMT) {
        case S_IFDIR: return found(path, context_in_directory(path), SourceKind::directory);
        case S_IFREG: return load_file(path);
        case S_IFBLK: return load_device(path);
        default:
            return fail("read the context in " + path + ": no directory, file or block device");
    }
}

}  // namespace onectx
