// See download.h.
#include "host/download.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

#include "common/text.h"
#include "host/curl.h"
#include "host/url.h"

namespace onectx {
namespace {

constexpr long kMaxRedirects = 5;
constexpr long kStatusOk = 200;
constexpr long kStatusMissing = 404;

// Where large files may lie for a while; /tmp may be memory.
std::string temporary_directory()
{
    const char* directory = std::getenv("TMPDIR");
    return directory && *directory == '/' ? directory : "/var/tmp";
}

Result<Fd> unnamed_file()
{
    auto directory = temporary_directory();
    Fd file(open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (file.valid()) return file;
    if (errno != EOPNOTSUPP && errno != EISDIR) return fail_errno("a file in " + directory);
    auto name = directory + "/onectx.XXXXXX";
    file = Fd(mkostemp(name.data(), O_CLOEXEC));
    if (!file.valid()) return fail_errno("a file in " + directory);
    unlink(name.c_str());
    return file;
}

// What comes in, on its way to the file.
struct Incoming {
    Fd file;
    std::uint64_t room = 0;
    bool too_large = false;
    int write_error = 0;  // errno
};

// What libcurl calls with each piece; anything but `size` ends the transfer.
std::size_t take_piece(char* data, std::size_t, std::size_t size, void* user)
{
    auto& incoming = *static_cast<Incoming*>(user);
    incoming.too_large = size > incoming.room;
    if (incoming.too_large) return 0;
    for (std::size_t done = 0; done < size;) {
        auto written = write(incoming.file.get(), data + done, size - done);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) {
            incoming.write_error = errno;
            return 0;
        }
        done += static_cast<std::size_t>(written);
    }
    incoming.room -= size;
    return size;
}

// One address being fetched.
class Transfer {
  public:
    Transfer(const Curl& curl, const DownloadSettings& settings)
        : curl_(curl), settings_(settings), handle_(curl.easy_init(), curl.easy_cleanup)
    {
    }

    Result<SourceFile> run(const std::string& url);
    // Whether the server answered that there is no such thing.
    [[nodiscard]] bool is_missing() const
    {
        return result_ == CURLE_HTTP_RETURNED_ERROR && status() == kStatusMissing;
    }

  private:
    Result<void> set_up(const std::string& url);
    template <class Value>
    void set(CURLoption option, Value value)
    {
        if (result_ == CURLE_OK) result_ = curl_.easy_setopt(handle_.get(), option, value);
    }
    [[nodiscard]] long status() const
    {
        long status = 0;
        curl_.easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
        return status;
    }
    [[nodiscard]] bool connected() const
    {
        double seconds = 0;
        curl_.easy_getinfo(handle_.get(), CURLINFO_CONNECT_TIME, &seconds);
        return seconds > 0;
    }
    [[nodiscard]] std::string problem() const;
    [[nodiscard]] std::string detail() const
    {
        return printable(details_[0] != '\0' ? details_.data() : curl_.easy_strerror(result_));
    }

    const Curl& curl_;
    const DownloadSettings& settings_;
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle_;
    CURLcode result_ = CURLE_OK;
    Incoming incoming_;
    std::array<char, CURL_ERROR_SIZE> details_{};
};

Result<void> Transfer::set_up(const std::string& url)
{
    if (!handle_) return fail("libcurl does not start", EIO);
    bool encrypted = equals_ignoring_case(std::string_view(url).substr(0, 6), "https:");
    set(CURLOPT_ERRORBUFFER, details_.data());
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_USERAGENT, "onectx/" ONECTX_VERSION);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_REDIR_PROTOCOLS_STR, encrypted ? "https" : "http,https");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, kMaxRedirects);
    set(CURLOPT_FAILONERROR, 1L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str());
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(settings_.connect_seconds));
    set(CURLOPT_TIMEOUT, static_cast<long>(settings_.total_seconds));
    set(CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(settings_.max_bytes));
    set(CURLOPT_WRITEFUNCTION, &take_piece);
    set(CURLOPT_WRITEDATA, &incoming_);
    if (result_ != CURLE_OK) return fail("libcurl: " + detail(), EIO);
    return {};
}

std::string Transfer::problem() const
{
    switch (result_) {
        case CURLE_HTTP_RETURNED_ERROR: return "the server answers " + std::to_string(status());
        case CURLE_FILESIZE_EXCEEDED:
            return "larger than " + std::to_string(settings_.max_bytes) + " bytes";
        case CURLE_OPERATION_TIMEDOUT:
            return connected()
                       ? "not there within " + std::to_string(settings_.total_seconds) + " s"
                       : "no connection within " + std::to_string(settings_.connect_seconds) + " s";
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_RECV_ERROR: return "the answer is cut off";
        case CURLE_TOO_MANY_REDIRECTS:
            return "more than " + std::to_string(kMaxRedirects) + " redirections";
        case CURLE_UNSUPPORTED_PROTOCOL: return "redirected to another kind of address";
        case CURLE_PEER_FAILED_VERIFICATION: return "the certificate is not trusted: " + detail();
        default: return detail();
    }
}

Result<SourceFile> Transfer::run(const std::string& url)
{
    incoming_.file = TRY(unnamed_file());
    incoming_.room = settings_.max_bytes;
    TRY(set_up(url));
    result_ = curl_.easy_perform(handle_.get());
    if (incoming_.too_large) result_ = CURLE_FILESIZE_EXCEEDED;
    if (incoming_.write_error != 0)
        return fail_errno("write in " + temporary_directory(), incoming_.write_error);
    if (result_ != CURLE_OK) return fail(problem(), EIO);
    if (status() != kStatusOk) return fail("the server answers " + std::to_string(status()), EIO);

    struct stat stored{};
    if (fstat(incoming_.file.get(), &stored) != 0) return fail_errno("look at the file");
    return SourceFile{.path = url,
                      .size = static_cast<std::uint64_t>(stored.st_size),
                      .device = stored.st_dev,
                      .inode = stored.st_ino,
                      .modified = stored.st_mtim,
                      .unnamed = std::make_shared<const Fd>(std::move(incoming_.file))};
}

// A name behind an address without quotes is part of the address.
std::string advice_on(const FileRequest& request)
{
    std::string_view url = request.path;
    auto colon = url.rfind(':');
    if (!request.name.empty() || url.substr(colon).contains('/')) return "";
    return "; a name behind an address needs quotes: '" + std::string(url.substr(0, colon)) +
           "':" + std::string(url.substr(colon + 1));
}

Result<SourceFile> download(const Curl& curl, const DownloadSettings& settings,
                            const FileRequest& request)
{
    Transfer transfer(curl, settings);
    auto file = transfer.run(request.path);
    if (!file && transfer.is_missing()) file.error().message += printable(advice_on(request));
    return in_context(printable(request.path), std::move(file));
}

}  // namespace

Result<std::string> download_name(const FileRequest& request)
{
    TRY(check_url(request.path));
    if (request.name.empty()) return name_of_url(request.path);
    TRY(in_context(printable(request.path), check_image_name(request.name)));
    return request.name;
}

Result<std::vector<Attachment>> download_files(const std::vector<FileRequest>& requests,
                                               const DownloadSettings& settings)
{
    std::vector<Attachment> attachments;
    for (const auto& request : requests)
        attachments.push_back({
            .path = TRY(download_name(request))
            , .content = DirectoryEntry {}
        });
    if (requests.empty()) return attachments;
    auto curl = TRY(load_curl());
    for (std::size_t at = 0; at < requests.size(); ++at)
        attachments[at].content = TRY(download(curl, settings, requests[at]));
    return attachments;
}

}  // namespace onectx
