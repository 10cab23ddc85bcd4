// `onectx build`: template -> ISO image.
#pragma once

#include <expected>
#include <string>

#include "host/contents.h"
#include "host/input.h"
#include "host/iso_writer.h"
#include "host/layout.h"
#include "host/output_file.h"

namespace onectx {

struct BuildOptions {
    InputOptions input;
    std::string output;
    ContentOptions content{};
    ImageSettings image{};
};

struct PlannedImage {
    ImageTree tree;
    bool is_private = false;
};

// The two halves of a build, for whoever makes many. Reads the input and finds the files; prints
// what is wrong; on failure the exit code.
[[nodiscard]] std::expected<PlannedImage, int> plan_image(const BuildOptions& options,
                                                          InputLoader& loader);
// Writes and checks; the caller commits. Every error is the machine's.
[[nodiscard]] Result<OutputFile> write_output(const PlannedImage& image,
                                              const BuildOptions& options,
                                              const SignalHold& signals);

// Prints what is wrong; gives the exit code.
[[nodiscard]] int run_build(const BuildOptions& options);

}  // namespace onectx
