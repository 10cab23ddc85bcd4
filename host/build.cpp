// See build.h.
#include "host/build.h"

#include <expected>
#include <iterator>
#include <utility>

#include "common/result.h"
#include "common/shell_vars.h"
#include "host/console.h"
#include "host/image.h"
#include "host/layout.h"
#include "host/template_context.h"

namespace onectx {
namespace {

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
    return lay_out(write_shell_vars(input.context), std::move(attachments), options.image.joliet);
}

}  // namespace

std::expected<PlannedImage, int> plan_image(const BuildOptions& options)
{
    auto input = load_input(options.input);
    if (!input) return std::unexpected(input.error());
    auto listed = collect_listed_files(*input);
    if (!listed) return std::unexpected(report_files(*input, listed.error()));
    auto tree = lay_out_input(*input, options, *std::move(listed));
    if (!tree) return std::unexpected(report(tree.error()));
    auto secret = is_private(input->context, *tree);
    return PlannedImage{*std::move(tree), secret};
}

Result<OutputFile> write_output(const PlannedImage& image, const BuildOptions& options,
                                const SignalHold& signals)
{
    auto output = TRY(OutputFile::create(options.output, {.is_private = image.is_private}));
    TRY(write_image(image.tree, options.image, options.output, output, signals));
    return output;
}

int run_build(const BuildOptions& options)
{
    auto image = plan_image(options);
    if (!image) return image.error();
    SignalHold signals;
    auto output = write_output(*image, options, signals);
    auto committed = output ? output->commit() : std::unexpected(output.error());
    if (committed) return kExitDone;
    print_error(committed.error().message);
    return kExitFailed;
}

}  // namespace onectx
