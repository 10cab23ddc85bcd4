// See files_ds.h.
#include "host/files_ds.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "common/text.h"

namespace onectx {
namespace {

using Selectors = std::map<std::string, std::string, std::less<>>;  // key in upper case -> value

constexpr std::array<std::string_view, 4> kKeys{"IMAGE", "IMAGE_ID", "IMAGE_UNAME", "IMAGE_UID"};

bool is_word_byte(char c)
{
    return is_alpha(c) || is_digit(c) || c == '_';
}

// Reads one reference after the other.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : text_(text) {}

    [[nodiscard]] bool at_end()
    {
        skip_blanks();
        return text_.empty();
    }
    Result<Selectors> reference();

  private:
    void skip_blanks()
    {
        while (!text_.empty() && is_space(text_[0]))
            text_.remove_prefix(1);
    }
    bool take(char c)
    {
        skip_blanks();
        if (!text_.starts_with(c)) return false;
        text_.remove_prefix(1);
        return true;
    }
    std::string word()
    {
        auto end = std::find_if_not(text_.begin(), text_.end(), is_word_byte);
        std::string word(text_.begin(), end);
        text_.remove_prefix(word.size());
        return word;
    }
    Result<void> selector(Selectors& selectors);

    std::string_view text_;
};

Result<void> Scanner::selector(Selectors& selectors)
{
    skip_blanks();
    auto key = to_upper(word());
    if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
        return fail(shown(key) +
                    " selects no image; IMAGE, IMAGE_ID, IMAGE_UNAME and IMAGE_UID do");
    if (!take('=')) return fail(key + ": '=' is missing");
    std::string value;
    if (take('"')) {
        auto end = text_.find('"');
        if (end == std::string_view::npos) return fail(key + ": unterminated quote");
        value = text_.substr(0, end);
        text_.remove_prefix(end + 1);
    } else {
        value = word();
    }
    if (value.empty()) return fail(key + ": no value");
    if (!selectors.emplace(key, std::move(value)).second) return fail(key + " is given twice");
    return {};
}

Result<Selectors> Scanner::reference()
{
    if (!take('$') || !equals_ignoring_case(word(), "FILE") || !take('['))
        return fail("expected $FILE[IMAGE=\"name\"] or $FILE[IMAGE_ID=number]");
    Selectors selectors;
    do {
        TRY(selector(selectors));
    } while (take(','));
    if (!take(']')) return fail("$FILE: ']' is missing");
    if (!text_.empty() && !is_space(text_[0])) return fail("a blank is missing after ']'");
    if (selectors.contains("IMAGE") == selectors.contains("IMAGE_ID"))
        return fail("$FILE needs either IMAGE or IMAGE_ID");
    return selectors;
}

std::optional<std::string> find(const Selectors& selectors, std::string_view key)
{
    auto found = selectors.find(key);
    return found == selectors.end() ? std::nullopt : std::optional(found->second);
}

// Who is not known is not told apart.
bool may_be(const std::optional<std::string>& is, const std::optional<std::string>& wanted)
{
    return !wanted || !is || *is == *wanted;
}

Result<const Record*> find_by_id(const std::string& id, const std::vector<Record>& images)
{
    auto found = std::find_if(images.begin(), images.end(),
                              [&](const Record& image) { return image.id == id; });
    if (found == images.end()) return fail("image with ID " + id + " does not exist (--image)");
    return &*found;
}

Result<const Record*> find_by_name(const std::string& name, const Selectors& selectors,
                                   const std::vector<Record>& images, const ImageOwner& vm_owner)
{
    auto uid = find(selectors, "IMAGE_UID");
    auto uname = find(selectors, "IMAGE_UNAME");
    const auto owner = uid || uname ? ImageOwner{uid, uname} : vm_owner;
    const Record* found = nullptr;
    for (const auto& image : images) {
        if (image.name != name || !may_be(image.uid, owner.uid) ||
            !may_be(image.uname, owner.uname))
            continue;
        if (found) return fail("more than one image is called " + shown(name) + ": use IMAGE_ID");
        found = &image;
    }
    if (found) return found;
    auto whose = owner.uname ? " of user " + shown(*owner.uname)
                 : owner.uid ? " of user " + shown(*owner.uid)
                             : std::string();
    return fail("no image with name " + shown(name) + whose +
                " (--image); IMAGE_UNAME or IMAGE_UID name another owner");
}

// As numbers and as words: what records say, and what templates say.
bool is_context_type(const Record& image)
{
    return image.type && (*image.type == "5" || equals_ignoring_case(*image.type, "CONTEXT"));
}

// A template knows of no state.
bool is_ready(const Record& image)
{
    return !image.state || *image.state == "1" || equals_ignoring_case(*image.state, "READY");
}

std::string quoted_if_needed(const std::string& path)
{
    bool plain = std::none_of(path.begin(), path.end(), [](char c) {
        return is_space(c) || c == ':' || c == '\'' || c == '"';
    });
    return plain ? path : "\"" + path + "\"";
}

Result<std::string> stored_form(const Record& image)
{
    auto name = image.name.value_or("");
    auto what = "image " + shown(name);
    if (!is_context_type(image)) return fail(what + " is not of the type CONTEXT");
    if (!is_ready(image)) return fail(what + " is not in the state READY");
    if (name.empty() || name.contains('\'')) return fail(what + ": a name that cannot be stored");
    if (!image.source || image.source->empty()) return fail(what + ": its record has no SOURCE");
    if (image.source->contains('"')) return fail(what + ": a SOURCE that cannot be stored");
    return quoted_if_needed(*image.source) + ":'" + name + "' ";
}

}  // namespace

Result<std::string> resolve_files_ds(std::string_view value, const std::vector<Record>& images,
                                     const ImageOwner& owner)
{
    if (!trim(value).starts_with('$')) return std::string(value);
    std::string result;
    Scanner scanner(value);
    while (!scanner.at_end()) {
        auto selectors = TRY(scanner.reference());
        auto id = find(selectors, "IMAGE_ID");
        const auto* image = TRY(id ? find_by_id(*id, images)
                                   : find_by_name(selectors["IMAGE"], selectors, images, owner));
        result += TRY(stored_form(*image));
    }
    return result;
}

}  // namespace onectx
