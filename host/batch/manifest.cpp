// See manifest.h.
#include "host/batch/manifest.h"

#include <nlohmann/json.hpp>

#include "common/text.h"

namespace onectx {
namespace {

using Json = nlohmann::json;

Failure wrong_type(std::string_view key, std::string_view expected)
{
    return fail("\"" + std::string(key) + "\": expected " + std::string(expected));
}

Result<std::string> text_of(std::string_view key, const Json& value)
{
    const auto* text = value.get_ptr<const Json::string_t*>();
    if (!text) return wrong_type(key, "a string");
    if (text->empty() || text->contains('\0')) return wrong_type(key, "a name");
    return *text;
}

Result<void> take_vmid(const Json& value, BuildOptions& options)
{
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > UINT32_MAX)
        return wrong_type("vmid", "a number from 0 on");
    options.input.records.ids.vmid = std::to_string(value.get<std::uint64_t>());
    return {};
}

Result<void> take_set(const Json& value, BuildOptions& options)
{
    if (!value.is_object()) return wrong_type("set", "an object of strings");
    for (const auto& [key, item] : value.items()) {
        const auto* text = item.get_ptr<const Json::string_t*>();
        auto name = to_upper(key);
        if (!is_shell_name(name)) return fail("\"set\": " + shown(key) + " cannot name a variable");
        if (!text || text->contains('\0')) return wrong_type("set", "an object of strings");
        options.input.set.insert_or_assign(std::move(name), *text);
    }
    return {};
}

Result<void> take_files(const Json& value, BuildOptions& options)
{
    if (!value.is_array()) return wrong_type("files", "a list of strings");
    for (const auto& item : value) {
        const auto* text = item.get_ptr<const Json::string_t*>();
        if (!text) return wrong_type("files", "a list of strings");
        options.content.files.push_back(TRY(in_context("\"files\"", parse_file_argument(*text))));
    }
    return {};
}

Result<void> take(const std::string& key, const Json& value, BuildOptions& options)
{
    if (key == "template")
        options.input.path = TRY(text_of(key, value));
    else if (key == "output")
        options.output = TRY(text_of(key, value));
    else if (key == "vmid")
        return take_vmid(value, options);
    else if (key == "set")
        return take_set(value, options);
    else if (key == "files")
        return take_files(value, options);
    else
        return fail("unknown key " + shown(key));
    return {};
}

}  // namespace

Result<BuildOptions> parse_manifest_line(std::string_view line, const BuildOptions& base)
{
    auto json = Json::parse(line, nullptr, false);
    if (json.is_discarded()) return fail("not JSON");
    if (!json.is_object()) return fail("expected a JSON object");
    auto options = base;
    options.input.path.clear();
    options.output.clear();
    for (const auto& [key, value] : json.items())
        TRY(take(key, value, options));
    if (options.input.path.empty()) return fail("no \"template\"");
    if (options.output.empty()) return fail("no \"output\"");
    // Every line would want all of it.
    if (options.input.path == "-") return fail("\"template\": standard input is the manifest's");
    return options;
}

}  // namespace onectx
