// A file of the test's own as the host tool's tree of an image names it.
#pragma once

#include <sys/stat.h>

#include <filesystem>

#include "host/files.h"
#include "tests/support/catch.h"

namespace onectx::test {

[[nodiscard]] inline SourceFile source_of(const std::filesystem::path& path)
{
    struct stat status{};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return {.path = std::filesystem::canonical(path).string(),
            .size = static_cast<std::uint64_t>(status.st_size),
            .device = status.st_dev,
            .inode = status.st_ino,
            .modified = status.st_mtim};
}

}  // namespace onectx::test
