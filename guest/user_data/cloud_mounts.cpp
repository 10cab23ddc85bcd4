// mounts: lines of fstab(5), as lists of up to six fields.
#include <algorithm>
#include <array>

#include "common/limits.h"
#include "common/mount_point.h"
#include "common/text.h"
#include "guest/model/disk_wishes.h"
#include "guest/user_data/cloud_config.h"

namespace onectx {
namespace {

constexpr std::string_view kKey = "mounts";
constexpr std::size_t kFields = 6;

// Blanks as fstab(5) writes them.
std::string escaped(std::string_view text)
{
    std::string result;
    for (char c : text)
        result += c == ' ' ? "\\040" : c == '\\' ? "\\134" : std::string(1, c);
    return result;
}

constexpr std::string_view kDevices = "/dev/";

// Neither a path nor a label nor something on a server.
bool is_word(std::string_view source)
{
    return source.find_first_of("/=:") == std::string_view::npos;
}

// sda1, nvme0n1p1
bool is_disk_name(std::string_view word)
{
    constexpr std::array<std::string_view, 4> kLettered{"sd", "hd", "vd", "xvd"};
    constexpr std::array<std::string_view, 4> kNumbered{"nvme", "mmcblk", "md", "sr"};
    auto begins = [&](std::string_view prefix) { return word.starts_with(prefix); };
    if (std::any_of(kLettered.begin(), kLettered.end(), begins)) return true;
    const auto* found = std::find_if(kNumbered.begin(), kNumbered.end(), begins);
    return found != kNumbered.end() && word.size() > found->size() && is_digit(word[found->size()]);
}

// What a metadata service of EC2 calls disks; cloud-init looks such names up there.
bool is_disk_of_clouds(std::string_view source)
{
    if (source.starts_with(kDevices)) source.remove_prefix(kDevices.size());
    return source.starts_with("ephemeral") || source == "swap";
}

// Nothing, or None as Python prints it.
bool is_nothing(const YamlNode& node)
{
    return is_null(node) || node.text == "None";
}

// cloud-init takes the names of the kernel without the folder.
std::string device_of(std::string_view source)
{
    const bool is_bare = is_word(source) && is_disk_name(source);
    return (is_bare ? std::string(kDevices) : "") + std::string(source);
}

class MountEntry {
  public:
    MountEntry(const YamlNode& node, std::string name, NodeReader& reader)
        : node_(node), name_(std::move(name)), reader_(reader)
    {
    }

    std::optional<FstabWish> read(const std::array<std::string, kFields>& defaults)
    {
        if (node_.kind != YamlNode::Kind::sequence || node_.items.empty() ||
            node_.items.size() > kFields)
            return refuse(node_, "must be a list of one to six fields");
        auto fields = defaults;
        for (std::size_t i = 0; i < node_.items.size(); ++i) {
            const auto& item = node_.items[i];
            if (item.kind != YamlNode::Kind::scalar || item.text != printable(item.text))
                return refuse(item, "must be a list of texts");
            if (!is_nothing(item)) fields[i] = item.text;
        }
        const bool has_target = node_.items.size() > 1 && !is_nothing(node_.items[1]);
        if (!has_target) return refuse(node_, "has no mount point");
        return checked(fields);
    }

  private:
    std::nullopt_t refuse(const YamlNode& at, std::string_view message)
    {
        reader_.complain(at.at, name_, std::string(message) + "; it is left out");
        return std::nullopt;
    }

    std::optional<FstabWish> checked(const std::array<std::string, kFields>& fields)
    {
        const auto& [source, target, type, options, dump, pass] = fields;
        if (is_disk_of_clouds(source))
            return refuse(node_, shown(source) +
                                     " names a disk of clouds that have such; name the "
                                     "device");
        const auto device = device_of(source);
        // A file system without a disk may be called anything (tmpfs), and one of the host's (9p,
        // virtiofs) has a name of its own.
        if ((type == "auto" || type == "swap") && is_word(device))
            return refuse(node_, shown(source) + " is no device, label or share");
        FstabWish wish{.source = escaped(device),
                       .target = target,
                       .type = type,
                       .options = options,
                       .dump = dump,
                       .pass = pass};
        if (target != "none") {
            const auto path = clean_path(target);
            if (path.empty()) return refuse(node_, shown(target) + " is no mount point");
            if (!is_mount_target(path))
                return refuse(node_, shown(target) +
                                         " belongs to the system; nothing is mounted "
                                         "there");
            wish.target = escaped(path);
        }
        for (const std::string_view field :
             {std::string_view(wish.source), std::string_view(type), std::string_view(options)})
            if (field.empty() || field != printable(field) ||
                field.find(' ') != std::string_view::npos || field.starts_with('#') ||
                field.starts_with('-'))
                return refuse(node_, shown(field) + " is no field of fstab(5)");
        if (!parse_number(dump, 0, 9) || !parse_number(pass, 0, 9))
            return refuse(node_, "the last two fields are numbers");
        return wish;
    }

    const YamlNode& node_;
    std::string name_;
    NodeReader& reader_;
};

}  // namespace

void read_mount_default_fields(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kDefaults = "mount_default_fields";
    config.mount_defaults.reset();
    if (is_null(node)) return;
    if (node.kind != YamlNode::Kind::sequence || node.items.size() != kFields) {
        reader.complain(node.at, kDefaults, "must be a list of six fields");
        return;
    }
    std::array<std::string, kFields> fields;
    for (std::size_t i = 0; i < kFields; ++i)
        if (!is_nothing(node.items[i])) fields[i] = node.items[i].text;
    config.mount_defaults = fields;
}

void read_mounts(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    auto& mounts = config.wishes.mounts;
    mounts.clear();
    if (is_null(node)) return;
    if (node.kind != YamlNode::Kind::sequence) {
        reader.complain(node.at, kKey, "must be a list of lists");
        return;
    }
    // nofail: a disk that is not there keeps no machine from its boot.
    const std::array<std::string, kFields> kUsual{"", "", "auto", "defaults,nofail", "0", "2"};
    const auto defaults = config.mount_defaults.value_or(kUsual);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        const auto name = item_name(kKey, i);
        auto wish = MountEntry(node.items[i], name, reader).read(defaults);
        if (!wish) continue;
        const bool is_there =
            std::any_of(mounts.begin(), mounts.end(), [&](const FstabWish& other) {
                return other.target != "none" && other.target == wish->target;
            });
        if (is_there || mounts.size() == kMaxMounts)
            reader.complain(node.items[i].at, name,
                            is_there ? shown(wish->target) + " is a mount point already; left out"
                                     : "more than " + std::to_string(kMaxMounts) + " mounts");
        else
            mounts.push_back(std::move(*wish));
    }
}

}  // namespace onectx
