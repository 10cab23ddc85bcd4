// A text that must not be shown. It has no implicit way out: reveal() is easy to grep for.
// Printing, formatting or comparing it with a string is a compile error or gives "(secret)".
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace onectx {

inline constexpr std::string_view kSecretMark = "(secret)";

class Secret {
  public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    explicit Secret(std::string_view text) : text_(text) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : text_(other.text_) { other.wipe(); }
    Secret& operator=(const Secret& other)
    {
        if (this != &other) {
            wipe();
            text_ = other.text_;
        }
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept
    {
        if (this != &other) {
            wipe();
            text_ = other.text_;
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    // The text itself; never hand it to a log, a message or an argument list.
    [[nodiscard]] const std::string& reveal() const { return text_; }
    [[nodiscard]] bool empty() const { return text_.empty(); }

    bool operator==(const Secret&) const = default;

  private:
    void wipe()
    {
        explicit_bzero(text_.data(), text_.size());
        text_.clear();
    }
    std::string text_;
};

// What a Secret looks like wherever it would be printed.
[[nodiscard]] inline std::string_view to_text(const Secret&)
{
    return kSecretMark;
}

}  // namespace onectx
