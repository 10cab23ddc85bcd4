// Rules on the images behind the disks: type, persistence, state (reference 1.8). What the template
// says of an image (a machine's own record does) and what a file of --image says are put together.
#include <algorithm>
#include <array>
#include <string>

#include "common/text.h"
#include "host/lint/rules.h"
#include "host/template_lookup.h"
#include "host/vm_devices.h"

namespace onectx::lint {
namespace {

bool is_in(std::string_view word, std::initializer_list<std::string_view> words)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

const ImageFacts* find_image(const Subject& subject, const TemplateVector& disk)
{
    auto id = trim(value_or_empty(disk, "IMAGE_ID"));
    auto name = trim(value_or_empty(disk, "IMAGE"));
    for (const auto& image : subject.images) {
        bool is_it = id.empty() ? !name.empty() && image.name == name : image.id == id;
        if (is_it) return &image;
    }
    return nullptr;
}

bool is_volatile(const TemplateVector& disk)
{
    auto type = to_lower(value_or_empty(disk, "TYPE"));
    bool has_image = find_item(disk, "IMAGE") || find_item(disk, "IMAGE_ID");
    return !has_image && (type == "fs" || type == "swap");
}

// What an image is, in OpenNebula's words; empty when nobody says.
std::string type_of(const Subject& subject, const TemplateVector& disk)
{
    if (const auto* image = find_image(subject, disk); image && !image->type.empty())
        return image->type;
    if (auto type = to_upper(trim(value_or_empty(disk, "IMAGE_TYPE"))); !type.empty()) return type;
    // TYPE of a disk says CDROM too; its other words are those of the storage (FILE, BLOCK, RBD).
    return equals_ignoring_case(trim(value_or_empty(disk, "TYPE")), "CDROM") ? "CDROM" : "";
}

std::string state_of(const Subject& subject, const TemplateVector& disk)
{
    if (const auto* image = find_image(subject, disk); image && !image->state.empty())
        return image->state;
    return image_state_word(trim(value_or_empty(disk, "IMAGE_STATE")));
}

std::optional<bool> persistence_of(const Subject& subject, const TemplateVector& disk)
{
    if (const auto* image = find_image(subject, disk); image && image->is_persistent)
        return image->is_persistent;
    return parse_boolean(value_or_empty(disk, "PERSISTENT"));
}

std::string label_of(const TemplateVector& disk)
{
    auto name = value_or_empty(disk, "IMAGE");
    if (!name.empty()) return "image " + shown(name);
    auto id = value_or_empty(disk, "IMAGE_ID");
    return id.empty() ? "the disk" : "image " + shown(id);
}

const Place& place_of_image(const Section& disk)
{
    for (std::string_view key : {"IMAGE", "IMAGE_ID"})
        if (const auto* item = find_item(*disk.items, key)) return item->place;
    return place_of(disk);
}

}  // namespace

std::string image_type_word(std::string_view text)
{
    constexpr std::array<std::string_view, 8> kTypes{
        "OS", "CDROM", "DATABLOCK", "KERNEL", "RAMDISK", "CONTEXT", "BACKUP", "FILESYSTEM"};
    if (auto number = parse_number(text, 0, kTypes.size() - 1))
        return std::string(kTypes.at(*number));
    return to_upper(text);
}

std::string image_state_word(std::string_view text)
{
    constexpr std::array<std::string_view, 12> kStates{
        "INIT",  "READY",  "USED",      "DISABLED",    "LOCKED",           "ERROR",
        "CLONE", "DELETE", "USED_PERS", "LOCKED_USED", "LOCKED_USED_PERS", ""};
    if (auto number = parse_number(text, 0, kStates.size() - 2))
        return std::string(kStates.at(*number));
    return to_upper(text);
}

void check_image_type(const Subject& subject, Report& report)
{
    for (const auto& disk : subject.disks) {
        auto type = type_of(subject, *disk.items);
        if (!is_in(type, {"KERNEL", "RAMDISK", "CONTEXT", "BACKUP"})) continue;
        report.add(place_of_image(disk),
                   label_of(*disk.items) + " is of type " + type + " and can be no disk",
                   type == "CONTEXT"  ? "name it in FILES_DS of the CONTEXT section"
                   : type == "BACKUP" ? "restore it first, with oneimage restore"
                                      : "name it in OS as KERNEL_DS or INITRD_DS");
    }
}

void check_image_state(const Subject& subject, Report& report)
{
    for (const auto& disk : subject.disks) {
        auto state = state_of(subject, *disk.items);
        std::string fix;
        if (is_in(state, {"ERROR", "DISABLED"}))
            fix = "oneimage enable IMAGE makes it READY";
        else if (is_in(state, {"LOCKED", "INIT", "CLONE", "DELETE"}))
            fix = "wait until oneimage list shows rdy";
        else if (state == "USED_PERS")
            fix = "it is persistent, so one machine has it alone: end that one, or clone the image";
        else
            continue;
        report.add(place_of_image(disk), label_of(*disk.items) + " is in state " + state, fix);
    }
}

void check_image_persistence(const Subject& subject, Report& report)
{
    for (const auto& disk : subject.disks) {
        auto type = type_of(subject, *disk.items);
        bool is_persistent = persistence_of(subject, *disk.items).value_or(false);
        if (!is_persistent) continue;
        if (is_in(type, {"KERNEL", "RAMDISK", "CONTEXT"})) {
            report.add(place_of_image(disk),
                       label_of(*disk.items) + " is of type " + type + " and cannot be persistent",
                       "oneimage nonpersistent IMAGE");
        }
        auto clone = parse_boolean(value_or_empty(*disk.items, "CLONE"));
        if (clone != true) continue;
        report.add(place_of_image(disk),
                   label_of(*disk.items) + " is persistent, yet CLONE = YES asks for a copy",
                   "leave CLONE out; a persistent disk is the image itself");
    }
}

void check_cd_writable(const Subject& subject, Report& report)
{
    for (const auto& disk : subject.disks) {
        if (type_of(subject, *disk.items) != "CDROM") continue;
        for (const auto& item : *disk.items) {
            bool is_wrong = (item.key == "READONLY" && parse_boolean(item.value) == false) ||
                            (item.key == "CLONE" && parse_boolean(item.value) == true) ||
                            (item.key == "SAVE" && parse_boolean(item.value) == true);
            if (!is_wrong) continue;
            report.add(item.place,
                       item.key + " = " + shown(item.value) +
                           " on a CD has no effect: it is read-only, never copied, never saved",
                       "leave it out");
        }
    }
}

void check_volatile_disk(const Subject& subject, Report& report)
{
    for (const auto& disk : subject.disks) {
        if (!is_volatile(*disk.items)) continue;
        const auto* size = find_item(*disk.items, "SIZE");
        if (size && parse_number(trim(size->value), 1, UINT64_MAX)) continue;
        report.add(size ? size->place : place_of(disk),
                   size ? "SIZE " + shown(size->value) + " is no positive whole number"
                        : "a disk that is made for the machine needs a SIZE",
                   "write SIZE = 1024, in MiB");
    }
}

void check_no_system_disk(const Subject& subject, Report& report)
{
    if (subject.disks.empty()) return;
    for (const auto* os : vectors_named(*subject.parsed, "OS"))
        if (find_item(*os, "KERNEL") || find_item(*os, "KERNEL_DS")) return;
    auto may_boot = [&](const Section& disk) {
        if (is_volatile(*disk.items)) return false;
        return !is_in(type_of(subject, *disk.items), {"DATABLOCK", "FILESYSTEM"});
    };
    if (std::any_of(subject.disks.begin(), subject.disks.end(), may_boot)) return;
    report.add(place_of(subject.disks.front()),
               "no disk of this machine can be booted: each is data, or made empty",
               "add an image of type OS or CDROM; oneimage chtype IMAGE OS makes one of a "
               "DATABLOCK");
}

}  // namespace onectx::lint
