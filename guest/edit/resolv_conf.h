// The text of resolv.conf(5): name servers and search domains are replaced, all else stays.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace onectx {

inline constexpr std::size_t kMaxNameservers = 3;  // MAXNS of resolv.conf(5)

// `nameserver` lines are replaced when there are name servers, `search` and `domain` lines (of
// which the last one would win) when there are domains. The new lines stand where the first of
// those stood, else at the end. More than kMaxNameservers are not read by anybody: the caller's to
// cut.
[[nodiscard]] std::string edit_resolv_conf(std::string_view text,
                                           const std::vector<std::string>& nameservers,
                                           const std::vector<std::string>& domains);

// What edit_resolv_conf() may replace in the text: the lines of those keywords.
[[nodiscard]] std::string resolver_lines_in(std::string_view text);

}  // namespace onectx
