// See record_words.h.
#include "host/cli/record_words.h"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "common/text.h"

namespace onectx {
namespace {

std::optional<std::string> given(const std::string& word)
{
    if (word.empty()) return std::nullopt;
    return word;
}

Result<std::optional<std::string>> given_number(const std::string& word, std::string_view option,
                                                std::uint64_t maximum)
{
    if (word.empty()) return std::nullopt;
    auto number = parse_number(word, 0, maximum);
    if (!number) return fail(std::string(option) + ": expected a number, not " + shown(word));
    return std::to_string(*number);
}

void add_files(CLI::App& command, const std::string& option, std::vector<std::string>& words,
               const std::string& description)
{
    command.add_option(option, words, description)
        ->type_name("FILE")
        ->take_all()
        ->allow_extra_args(false);
}

}  // namespace

void add_record_options(CLI::App& command, RecordWords& words)
{
    command.add_option("--vmid", words.vmid, "the machine's number, $VMID")->type_name("N");
    command.add_option("--name", words.name, "its name, $NAME; else one-VMID")->type_name("NAME");
    command.add_option("--uid", words.uid, "its owner's number, $UID")->type_name("N");
    command.add_option("--uname", words.uname, "its owner's name, $UNAME")->type_name("NAME");
    command.add_option("--gid", words.gid, "its group's number, $GID")->type_name("N");
    command.add_option("--gname", words.gname, "its group's name, $GNAME")->type_name("NAME");
    command.add_option("--stime", words.stime, "when it was created, in seconds since 1970")
        ->type_name("N");
    command.add_option("--vm", words.vm, "the machine, as `onevm show -x` prints it")
        ->type_name("FILE");
    command.add_option("--user", words.user, "its owner, as `oneuser show -x` prints it")
        ->type_name("FILE");
    add_files(command, "--vnet", words.networks, "a network, as `onevnet show -x` prints it");
    add_files(command, "--image", words.images, "an image, as `oneimage show -x` prints it");
}

Result<RecordOptions> record_options(const RecordWords& words)
{
    RecordOptions options;
    auto& ids = options.ids;
    ids.vmid = TRY(given_number(words.vmid, "--vmid", kMaxRecordId));
    ids.uid = TRY(given_number(words.uid, "--uid", kMaxRecordId));
    ids.gid = TRY(given_number(words.gid, "--gid", kMaxRecordId));
    ids.stime = TRY(given_number(words.stime, "--stime", kMaxRecordTime));
    ids.name = given(words.name);
    ids.uname = given(words.uname);
    ids.gname = given(words.gname);
    options.vm = words.vm;
    options.user = words.user;
    options.networks = words.networks;
    options.images = words.images;
    return options;
}

}  // namespace onectx
