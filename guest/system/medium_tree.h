// What lies beside context.sh: to be read while planning, and as a folder for the scripts that are
// started in it. Nothing on it is trusted.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/reader.h"
#include "guest/system/mounted.h"
#include "guest/system/root.h"
#include "guest/system/source.h"

namespace onectx {

// Null where the source is a context.sh alone. Of an image or a device its own file system is read,
// without being mounted; links on it lead nowhere. Where files are carried the source must live
// longer.
[[nodiscard]] Result<std::unique_ptr<FileReader>> open_medium(const Source& source);

// The folder, for as long as the object lives.
class MediumFolder {
  public:
    // A device is mounted where programs may be executed; where that cannot be done, for an image
    // and for files that are carried, they are copied below /run/onectx (at most
    // kMaxMediumCopyBytes).
    [[nodiscard]] static Result<MediumFolder> open(const Source& source);
    MediumFolder(MediumFolder&& other) noexcept;
    MediumFolder& operator=(MediumFolder&&) = delete;
    MediumFolder(const MediumFolder&) = delete;
    MediumFolder& operator=(const MediumFolder&) = delete;
    ~MediumFolder();

    // Absolute; empty where the source is a context.sh alone.
    [[nodiscard]] const std::string& path() const { return path_; }

    // Where a file of it really lies: no link leads out of the folder.
    [[nodiscard]] Result<std::string> path_of(std::string_view name) const;

  private:
    MediumFolder() = default;

    std::string path_;
    std::optional<Mounted> mounted_;
    std::vector<std::string> copies_;  // to be removed, the last first
};

}  // namespace onectx
