// MIME messages (RFC 2045, 2046) as cloud-init takes several pieces of user data in one: headers, a
// body, and in a multipart body such messages again.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace onectx {

struct MimePart {
    std::string type;  // in small letters: "text/cloud-config"; "text/plain" where none is said
    std::string file_name;  // of Content-Disposition; empty: none
    std::string body;       // as it was before it was encoded for the way
};

struct MimeMessage {
    std::vector<MimePart> parts;  // none of them multipart, in their order
    std::vector<std::string> problems;
};

// Whether a text is a message rather than anything else of user data: its first lines are headers,
// and one of them is MIME-Version or Content-Type.
[[nodiscard]] bool is_mime_message(std::string_view text);

// Line ends may be LF or CR LF; those of the parts stay. Fails when a limit is hit or a multipart
// has no boundary. A part whose encoding is unknown or broken is left out, with a problem.
[[nodiscard]] Result<MimeMessage> parse_mime(std::string_view text);

}  // namespace onectx
