// See guest_binary.h.
#include "host/guest_binary.h"

#include <elf.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace onectx {
namespace {

struct Machine {
    unsigned code;
    unsigned char word;   // ELFCLASS32 or ELFCLASS64
    unsigned char order;  // ELFDATA2LSB or ELFDATA2MSB
    std::string_view name;
};

constexpr std::array<Machine, 8> kMachines{{
    {EM_X86_64, ELFCLASS64, ELFDATA2LSB, "x86_64"},
    {EM_386, ELFCLASS32, ELFDATA2LSB, "i386"},
    {EM_AARCH64, ELFCLASS64, ELFDATA2LSB, "aarch64"},
    {EM_ARM, ELFCLASS32, ELFDATA2LSB, "arm"},
    {EM_PPC64, ELFCLASS64, ELFDATA2LSB, "ppc64le"},
    {EM_PPC64, ELFCLASS64, ELFDATA2MSB, "ppc64"},
    {EM_S390, ELFCLASS64, ELFDATA2MSB, "s390x"},
    {EM_RISCV, ELFCLASS64, ELFDATA2LSB, "riscv64"},
}};

// A number in the byte order of the machine that the program is for.
std::uint64_t number(std::span<const std::byte> bytes, unsigned char order)
{
    std::uint64_t value = 0;
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto place = order == ELFDATA2MSB ? at : bytes.size() - 1 - at;
        value = value << 8U | std::to_integer<std::uint64_t>(bytes[place]);
    }
    return value;
}

using HeaderBytes = std::array<std::byte, sizeof(Elf64_Ehdr)>;

struct Header {
    bool is_elf = false;
    unsigned char word = 0;
    unsigned char order = 0;
    std::uint64_t type = 0;
    std::uint64_t machine = 0;
    std::uint64_t segments_offset = 0;
    std::uint64_t segment_size = 0;
    std::uint64_t segments = 0;
};

Header read_header(const HeaderBytes& bytes)
{
    constexpr std::string_view magic = ELFMAG;
    Header header;
    header.is_elf = std::equal(magic.begin(), magic.end(), bytes.begin(),
                               [](char c, std::byte b) { return std::byte(c) == b; });
    header.word = std::to_integer<unsigned char>(bytes[EI_CLASS]);
    header.order = std::to_integer<unsigned char>(bytes[EI_DATA]);
    bool wide = header.word == ELFCLASS64;
    auto field = [&](std::size_t narrow_place, std::size_t wide_place, std::size_t size) {
        auto place = wide ? wide_place : narrow_place;
        return number(std::span(bytes).subspan(place, size), header.order);
    };
    header.type = field(offsetof(Elf32_Ehdr, e_type), offsetof(Elf64_Ehdr, e_type), 2);
    header.machine = field(offsetof(Elf32_Ehdr, e_machine), offsetof(Elf64_Ehdr, e_machine), 2);
    header.segments_offset =
        field(offsetof(Elf32_Ehdr, e_phoff), offsetof(Elf64_Ehdr, e_phoff), wide ? 8 : 4);
    header.segment_size =
        field(offsetof(Elf32_Ehdr, e_phentsize), offsetof(Elf64_Ehdr, e_phentsize), 2);
    header.segments = field(offsetof(Elf32_Ehdr, e_phnum), offsetof(Elf64_Ehdr, e_phnum), 2);
    return header;
}

Result<bool> needs_interpreter(const ByteSource& program, const Header& header)
{
    for (std::uint64_t index = 0; index < header.segments; ++index) {
        std::array<std::byte, sizeof(Elf64_Word)> type{};
        auto offset = header.segments_offset + index * header.segment_size;
        if (offset > program.size() || program.size() - offset < type.size())
            return fail("an ELF header that makes no sense");
        TRY(program.read_at(offset, type));
        if (number(type, header.order) == PT_INTERP) return true;
    }
    return false;
}

}  // namespace

Result<std::string> machine_of_program(const ByteSource& program)
{
    HeaderBytes bytes{};
    if (program.size() < bytes.size()) return fail("no program (ELF)");
    TRY(program.read_at(0, bytes));
    const auto header = read_header(bytes);
    if (!header.is_elf || (header.type != ET_EXEC && header.type != ET_DYN))
        return fail("no program (ELF)");
    const auto* machine =
        std::find_if(kMachines.begin(), kMachines.end(), [&](const Machine& each) {
            return each.code == header.machine && each.word == header.word &&
                   each.order == header.order;
        });
    if (machine == kMachines.end())
        return fail("a program for an unknown machine (" + std::to_string(header.machine) + ")");
    if (TRY(needs_interpreter(program, header)))
        return fail("needs shared libraries; the program on a CD must be static");
    return std::string(machine->name);
}

}  // namespace onectx
