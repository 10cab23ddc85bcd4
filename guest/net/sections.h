// The [Section] and KEY=VALUE text that networkd and NetworkManager read. The values are typed
// before they come here, so none can hold the end of a line.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace onectx {

// One [Section] with its lines; one that has none is not written.
class Section {
  public:
    explicit Section(std::string_view name) : name_(name) {}

    void add(std::string_view key, std::string_view value)
    {
        lines_ += std::string(key) + "=" + std::string(value) + "\n";
    }
    void add(std::string_view key, const std::optional<unsigned>& value)
    {
        if (value) add(key, std::to_string(*value));
    }

    // With an empty line before it.
    [[nodiscard]] std::string text() const
    {
        return lines_.empty() ? "" : "\n[" + name_ + "]\n" + lines_;
    }

  private:
    std::string name_;
    std::string lines_;
};

}  // namespace onectx
