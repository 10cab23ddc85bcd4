// See iso_writer.h. libisofs produces the image in a thread of its own and hands it over in blocks.
// Large files it only leaves room for, at the end of the image: place_contents() puts them there.
#include "host/iso_writer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "common/iso_record.h"
#include "common/text.h"
#include "host/iso_stream.h"
#include "host/placed_content.h"

namespace onectx {
namespace {

constexpr std::size_t kFifoBlocks = 256;            // between libisofs and us; its default is 1024
constexpr std::uint64_t kChunkBytes = 256U << 10U;  // a write(2)
// What fits into the fifo is fetched when it is complete: for each block that libisofs puts there
// it would wake us. Only where it ended before the first file this time is lost.
constexpr std::chrono::milliseconds kPatience{100};
constexpr unsigned kRootMode = 0555;
constexpr int kMaxSerial = 1 << 30;

Result<void> check(int code, std::string_view attempt)
{
    if (code >= 0) return {};
    return fail(std::string(attempt) + ": " + iso_error_to_msg(code));
}

struct ImageDeleter {
    void operator()(IsoImage* image) const { iso_image_unref(image); }
};
using Image = std::unique_ptr<IsoImage, ImageDeleter>;

struct OptionsDeleter {
    void operator()(IsoWriteOpts* options) const { iso_write_opts_free(options); }
};
using Options = std::unique_ptr<IsoWriteOpts, OptionsDeleter>;

// Ends the thread of libisofs before anything that it reads from goes away.
struct SourceDeleter {
    void operator()(burn_source* source) const
    {
        source->cancel(source);
        source->free_data(source);
        std::free(source);
    }
};
using Source = std::unique_ptr<burn_source, SourceDeleter>;

Result<void> initialize_library()
{
    // Without the locale: names are bytes of UTF-8 wherever this runs.
    TRY(check(iso_init_with_flag(1), "start libisofs"));
    std::string charset = "UTF-8";
    std::string never = "NEVER";
    std::string none;
    if (iso_set_local_charset(charset.data(), 0) <= 0) return fail("libisofs: no UTF-8");
    TRY(check(iso_set_msgs_severities(never.data(), never.data(), none.data()), "libisofs"));
    return {};
}

Result<void> start_library()
{
    static const auto started = initialize_library();
    return started;
}

// Where a time is left to libisofs it takes the present one: all of them are set.
void set_attributes(IsoNode* node, unsigned mode, std::uint64_t time)
{
    auto when = static_cast<time_t>(time);
    iso_node_set_permissions(node, static_cast<mode_t>(mode));
    iso_node_set_uid(node, 0);
    iso_node_set_gid(node, 0);
    iso_node_set_mtime(node, when);
    iso_node_set_atime(node, when);
    iso_node_set_ctime(node, when);
}

// Puts the entries of a tree into the tree of libisofs.
class TreeBuilder {
  public:
    TreeBuilder(IsoImage* image, std::uint64_t time, WriterThread& thread)
        : image_(image), time_(time), thread_(thread), directories_{{"", iso_image_get_root(image)}}
    {
    }

    Result<void> add_directory(const TreeEntry& entry)
    {
        auto [parent, name] = split(entry);
        IsoDir* directory = nullptr;
        TRY(check(iso_image_add_new_dir(image_, parent, name, &directory), attempt(entry)));
        set_attributes(reinterpret_cast<IsoNode*>(directory), entry.mode, time_);
        directories_.emplace(entry.path, directory);
        return {};
    }

    Result<void> add_file(const TreeEntry& entry, int serial, StreamUse use)
    {
        auto [parent, name] = split(entry);
        IsoFile* file = nullptr;
        auto* stream = new_stream(entry, static_cast<ino_t>(serial), use, thread_);
        auto code = iso_image_add_new_file(image_, parent, name, stream, &file);
        if (code < 0) iso_stream_unref(stream);
        TRY(check(code, attempt(entry)));
        set_attributes(reinterpret_cast<IsoNode*>(file), entry.mode, time_);
        // The contents are put on the image in falling order of these numbers. No two are equal,
        // so the order is that of the tree, first what libisofs writes, then what it does not.
        iso_node_set_sort_weight(reinterpret_cast<IsoNode*>(file),
                                 use == StreamUse::content ? kMaxSerial - serial : -serial);
        return {};
    }

