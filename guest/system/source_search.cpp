// See source_search.h.
#include "guest/system/source_search.h"

#include <memory>

#include "guest/model/guestinfo.h"
#include "guest/model/presence.h"
#include "guest/system/device/context_probe.h"
#include "guest/system/device/medium.h"
#include "guest/system/device/udev_devices.h"
#include "guest/system/guestinfo.h"
#include "guest/system/http/deadline.h"
#include "guest/system/metadata.h"
#include "guest/system/metadata_cache.h"
#include "guest/system/os_tree.h"
#include "guest/system/rtnetlink.h"

namespace onectx {
namespace {

using std::chrono::milliseconds;

constexpr std::string_view kFolder = "/context";  // where LXC has it bound to
// A tool that is started from a busy disk takes its time, however short the wait for a medium is.
constexpr milliseconds kShortestToolLimit{2000};

void add_warnings(std::vector<std::string>& messages, SourceSearch& search)
{
    for (auto& message : messages)
        search.problems.push_back({"", std::move(message), false});
}

std::vector<Mac> machine_macs()
{
    std::vector<Mac> macs;
    for (const auto& link : list_links().value_or(std::vector<KernelLink>{})) {
        macs.push_back(link.mac);
        if (link.permanent_mac) macs.push_back(*link.permanent_mac);
    }
    return macs;
}

Result<SourceSearch> look_at_devices(UdevDevices& devices, milliseconds limit)
{
    auto medium = TRY(find_medium(
        devices, [](const BlockDevice& device) { return probe_context(device); }, limit,
        machine_macs));
    SourceSearch search;
    add_warnings(medium.warnings, search);
    if (medium.medium)
        search.source = Source{std::move(medium.medium->text), medium.medium->device.node, true,
                               SourceKind::device};
    return search;
}

Result<SourceSearch> look_at_guestinfo(milliseconds limit)
{
    auto info = TRY(read_guestinfo(std::max(limit, kShortestToolLimit)));
    SourceSearch search;
    add_warnings(info.warnings, search);
    if (info.text)
        search.source = Source{std::move(*info.text), std::string(kGuestinfoContext), true,
                               SourceKind::carried, std::move(info.files)};
    return search;
}

Result<SourceSearch> look_at_folder(milliseconds)
{
    auto search = TRY(load_context(std::string(kFolder)));
    if (search.source) search.source->lasting = true;
    return search;
}

// Looks at one place after the other, until there is a context.
class Chooser {
  public:
    explicit Chooser(milliseconds wait) : deadline_(wait) {}

    [[nodiscard]] milliseconds left() const { return milliseconds(deadline_.remaining_ms()); }

    Result<void> look(const ContextPlaces::Look& place)
    {
        if (!place || found_.source) return {};
        auto search = TRY(place(left()));
        std::move(search.problems.begin(), search.problems.end(),
                  std::back_inserter(found_.problems));
        found_.source = std::move(search.source);
        return {};
    }

    // What is wrong may be right when it is looked at again.
    void look_in_passing(const ContextPlaces::Look& place)
    {
        if (!place || found_.source) return;
        auto search = place(milliseconds(0));
        if (search && search->source) found_ = std::move(*search);
    }

    [[nodiscard]] SourceSearch result() && { return std::move(found_); }

  private:
    Deadline deadline_;
    SourceSearch found_;
};

}  // namespace

Result<SourceSearch> choose_context(const ContextPlaces& places, milliseconds wait)
{
    Chooser chooser(wait);
    if (places.is_container) {
        TRY(chooser.look(places.folder));
        TRY(chooser.look(places.metadata));
        return std::move(chooser).result();
    }
    if (places.guestinfo || places.metadata_is_kept) chooser.look_in_passing(places.device);
    TRY(chooser.look(places.guestinfo));
    if (places.metadata_is_kept) TRY(chooser.look(places.metadata));
    TRY(chooser.look(places.device));
    TRY(chooser.look(places.folder));
    if (!places.metadata_is_kept) TRY(chooser.look(places.metadata));
    return std::move(chooser).result();
}

Result<SourceSearch> look_at_metadata(const FileReader& tree, const Policy& policy, AskMetadata ask)
{
    SourceSearch search;
    const auto kept = cached_metadata(tree);
    auto take = [&](std::string text, std::string description, bool is_news) {
        search.source = Source{.text = std::move(text),
                               .description = std::move(description),
                               .lasting = true,
                               .kind = SourceKind::carried,
                               .is_metadata = true,
                               .is_news = is_news};
        return search;
    };
    if (kept && ask != AskMetadata::for_the_news)
        return take(*kept, std::string(kMetadataCache), false);
    if (ask == AskMetadata::never) return search;
    auto answer = ask_metadata(policy);
    if (answer && answer->text)
        return take(*answer->text, policy.metadata_address, kept && *kept != *answer->text);
    if (!answer && !kept) return std::unexpected(std::move(answer).error());
    search.problems.push_back({"", answer ? answer->silence : answer.error().message, false});
    if (kept) return take(*kept, std::string(kMetadataCache), false);
    return search;
}

Result<SourceSearch> search_context(const FileReader& tree, const Policy& policy,
                                    const SearchRequest& request)
{
    ContextPlaces places;
    places.is_container = is_container(tree, false);
    if (is_there(tree, std::string(kFolder) + "/context.sh")) places.folder = look_at_folder;
    if (policy.metadata) {
        places.metadata = [&](milliseconds) { return look_at_metadata(tree, policy, request.ask); };
        places.metadata_is_kept = cached_metadata(tree).has_value();
    }
    if (places.is_container) return choose_context(places, request.wait);
    std::vector<std::string> problems;
    auto devices = UdevDevices::open();
    if (devices)
        places.device = [&](milliseconds limit) { return look_at_devices(**devices, limit); };
    else
        problems.push_back("no context medium is looked for: " + devices.error().message);
    if (is_vmware(tree)) places.guestinfo = look_at_guestinfo;
    auto search = TRY(choose_context(places, request.wait));
    add_warnings(problems, search);
    return search;
}

}  // namespace onectx
