// See inspect.h.
#include "host/inspect.h"

#include <algorithm>
#include <utility>

#include "common/digest_stream.h"
#include "common/iso_image.h"
#include "common/limits.h"
#include "common/shell_vars.h"
#include "common/text.h"
#include "host/console.h"
#include "host/inspect_report.h"
#include "host/iso_checksum.h"
#include "host/iso_writer.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

constexpr std::string_view kContextPath = "/context.sh";

// Looks at one image and remembers how it should end: damage and failures (1) weigh more than what
// is merely malformed (3).
class Inspector {
  public:
    Inspector(const ByteSource& source, const InspectOptions& options)
        : source_(source), options_(options), name_(printable(options.iso))
    {
    }

    int run();

  private:
    void complain(const Error& error);
    void complain(const std::string& message, int exit_code);
    void report_problems();
    void hash_files();
    void read_context();
    bool find_checksums();  // false: they cannot be read
    void verify();
    void print();

    const ByteSource& source_;
    const InspectOptions& options_;
    std::string name_;
    std::string context_name_ = name_ + ":" + std::string(kContextPath);
    Inspection found_;
    std::vector<IsoChecksum> checksums_;
    int exit_code_ = kExitDone;
};

int Inspector::run()
{
    auto image = open_iso(source_);
    if (!image) {
        complain(image.error());
        // Damage may be why it cannot be read, and then it is worth saying.
        if (options_.verify && find_checksums() && !checksums_.empty()) verify();
        return exit_code_;
    }
    found_.image = std::move(*image);
    report_problems();
    hash_files();
    read_context();
    const bool readable = find_checksums();
    if (options_.verify && readable) verify();
    print();
    return exit_code_;
}

void Inspector::complain(const Error& error)
{
    complain(error.message, error.code == 0 ? kExitBadInput : kExitFailed);
}

void Inspector::complain(const std::string& message, int exit_code)
{
    print_error(name_ + ": " + message);
    exit_code_ = exit_code_ == kExitDone ? exit_code : std::min(exit_code_, exit_code);
}

void Inspector::report_problems()
{
    if (found_.image.label != kContextLabel) {
        print_warning(name_ + ": the label is " + shown(found_.image.label) +
                      "; guests look for CONTEXT");
    }
    for (const auto& problem : found_.image.problems)
        complain(problem, kExitBadInput);
    if (found_.image.unlisted != 0)
        complain(std::to_string(found_.image.unlisted) + " more entries were left out",
                 kExitBadInput);
}

void Inspector::hash_files()
{
    for (const auto& entry : found_.image.entries) {
        auto& sha256 = found_.sha256.emplace_back();
        if (entry.type != IsoType::regular) continue;
        DigestStream digest(DigestKind::sha256);
        const auto read = read_file(source_, entry, [&](std::string_view piece) -> Result<void> {
            digest.add(piece);
            return {};
        });
        if (read)
            sha256 = digest.finish_hex();
        else
            complain(read.error());
    }
}

void Inspector::read_context()
{
    const auto* entry = found_.image.find(kContextPath);
    if (!entry) return print_warning(name_ + ": there is no " + std::string(kContextPath));
    const auto text = read_file(source_, *entry, kMaxContextBytes);
    if (!text) return complain(text.error());
    auto parsed = parse_shell_vars(*text);
    // Neither carries a secret: the parser leaves out what may belong to one.
    for (const auto& warning : parsed.warnings)
        print_warning(warning, context_name_);
    for (const auto& refused : parsed.refused)
        print_error(refused, context_name_);
    if (parsed.unlisted != 0)
        print_error(context_name_ + ": " + std::to_string(parsed.unlisted) + " more complaints");
    if (!parsed.refused.empty() && exit_code_ == kExitDone) exit_code_ = kExitBadInput;
    found_.context = std::move(parsed.context);
}

bool Inspector::find_checksums()
{
    auto checksums = find_iso_checksums(source_);
    if (checksums) {
        checksums_ = std::move(*checksums);
        found_.md5 = session_md5(checksums_);
    } else if (options_.verify || checksums.error().code != 0) {
        complain(checksums.error().message, kExitFailed);
    } else {
        print_warning(name_ + ": " + checksums.error().message);
    }
    return checksums.has_value();
}

void Inspector::verify()
{
    auto& verified = found_.verified.emplace();
    if (checksums_.empty()) complain("holds no MD5 records: nothing can be verified", kExitFailed);
    for (const auto& sum : checksums_) {
        const auto intact = is_intact(source_, sum);
        if (!intact)
            complain(intact.error().message, kExitFailed);
        else if (!*intact)
            complain("the " + sum.covers + " is damaged: its MD5 sum is not the recorded one",
                     kExitFailed);
        verified.push_back({sum, intact.value_or(false)});
    }
}

void Inspector::print()
{
    std::string text;
    if (options_.json) {
        auto json = inspection_json(found_, options_.show_secrets);
        for (const auto& what : json.repaired)
            print_warning(name_ + ": " + what + " is not valid UTF-8; what is wrong became U+FFFD");
        text = std::move(json.text);
    } else {
        text = inspection_text(found_, options_.show_secrets);
    }
    if (!print_output(text)) exit_code_ = kExitFailed;
}

}  // namespace

int run_inspect(const InspectOptions& options)
{
    const auto source = FileSource::open(options.iso);
    if (!source) {
        print_error(printable(source.error().message));
        return kExitFailed;
    }
    return Inspector(*source, options).run();
}

}  // namespace onectx
