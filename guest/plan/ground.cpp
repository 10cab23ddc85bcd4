// See ground.h.
#include "guest/plan/ground.h"

#include <algorithm>
#include <vector>

#include "common/limits.h"
#include "common/text.h"

namespace onectx {
namespace {

// Walks from directory to directory, none of which is a link or in anybody's hands but root's.
class Walk {
  public:
    Walk(const FileReader& tree, std::uint32_t root) : tree_(tree), root_(root) {}

    // Goes one component further. False: what it leads to is a directory that others can change.
    Result<bool> enter(std::string_view name)
    {
        push(name);
        while (!left_.empty()) {
            const auto part = std::move(left_.back());
            left_.pop_back();
            if (part == "..") {
                at_.erase(std::min(at_.rfind('/'), at_.size()));
                continue;
            }
            const auto next = at_ + "/" + part;
            const auto status = TRY(tree_.status(next));
            if (status && status->type == FileType::symlink) {
                TRY(follow(next));
                continue;
            }
            at_ = next;
            if (!status || is_roots(*status)) continue;
            if (left_.empty()) return false;
            return fail("a link leads through " + next + ", which others than root can change");
        }
        return true;
    }

  private:
    void push(std::string_view path)
    {
        const auto parts = split(path, '/');
        for (auto part = parts.rbegin(); part != parts.rend(); ++part)
            if (!part->empty() && *part != ".") left_.emplace_back(*part);
    }

    Result<void> follow(const std::string& link)
    {
        const auto target = TRY(tree_.link_target(link));
        if (!target || ++links_ > kMaxLinks) return fail("too many links on the way to " + link);
        if (target->starts_with('/')) at_.clear();
        push(*target);
        return {};
    }

    [[nodiscard]] bool is_roots(const FileStatus& status) const
    {
        constexpr unsigned kGroupWrites = 020;
        constexpr unsigned kOthersWrite = 002;
        if (status.type != FileType::directory) return true;
        return status.uid == root_ && (status.mode & kOthersWrite) == 0 &&
               ((status.mode & kGroupWrites) == 0 || status.gid == 0);
    }

    const FileReader& tree_;
    std::uint32_t root_;
    std::string at_;
    std::vector<std::string> left_;  // the next one last
    unsigned links_ = 0;
};

}  // namespace

Result<std::string> find_ground(const std::string& path, const FileReader& tree)
{
    const auto top = TRY(tree.status("/"));
    Walk walk(tree, top ? top->uid : 0);
    for (std::size_t at = 0; at < path.size();) {
        const auto end = std::min(path.find('/', at + 1), path.size());
        if (!TRY(walk.enter(std::string_view(path).substr(at + 1, end - at - 1))))
            return path.substr(0, end);
        at = end;
    }
    return std::string();
}

Result<std::optional<FileText>> read_as_written(const WriteFile& change, const FileReader& tree)
{
    return change.anchor.empty() ? tree.read(change.path)
                                 : tree.read_below(change.anchor, change.path);
}

}  // namespace onectx
