// See metadata.h.
#include "guest/system/metadata.h"

#include <algorithm>

#include "common/limits.h"
#include "common/secret.h"
#include "common/shell_vars.h"
#include "common/text.h"
#include "guest/model/metadata.h"
#include "guest/system/http/client.h"

namespace onectx {
namespace {

using std::chrono::milliseconds;

// Instance metadata service, version 2 of EC2.
constexpr const char* kTokenHeader = "X-aws-ec2-metadata-token";
constexpr const char* kLifeHeader = "X-aws-ec2-metadata-token-ttl-seconds";
constexpr const char* kTokenSeconds = "300";
// A service may be of the older kind and never answer to PUT.
constexpr milliseconds kTokenLimit{3000};
constexpr unsigned kOk = 200;
constexpr unsigned kNotFound = 404;

class Service {
  public:
    Service(Url url, const Policy& policy)
        : url_(std::move(url)),
          policy_(policy),
          deadline_(std::chrono::seconds(policy.metadata_seconds))
    {
        while (url_.path.ends_with('/'))
            url_.path.pop_back();
    }

    // An error with `answered` unset: nobody is there.
    Result<void> begin();
    // Absent when the service has no such thing.
    Result<std::optional<std::string>> get(const std::string& path, std::size_t max_bytes);
    [[nodiscard]] bool answered() const { return answered_; }

  private:
    Result<HttpAnswer> ask(const std::string& method, const std::string& path, HttpHeaders headers,
                           milliseconds limit);

    Url url_;
    const Policy& policy_;
    Deadline deadline_;
    Secret token_;
    bool answered_ = false;
};

Result<HttpAnswer> Service::ask(const std::string& method, const std::string& path,
                                HttpHeaders headers, milliseconds limit)
{
    HttpRequest request{.method = method, .url = url_, .headers = std::move(headers)};
    request.url.path += path;
    HttpOptions options;
    options.limit = std::min(limit, milliseconds(deadline_.remaining_ms()));
    auto answer = TRY(http_request(request, options));
    answered_ = true;
    return answer;
}

Result<void> Service::begin()
{
    if (policy_.metadata_token == MetadataToken::never) return {};
    const bool required = policy_.metadata_token == MetadataToken::require;
    const auto limit = required ? std::chrono::seconds(policy_.metadata_seconds) : kTokenLimit;
    auto answer = ask("PUT", "/latest/api/token", {{kLifeHeader, kTokenSeconds}}, limit);
    const bool good = answer && answer->status == kOk && !answer->body.empty() &&
                      answer->body.size() <= kMaxMetadataItemBytes &&
                      printable(answer->body) == answer->body;
    if (good) token_ = Secret(std::move(answer->body));
    if (good || !required) return {};
    if (!answer) return std::unexpected(std::move(answer).error());
    return fail("the metadata service gives no token (status " + std::to_string(answer->status) +
                ")");
}

Result<std::optional<std::string>> Service::get(const std::string& path, std::size_t max_bytes)
{
    HttpHeaders headers;
    if (!token_.empty()) headers.emplace_back(kTokenHeader, token_.reveal());
    auto answer =
        TRY(ask("GET", path, std::move(headers), std::chrono::seconds(policy_.metadata_seconds)));
    if (answer.status == kNotFound) return std::nullopt;
    if (answer.status != kOk)
        return fail("the metadata service answers " + path + " with status " +
                    std::to_string(answer.status));
    if (answer.body.size() > max_bytes)
        return fail("the metadata service's answer to " + path + " is too large");
    return std::move(answer.body);
}

Result<Metadata> read_all_of(Service& service)
{
    const std::string base = "/latest/meta-data/";
    Metadata metadata;
    TRY(service.begin());
    metadata.hostname = TRY(service.get(base + "local-hostname", kMaxMetadataItemBytes))
    .value_or("");
    const auto list = TRY(service.get(base + "public-keys/", kMaxMetadataItemBytes));
    for (const auto& number : TRY(in_context("public-keys", key_numbers(list.value_or(""))))) {
        auto key = TRY(
            service.get(base + "public-keys/" + number + "/openssh-key", kMaxMetadataItemBytes));
        if (!key) return fail("public-keys: key " + number + " is listed and not there");
        metadata.keys.push_back(std::move(*key));
    }
    metadata.user_data = TRY(service.get("/latest/user-data", kMaxContextBytes))
    .value_or("");
    return metadata;
}

}  // namespace

Result<MetadataAnswer> ask_metadata(const Policy& policy)
{
    Service service(TRY(in_context("metadata-address", parse_url(policy.metadata_address))),
                    policy);
    auto metadata = read_all_of(service);
    if (!metadata && !service.answered()) return MetadataAnswer{{}, metadata.error().message};
    const auto read = TRY(in_context("metadata", std::move(metadata)));
    if (read.empty()) return MetadataAnswer{{}, "the metadata service has nothing for us"};
    return MetadataAnswer
    {
        write_shell_vars(TRY(in_context("metadata", context_of_metadata(read)))), {}
    };
}

}  // namespace onectx
