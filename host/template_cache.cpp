// See template_cache.h.
#include "host/template_cache.h"

#include <sys/stat.h>

#include <utility>

namespace onectx {
namespace {

// The coarsest time stamps of any file system, those of FAT.
constexpr std::time_t kGranularity = 2;

constexpr std::size_t kMaxTemplates = 64;
constexpr std::size_t kMaxTextBytes = 64U << 10U;

}  // namespace

std::optional<FileStamp> stamp_of(int file)
{
    struct stat status{};
    if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return FileStamp{.device = status.st_dev,
                     .inode = status.st_ino,
                     .size = status.st_size,
                     .modified = status.st_mtim.tv_sec,
                     .modified_ns = status.st_mtim.tv_nsec,
                     .changed = status.st_ctim.tv_sec,
                     .changed_ns = status.st_ctim.tv_nsec};
}

bool is_settled(const FileStamp& stamp, std::time_t now)
{
    return stamp.changed < now - kGranularity && stamp.modified < now - kGranularity;
}

const ParsedTemplate* TemplateCache::find(const FileStamp& stamp, Dialect dialect) const
{
    auto found = known_.find({stamp, dialect});
    return found == known_.end() ? nullptr : &found->second;
}

void TemplateCache::keep(const FileStamp& stamp, Dialect dialect, const ParsedTemplate& parsed)
{
    if (parsed.text.size() > kMaxTextBytes) return;
    if (known_.size() >= kMaxTemplates) known_.clear();
    known_.insert_or_assign(std::pair(stamp, dialect), parsed);
}

}  // namespace onectx
