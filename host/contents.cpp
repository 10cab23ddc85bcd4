// See contents.h.
#include "host/contents.h"

#include <algorithm>
#include <iterator>
#include <set>
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
Result<void> check_not_reserved(std::string_view path)
{
    if (!equals_ignoring_case(path, kContextFile) && !equals_ignoring_case(path, kTokenFile))
        return {};
    return fail(shown(path) + ": the image has its own " + to_lower(path) +
                "; write path:name to give another name");
}

Result<Attachments> fetch_list(std::string_view list, const FilePolicy& policy,
                               const HostConfig& config)
{
    auto requests = TRY(parse_file_list(list));
    auto attachments = TRY(fetch_files(std::move(requests), policy, config.download));
    for (const auto& attachment : attachments)
        TRY(check_not_reserved(attachment.path));
    return attachments;
}

// What one item of a list brings, as far as it is known without asking a server.
Result<Attachments> look_at(const FileRequest& request, const FilePolicy& policy)
{
    if (!is_url(request.path)) return collect_files({request}, policy);
    Attachment download
    {
        .path = TRY(download_name(request))
        , .content = std::string()
    };
    return Attachments{std::move(download)};
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

std::vector<std::string> complaints_about_files(std::string_view list, const FilePolicy& policy)
{
    auto requests = parse_file_list(list);
    if (!requests) return {requests.error().message};
    std::vector<std::string> complaints;
    std::set<std::string> names;
    Attachments accepted;
    auto accept = [&](const Result<void>& result) {
        if (!result) complaints.push_back(result.error().message);
        return result.has_value();
    };
    for (const auto& request : *requests) {
        auto files = look_at(request, policy);
        if (!files) complaints.push_back(files.error().message);
        for (auto& file : files.value_or(Attachments())) {
            bool is_new = names.insert(file.path).second;
            if (!accept(check_not_reserved(file.path)) ||
                !accept(is_new ? Result<void>() : name_is_taken(file.path)))
                continue;
            accepted.push_back(std::move(file));
        }
    }
    // What is wrong with a name by itself, and with all of them together.
    if (auto tree = lay_out("", std::move(accepted), true); !tree)
        complaints.push_back(tree.error().message);
    return complaints;
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
