// See image.h.
#include "host/image.h"

#include <unistd.h>

#include <string>
#include <vector>

#include "common/iso_record.h"
#include "common/text.h"
#include "host/image_check.h"
#include "posix/fd.h"
#include "posix/file_source.h"

namespace onectx {

namespace {

constexpr std::uint64_t kReadAtOnce = 1U << 20U;  // an image up to this size, when it is checked

// A small image is read whole: fewer system calls than there are descriptors and directories.
Result<void> check_output(const ImageTree& tree, const ImageSettings& settings,
                          const OutputFile& output)
{
    auto source = TRY(FileSource::from(Fd(dup(output.fd()))));
    if (output.size() > kReadAtOnce) return check_image(source, tree, settings);
    std::vector<std::byte> bytes(static_cast<std::size_t>(output.size()));
    TRY(source.read_at(0, bytes));
    return check_image(MemorySource(text_of(bytes)), tree, settings);
}

}  // namespace

Result<void> write_image(const ImageTree& tree, const ImageSettings& settings,
                         std::string_view name, OutputFile& output, const SignalHold& signals)
{
    TRY(write_iso(tree, settings, output, signals));
    return in_context("write " + printable(name), check_output(tree, settings, output));
}

}  // namespace onectx
