// See iso_writer.h. libisofs produces the image in a thread of its own and hands it over in blocks.
#include "host/iso_writer.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

// Makes libisofs.h declare struct burn_source itself; libburn.h has it in a namespace of its own.
#define LIBISOFS_WITHOUT_LIBBURN
#include <libisofs/libisofs.h>

#include "common/text.h"
#include "host/content_reader.h"

// libisofs leaves this structure, which applications fill in, out of its header for C++ because a
// member is called `class`.
struct iso_stream {
    IsoStreamIface* methods;
    int references;
    void* data;
};

namespace onectx {
namespace {

constexpr std::size_t kFifoBlocks = 256;         // between libisofs and us; its default is 1024
constexpr std::size_t kChunkBytes = 64U << 10U;  // a write(2)
constexpr unsigned kRootMode = 0555;

// The first failure to read a file: it happens in the thread of libisofs and is asked for in ours.
class FirstError {
  public:
    void set(Error error)
    {
        std::lock_guard lock(mutex_);
        if (!error_) error_ = std::move(error);
    }
    [[nodiscard]] std::optional<Error> get() const
    {
        std::lock_guard lock(mutex_);
        return error_;
    }

  private:
    mutable std::mutex mutex_;
    std::optional<Error> error_;
};

// What the methods of a stream know.
struct Content {
    ContentReader reader;
    FirstError* problem;
    ino_t serial;  // orders the contents on the image
};

Content& content_of(IsoStream* stream)
{
    return *static_cast<Content*>(stream->data);
}

int report(const Content& content, Error error)
{
    content.problem->set(std::move(error));
    return static_cast<int>(ISO_FILE_READ_ERROR);
}

int open_content(IsoStream* stream)
{
    auto& content = content_of(stream);
    auto opened = content.reader.open();
    return opened ? 1 : report(content, opened.error());
}

int close_content(IsoStream* stream)
{
    content_of(stream).reader.close();
    return 1;
}

off_t content_size(IsoStream* stream)
{
    return static_cast<off_t>(content_of(stream).reader.size());
}

int read_content(IsoStream* stream, void* buffer, std::size_t count)
{
    auto& content = content_of(stream);
    auto got = content.reader.read({static_cast<char*>(buffer), count});
    return got ? static_cast<int>(*got) : report(content, got.error());
}

int content_is_repeatable(IsoStream* /*stream*/)
{
    return 1;
}

// The contents are put on the image in the order of these numbers, so they come from the sorted
// tree and not from inodes.
void identify_content(IsoStream* stream, unsigned* file_system, dev_t* device, ino_t* inode)
{
    *file_system = 0;
    *device = 0;
    *inode = content_of(stream).serial;
}

void free_content(IsoStream* stream)
{
    delete &content_of(stream);
}

int keep_size(IsoStream* /*stream*/)
{
    return 1;
}

IsoStream* no_input(IsoStream* /*stream*/, int /*flag*/)
{
    return nullptr;
}

IsoStreamIface content_methods{
    .version = 2,
    .type = {'u', 's', 'e', 'r'},
    .open = open_content,
    .close = close_content,
    .get_size = content_size,
    .read = read_content,
    .is_repeatable = content_is_repeatable,
    .get_id = identify_content,
    .free = free_content,
    .update_size = keep_size,
    .get_input_stream = no_input,
    .cmp_ino = nullptr,
    .clone_stream = nullptr,
};

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

Result<void> start_library()
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

// libisofs frees what it takes with free(3), and what the methods know with their `free`.
IsoStream* new_stream(const TreeEntry& entry, ino_t serial, FirstError& problem)
{
    auto content = std::make_unique<Content>(Content{ContentReader(entry), &problem, serial});
    auto* stream = static_cast<IsoStream*>(std::malloc(sizeof(IsoStream)));
    if (!stream) throw std::bad_alloc();
    *stream = {&content_methods, 1, content.release()};
    return stream;
}

// Puts the entries of a tree into the tree of libisofs.
class TreeBuilder {
  public:
    TreeBuilder(IsoImage* image, std::uint64_t time, FirstError& problem)
        : image_(image),
          time_(time),
          problem_(problem),
          directories_{{"", iso_image_get_root(image)}}
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

