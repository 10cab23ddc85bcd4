// What `onectx inspect` found, as a value, and as text for people and for programs.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "common/context.h"
#include "common/iso_image.h"
#include "host/iso_checksum.h"

namespace onectx {

struct VerifiedSum {
    IsoChecksum sum;
    bool intact = false;
};

struct Inspection {
    IsoImage image;
    std::vector<std::string> sha256;  // hex, one an entry of the image; empty for no regular file
    std::optional<std::string> md5;   // of the session, as recorded
    std::optional<Context> context;   // absent: there is no /context.sh
    std::optional<std::vector<VerifiedSum>> verified;  // absent: nobody asked
};

// One variable a line; control characters are escaped, so that no value can play with a terminal.
[[nodiscard]] std::string inspection_text(const Inspection& inspection, bool show_secrets);

struct InspectionJson {
    std::string text;
    // What was no UTF-8 ("label", "variable A"): U+FFFD stands for what was wrong.
    std::vector<std::string> repaired;
};
[[nodiscard]] InspectionJson inspection_json(const Inspection& inspection, bool show_secrets);

}  // namespace onectx
