// See inflate.h.
#include "guest/user_data/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <limits>

namespace onectx {
namespace {

// zlib's state, released with this.
class Inflater {
  public:
    Inflater() { ready_ = inflateInit2(&stream_, kGzip) == Z_OK; }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;
    ~Inflater()
    {
        if (ready_) inflateEnd(&stream_);
    }

    [[nodiscard]] bool ready() const { return ready_; }
    [[nodiscard]] z_stream& stream() { return stream_; }

  private:
    static constexpr int kGzip = 16 + MAX_WBITS;  // zlib.h: no other format than gzip
    z_stream stream_{};
    bool ready_ = false;
};

}  // namespace

bool is_gzip(std::string_view bytes)
{
    return bytes.starts_with("\x1F\x8B");
}

Result<std::string> inflate_gzip(std::string_view bytes, std::size_t limit)
{
    constexpr std::size_t kBlockBytes = 64U << 10U;
    if (bytes.size() > std::numeric_limits<uInt>::max()) return fail("is too long");
    Inflater inflater;
    if (!inflater.ready()) return fail("no memory");
    auto& stream = inflater.stream();
    // zlib reads through it only.
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    std::string text;
    std::string block(kBlockBytes, '\0');
    for (;;) {
        stream.next_out = reinterpret_cast<Bytef*>(block.data());
        stream.avail_out = static_cast<uInt>(block.size());
        const int status = inflate(&stream, Z_NO_FLUSH);
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
            return fail("is damaged");
        const auto made = block.size() - stream.avail_out;
        if (text.size() + made > limit)
            return fail("is larger than " + std::to_string(limit) + " bytes unpacked");
        text.append(block, 0, made);
        if (status == Z_STREAM_END) {
            if (stream.avail_in == 0) return text;
            if (inflateReset(&stream) != Z_OK) return fail("is damaged");
        } else if (made == 0 && stream.avail_in == 0) {
            return fail("ends too early");
        } else if (status == Z_BUF_ERROR && made == 0) {
            return fail("is damaged");
        }
    }
}

}  // namespace onectx
