// --init: an init.sh for images without a guest package, which have nothing but a line that mounts
// the CD and reads that file (reference 4.2).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "host/files.h"

namespace onectx {

enum class InitKind {
    none,
    portable,  // a script that does what the classic variables ask for
    bundle,    // the guest program, and a script that runs it
};

struct InitSettings {
    InitKind kind = InitKind::none;
    std::vector<std::string> programs{};  // guest programs, one a machine; empty: our own neighbour

    bool operator==(const InitSettings&) const = default;
};

// The same from a command line, which may leave it to the host's configuration.
struct InitOptions {
    std::optional<InitKind> kind{};
    std::vector<std::string> programs{};
};

inline constexpr std::string_view kInitKinds = "none, portable or bundle";
[[nodiscard]] std::optional<InitKind> parse_init_kind(std::string_view word);

[[nodiscard]] InitSettings settle_init(const InitOptions& options, const InitSettings& of_host);

// What to say when somebody asks for an init.sh and has one; absent when there is nothing to say.
[[nodiscard]] std::optional<std::string_view> init_complaint(const InitOptions& options,
                                                             const std::vector<Attachment>& given);

// init.sh and what it needs; nothing when `given` has an init.sh. Refuses two programs for one
// machine.
[[nodiscard]] Result<std::vector<Attachment>> init_files(const InitSettings& settings,
                                                         const std::vector<Attachment>& given);

}  // namespace onectx
