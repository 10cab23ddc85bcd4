// See tree_file.h.
#include "tests/support/tree_file.h"

#include <algorithm>

#include "common/text.h"
#include "tests/support/files.h"

namespace onectx::test {

void add_tree(const std::filesystem::path& file, MemoryTree& tree)
{
    if (!std::filesystem::exists(file)) return;
    auto text = read_file(file);
    std::string path, content;
    unsigned mode = 0644;
    auto finish = [&] {
        if (!path.empty()) tree.file(path, content, mode);
        path.clear();
    };
    for (auto line : split_lines(text)) {
        if (line.starts_with('|')) {
            content += std::string(line.substr(std::min<std::size_t>(2, line.size()))) + "\n";
            continue;
        }
        finish();
        auto words = split_words(line);
        if (words.empty() || words[0] == "#") continue;
        if (words[0] == "dir") tree.directory(words.at(1));
        if (words[0] == "link") tree.link(words.at(1), words.at(2));
        if (words[0] != "file") continue;
        path = words.at(1);
        content.clear();
        mode = words.size() > 2 ? static_cast<unsigned>(std::stoul(words[2], nullptr, 8)) : 0644;
    }
    finish();
}

}  // namespace onectx::test
