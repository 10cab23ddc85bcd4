// See base64.h. A table each way; nothing here can fail but the decoder's input.
#include "common/base64.h"

#include <array>
#include <cstdint>

#include "common/text.h"

namespace onectx {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kForeign = 0xFF;

constexpr std::array<std::uint8_t, 256> kSextets = [] {
    std::array<std::uint8_t, 256> table{};
    table.fill(kForeign);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i)
        table[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
    return table;
}();

}  // namespace

std::string encode_base64(std::string_view bytes)
{
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        auto group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i)
            bits = bits << 8U | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            text += i <= group.size() ? kAlphabet[bits >> (18 - 6 * i) & 63U] : '=';
    }
    return text;
}

std::optional<std::string> decode_base64(std::string_view text)
{
    std::string bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;  // the low `held` of them are not written yet
    unsigned held = 0;
    std::size_t sextets = 0;
    std::size_t pads = 0;
    for (char c : text) {
        if (is_space(c)) continue;
        if (c == '=') {
            ++pads;
            continue;
        }
        auto sextet = kSextets[static_cast<unsigned char>(c)];
        if (sextet == kForeign || pads != 0) return std::nullopt;
        ++sextets;
        bits = (bits << 6U | sextet) & 0xFFFU;
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>(bits >> held & 0xFFU);
    }
    // A lone character carries no byte; bits that no byte took must be zero (RFC 4648, 3.5).
    if (held == 6 || (bits & ((1U << held) - 1)) != 0) return std::nullopt;
    if (pads > (4 - sextets % 4) % 4) return std::nullopt;
    return bytes;
}

std::optional<std::string> decode_base64_loosely(std::string_view text)
{
    std::string kept;
    bool is_foreign = false;
    for (char c : text) {
        const bool is_base64 = c == '=' || kSextets[static_cast<unsigned char>(c)] != kForeign;
        if (is_base64)
            kept += c;
        else if (!is_space(c))
            is_foreign = true;
    }
    if (is_foreign && kept.empty()) return std::nullopt;
    return decode_base64(kept);
}

}  // namespace onectx
