// Which machine a program is for, of headers made here.
#include "host/guest_binary.h"

#include <elf.h>

#include <string>

#include "tests/support/catch.h"

namespace onectx {
namespace {

void put(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t size, bool big)
{
    for (std::size_t index = 0; index < size; ++index, value >>= 8U)
        bytes.at(at + (big ? size - 1 - index : index)) = static_cast<char>(value & 0xFFU);
}

// A header and one segment of the type.
std::string program(unsigned machine, bool wide, bool big, unsigned segment = PT_LOAD,
                    unsigned type = ET_DYN)
{
    std::string bytes(sizeof(Elf64_Ehdr) + sizeof(Elf64_Phdr), '\0');
    bytes.replace(0, SELFMAG, ELFMAG);
    bytes[EI_CLASS] = wide ? ELFCLASS64 : ELFCLASS32;
    bytes[EI_DATA] = big ? ELFDATA2MSB : ELFDATA2LSB;
    put(bytes, 16, type, 2, big);
    put(bytes, 18, machine, 2, big);
    put(bytes, wide ? 32 : 28, sizeof(Elf64_Ehdr), wide ? 8 : 4, big);
    put(bytes, wide ? 54 : 42, sizeof(Elf64_Phdr), 2, big);
    put(bytes, wide ? 56 : 44, 1, 2, big);
    put(bytes, sizeof(Elf64_Ehdr), segment, 4, big);
    return bytes;
}

std::string machine_of(const std::string& bytes)
{
    auto machine = machine_of_program(MemorySource(bytes));
    return machine ? *machine : machine.error().message;
}

}  // namespace

TEST_CASE("the machine of a program", "[init]")
{
    CHECK(machine_of(program(EM_X86_64, true, false)) == "x86_64");
    CHECK(machine_of(program(EM_X86_64, true, false, PT_LOAD, ET_EXEC)) == "x86_64");
    CHECK(machine_of(program(EM_386, false, false)) == "i386");
    CHECK(machine_of(program(EM_AARCH64, true, false)) == "aarch64");
    CHECK(machine_of(program(EM_ARM, false, false)) == "arm");
    CHECK(machine_of(program(EM_PPC64, true, false)) == "ppc64le");
    CHECK(machine_of(program(EM_PPC64, true, true)) == "ppc64");
    CHECK(machine_of(program(EM_S390, true, true)) == "s390x");
    CHECK(machine_of(program(EM_RISCV, true, false)) == "riscv64");
}

TEST_CASE("what is no program for a CD", "[init]")
{
    CHECK(machine_of("#!/bin/sh\n") == "no program (ELF)");
    CHECK(machine_of(std::string(200, 'x')) == "no program (ELF)");
    CHECK(machine_of(program(EM_X86_64, true, false, PT_LOAD, ET_REL)) == "no program (ELF)");
    CHECK(machine_of(program(EM_MIPS, false, true)) == "a program for an unknown machine (8)");
    CHECK(machine_of(program(EM_X86_64, false, false)) == "a program for an unknown machine (62)");
    for (bool big : {false, true})
        CHECK(machine_of(program(EM_PPC64, true, big, PT_INTERP)) ==
              "needs shared libraries; the program on a CD must be static");
    CHECK(machine_of(program(EM_386, false, false, PT_INTERP)) ==
          "needs shared libraries; the program on a CD must be static");
    auto cut = program(EM_X86_64, true, false);
    put(cut, 56, 1000, 2, false);
    CHECK(machine_of(cut) == "an ELF header that makes no sense");
    put(cut, 32, UINT64_MAX - 1, 8, false);
    CHECK(machine_of(cut) == "an ELF header that makes no sense");
}

}  // namespace onectx
