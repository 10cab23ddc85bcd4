// Result<T>: a value, or an Error that reads as one sentence from the outside in.
// Absence is std::optional, failure is Error; neither is ever an empty string.
// Exceptions are left for bugs and for memory running out.
#pragma once

#include <cerrno>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace onectx {

struct Error {
    std::string message;  // what was attempted, outermost first: "set hostname: write /etc/hosts:
                          // Read-only file system"
    int code = 0;         // the errno value behind it, 0 when there is none

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = std::expected<T, Error>;
using Failure = std::unexpected<Error>;

// An error that no system call reported.
[[nodiscard]] Failure fail(std::string message, int code = 0);

// "attempt: No such file or directory". Call it before anything can change errno.
[[nodiscard]] Failure fail_errno(std::string_view attempt, int code = errno);

// The C library's text for an errno value, in English whatever the locale.
[[nodiscard]] std::string errno_text(int code);

// Puts one phrase before the message, as each boundary does once.
[[nodiscard]] Error in_context(std::string_view phrase, Error error);

template <class T>
[[nodiscard]] Result<T> in_context(std::string_view phrase, Result<T> result)
{
    if (!result) return std::unexpected(in_context(phrase, std::move(result).error()));
    return result;
}

// Of attempts that do not stop one another: success when each had it, or all messages in their
// order with "; " between them, and the code of the first.
[[nodiscard]] Result<void> all_succeeded(std::span<const Result<void>> attempts);

}  // namespace onectx

// The value of a Result, or return its error from the enclosing function.
// A GNU statement expression, which gcc and clang both have: it is what keeps each call on one
// line.
#define TRY(expression)                                                         \
    __extension__({                                                             \
        auto try_result = (expression);                                         \
        if (!try_result) return std::unexpected(std::move(try_result).error()); \
        std::move(try_result).value();                                          \
    })
