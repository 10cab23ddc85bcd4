// See image.h.
#include "host/image.h"

#include <unistd.h>

#include <string>

#include "common/text.h"
#include "host/image_check.h"
#include "posix/fd.h"
#include "posix/file_source.h"

namespace onectx {

Result<void> write_image(const ImageTree& tree, const ImageSettings& settings,
                         std::string_view name, OutputFile& output, const SignalHold& signals)
{
    TRY(write_iso(tree, settings, output, signals));
    auto attempt = "write " + printable(name);
    auto source = TRY(in_context(attempt, FileSource::from(Fd(dup(output.fd())))));
    return in_context(attempt, check_image(source, tree, settings));
}

}  // namespace onectx
