// See image.h.
#include "host/image.h"

#include <unistd.h>

#include <string>

#include "common/text.h"
#include "host/image_check.h"
#include "posix/fd.h"
#include "posix/file_source.h"

namespace onectx {

std::uint64_t content_bytes(const ImageTree& tree)
{
    std::uint64_t bytes = 0;
    for (const auto& entry : tree) {
        if (const auto* text = std::get_if<std::string>(&entry.content)) bytes += text->size();
        if (const auto* file = std::get_if<SourceFile>(&entry.content)) bytes += file->size;
    }
    return bytes;
}

Result<void> write_image(const ImageTree& tree, const ImageSettings& settings,
                         std::string_view name, OutputFile& output, const SignalHold& signals)
{
    TRY(write_iso(tree, settings, output, signals));
    auto attempt = "write " + printable(name);
    auto source = TRY(in_context(attempt, FileSource::from(Fd(dup(output.fd())))));
    return in_context(attempt, check_image(source, tree, settings));
}

}  // namespace onectx
