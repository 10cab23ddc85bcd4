// See manifest.h.
#include "host/batch/manifest.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "common/text.h"

namespace onectx {
namespace {

using Json = nlohmann::json;

// An option that is no more than a value of its type: where it goes.
template <class T>
struct Key {
    std::string_view name;
    T& (*of)(BuildOptions& options);
};

constexpr auto kTexts = std::to_array<Key<std::string>>({
    {"template", [](BuildOptions& options) -> auto& { return options.input.path; }},
    {"output", [](BuildOptions& options) -> auto& { return options.output; }},
    {"vm", [](BuildOptions& options) -> auto& { return options.input.records.vm; }},
    {"user", [](BuildOptions& options) -> auto& { return options.input.records.user; }},
    {"label", [](BuildOptions& options) -> auto& { return options.image.label; }},
    {"token-password-file",
     [](BuildOptions& options) -> auto& { return options.content.token.password_file; }},
});

constexpr auto kNames = std::to_array<Key<std::optional<std::string>>>({
    {"name", [](BuildOptions& options) -> auto& { return options.input.records.ids.name; }},
    {"uname", [](BuildOptions& options) -> auto& { return options.input.records.ids.uname; }},
    {"gname", [](BuildOptions& options) -> auto& { return options.input.records.ids.gname; }},
});

constexpr auto kNumbers = std::to_array<Key<std::optional<std::string>>>({
    {"vmid", [](BuildOptions& options) -> auto& { return options.input.records.ids.vmid; }},
    {"uid", [](BuildOptions& options) -> auto& { return options.input.records.ids.uid; }},
    {"gid", [](BuildOptions& options) -> auto& { return options.input.records.ids.gid; }},
    {"stime", [](BuildOptions& options) -> auto& { return options.input.records.ids.stime; }},
});

constexpr auto kLists = std::to_array<Key<std::vector<std::string>>>({
    {"vnet", [](BuildOptions& options) -> auto& { return options.input.records.networks; }},
    {"image", [](BuildOptions& options) -> auto& { return options.input.records.images; }},
    {"guest-binary", [](BuildOptions& options) -> auto& { return options.content.init.programs; }},
});

constexpr auto kFlags = std::to_array<Key<bool>>({
    {"strict", [](BuildOptions& options) -> auto& { return options.input.values.strict; }},
    {"compat", [](BuildOptions& options) -> auto& { return options.input.values.compat; }},
});

template <class T, std::size_t N>
T* find(const std::array<Key<T>, N>& keys, std::string_view name, BuildOptions& options)
{
    for (const auto& key : keys) {
        if (key.name == name) return &key.of(options);
    }
    return nullptr;
}

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

Result<std::string> number_of(std::string_view key, const Json& value)
{
    auto maximum = key == "stime" ? kMaxRecordTime : kMaxRecordId;
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > maximum)
        return wrong_type(key, "a number from 0 to " + std::to_string(maximum));
    return std::to_string(value.get<std::uint64_t>());
}

Result<bool> flag_of(std::string_view key, const Json& value)
{
    const auto* flag = value.get_ptr<const Json::boolean_t*>();
    if (!flag) return wrong_type(key, "true or false");
    return *flag;
}

// What may be given several times: one string or a list.
Result<std::vector<std::string>> texts_of(std::string_view key, const Json& value)
{
    std::vector<std::string> texts;
    if (!value.is_array()) {
        if (!value.is_string()) return wrong_type(key, "a string or a list of strings");
        texts.push_back(TRY(text_of(key, value)));
        return texts;
    }
    for (const auto& item : value) {
        if (!item.is_string()) return wrong_type(key, "a string or a list of strings");
        texts.push_back(TRY(text_of(key, item)));
    }
    return texts;
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

Result<void> take_files(std::string_view key, const Json& value, BuildOptions& options)
{
    for (const auto& text : TRY(texts_of(key, value))) {
        options.content.files.push_back(
            TRY(in_context('"' + std::string(key) + '"', parse_file_argument(text))));
    }
    return {};
}

Result<void> take_init(const Json& value, BuildOptions& options)
{
    options.content.init.kind = parse_init_kind(TRY(text_of("init", value)));
    if (!options.content.init.kind) return wrong_type("init", kInitKinds);
    return {};
}

// Those that need more than their type.
Result<void> take_other(std::string_view key, const Json& value, BuildOptions& options)
{
    if (key == "set") return take_set(value, options);
    if (key == "file" || key == "files") return take_files(key, value, options);
    if (key == "init") return take_init(value, options);
    if (key == "no-joliet")
        options.image.joliet = !TRY(flag_of(key, value));
    else if (key == "md5")
        options.image.md5 = TRY(flag_of(key, value));
    else
        return fail("unknown key " + shown(key));
    return {};
}

Result<void> take(std::string_view key, const Json& value, BuildOptions& options)
{
    if (auto* text = find(kTexts, key, options)) {
        *text = TRY(text_of(key, value));
    } else if (auto* name = find(kNames, key, options)) {
        *name = TRY(text_of(key, value));
    } else if (auto* number = find(kNumbers, key, options)) {
        *number = TRY(number_of(key, value));
    } else if (auto* flag = find(kFlags, key, options)) {
        *flag = TRY(flag_of(key, value));
    } else if (auto* list = find(kLists, key, options)) {
        auto more = TRY(texts_of(key, value));
        list->insert(list->end(), more.begin(), more.end());
    } else {
        return take_other(key, value, options);
    }
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
    if (options.output == "-") return fail("\"output\": standard output is for the results");
    // Every line would want all of it.
    if (options.input.path == "-") return fail("\"template\": standard input is the manifest's");
    if (!is_volume_label(options.image.label)) return wrong_type("label", kLabelForm);
    return options;
}

std::string named_output(std::string_view line)
{
    auto json = Json::parse(line, nullptr, false);
    auto output = json.find("output");
    return output != json.end() && output->is_string() ? output->get<std::string>() : "";
}

}  // namespace onectx
