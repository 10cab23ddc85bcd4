// Answers of a server, in two pieces: no crash, no body beyond the limit; and each good one shown.
#include <cstddef>
#include <cstdint>

#include "guest/onegate/http.h"
#include "guest/onegate/onegate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace onectx;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    HttpReader reader;
    const auto first = reader.take(text.substr(0, size / 2));
    if (!first) return 0;
    if (!*first) {
        const auto second = reader.take(text.substr(size / 2));
        if (!second || (!*second && !reader.end())) return 0;
    }
    for (const auto* kind : {"vm", "service", "vrouter"}) {
        const auto call = parse_onegate({kind, "show", "--extended"});
        if (call) (void)show_answer(*call, reader.answer().body, true);
    }
    return 0;
}
