// A tree as changes that are not made yet will leave it: for what is planned, or shown, behind
// them. It tells of the texts of files, by the paths that they were written by, and of directories
// that are made, with their owners; links, and what is fetched, are as they were.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "guest/plan/owners.h"
#include "guest/plan/plan.h"

namespace onectx {

class TreeAfter final : public FileReader {
  public:
    // The tree stays the caller's, and has to live as long.
    explicit TreeAfter(const FileReader& before) : before_(before) {}

    // In the order in which they will be made.
    void take(const Change& change);
    void take(const Step& step);

    // The last of the changes that wrote this file; none where it is as it was, or has gone.
    [[nodiscard]] const WriteFile* written(std::string_view path) const;

    [[nodiscard]] Result<std::optional<FileText>> read(std::string_view path) const override;
    [[nodiscard]] Result<std::optional<FileText>> read_below(std::string_view anchor,
                                                             std::string_view path) const override;
    [[nodiscard]] Result<std::optional<FileStatus>> status(std::string_view path) const override;
    [[nodiscard]] Result<std::optional<std::string>> link_target(
        std::string_view path) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(std::string_view path) const override;

  private:
    struct Written {
        WriteFile file;
        std::optional<OwnerIds> owner;  // absent: an account that is not there by then
    };

    [[nodiscard]] std::optional<OwnerIds> ids_of(const Owner& owner) const;
    [[nodiscard]] bool is_removed(std::string_view path) const;
    [[nodiscard]] std::optional<FileText> text_of(std::string_view path) const;

    const FileReader& before_;
    std::map<std::string, std::optional<Written>, std::less<>> left_;  // absent: it has gone
    std::map<std::string, FileStatus, std::less<>> directories_;
};

// The input with another tree.
[[nodiscard]] PlanInput with_tree(const PlanInput& input, const FileReader& tree);

}  // namespace onectx
