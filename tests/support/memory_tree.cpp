// See memory_tree.h.
#include "tests/support/memory_tree.h"

#include <cerrno>

#include "common/limits.h"
#include "common/text.h"

namespace onectx::test {
namespace {

std::string parent_of(std::string_view path)
{
    auto slash = path.rfind('/');
    return slash == 0 ? "/" : std::string(path.substr(0, slash));
}

std::string child_of(std::string_view directory, std::string_view name)
{
    return directory == "/" ? "/" + std::string(name)
                            : std::string(directory) + "/" + std::string(name);
}

}  // namespace

MemoryTree& MemoryTree::put(std::string path, Node node)
{
    for (auto above = parent_of(path); !nodes_.contains(above); above = parent_of(above))
        nodes_[above] = {{FileType::directory, 0755, 0, 0}, ""};
    nodes_[std::move(path)] = std::move(node);
    return *this;
}

MemoryTree& MemoryTree::file(std::string path, std::string content, unsigned mode,
                             std::uint32_t uid, std::uint32_t gid)
{
    return put(std::move(path), {{FileType::regular, mode, uid, gid}, std::move(content)});
}

MemoryTree& MemoryTree::directory(std::string path, unsigned mode, std::uint32_t uid,
                                  std::uint32_t gid)
{
    return put(std::move(path), {{FileType::directory, mode, uid, gid}, ""});
}

MemoryTree& MemoryTree::link(std::string path, std::string target)
{
    return put(std::move(path), {{FileType::symlink, 0777, 0, 0}, std::move(target)});
}

MemoryTree& MemoryTree::remove(std::string_view path)
{
    auto found = nodes_.find(path);
    if (found != nodes_.end()) nodes_.erase(found);
    return *this;
}

Result<std::string> MemoryTree::resolve(std::string_view path, bool last) const
{
    std::vector<std::string> todo;
    auto push = [&](std::string_view text) {
        auto parts = split(text, '/');
        for (auto part = parts.rbegin(); part != parts.rend(); ++part)
            if (!part->empty() && *part != ".") todo.emplace_back(*part);
    };
    push(path);
    std::string at = "/";
    unsigned links = 0;
    while (!todo.empty()) {
        auto name = std::move(todo.back());
        todo.pop_back();
        if (name == "..") {
            at = parent_of(at);
            continue;
        }
        auto next = child_of(at, name);
        auto found = nodes_.find(next);
        bool is_link = found != nodes_.end() && found->second.status.type == FileType::symlink;
        if (!is_link || (todo.empty() && !last)) {
            at = std::move(next);
            continue;
        }
        if (++links > kMaxLinks) return fail_errno(std::string(path), ELOOP);
        if (found->second.content.starts_with('/')) at = "/";
        push(found->second.content);
    }
    return at;
}

Result<std::optional<FileText>> MemoryTree::read(std::string_view path) const
{
    auto found = nodes_.find(TRY(resolve(path, true)));
    if (found == nodes_.end()) return std::nullopt;
    if (found->second.status.type != FileType::regular)
        return fail("read " + std::string(path) + ": not a regular file");
    return FileText{found->second.content, found->second.status};
}

Result<std::optional<FileText>> MemoryTree::read_below(std::string_view anchor,
                                                       std::string_view path) const
{
    auto base = TRY(resolve(anchor, true));
    auto wanted = base == "/" ? std::string(path.substr(anchor.size()))
                              : base + std::string(path.substr(anchor.size()));
    auto reached = TRY(resolve(wanted, true));
    if (reached != wanted) return fail_errno("read " + std::string(path), ELOOP);
    return read(wanted);
}

Result<std::optional<FileStatus>> MemoryTree::status(std::string_view path) const
{
    auto found = nodes_.find(TRY(resolve(path, false)));
    if (found == nodes_.end()) return std::nullopt;
    return found->second.status;
}

Result<std::optional<std::string>> MemoryTree::link_target(std::string_view path) const
{
    auto found = nodes_.find(TRY(resolve(path, false)));
    if (found == nodes_.end() || found->second.status.type != FileType::symlink)
        return std::nullopt;
    return found->second.content;
}

Result<std::vector<std::string>> MemoryTree::list(std::string_view path) const
{
    auto directory = TRY(resolve(path, true));
    std::vector<std::string> names;
    auto prefix = directory == "/" ? directory : directory + "/";
    for (const auto& [name, node] : nodes_) {
        if (name.size() <= prefix.size() || !name.starts_with(prefix)) continue;
        if (name.find('/', prefix.size()) == std::string::npos)
            names.push_back(name.substr(prefix.size()));
    }
    return names;
}

}  // namespace onectx::test
