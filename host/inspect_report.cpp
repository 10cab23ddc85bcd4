// See inspect_report.h.
#include "host/inspect_report.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

#include "common/secret.h"
#include "common/text.h"
#include "common/utf8.h"

namespace onectx {
namespace {

using Json = nlohmann::ordered_json;

std::string four_octal_digits(unsigned mode)
{
    std::string text;
    for (unsigned shift : {9U, 6U, 3U, 0U})
        text += static_cast<char>('0' + (mode >> shift & 7U));
    return text;
}

std::string shown_value(std::string_view name, const ContextValue& value, bool show_secrets)
{
    const bool hidden = !show_secrets && !value.text.empty() && is_secret_name(name);
    return hidden ? std::string(kSecretMark) : value.text;
}

std::string_view name_of(IsoType type)
{
    switch (type) {
        case IsoType::regular: return "file";
        case IsoType::directory: return "directory";
        case IsoType::symlink: return "symlink";
        case IsoType::other: break;
    }
    return "other";
}

// Rows with their columns padded, all but the last one to the right.
std::string table(const std::vector<std::vector<std::string>>& rows)
{
    std::vector<std::size_t> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i + 1 < row.size(); ++i)
            text += std::string(widths[i] - row[i].size(), ' ') + row[i] + "  ";
        text += row.back() + "\n";
    }
    return text;
}

std::string entry_table(const IsoImage& image)
{
    std::vector<std::vector<std::string>> rows{{"mode", "owner", "size", "path"}};
    for (const auto& entry : image.entries) {
        auto path = printable(entry.path);
        if (entry.type == IsoType::directory) path += "/";
        if (entry.type == IsoType::symlink) path += " -> " + printable(entry.target);
        if (entry.type == IsoType::other) path += " (neither file, directory nor link)";
        rows.push_back({four_octal_digits(entry.mode),
                        std::to_string(entry.uid) + ":" + std::to_string(entry.gid),
                        entry.type == IsoType::regular ? std::to_string(entry.size) : "-", path});
    }
    return table(rows);
}

std::string extensions_of(const IsoImage& image)
{
    if (image.rock_ridge && image.joliet) return "Rock Ridge, Joliet";
    if (image.rock_ridge) return "Rock Ridge";
    return image.joliet ? "Joliet" : "none";
}

// Builds JSON and remembers what of it was no UTF-8.
class JsonMaker {
  public:
    std::string text(std::string_view value, const std::string& what)
    {
        if (!is_utf8(value)) repaired.push_back(what);
        return std::string(value);
    }

    Json file(const IsoEntry& entry, const std::string& sha256)
    {
        return {{"path", text(entry.path, printable(entry.path))},
                {"size", entry.size},
                {"mode", four_octal_digits(entry.mode)},
                {"uid", entry.uid},
                {"gid", entry.gid},
                {"sha256", sha256}};
    }

    Json other(const IsoEntry& entry)
    {
        Json object{{"path", text(entry.path, printable(entry.path))},
                    {"type", name_of(entry.type)},
                    {"mode", four_octal_digits(entry.mode)},
                    {"uid", entry.uid},
                    {"gid", entry.gid}};
        if (entry.type == IsoType::symlink)
            object["target"] = text(entry.target, "target of " + printable(entry.path));
        return object;
    }

    std::vector<std::string> repaired;
};

Json verified_json(const std::vector<VerifiedSum>& verified)
{
    auto array = Json::array();
    for (const auto& [sum, intact] : verified) {
        array.push_back({{"covers", sum.covers},
                         {"block", sum.block},
                         {"blocks", sum.blocks},
                         {"intact", intact}});
    }
    return array;
}

}  // namespace

std::string inspection_text(const Inspection& inspection, bool show_secrets)
{
    const auto& image = inspection.image;
    std::string text = "label       " + printable(image.label) + "\n";
    text += "size        " + std::to_string(image.size) + " bytes\n";
    text += "MD5         " + inspection.md5.value_or("not recorded") + "\n";
    text += "extensions  " + extensions_of(image) + "\n";
    for (const auto& [sum, intact] : inspection.verified.value_or(std::vector<VerifiedSum>{})) {
        text += "verified    " + sum.covers + ", " + std::to_string(sum.blocks) +
                " blocks from block " + std::to_string(sum.block) + ": " +
                (intact ? "intact" : "DAMAGED") + "\n";
    }
    text += "\n" + entry_table(image);
    if (!inspection.context) return text;
    text += "\nvariables of /context.sh\n";
    for (const auto& [name, value] : *inspection.context)
        text += name + "=" + printable(shown_value(name, value, show_secrets)) + "\n";
    return text;
}

InspectionJson inspection_json(const Inspection& inspection, bool show_secrets)
{
    const auto& image = inspection.image;
    JsonMaker maker;
    auto files = Json::array();
    auto others = Json::array();
    for (std::size_t i = 0; i < image.entries.size(); ++i) {
        const auto& entry = image.entries[i];
        if (entry.type == IsoType::regular)
            files.push_back(maker.file(entry, inspection.sha256[i]));
        else
            others.push_back(maker.other(entry));
    }
    auto context = Json::object();
    for (const auto& [name, value] : inspection.context.value_or(Context{}))
        context[name] = maker.text(shown_value(name, value, show_secrets), "variable " + name);
    Json object{{"label", maker.text(image.label, "label")},
                {"size", image.size},
                {"md5", inspection.md5 ? Json(*inspection.md5) : Json(nullptr)},
                {"joliet", image.joliet},
                {"rockridge", image.rock_ridge},
                {"files", files},
                {"context", context},
                {"others", others}};
    if (inspection.verified) object["verified"] = verified_json(*inspection.verified);
    return {object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n", maker.repaired};
}

}  // namespace onectx
