// Where a context is looked for that nobody names, and in which order. Each place is a function, so
// the order is tested without the places.
#pragma once

#include <chrono>
#include <functional>

#include "guest/model/reader.h"
#include "guest/model/settings.h"
#include "guest/system/source.h"

namespace onectx {

// How each place is looked at; empty where this machine has no such place. What comes of it is as
// load_context() has it.
struct ContextPlaces {
    using Look = std::function<Result<SourceSearch>(std::chrono::milliseconds limit)>;
    Look device;     // waits for a medium until the limit; asked again later it looks again
    Look guestinfo;  // of VMware, limited in time
    Look folder;     // a container's, bound there by its host
    Look metadata;   // of a service, or what is kept of it
    bool is_container = false;
    bool metadata_is_kept = false;  // so it need not be waited for
};

// A medium that is there wins, then what VMware tells, then metadata that are kept; only then is a
// medium waited for until `wait` has passed since the beginning, and the folder and the service are
// looked at. A container has its folder and the service.
[[nodiscard]] Result<SourceSearch> choose_context(const ContextPlaces& places,
                                                  std::chrono::milliseconds wait);

enum class AskMetadata {
    never,         // what is kept counts: the network is not up
    unless_kept,   // what is kept is good enough
    for_the_news,  // what is kept counts where the service does not answer
};

struct SearchRequest {
    std::chrono::milliseconds wait{0};  // for the medium (wait_limit() in expected.h)
    AskMetadata ask = AskMetadata::never;
};

// Looks for the context of the machine that runs: `tree` is its root. What is found is lasting.
[[nodiscard]] Result<SourceSearch> search_context(const FileReader& tree, const Policy& policy,
                                                  const SearchRequest& request);

// What the service says, and what is kept of it, as `ask` has it.
[[nodiscard]] Result<SourceSearch> look_at_metadata(const FileReader& tree, const Policy& policy,
                                                    AskMetadata ask);

}  // namespace onectx
