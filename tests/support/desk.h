// A folder in which a test of the command line works, and what such tests look at.
#pragma once

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {

// Every run has the folder as its working directory.
struct Desk {
    TemporaryFolder folder;

    [[nodiscard]] std::filesystem::path at(const std::string& name) const
    {
        return folder.path() / name;
    }
    void write(const std::string& name, std::string_view text) const { write_file(at(name), text); }
    void write_program(const std::string& name, std::string_view text) const
    {
        write(name, text);
        REQUIRE(chmod(at(name).c_str(), 0755) == 0);
    }
    [[nodiscard]] Finished onectx(std::vector<std::string> arguments,
                                  ProcessOptions options = {}) const
    {
        arguments.insert(arguments.begin(), built_program("onectx"));
        options.directory = folder.path().string();
        return run_program(arguments, options);
    }
    // The names in a folder of it, so that nothing is left behind unseen.
    [[nodiscard]] std::vector<std::string> names(const std::string& below = "") const
    {
        std::vector<std::string> result;
        for (const auto& entry : std::filesystem::directory_iterator(at(below)))
            result.push_back(entry.path().filename().string());
        std::sort(result.begin(), result.end());
        return result;
    }
};

inline unsigned mode_of(const std::filesystem::path& path)
{
    struct stat status{};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

inline void check(const Finished& finished, int status, std::string_view err)
{
    CHECK(finished.status == status);
    CHECK(finished.err == err);
    if (status != 0) CHECK(finished.out.empty());
}

// A block device of a file's bytes; without a path where there are none to be had.
class LoopDevice {
  public:
    explicit LoopDevice(const std::filesystem::path& file)
    {
        if (geteuid() != 0 || !std::filesystem::exists("/usr/sbin/losetup")) return;
        auto made = run_program({"/usr/sbin/losetup", "-f", "--show", file.string()});
        if (made.status == 0) path_ = made.out.substr(0, made.out.find('\n'));
    }
    ~LoopDevice()
    {
        if (!path_.empty()) static_cast<void>(run_program({"/usr/sbin/losetup", "-d", path_}));
    }
    LoopDevice(const LoopDevice&) = delete;
    LoopDevice& operator=(const LoopDevice&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace onectx::test
