// Numbers in the byte order of x86 inside a text of bytes, as partition tables and disk labels
// store them. The caller has seen to it that the bytes are there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace onectx {

template <class Number>
[[nodiscard]] Number get_le(std::string_view bytes, std::size_t offset)
{
    Number number = 0;
    for (std::size_t i = sizeof(Number); i > 0; --i)
        number =
            static_cast<Number>(number << 8U | static_cast<std::uint8_t>(bytes[offset + i - 1]));
    return number;
}

template <class Number>
void put_le(std::string& bytes, std::size_t offset, Number number)
{
    for (std::size_t i = 0; i < sizeof(Number); ++i)
        bytes[offset + i] = static_cast<char>(number >> (8U * i) & 0xFFU);
}

}  // namespace onectx
