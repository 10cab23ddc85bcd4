// Rules on accounts, passwords and keys, judged as the guest judges them. No message quotes a
// password, or a line that was given as a key.
#include <string>

#include "common/base64.h"
#include "common/crypt_hash.h"
#include "common/ssh_key.h"
#include "common/text.h"
#include "common/user_name.h"
#include "host/lint/rules.h"

namespace onectx::lint {
namespace {

// In the order in which a guest takes them (reference 2.5).
constexpr std::string_view kPasswordForms[] = {"CRYPTED_PASSWORD_BASE64", "PASSWORD_BASE64",
                                               "CRYPTED_PASSWORD", "PASSWORD"};

// The item of a variable with a value; nullptr without.
const TemplateItem* find_set(const Subject& subject, std::string_view name)
{
    auto found = subject.by_name.find(name);
    bool is_set = found != subject.by_name.end() && !found->second->value.empty();
    return is_set ? found->second : nullptr;
}

}  // namespace

void check_plain_password(const Subject& subject, Report& report)
{
    for (std::string_view name : {"PASSWORD", "PASSWORD_BASE64"}) {
        const auto* item = find_set(subject, name);
        if (!item) continue;
        report.add(item->place,
                   item->key +
                       " lets everybody read the password who reads the template, the "
                       "image or the CD in the machine",
                   "give its hash as CRYPTED_PASSWORD_BASE64: the output of `openssl passwd -6 | "
                   "base64 -w0`");
    }
}

void check_password_forms(const Subject& subject, Report& report)
{
    const TemplateItem* winner = nullptr;
    for (auto name : kPasswordForms) {
        const auto* item = find_set(subject, name);
        if (item && winner)
            report.add(item->place, item->key + " has no effect beside " + winner->key,
                       "remove " + item->key);
        else if (item)
            winner = item;
    }
}

void check_crypted_dollar(const Subject& subject, Report& report)
{
    const auto* item = find_set(subject, "CRYPTED_PASSWORD");
    if (!item || item->value.find('$') == std::string::npos) return;
    report.add(item->place,
               "CRYPTED_PASSWORD holds '$', and OpenNebula takes what follows for the name of a "
               "variable",
               "give it as CRYPTED_PASSWORD_BASE64");
}

void check_crypted_password(const Subject& subject, Report& report)
{
    for (std::string_view name : {"CRYPTED_PASSWORD", "CRYPTED_PASSWORD_BASE64"}) {
        auto value = fixed_value(subject, name);
        auto text = value && name.ends_with("_BASE64") ? decode_base64(*value)
                                                       : std::optional<std::string>(value);
        if (!text) continue;  // unknown, or no base64, which another rule is for
        if (is_crypt_hash(trim(*text))) continue;
        report.add(subject.by_name.find(name)->second->place,
                   std::string(name) + " is no hash of crypt(5): the password stays as it is",
                   "give a hash as CRYPTED_PASSWORD_BASE64: the output of `openssl passwd -6 | "
                   "base64 -w0`");
    }
}

void check_user_name(const Subject& subject, Report& report)
{
    auto name = fixed_value(subject, "USERNAME");
    // The one account that every Windows guest has.
    if (!name || is_user_name(*name) || *name == "Administrator") return;
    report.add(subject.by_name.at("USERNAME")->place,
               "USERNAME " + shown(*name) + " is no name of a user",
               "begin with a small letter or '_', then letters, digits and '_', '.', '-'; at most "
               "32");
}

void check_ssh_key(const Subject& subject, Report& report)
{
    for (std::string_view name : {"SSH_PUBLIC_KEY", "EC2_PUBLIC_KEY"}) {
        const auto* item = find_set(subject, name);
        if (!item) continue;
        std::size_t number = 0;
        for (auto raw : split_lines(item->value)) {
            ++number;
            auto line = trim(raw);
            bool is_known = line.find('$') == std::string_view::npos;
            if (!is_known || line.empty() || line.starts_with('#') || parse_ssh_key(line)) continue;
            report.add(item->place,
                       item->key + ": line " + std::to_string(number) + " of it is no public key",
                       "put in whole lines of an id_*.pub file, one key a line");
        }
    }
}

void check_base64(const Subject& subject, Report& report)
{
    for (const auto& [item, known] : subject.variables) {
        if (!known || !known->name.ends_with("_BASE64")) continue;
        auto value = fixed_value(*item);
        if (!value || decode_base64(*value)) continue;
        report.add(item->place, item->key + " is no base64", "encode the value with `base64 -w0`");
    }
}

}  // namespace onectx::lint
