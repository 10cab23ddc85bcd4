// Files that are ours alone, told by their first line: whoever takes that line out keeps the file.
// Every back-end that has a file a NIC writes and removes them this way. Never touches a file
// without the line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/nic.h"
#include "guest/model/reader.h"

namespace onectx {

// The first line of every file that is ours alone; a user takes a file over by removing it.
inline constexpr std::string_view kOwnFileHeader =
    "# Written by onectx from the context; changes are overwritten.\n";

// One of our files: it has this content afterwards. The content begins with kOwnFileHeader.
struct OwnFile {
    std::string path;
    std::string content;
    unsigned mode = 0644;
    std::string variable;  // that asks for it, for a complaint
};

// Where our files of one kind lie: "<directory>/<prefix>LABEL…<suffix>" with label_of() of a NIC.
struct OwnPlace {
    std::string_view directory;
    std::string_view prefix;
    std::string_view suffix;

    [[nodiscard]] std::string path_of(std::string_view name) const;
};

// Writes the files, with an error for each that is somebody else's. Removes what else is ours at
// the place, but for the files of skipped NICs, and nothing where the network is not known whole.
[[nodiscard]] Result<void> plan_own_files(const std::vector<OwnFile>& files, const OwnPlace& place,
                                          const Network& network, const FileReader& tree,
                                          PlannedStep& planned);

// A problem where a metric is wished for the routes that routers announce, for back-ends that have
// no word for it.
void say_unsaid_metric(const Nic& nic, std::vector<Problem>& problems);

// Whether making the step's file changes would change the tree.
[[nodiscard]] bool changes_files(const Step& step, const FileReader& tree);

}  // namespace onectx
