// See medium_tree.h.
#include "guest/system/medium_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "common/iso_image.h"
#include "common/limits.h"
#include "guest/system/files.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

FileType type_of(IsoType type)
{
    switch (type) {
        case IsoType::regular: return FileType::regular;
        case IsoType::directory: return FileType::directory;
        case IsoType::symlink: return FileType::symlink;
        case IsoType::other: break;
    }
    return FileType::other;
}

// An ISO image as a tree.
class IsoTree : public FileReader {
  public:
    IsoTree(FileSource source, IsoImage image)
        : source_(std::move(source)), image_(std::move(image))
    {
    }

    Result<std::optional<FileText>> read(std::string_view path) const override
    {
        const auto* entry = image_.find(path);
        if (entry == nullptr) return std::nullopt;
        if (entry->type != IsoType::regular) return fail(std::string(path) + ": no regular file");
        auto content = TRY(in_context("read " + std::string(path),
                                      read_file(source_, *entry, kMaxSystemFileBytes)));
        return FileText{std::move(content), status_of(*entry)};
    }

    Result<std::optional<FileText>> read_below(std::string_view,
                                               std::string_view path) const override
    {
        return read(path);
    }

    Result<std::optional<FileStatus>> status(std::string_view path) const override
    {
        const auto* entry = image_.find(path);
        if (entry == nullptr) return std::nullopt;
        return status_of(*entry);
    }

    Result<std::optional<std::string>> link_target(std::string_view path) const override
    {
        const auto* entry = image_.find(path);
        if (entry == nullptr || entry->type != IsoType::symlink) return std::nullopt;
        return entry->target;
    }

    Result<std::vector<std::string>> list(std::string_view path) const override
    {
        auto beginning = path == "/" ? std::string("/") : std::string(path) + "/";
        std::vector<std::string> names;
        for (const auto& entry : image_.entries) {
            if (!entry.path.starts_with(beginning)) continue;
            auto name = entry.path.substr(beginning.size());
            if (name.find('/') == std::string::npos) names.push_back(std::move(name));
        }
        std::sort(names.begin(), names.end());
        return names;
    }

  private:
    static FileStatus status_of(const IsoEntry& entry)
    {
        return {type_of(entry.type), entry.mode, entry.uid, entry.gid};
    }

    FileSource source_;
    IsoImage image_;
};

// Files that are carried as a tree of one directory.
class CarriedTree : public FileReader {
  public:
    explicit CarriedTree(const std::vector<CarriedFile>& files) : files_(files) {}

    Result<std::optional<FileText>> read(std::string_view path) const override
    {
        const auto* file = find(path);
        if (file == nullptr) return std::nullopt;
        return FileText{file->content, kStatus};
    }

    Result<std::optional<FileText>> read_below(std::string_view,
                                               std::string_view path) const override
    {
        return read(path);
    }

    Result<std::optional<FileStatus>> status(std::string_view path) const override
    {
        if (path == "/") return FileStatus{FileType::directory, 0755, 0, 0};
        return find(path) == nullptr ? std::nullopt : std::optional(kStatus);
    }

    Result<std::optional<std::string>> link_target(std::string_view) const override
    {
        return std::nullopt;
    }

    Result<std::vector<std::string>> list(std::string_view path) const override
    {
        std::vector<std::string> names;
        if (path != "/") return names;
        for (const auto& file : files_)
            names.push_back(file.name);
        std::sort(names.begin(), names.end());
        return names;
    }

  private:
    // Nobody says which of them are programs.
    static constexpr FileStatus kStatus{FileType::regular, 0755, 0, 0};

    [[nodiscard]] const CarriedFile* find(std::string_view path) const
    {
        if (!path.starts_with('/')) return nullptr;
        const auto file = std::find_if(
            files_.begin(), files_.end(),
            [&](const CarriedFile& candidate) { return candidate.name == path.substr(1); });
        return file == files_.end() ? nullptr : &*file;
    }

    const std::vector<CarriedFile>& files_;
};

Result<void> write_new(const std::string& path, std::string_view content, unsigned mode)
{
    const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.valid()) return os_failure();
    return write_all(file.get(), content);
}

// `made` is what has been made, whatever comes of the rest.
Result<void> write_carried(const Source& source, const std::string& folder,
                           std::vector<std::string>& made)
{
    auto put = [&](const std::string& name, std::string_view content, unsigned mode) {
        made.push_back(folder + "/" + name);
        return in_context("write " + made.back(), write_new(made.back(), content, mode));
    };
    TRY(put("context.sh", source.text, S_IRUSR));
    for (const auto& file : source.files)
        TRY(put(file.name, file.content, S_IRWXU));
    return {};
}

