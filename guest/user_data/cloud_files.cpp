// write_files: what a file is to hold, and how it is encoded here.
#include <algorithm>
#include <array>
#include <charconv>

#include "common/base64.h"
#include "common/limits.h"
#include "common/mount_point.h"
#include "common/text.h"
#include "guest/user_data/cloud_config.h"
#include "guest/user_data/inflate.h"

namespace onectx {
namespace {

struct Encoding {
    std::string_view word;
    bool base64;
    bool gzip;
};

constexpr std::array<Encoding, 9> kEncodings{{{"text/plain", false, false},
                                              {"b64", true, false},
                                              {"base64", true, false},
                                              {"gz", false, true},
                                              {"gzip", false, true},
                                              {"gz+b64", true, true},
                                              {"gz+base64", true, true},
                                              {"gzip+b64", true, true},
                                              {"gzip+base64", true, true}}};

constexpr std::array<std::string_view, 8> kFileKeys{"append", "content", "defer",       "encoding",
                                                    "owner",  "path",    "permissions", "source"};

// State of ours (guest/plan/state_record.h): a file in it would say what was done and what was not.
constexpr std::array<std::string_view, 2> kOwnPlaces{"/run/onectx", "/var/lib/onectx"};

bool is_ours(std::string_view path)
{
    return std::any_of(kOwnPlaces.begin(), kOwnPlaces.end(), [&](std::string_view place) {
        return path.starts_with(place) &&
               (path.size() == place.size() || path[place.size()] == '/');
    });
}

std::optional<unsigned> parse_octal(std::string_view text)
{
    constexpr unsigned kAllBits = 07777;
    if (text.starts_with("0o")) text.remove_prefix(2);
    unsigned mode = 0;
    const auto* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, mode, 8);
    if (problem != std::errc() || stop != end || mode > kAllBits) return std::nullopt;
    return mode;
}

// Reads one entry; what cannot be done drops it, with a complaint.
class FileEntry {
  public:
    FileEntry(const YamlNode& node, std::string name, NodeReader& reader)
        : node_(node), name_(std::move(name)), reader_(reader)
    {
    }

    std::optional<FileWish> read()
    {
        if (!reader_.is_mapping(node_, name_)) return std::nullopt;
        for (const auto& key : node_.keys)
            if (std::find(kFileKeys.begin(), kFileKeys.end(), key.text) == kFileKeys.end())
                reader_.complain(key.at, name_, shown(key.text) + " is no key of a file", false);
        FileWish file{.where = reader_.place(node_.at, name_)};
        if (!read_path(file) || !read_owner(file) || !read_mode(file) || !read_content(file))
            return std::nullopt;
        file.append = flag("append");
        file.defer = flag("defer");
        return file;
    }

  private:
    bool refuse(const YamlNode& at, std::string_view message)
    {
        reader_.complain(at.at, name_, std::string(message) + "; it is left out");
        return false;
    }

    bool flag(std::string_view key)
    {
        const auto* value = node_.find(key);
        return value != nullptr &&
               reader_.boolean(*value, name_ + "." + std::string(key)).value_or(false);
    }

    bool read_path(FileWish& file)
    {
        const auto* path = node_.find("path");
        if (path == nullptr || path->kind != YamlNode::Kind::scalar)
            return refuse(node_, "has no path");
        file.path = clean_path(path->text);
        if (file.path.empty() || file.path == "/")
            return refuse(*path, shown(path->text) + " is no absolute path of a file");
        if (is_ours(file.path)) return refuse(*path, file.path + " is ours alone");
        return true;
    }

    bool read_owner(FileWish& file)
    {
        const auto* owner = node_.find("owner");
        if (owner == nullptr || is_null(*owner)) return true;
        const std::string_view text = owner->text;
        const auto colon = text.find(':');
        const auto user = trim(text.substr(0, colon));
        const auto group = colon == std::string_view::npos ? "" : trim(text.substr(colon + 1));
        auto is_name = [](std::string_view name) {
            return name.size() <= kMaxUserNameBytes && name == printable(name) &&
                   name.find_first_of(": ,") == std::string_view::npos;
        };
        if (owner->kind != YamlNode::Kind::scalar || !is_name(user) || !is_name(group))
            return refuse(*owner, "owner must be user:group");
        if (!user.empty()) file.user = user;
        if (!group.empty()) file.group = group;
        return true;
    }

