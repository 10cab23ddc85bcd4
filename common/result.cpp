// Building of errors; see result.h.
#include "common/result.h"

#include <cstring>
#include <optional>

namespace onectx {

Failure fail(std::string message, int code)
{
    return Failure(Error{std::move(message), code});
}

Failure fail_errno(std::string_view attempt, int code)
{
    return Failure(in_context(attempt, Error{errno_text(code), code}));
}

std::string errno_text(int code)
{
    // strerror() asks the locale and is not reentrant; this one is a table.
    if (const char* text = strerrordesc_np(code)) return text;
    return "error " + std::to_string(code);
}

Error in_context(std::string_view phrase, Error error)
{
    error.message.insert(0, ": ");
    error.message.insert(0, phrase);
    return error;
}

Result<void> all_succeeded(std::span<const Result<void>> attempts)
{
    std::optional<Error> failure;
    for (const auto& attempt : attempts) {
        if (attempt) continue;
        if (failure)
            failure->message += "; " + attempt.error().message;
        else
            failure = attempt.error();
    }
    if (failure) return std::unexpected(std::move(*failure));
    return {};
}

}  // namespace onectx
