// Reading of PATH[:NAME] and of lists of them; see files.h.
#include <optional>

#include "common/text.h"
#include "host/files.h"
#include "host/url.h"

namespace onectx {
namespace {

class ListParser {
  public:
    // blanks_part: whether white space ends an item.
    ListParser(std::string_view text, bool blanks_part) : text_(text), blanks_part_(blanks_part) {}

    // Absent at the end of the list.
    Result<std::optional<FileRequest>> next()
    {
        while (blanks_part_ && at_ < text_.size() && is_space(text_[at_]))
            ++at_;
        if (at_ == text_.size()) return std::nullopt;

        auto start = at_;
        FileRequest request;
        if (is_foreign_url(text_.substr(start)))
            return fail("'" + item_from(start) + "': only http and https addresses are fetched");
        request.path = is_url(text_.substr(start)) ? address() : TRY(part());
        bool named = at_ < text_.size() && text_[at_] == ':';
        if (named) {
            ++at_;
            request.name = TRY(part());
        }
        if (at_ < text_.size() && !ends_item(text_[at_])) {
            return fail("'" + item_from(start) +
                        "': more than one ':'; a part that holds one needs quotes");
        }
        if (request.path.empty()) return fail("'" + item_from(start) + "': no path");
        if (named && request.name.empty()) return fail("'" + item_from(start) + "': no name");
        return request;
    }

  private:
    [[nodiscard]] bool ends_item(char c) const { return blanks_part_ && is_space(c); }

    std::string address()
    {
        auto start = at_;
        while (at_ < text_.size() && !ends_item(text_[at_]))
            ++at_;
        return std::string(text_.substr(start, at_ - start));
    }

    // What the item looks like, for a message.
    std::string item_from(std::size_t start) const
    {
        auto end = start;
        while (end < text_.size() && !ends_item(text_[end]))
            ++end;
        return printable(without_credentials(text_.substr(start, end - start)));
    }

    Result<std::string> part()
    {
        auto start = at_;
        if (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) return quoted_part();
        while (at_ < text_.size() && text_[at_] != ':' && !ends_item(text_[at_]))
            ++at_;
        return std::string(text_.substr(start, at_ - start));
    }

    Result<std::string> quoted_part()
    {
        auto open = at_;
        auto close = text_.find(text_[open], open + 1);
        if (close == std::string_view::npos)
            return fail("'" + item_from(open) + "': unterminated quote");
        at_ = close + 1;
        if (at_ < text_.size() && text_[at_] != ':' && !ends_item(text_[at_]))
            return fail("'" + item_from(open) + "': text directly after a closing quote");
        return std::string(text_.substr(open + 1, close - open - 1));
    }

    std::string_view text_;
    bool blanks_part_;
    std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<FileRequest>> parse_file_list(std::string_view list)
{
    ListParser parser(list, true);
    std::vector<FileRequest> requests;
    while (auto request = TRY(parser.next()))
        requests.push_back(*std::move(request));
    return requests;
}

Result<FileRequest> parse_file_argument(std::string_view argument)
{
    auto request = TRY(ListParser(argument, false).next());
    if (!request) return fail("an empty path");
    return *std::move(request);
}

}  // namespace onectx