  private:
    [[nodiscard]] std::pair<IsoDir*, const char*> split(const TreeEntry& entry) const
    {
        auto slash = entry.path.rfind('/');
        auto parent = slash == std::string::npos ? "" : entry.path.substr(0, slash);
        return {directories_.at(parent), entry.path.c_str() + slash + 1};  // npos + 1 is 0
    }
    static std::string attempt(const TreeEntry& entry)
    {
        return "put " + printable(entry.path) + " on the image";
    }

    IsoImage* image_;
    std::uint64_t time_;
    WriterThread& thread_;
    std::map<std::string, IsoDir*, std::less<>> directories_;
};

bool is_directory(const TreeEntry& entry)
{
    return std::holds_alternative<DirectoryEntry>(entry.content);
}

Result<void> add_entries(IsoImage* image, const ImageTree& tree, const ImageSettings& settings,
                         WriterThread& thread)
{
    TreeBuilder builder(image, settings.time, thread);
    const bool all_is_summed = records_md5(tree, settings);
    for (const auto& entry : tree) {
        if (is_directory(entry)) TRY(builder.add_directory(entry));
    }
    // The last one first: libisofs keeps a sorted list for each directory and looks for a place in
    // it from its beginning.
    for (auto serial = tree.size(); serial > 0; --serial) {
        const auto& entry = tree[serial - 1];
        if (is_directory(entry)) continue;
        auto use = is_placed(entry) && !all_is_summed ? StreamUse::space : StreamUse::content;
        TRY(builder.add_file(entry, static_cast<int>(serial), use));
    }
    return {};
}

Result<Image> make_image(const ImageTree& tree, const ImageSettings& settings, WriterThread& thread)
{
    IsoImage* raw = nullptr;
    TRY(check(iso_image_new(settings.label.c_str(), &raw), "make an image"));
    Image image(raw);
    iso_image_set_system_id(raw, "");
    iso_image_set_publisher_id(raw, "");
    iso_image_set_data_preparer_id(raw, "");
    iso_image_set_application_id(raw, "ONECTX");
    set_attributes(reinterpret_cast<IsoNode*>(iso_image_get_root(raw)), kRootMode, settings.time);
    TRY(add_entries(raw, tree, settings, thread));
    return image;
}

// YYYYMMDDhhmmsscc, which libisofs writes as the creation and modification time as it stands.
std::string volume_time(std::uint64_t time)
{
    std::chrono::sys_seconds moment{std::chrono::seconds(time)};
    auto day = std::chrono::floor<std::chrono::days>(moment);
    std::chrono::year_month_day date(day);
    std::chrono::hh_mm_ss clock(moment - day);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d%02u%02u%02d%02d%02d00", int(date.year()),
                  unsigned(date.month()), unsigned(date.day()), int(clock.hours().count()),
                  int(clock.minutes().count()), int(clock.seconds().count()));
    return text.data();
}

Result<Options> make_options(const ImageTree& tree, const ImageSettings& settings)
{
    IsoWriteOpts* raw = nullptr;
    TRY(check(iso_write_opts_new(&raw, 0), "libisofs"));
    Options options(raw);
    auto time = static_cast<time_t>(settings.time);
    auto uuid = volume_time(settings.time);
    std::string charset = "UTF-8";
    std::array codes{
        iso_write_opts_set_iso_level(raw, 3),
        iso_write_opts_set_rockridge(raw, 1),
        // Version 1.12 adds inode numbers, which libisofs gives to directories in the order of
        // their addresses in memory.
        iso_write_opts_set_rrip_version_1_10(raw, 1),
        iso_write_opts_set_joliet(raw, settings.joliet ? 1 : 0),
        iso_write_opts_set_joliet_long_names(raw, 1),
        iso_write_opts_set_joliet_longer_paths(raw, 1),
        iso_write_opts_set_joliet_utf16(raw, 1),
        // Every reader of Rock Ridge or Joliet is indifferent to how deep the plain tree is.
        iso_write_opts_set_allow_deep_paths(raw, 1),
        iso_write_opts_set_allow_longer_paths(raw, 1),
        iso_write_opts_set_relaxed_vol_atts(raw, 1),
        iso_write_opts_set_output_charset(raw, charset.data()),
        iso_write_opts_set_always_gmt(raw, 1),
        iso_write_opts_set_default_timestamp(raw, time),
        iso_write_opts_set_replace_timestamps(raw, 2),
        iso_write_opts_set_pvd_times(raw, time, time, 0, 0, uuid.data()),
        // Of the image as a whole, which is what `inspect --verify` checks. Sums of single files
        // cover nothing more and take as long again.
        iso_write_opts_set_record_md5(raw, records_md5(tree, settings) ? 1 : 0, 0),
        iso_write_opts_set_sort_files(raw, 1),
        // The 300 KiB against the read-ahead of real CD burners are of no use to a virtual drive.
        iso_write_opts_set_tail_blocks(raw, 0),
        iso_write_opts_set_fifo_size(raw, kFifoBlocks),
    };
    for (auto code : codes)
        TRY(check(code, "libisofs"));
    return options;
}

// Everything libisofs delivers goes to the output; the first failure of either side ends it.
// A read must ask for what is there: at the end libisofs gives a whole buffer or nothing.
Result<void> copy(burn_source& source, std::uint64_t size, OutputFile& output, WriterThread& thread,
                  const SignalHold& signals)
{
    std::vector<unsigned char> buffer(static_cast<std::size_t>(std::min(size, kChunkBytes)));
    while (size > 0) {
        auto count = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer.size()));
        auto got = source.read_xt(&source, buffer.data(), static_cast<int>(count));
        if (auto error = thread.error()) return std::unexpected(*error);
        if (signals.interrupted()) return fail("interrupted", EINTR);
        if (got != static_cast<int>(count)) return fail("libisofs ended the image too early");
        TRY(output.write({reinterpret_cast<const char*>(buffer.data()), count}));
        size -= count;
    }
    return {};
}

}  // namespace