Result<void> copy_file(const FileSource& source, const IsoEntry& entry, const std::string& path)
{
    constexpr unsigned kModes = 0755;
    const Fd file(open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, entry.mode & kModes));
    if (!file.valid()) return os_failure();
    return read_file(source, entry,
                     [&](std::string_view bytes) { return write_all(file.get(), bytes); });
}

// Directories and files; a link could lead anywhere, and nothing on a context needs one. `made` is
// what has been made, whatever comes of the rest.
Result<void> copy_files(const std::string& image_path, const std::string& folder,
                        std::vector<std::string>& made)
{
    const auto source = TRY(in_context("read " + image_path, FileSource::open(image_path)));
    const auto image = TRY(in_context("read " + image_path, open_iso(source)));
    std::uint64_t total = 0;
    for (const auto& entry : image.entries)
        total += entry.size;
    if (total > kMaxMediumCopyBytes)
        return fail(image_path + " holds more than " + std::to_string(kMaxMediumCopyBytes >> 20U) +
                    " MiB, too much to be copied");
    for (const auto& entry : image.entries) {
        if (entry.type != IsoType::directory && entry.type != IsoType::regular) continue;
        auto path = folder + entry.path;
        made.push_back(path);
        if (entry.type == IsoType::regular)
            TRY(in_context("write " + path, copy_file(source, entry, path)));
        else if (mkdir(path.c_str(), S_IRWXU) != 0)
            return fail_errno("make directory " + path);
    }
    return {};
}

// The path without links and "..", as a script can use it from anywhere.
Result<std::string> absolute(const std::string& path)
{
    const std::unique_ptr<char, decltype(&std::free)> name(realpath(path.c_str(), nullptr),
                                                           std::free);
    if (!name) return fail_errno(path);
    return std::string(name.get());
}

}  // namespace

Result<std::unique_ptr<FileReader>> open_medium(const Source& source)
{
    switch (source.kind) {
        case SourceKind::text: return nullptr;
        case SourceKind::carried: return std::make_unique<CarriedTree>(source.files);
        case SourceKind::directory:
            return std::make_unique<Root>(TRY(Root::open(source.description)));
        case SourceKind::image:
        case SourceKind::device: break;
    }
    auto bytes =
        TRY(in_context("read " + source.description, FileSource::open(source.description)));
    auto image = TRY(in_context("read " + source.description, open_iso(bytes)));
    return std::make_unique<IsoTree>(std::move(bytes), std::move(image));
}

Result<MediumFolder> MediumFolder::open(const Source& source)
{
    MediumFolder folder;
    if (source.kind == SourceKind::text) return folder;
    if (source.kind == SourceKind::directory) {
        folder.path_ = TRY(absolute(source.description));
        return folder;
    }
    if (source.kind == SourceKind::device) {
        auto mounted = Mounted::for_scripts(source.description);
        if (mounted) {
            folder.path_ = mounted->path();
            folder.mounted_.emplace(std::move(*mounted));
            return folder;
        }
    }
    std::string copy = "/run/onectx/files.XXXXXX";
    if (mkdtemp(copy.data()) == nullptr) return fail_errno("make a directory in /run/onectx");
    folder.path_ = copy;
    folder.copies_.push_back(copy);
    if (source.kind == SourceKind::carried)
        TRY(write_carried(source, copy, folder.copies_));
    else
        TRY(copy_files(source.description, copy, folder.copies_));
    return folder;
}

Result<std::string> MediumFolder::path_of(std::string_view name) const
{
    if (path_.empty()) return fail("nothing lies beside context.sh");
    auto find = [&]() -> Result<std::string> {
        const auto folder = TRY(Root::open(path_));
        const auto file = TRY(folder.open_inside(name, O_PATH));
        return absolute("/proc/self/fd/" + std::to_string(file.get()));
    };
    return in_context("in " + path_, find());
}

MediumFolder::MediumFolder(MediumFolder&& other) noexcept
    : path_(std::move(other.path_)),
      mounted_(std::move(other.mounted_)),
      copies_(std::exchange(other.copies_, {}))
{
}

MediumFolder::~MediumFolder()
{
    // What a script has put beside them stays, and with it its folder, until the next boot.
    for (auto path = copies_.rbegin(); path != copies_.rend(); ++path)
        static_cast<void>(std::remove(path->c_str()));
}

}  // namespace onectx
