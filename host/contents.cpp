// See contents.h.
#include "host/contents.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "common/result.h"
#include "common/text.h"
#include "host/console.h"
#include "host/download.h"
#include "host/layout.h"
#include "host/url.h"

namespace onectx {
namespace {

using Attachments = std::vector<Attachment>;

int report(const Error& error)
{
    print_error(error.message);
    return exit_code_of(error);
}

// The names that the host gives itself; systems that ignore case would take one for the other.
Result<void> check_not_reserved(const Attachments& attachments)
{
    for (const auto& [path, executable, content] : attachments) {
        if (equals_ignoring_case(path, kContextFile) || equals_ignoring_case(path, kTokenFile)) {
            return fail(shown(path) + ": the image has its own " + to_lower(path) +
                        "; write path:name to give another name");
        }
    }
    return {};
}

Result<Attachments> fetch_list(std::string_view list, const FilePolicy& policy,
                               const HostConfig& config)
{
    auto requests = TRY(parse_file_list(list));
    auto attachments = TRY(fetch_files(std::move(requests), policy, config.download));
    TRY(check_not_reserved(attachments));
    return attachments;
}

}  // namespace

Result<Attachments> fetch_files(std::vector<FileRequest> requests, const FilePolicy& policy,
                                const DownloadSettings& settings)
{
    auto is_local = [](const FileRequest& request) { return !is_url(request.path); };
    auto first_url = std::stable_partition(requests.begin(), requests.end(), is_local);
    std::vector<FileRequest> urls(std::make_move_iterator(first_url),
                                  std::make_move_iterator(requests.end()));
    requests.erase(first_url, requests.end());
    // What is wrong with a file here is found before a server is asked.
    auto attachments = TRY(collect_files(requests, policy));
    auto downloads = TRY(download_files(urls, settings));
    std::move(downloads.begin(), downloads.end(), std::back_inserter(attachments));
    return attachments;
}

std::expected<Attachments, int> gather_contents(const Input& input, const ContentOptions& options)
{
    Attachments all;
    auto add = [&](Attachments more) {
        std::move(more.begin(), more.end(), std::back_inserter(all));
    };
    const auto& config = input.config;
    FilePolicy policy{input.directory, config.restricted_dirs, config.safe_dirs};
    for (std::string_view variable : {"FILES", "FILES_DS"}) {
        auto list = value_of(input.context, variable);
        if (!list) continue;
        auto listed = fetch_list(*list, policy, config);
        if (!listed) return std::unexpected(report(input, variable, listed.error()));
        add(*std::move(listed));
    }
    auto named = fetch_files(options.files, {.base = ".", .restricted = {}}, config.download);
    if (!named) return std::unexpected(report(named.error()));
    add(*std::move(named));
    if (auto complaint = init_complaint(options.init, all)) print_warning(*complaint);
    auto init = init_files(settle_init(options.init, config.init), all);
    if (!init) return std::unexpected(report(init.error()));
    add(*std::move(init));
    if (auto token = TRY(make_token_file(input, options.token, all))) all.push_back(*token);
    return all;
}

}  // namespace onectx
