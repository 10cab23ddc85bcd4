// Everything that goes onto an image besides context.sh: the files of FILES, FILES_DS and --file,
// from this machine and from servers, token.txt, and what --init adds.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "host/files.h"
#include "host/init_files.h"
#include "host/input.h"
#include "host/onegate.h"

namespace onectx {

struct ContentOptions {
    std::vector<FileRequest> files{};  // of --file; the current directory is their base
    TokenSettings token{};
    InitOptions init{};
};

// Both kinds of request: paths, as collect_files() has them, and addresses. What is wrong with a
// path is found before a server is asked.
[[nodiscard]] Result<std::vector<Attachment>> fetch_files(std::vector<FileRequest> requests,
                                                          const FilePolicy& policy,
                                                          const DownloadSettings& settings);

// All that a build would refuse of FILES or FILES_DS; no server is asked.
[[nodiscard]] std::vector<std::string> complaints_about_files(std::string_view list,
                                                              const FilePolicy& policy);

// Prints what is wrong, at its place in the template when it comes from there; on failure the exit
// code of the program. A user of the template gets nothing of a restricted directory; who writes
// the command line may name what he can read.
[[nodiscard]] std::expected<std::vector<Attachment>, int> gather_contents(
    const Input& input, const ContentOptions& options);

}  // namespace onectx
