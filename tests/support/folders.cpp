// Where the build and its sources are: the one file of the tests that is told.
#include <string>

#include "tests/support/files.h"
#include "tests/support/process.h"

namespace onectx::test {

std::filesystem::path source_folder()
{
    return ONECTX_SOURCE_DIR;
}

std::string built_program(std::string_view name)
{
    return ONECTX_BINARY_DIR "/bin/" + std::string(name);
}

}  // namespace onectx::test
