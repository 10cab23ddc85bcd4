// The manager of packages that the image has, and how it is called. It asks nobody anything, waits
// for its lock, and what it says is in the log of its script.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "guest/model/reader.h"
#include "guest/model/script.h"
#include "guest/model/user_data_wish.h"

namespace onectx {

struct PackageManager {
    const char* program;               // it is there when this is
    const char* name;                  // "apt-get"
    std::vector<std::string> update;   // the lists of what there is
    std::vector<std::string> upgrade;  // everything that is installed
    std::vector<std::string> install;  // the packages follow
    const char* version;               // between a name and a version
};

// Null when none is there that is known.
[[nodiscard]] Result<const PackageManager*> find_package_manager(const FileReader& tree);

// Runs of it that belong to the step of this name; each may take an hour.
[[nodiscard]] RunScript update_run(const PackageManager& manager, const std::string& name);
[[nodiscard]] RunScript upgrade_run(const PackageManager& manager, const std::string& name);
[[nodiscard]] RunScript install_run(const PackageManager& manager, const std::string& name,
                                    const std::vector<PackageWish>& packages);

}  // namespace onectx