bool is_volume_label(std::string_view text)
{
    auto fits = [](char c) {
        return is_alpha(c) || is_digit(c) || c == '_' || c == '-' || c == '.';
    };
    return !text.empty() && text.size() <= kMaxLabelBytes &&
           std::all_of(text.begin(), text.end(), fits);
}

bool records_md5(const ImageTree& tree, const ImageSettings& settings)
{
    return settings.md5.value_or(content_bytes(tree) < kMaxSummedBytes);
}

Result<void> write_iso(const ImageTree& tree, const ImageSettings& settings, OutputFile& output,
                       const SignalHold& signals)
{
    TRY(start_library());
    WriterThread thread;  // outlives the thread that sets it
    auto image = TRY(make_image(tree, settings, thread));
    auto options = TRY(make_options(tree, settings));
    burn_source* raw = nullptr;
    TRY(check(iso_image_create_burn_source(image.get(), options.get(), &raw), "make the image"));
    Source source(raw);
    auto size = static_cast<std::uint64_t>(source->get_size(raw));
    TRY(output.expect_size(size));
    auto room = records_md5(tree, settings) ? 0 : placed_bytes(tree);
    // Its thread ends when all of the image is in the fifo, the room for large files included.
    if (size <= kFifoBlocks * kIsoSector) thread.wait_for_end(kPatience);
    if (room > size) return fail("libisofs left no room for the large files");
    TRY(copy(*source, size - room, output, thread, signals));
    if (room == 0) return {};
    TRY(output.resize(size));
    return place_contents(tree, size - room, output, signals);
}

}  // namespace onectx
