// See content_copy.h.
#include "host/content_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "common/iso_record.h"
#include "common/text.h"
#include "host/content_reader.h"

namespace onectx {
namespace {

constexpr std::uint64_t kKernelStep = 64U << 20U;  // so that an interrupt is noticed in time
constexpr std::uint64_t kBufferStep = 256U << 10U;

struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

// The next part of a file from `at` on that is no hole; empty, and at `end`, when only a hole is
// left. Where nobody knows about holes everything is data.
Range next_data(int file, std::uint64_t at, std::uint64_t end)
{
    auto begin = lseek(file, static_cast<off_t>(at), SEEK_DATA);
    if (begin < 0) return errno == ENXIO ? Range{end, end} : Range{at, end};
    auto hole = lseek(file, begin, SEEK_HOLE);
    auto data_end = hole < 0 ? end : static_cast<std::uint64_t>(hole);
    return {std::min(static_cast<std::uint64_t>(begin), end), std::min(data_end, end)};
}

bool is_about_output(int code)
{
    return code == ENOSPC || code == EDQUOT || code == EFBIG;
}

class ContentCopier {
  public:
    ContentCopier(ContentReader& reader, OutputFile& output, const SignalHold& signals)
        : reader_(reader), output_(output), signals_(signals)
    {
    }

    // Bytes of the content from `from` on to those of the output from `to` on.
    Result<void> copy(std::uint64_t from, std::uint64_t to, std::uint64_t size)
    {
        const auto end = from + size;
        const auto shift = to - from;  // modulo 2^64
        while (from < end) {
            auto data = next_data(reader_.fd(), from, end);
            TRY(output_.zero(from + shift, data.begin - from));
            for (from = data.begin; from < data.end;)
                from += TRY(copy_piece(from, from + shift, data.end - from));
        }
        return {};
    }

  private:
    Result<std::uint64_t> copy_piece(std::uint64_t from, std::uint64_t to, std::uint64_t size)
    {
        if (signals_.interrupted()) return fail("interrupted", EINTR);
        if (in_kernel_) {
            auto copied = TRY(copy_in_kernel(from, to, std::min(size, kKernelStep)));
            if (in_kernel_) return copied;
        }
        return copy_through_buffer(from, to, std::min(size, kBufferStep));
    }

    // Anything it cannot do, and errors that may be of either side, are left to the buffer: there
    // each side tells its own.
    Result<std::uint64_t> copy_in_kernel(std::uint64_t from, std::uint64_t to, std::uint64_t size)
    {
        auto in = static_cast<off_t>(from);
        auto out = static_cast<off_t>(to);
        auto copied = copy_file_range(reader_.fd(), &in, output_.fd(), &out, size, 0);
        if (copied < 0 && errno == EINTR) return 0;
        if (copied < 0 && is_about_output(errno)) return fail_errno("write " + output_.path());
        in_kernel_ = copied > 0;
        return in_kernel_ ? static_cast<std::uint64_t>(copied) : 0;
    }

    Result<std::uint64_t> copy_through_buffer(std::uint64_t from, std::uint64_t to,
                                              std::uint64_t size)
    {
        buffer_.resize(kBufferStep);
        reader_.seek(from);
        auto got = TRY(reader_.read(std::span(buffer_).first(static_cast<std::size_t>(size))));
        TRY(output_.write_at(to, {buffer_.data(), got}));
        return got;
    }

    ContentReader& reader_;
    OutputFile& output_;
    const SignalHold& signals_;
    bool in_kernel_ = true;
    std::vector<char> buffer_;
};

}  // namespace

Result<void> copy_content(const TreeEntry& entry, const std::vector<IsoExtent>& extents,
                          OutputFile& output, const SignalHold& signals)
{
    ContentReader reader(entry);
    std::uint64_t room = 0;
    for (const auto& extent : extents)
        room += extent.size;
    if (room != reader.size()) return fail(printable(entry.path) + ": its extents do not fit it");
    TRY(reader.open());
    ContentCopier copier(reader, output, signals);
    std::uint64_t done = 0;
    for (const auto& extent : extents) {
        TRY(copier.copy(done, extent.offset, extent.size));
        done += extent.size;
        const auto filled = extent.size % kIsoSector;
        if (filled != 0) TRY(output.zero(extent.offset + extent.size, kIsoSector - filled));
    }
    return reader.check_unchanged();
}

}  // namespace onectx
