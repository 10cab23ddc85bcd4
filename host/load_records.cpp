// See load_records.h.
#include "host/load_records.h"

#include <optional>
#include <string_view>
#include <utility>

#include "common/result.h"
#include "common/text.h"
#include "host/console.h"
#include "host/template_text.h"

namespace onectx {
namespace {

struct Wanted {
    RecordKind kind;
    std::string_view option;
    std::string_view thing;
};

constexpr Wanted kVm{RecordKind::vm, "--vm", "a virtual machine"};
constexpr Wanted kUser{RecordKind::user, "--user", "a user"};
constexpr Wanted kNetwork{RecordKind::network, "--vnet", "a virtual network"};
constexpr Wanted kImage{RecordKind::image, "--image", "an image"};

std::expected<Record, int> load_record(const std::string& path, const Wanted& wanted)
{
    auto text = read_template_text(path);
    if (!text) {
        print_error(std::string(wanted.option) + ": " + text.error().message);
        return std::unexpected(kExitFailed);
    }
    auto record = parse_record(*text);
    if (!record) {
        print_error(record.error(), printable(path));
        return std::unexpected(kExitBadInput);
    }
    if (record->kind != wanted.kind && record->kind != RecordKind::bare) {
        print_error(std::string(wanted.option) + ": " + printable(path) +
                    " is the record of something else than " + std::string(wanted.thing));
        return std::unexpected(kExitBadInput);
    }
    return *std::move(record);
}

std::expected<std::optional<Record>, int> load_optional(const std::string& path,
                                                        const Wanted& wanted)
{
    if (path.empty()) return std::nullopt;
    return TRY(load_record(path, wanted));
}

std::expected<std::vector<Record>, int> load_all(const std::vector<std::string>& paths,
                                                 const Wanted& wanted)
{
    std::vector<Record> records;
    for (const auto& path : paths)
        records.push_back(TRY(load_record(path, wanted)));
    return records;
}

}  // namespace

std::expected<Records, int> load_records(const Record& input, const RecordOptions& options)
{
    auto vm = TRY(load_optional(options.vm, kVm));
    auto user = TRY(load_optional(options.user, kUser));
    auto networks = TRY(load_all(options.networks, kNetwork));
    auto images = TRY(load_all(options.images, kImage));
    return gather_records(input, std::move(vm), std::move(user), std::move(networks),
                          std::move(images), options.ids);
}

std::expected<Record, int> load_image_record(const std::string& path)
{
    return load_record(path, kImage);
}

}  // namespace onectx