    Result<void> add_file(const TreeEntry& entry, ino_t serial)
    {
        auto [parent, name] = split(entry);
        IsoFile* file = nullptr;
        auto* stream = new_stream(entry, serial, problem_);
        auto code = iso_image_add_new_file(image_, parent, name, stream, &file);
        if (code < 0) iso_stream_unref(stream);
        TRY(check(code, attempt(entry)));
        set_attributes(reinterpret_cast<IsoNode*>(file), entry.mode, time_);
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
    FirstError& problem_;
    std::map<std::string, IsoDir*, std::less<>> directories_;
};

bool is_directory(const TreeEntry& entry)
{
    return std::holds_alternative<DirectoryEntry>(entry.content);
}

Result<void> add_entries(IsoImage* image, const ImageTree& tree, std::uint64_t time,
                         FirstError& problem)
{
    TreeBuilder builder(image, time, problem);
    for (const auto& entry : tree) {
        if (is_directory(entry)) TRY(builder.add_directory(entry));
    }
    // The last one first: libisofs keeps a sorted list for each directory and looks for a place in
    // it from its beginning.
    for (auto serial = tree.size(); serial > 0; --serial) {
        const auto& entry = tree[serial - 1];
        if (!is_directory(entry)) TRY(builder.add_file(entry, serial));
    }
    return {};
}

Result<Image> make_image(const ImageTree& tree, const ImageSettings& settings, FirstError& problem)
{
    IsoImage* raw = nullptr;
    TRY(check(iso_image_new(settings.label.c_str(), &raw), "make an image"));
    Image image(raw);
    iso_image_set_system_id(raw, "");
    iso_image_set_publisher_id(raw, "");
    iso_image_set_data_preparer_id(raw, "");
    iso_image_set_application_id(raw, "ONECTX");
    set_attributes(reinterpret_cast<IsoNode*>(iso_image_get_root(raw)), kRootMode, settings.time);
    TRY(add_entries(raw, tree, settings.time, problem));
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

// Only a character beyond U+FFFF takes four bytes of UTF-8.
bool needs_utf16(const ImageTree& tree)
{
    auto is_wide = [](char c) { return static_cast<unsigned char>(c) >= 0xF0; };
    return std::any_of(tree.begin(), tree.end(), [&](const TreeEntry& entry) {
        return std::any_of(entry.path.begin(), entry.path.end(), is_wide);
    });
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
        iso_write_opts_set_joliet(raw, settings.joliet ? 1 : 0),
        iso_write_opts_set_joliet_long_names(raw, 1),
        iso_write_opts_set_joliet_longer_paths(raw, 1),
        // Not always: glibc loads a module for UTF-16, but has UCS-2 built in.
        iso_write_opts_set_joliet_utf16(raw, needs_utf16(tree) ? 1 : 0),
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
        iso_write_opts_set_record_md5(raw, 1, 0),
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
Result<void> copy(burn_source& source, std::uint64_t size, OutputFile& output,
                  const FirstError& problem, const SignalHold& signals)
{
    std::vector<unsigned char> buffer(kChunkBytes);
    while (size > 0) {
        auto count = static_cast<std::size_t>(std::min<std::uint64_t>(size, buffer.size()));
        auto got = source.read_xt(&source, buffer.data(), static_cast<int>(count));
        if (auto error = problem.get()) return std::unexpected(*error);
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

Result<void> write_iso(const ImageTree& tree, const ImageSettings& settings, OutputFile& output,
                       const SignalHold& signals)
{
    TRY(start_library());
    FirstError problem;  // outlives the thread that sets it
    auto image = TRY(make_image(tree, settings, problem));
    auto options = TRY(make_options(tree, settings));
    burn_source* raw = nullptr;
    TRY(check(iso_image_create_burn_source(image.get(), options.get(), &raw), "make the image"));
    Source source(raw);
    auto size = static_cast<std::uint64_t>(source->get_size(raw));
    TRY(output.expect_size(size));
    return copy(*source, size, output, problem, signals);
}

}  // namespace onectx
