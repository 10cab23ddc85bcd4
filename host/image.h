// From a laid out tree to a checked image in an output: the way that every command that makes
// images goes.
#pragma once

#include <string_view>

#include "common/result.h"
#include "host/iso_writer.h"
#include "host/layout.h"
#include "host/output_file.h"

namespace onectx {

// Writes the image and reads it again with the guest's reader; `name` is the output in messages.
// Committing it is left to the caller.
[[nodiscard]] Result<void> write_image(const ImageTree& tree, const ImageSettings& settings,
                                       std::string_view name, OutputFile& output,
                                       const SignalHold& signals);

}  // namespace onectx