    // A text is octal; a number is what YAML makes of it, 0644 and 420 alike.
    bool read_mode(FileWish& file)
    {
        constexpr std::int64_t kAllBits = 07777;
        const auto* node = node_.find("permissions");
        if (node == nullptr || is_null(*node)) return true;
        const auto number = integer_of(*node);
        const auto octal =
            node->kind == YamlNode::Kind::scalar ? parse_octal(trim(node->text)) : std::nullopt;
        // Nobody means the sticky mode 1204 by it.
        const bool lacks_zero = number && octal && !node->text.starts_with('0') && *number > 0777;
        if (lacks_zero)
            reader_.complain(node->at, name_,
                             "permissions " + node->text + " is taken for 0" + node->text +
                                 "; as a number it would be another mode",
                             false);
        if (number && !lacks_zero && *number >= 0 && *number <= kAllBits)
            file.mode = static_cast<unsigned>(*number);
        else if (octal && (!number || lacks_zero))
            file.mode = *octal;
        else
            return refuse(*node, "permissions must be octal, as in '0644'");
        return true;
    }

    bool read_content(FileWish& file)
    {
        const auto* source = node_.find("source");
        if (source != nullptr && !is_null(*source) && !read_source(*source, file)) return false;
        const auto* content = node_.find("content");
        if (content == nullptr || is_null(*content)) return true;
        file.has_content = true;
        if (content->kind != YamlNode::Kind::scalar)
            return refuse(*content, "content must be a text");
        const auto* encoding = node_.find("encoding");
        if (encoding == nullptr || is_null(*encoding)) {
            file.content = content->text;
            return true;
        }
        const auto word = to_lower(trim(encoding->text));
        const auto* known = std::find_if(kEncodings.begin(), kEncodings.end(),
                                         [&](const Encoding& one) { return one.word == word; });
        if (known == kEncodings.end())
            return refuse(*encoding, "encoding " + shown(encoding->text) + " is unknown");
        return decode(*known, *content, file.content);
    }

    bool read_source(const YamlNode& node, FileWish& file)
    {
        const auto what = name_ + ".source";
        const auto* uri = node.find("uri");
        if (uri == nullptr || uri->kind != YamlNode::Kind::scalar || !is_address(uri->text))
            return refuse(node, "source.uri must be an http or https address");
        WebSource source{.url = uri->text, .headers = {}};
        const auto* headers = node.find("headers");
        if (headers != nullptr && !is_null(*headers)) {
            if (!reader_.is_mapping(*headers, what + ".headers")) return false;
            for (std::size_t i = 0; i < headers->keys.size(); ++i)
                source.headers.emplace_back(headers->keys[i].text, Secret(headers->items[i].text));
        }
        file.source = std::move(source);
        return true;
    }

    // A password in an address would be shown with it.
    static bool is_address(std::string_view text)
    {
        const bool has_scheme = text.starts_with("http://") || text.starts_with("https://");
        const auto host = text.substr(0, text.find('/', std::string_view("https://").size()));
        return has_scheme && text == printable(text) && text.size() <= kMaxPathBytes &&
               text.find(' ') == std::string_view::npos && host.find('@') == std::string_view::npos;
    }

    bool decode(const Encoding& encoding, const YamlNode& content, std::string& decoded)
    {
        decoded = content.text;
        if (encoding.base64) {
            auto bytes = decode_base64_loosely(decoded);
            if (!bytes) return refuse(content, "content is no base64");
            if (!decode_base64(decoded))
                reader_.complain(content.at, name_, "content " + std::string(kOtherThanBase64),
                                 false);
            decoded = std::move(*bytes);
        }
        if (!encoding.gzip) return true;
        auto text = inflate_gzip(decoded, kMaxUserDataBytes);
        if (!text) return refuse(content, "content: gzip " + text.error().message);
        decoded = std::move(*text);
        return true;
    }

    const YamlNode& node_;
    std::string name_;
    NodeReader& reader_;
};

}  // namespace

void read_write_files(const YamlNode& node, NodeReader& reader, CloudConfig& config)
{
    constexpr std::string_view kKey = "write_files";
    auto& files = config.wishes.files;
    files.clear();
    if (is_null(node)) return;
    if (node.kind != YamlNode::Kind::sequence) {
        reader.complain(node.at, kKey, "must be a list of files");
        return;
    }
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        auto file = FileEntry(node.items[i], item_name(kKey, i), reader).read();
        if (!file) continue;
        bytes += file->content.size();
        if (files.size() == kMaxUserDataFiles || bytes > kMaxUserDataBytes) {
            reader.complain(node.items[i].at, item_name(kKey, i),
                            "more than " + std::to_string(kMaxUserDataFiles) + " files or " +
                                std::to_string(kMaxUserDataBytes) +
                                " bytes; it and the rest are left out");
            return;
        }
        files.push_back(std::move(*file));
    }
}

}  // namespace onectx
