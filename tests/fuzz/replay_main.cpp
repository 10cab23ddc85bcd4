// Runs each file of the given folders through a fuzz target once, in the order of their names.
// A finding ends the program as it would end the fuzzer; a folder without files is a mistake.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

bool replay(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.is_regular_file()) paths.push_back(entry.path());
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        std::printf("%s\n", path.c_str());  // before the run: a crash is then next to its input
        std::fflush(stdout);
        std::ifstream file(path, std::ios::binary);
        const std::string bytes(std::istreambuf_iterator<char>(file), {});
        LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    }
    return !paths.empty();
}

}  // namespace

int main(int argc, char** argv)
{
    const bool all = std::all_of(argv + 1, argv + argc, replay);
    return argc > 1 && all ? 0 : 1;
}
