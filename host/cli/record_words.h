// The options that say what machine a context is for, as typed and as checked.
#pragma once

#include <string>
#include <vector>

#include "common/result.h"
#include "host/load_records.h"

namespace CLI {
class App;
}

namespace onectx {

// Empty: not given.
struct RecordWords {
    std::string vmid, name, uid, uname, gid, gname, stime;
    std::string vm, user;
    std::vector<std::string> networks, images;
};

void add_record_options(CLI::App& command, RecordWords& words);
[[nodiscard]] Result<RecordOptions> record_options(const RecordWords& words);

}  // namespace onectx
