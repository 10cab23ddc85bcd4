// Files and folders for tests: whole files in and out, and a folder that goes away with its owner.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace onectx::test {

// The whole file; a test that asks for a missing one fails by exception.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view content);

// Where the sources of this build are; golden files lie below it.
[[nodiscard]] std::filesystem::path source_folder();

class TemporaryFolder {
  public:
    TemporaryFolder();
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace onectx::test
