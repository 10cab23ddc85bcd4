// What else goes onto the image: the FILES list of a template and --file on the command line.
// Reads such a list, then finds every file behind it. Refuses what is no regular file or directory,
// links that lead out of a copied directory, and directories that the host keeps to itself.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result.h"
#include "posix/fd.h"

namespace onectx {

struct FileRequest {   // as the user named it
    std::string path;  // on this machine, or an address
    std::string name;  // on the image; empty: the last component of the path

    bool operator==(const FileRequest&) const = default;
};

// A list parted by white space. An item is PATH or PATH:NAME; a part that begins with ' or " runs
// to the next one of its kind, so that it may hold blanks and colons. There is no other escape. An
// http or https address may stand for PATH: without quotes it reaches to the end of the item,
// colons included, and only with quotes a name may follow.
[[nodiscard]] Result<std::vector<FileRequest>> parse_file_list(std::string_view list);

// One such item; white space is part of it.
[[nodiscard]] Result<FileRequest> parse_file_argument(std::string_view argument);

// A regular file of this machine, and what tells whether it is still the same one.
struct SourceFile {
    std::string path;  // absolute, no link in it; of a download its address, for messages
    std::uint64_t size = 0;
    dev_t device = 0;
    ino_t inode = 0;
    timespec modified{};
    std::shared_ptr<const Fd> unnamed{};  // the file itself when it has no name: a download
};

struct DirectoryEntry {};

using EntryContent = std::variant<DirectoryEntry, std::string, SourceFile>;

struct Attachment {
    std::string path;  // on the image: relative, no empty, `.` or `..` component
    bool executable = false;
    EntryContent content;
};

// Whether a name can stand on the image: relative, no empty, `.` or `..` component.
[[nodiscard]] Result<void> check_image_name(std::string_view name);

struct FilePolicy {
    std::string base = ".";                       // where a relative path begins
    std::vector<std::string> restricted{"/etc"};  // absolute; nothing in or below them is read,
    std::vector<std::string> safe{};              // unless it is in or below one of these
    // Directories are compared by component, files and directories alike with their links resolved.
};

// All requested files in the order of the requests, none of which is an address; directories with
// everything in them. Symbolic
// links are followed: those named freely, those inside a copied directory as long as they stay in
// it. An error that comes from the system has its errno; what is refused has none.
[[nodiscard]] Result<std::vector<Attachment>> collect_files(
    const std::vector<FileRequest>& requests, const FilePolicy& policy);

}  // namespace onectx
