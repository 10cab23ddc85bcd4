// See build.h.
#include "host/build.h"

#include <unistd.h>

#include <expected>
#include <iterator>
#include <utility>

#include "common/result.h"
#include "common/text.h"
#include "host/console.h"
#include "host/image_check.h"
#include "host/layout.h"
#include "host/output_file.h"
#include "host/template_context.h"
#include "posix/fd.h"
#include "posix/file_source.h"

namespace onectx {
namespace {

// A refusal has no errno: then it is the input that is wrong, not the machine.
int exit_code_of(const Error& error)
{
    return error.code == 0 ? kExitBadInput : kExitFailed;
}

int report(const Error& error)
{
    print_error(error.message);
    return exit_code_of(error);
}

// A complaint about FILES, at its place in the template when it comes from there.
int report_files(const Input& input, const Error& error)
{
    auto message = "FILES: " + error.message;
    const auto* item = find_context_item(input.record.attributes, "FILES");
    if (item && line_of(input.context, "FILES") != 0)
        print_error(complain_at(input.text, item->place, message), input.name);
    else
        print_error(message);
    return exit_code_of(error);
}

Result<std::vector<Attachment>> collect_listed_files(const Input& input)
{
    auto list = value_of(input.context, "FILES");
    if (!list) return std::vector<Attachment>{};
    FilePolicy policy{.base = input.directory};
    return collect_files(TRY(parse_file_list(*list)), policy);
}

Result<ImageTree> lay_out_input(const Input& input, const BuildOptions& options,
                                std::vector<Attachment> attachments)
{
    // What the command line names, its user may read: no directory is restricted.
    FilePolicy policy{.base = ".", .restricted = {}};
    auto named = TRY(collect_files(options.files, policy));
    std::move(named.begin(), named.end(), std::back_inserter(attachments));
    return lay_out(input.context, std::move(attachments), options.image.joliet);
}

Result<void> write_image(const Input& input, const ImageTree& tree, const BuildOptions& options)
{
    SignalHold signals;
    auto output = TRY(OutputFile::create(options.output, is_private(input.context, tree)));
    TRY(write_iso(tree, options.image, output, signals));
    auto attempt = "write " + printable(options.output);
    auto source = TRY(in_context(attempt, FileSource::from(Fd(dup(output.fd())))));
    TRY(in_context(attempt, check_image(source, tree, options.image)));
    return output.commit();
}

}  // namespace

int run_build(const BuildOptions& options)
{
    auto input = load_input(options.input);
    if (!input) return input.error();
    auto listed = collect_listed_files(*input);
    if (!listed) return report_files(*input, listed.error());
    auto tree = lay_out_input(*input, options, *std::move(listed));
    if (!tree) return report(tree.error());
    if (auto written = write_image(*input, *tree, options); !written) {
        print_error(written.error().message);
        return kExitFailed;
    }
    return kExitDone;
}

}  // namespace onectx
