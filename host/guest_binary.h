// The guest program for another machine, judged by its ELF header (elf(5)).
#pragma once

#include <string>

#include "common/byte_source.h"
#include "common/result.h"

namespace onectx {

// The machine as `uname -m` names it there, i386 and arm standing for all of their kind. Refuses
// what is no executable, what needs an interpreter (an image may have no libraries), and machines
// that nobody runs OpenNebula guests on. The error names nothing.
[[nodiscard]] Result<std::string> machine_of_program(const ByteSource& program);

}  // namespace onectx
