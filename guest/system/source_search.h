// Where a context is looked for that nobody names, and in which order. Each place is a function, so
// the order is tested without the places.
#pragma once

#include <chrono>
#include <functional>

#include "guest/system/root.h"
#include "guest/system/source.h"

namespace onectx {

// How each place is looked at; empty where this machine has no such place. What comes of it is as
// load_context() has it.
struct ContextPlaces {
    using Look = std::function<Result<SourceSearch>(std::chrono::milliseconds limit)>;
    Look device;     // waits for a medium until the limit; asked again later it looks again
    Look guestinfo;  // of VMware, limited in time
    Look folder;     // a container's, bound there by its host
    bool is_container = false;
};

// A medium that is there wins, then what VMware tells; only then is a medium waited for until
// `wait` has passed since the beginning, and the folder is looked at. A container has its folder.
[[nodiscard]] Result<SourceSearch> choose_context(const ContextPlaces& places,
                                                  std::chrono::milliseconds wait);

// Looks for the context of the machine that runs: `tree` is its root. What is found is lasting.
[[nodiscard]] Result<SourceSearch> search_context(const Root& tree, std::chrono::milliseconds wait);

}  // namespace onectx
