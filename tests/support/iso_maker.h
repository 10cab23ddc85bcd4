// ISO images made by hand, field by field, so that a test can make any of them wrong. Nothing is
// checked here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace onectx::test {

inline constexpr std::size_t kSector = 2048;
inline constexpr std::uint32_t kRootSector = 18;  // descriptors stand in 16 and 17
inline constexpr std::uint32_t kFreeSector = 24;  // what lies behind the root is the test's

[[nodiscard]] std::string both16(std::uint16_t value);  // little end first, then big end first
[[nodiscard]] std::string both32(std::uint32_t value);

// A system use field: signature, length, version 1, content.
[[nodiscard]] std::string susp(std::string_view signature, std::string_view content);
[[nodiscard]] std::string nm(std::string_view name, unsigned flags = 0);
[[nodiscard]] std::string px(std::uint32_t mode, std::uint32_t uid = 0, std::uint32_t gid = 0);
[[nodiscard]] std::string ce(std::uint32_t block, std::uint32_t offset, std::uint32_t size);

struct RawRecord {
    std::string name;
    std::uint32_t block = 0;
    std::uint32_t size = 0;
    unsigned flags = 0;  // 2: directory, 4: associated, 0x80: more parts follow
    std::string system_use = {};
};
[[nodiscard]] std::string raw_record(const RawRecord& record);

// A directory's own record and its parent's, then these; sector by sector.
[[nodiscard]] std::string raw_directory(std::uint32_t block, std::uint32_t size,
                                        const std::vector<RawRecord>& records,
                                        std::string_view system_use_of_self = {});

// An image of `sectors` with label CONTEXT and these records in its root directory of at most six
// sectors. With Rock Ridge the root announces it in SP and ER fields.
[[nodiscard]] std::string raw_image(const std::vector<RawRecord>& records, std::uint32_t sectors,
                                    bool rock_ridge = true);

// Writes over what is there; the image must be large enough.
void put(std::string& image, std::size_t at, std::string_view bytes);

}  // namespace onectx::test
