// A file tree in memory, as a FileReader: the planner's tests write their machine down as a literal
// and read it like the tree it is. Links are followed inside the tree, as the real reader does.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "guest/model/reader.h"

namespace onectx::test {

class MemoryTree : public FileReader {
  public:
    struct Node {
        FileStatus status;
        std::string content;  // of a regular file; the target of a symbolic link
    };

    // Directories above each path come by themselves.
    MemoryTree& file(std::string path, std::string content, unsigned mode = 0644,
                     std::uint32_t uid = 0, std::uint32_t gid = 0);
    MemoryTree& directory(std::string path, unsigned mode = 0755, std::uint32_t uid = 0,
                          std::uint32_t gid = 0);
    MemoryTree& link(std::string path, std::string target);
    MemoryTree& remove(std::string_view path);

    [[nodiscard]] Result<std::optional<FileText>> read(std::string_view path) const override;
    [[nodiscard]] Result<std::optional<FileText>> read_below(std::string_view anchor,
                                                             std::string_view path) const override;
    [[nodiscard]] Result<std::optional<FileStatus>> status(std::string_view path) const override;
    [[nodiscard]] Result<std::optional<std::string>> link_target(
        std::string_view path) const override;
    [[nodiscard]] Result<std::vector<std::string>> list(std::string_view path) const override;

    // The path with links followed; `last` says whether the last component is followed too.
    [[nodiscard]] Result<std::string> resolve(std::string_view path, bool last) const;

    [[nodiscard]] const std::map<std::string, Node, std::less<>>& nodes() const { return nodes_; }

  private:
    MemoryTree& put(std::string path, Node node);
    std::map<std::string, Node, std::less<>> nodes_{{"/", {{FileType::directory, 0755, 0, 0}, ""}}};
};

}  // namespace onectx::test
