// See driver_log.h.
#include "host/transfer/driver_log.h"

#include <algorithm>
#include <string>

#include "common/text.h"
#include "host/console.h"

namespace onectx {
namespace {

void log(std::string_view severity, std::string_view text)
{
    for (auto line : split_lines(text))
        print_plain(std::string(severity) + ": context: " + std::string(line));
}

}  // namespace

void DriverLog::info(std::string_view text) const
{
    log("INFO", text);
}

void DriverLog::warning(std::string_view text) const
{
    log("WARN", text);
}

void DriverLog::error(std::string_view text) const
{
    log("ERROR", text);
}

void DriverLog::report(std::string_view message) const
{
    std::string line(message);
    std::replace(line.begin(), line.end(), '\n', ' ');
    if (marks_) print_plain("ERROR MESSAGE --8<------");
    print_plain(line);
    if (marks_) print_plain("ERROR MESSAGE ------>8--");
}

}  // namespace onectx
