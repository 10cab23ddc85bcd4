// Takes texts, truths and lists out of a YAML tree and says where one is not what it should be. No
// message quotes more than a name: values of a cloud-config may be secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "guest/model/problem.h"
#include "guest/user_data/yaml.h"

namespace onectx {

class NodeReader {
  public:
    // `variable` is at fault, `part` stands before each message: "part 2 (web.cfg): ", or nothing.
    NodeReader(std::string variable, std::string part, std::vector<Problem>& problems)
        : variable_(std::move(variable)), part_(std::move(part)), problems_(problems)
    {
    }

    // "part 2: 3:5: write_files[0]"
    [[nodiscard]] std::string place(Position at, std::string_view what) const;
    void complain(Position at, std::string_view what, std::string_view message, bool error = true);

    // Each is absent, with a complaint, where the node is something else. No text is empty.
    [[nodiscard]] std::optional<std::string> text(const YamlNode& node, std::string_view what);
    [[nodiscard]] std::optional<bool> boolean(const YamlNode& node, std::string_view what);
    // A list of texts, or one text alone, which commas may part.
    [[nodiscard]] std::vector<std::string> texts(const YamlNode& node, std::string_view what,
                                                 bool commas_part = false);
    [[nodiscard]] bool is_mapping(const YamlNode& node, std::string_view what);

    [[nodiscard]] const std::string& variable() const { return variable_; }

  private:
    std::string variable_;
    std::string part_;
    std::vector<Problem>& problems_;
};

// "write_files[2]": items are counted from 0, as everybody's tools do.
[[nodiscard]] std::string item_name(std::string_view list, std::size_t index);

// A key with '_' for '-': cloud-init took both for long.
[[nodiscard]] std::string key_name(std::string_view key);

}  // namespace onectx
