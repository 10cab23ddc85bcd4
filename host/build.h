// `onectx build`: template -> ISO image.
#pragma once

#include <string>
#include <vector>

#include "host/files.h"
#include "host/input.h"
#include "host/iso_writer.h"

namespace onectx {

struct BuildOptions {
    InputOptions input;
    std::string output;
    std::vector<FileRequest> files{};  // of --file; the current directory is their base
    ImageSettings image{};
};

// Prints what is wrong; gives the exit code.
[[nodiscard]] int run_build(const BuildOptions& options);

}  // namespace onectx
