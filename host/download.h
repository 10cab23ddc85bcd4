// Files of a context that http and https servers hold. libcurl fetches them; it is loaded when the
// first one is wanted, so that an image without downloads does not pay for it.
// Promises: certificates are checked, redirections are few and lead from https to nothing else; an
// answer that is too large, too slow, cut off or not 200 is an error that names the address. The
// content goes to a file that has no name, never to memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "host/files.h"

namespace onectx {

struct DownloadSettings {
    unsigned connect_seconds = 10;         // until there is a connection
    unsigned total_seconds = 600;          // for one file, everything included
    std::uint64_t max_bytes = 4ULL << 30;  // of one file
    std::string ca_file{};                 // certificates to trust; empty: those of the system

    bool operator==(const DownloadSettings&) const = default;
};

// One file after the other, in the order of the requests, all of which are addresses. What is wrong
// with an address is found before the first one is fetched. An error of the network or the machine
// has a code, what is refused before has none.
[[nodiscard]] Result<std::vector<Attachment>> download_files(
    const std::vector<FileRequest>& requests, const DownloadSettings& settings);

// What the file behind an address is called on the image; the error when nothing can be asked of
// it.
[[nodiscard]] Result<std::string> download_name(const FileRequest& request);

}  // namespace onectx
