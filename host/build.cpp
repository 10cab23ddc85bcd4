// See build.h.
#include "host/build.h"

#include <sys/stat.h>

#include <algorithm>
#include <expected>
#include <utility>

#include "common/result.h"
#include "common/text.h"
#include "host/console.h"
#include "host/contents.h"
#include "host/context_sh.h"
#include "host/image.h"
#include "host/layout.h"

namespace onectx {

std::expected<PlannedImage, int> plan_image(const BuildOptions& options, InputLoader& loader)
{
    auto input = loader.load(options.input);
    if (!input) return std::unexpected(input.error());
    auto contents = gather_contents(*input, options.content);
    if (!contents) return std::unexpected(contents.error());
    auto text = make_context_sh(input->context);
    auto tree = text ? lay_out(*std::move(text), *std::move(contents), options.image.joliet)
                     : std::unexpected(text.error());
    if (!tree) {
        print_error(tree.error().message);
        return std::unexpected(kExitBadInput);
    }
    auto secret = is_private(input->context, *tree);
    return PlannedImage{*std::move(tree), secret};
}

namespace {

// Whether the file at `path` is the template or a file that goes on the image.
bool is_input(const std::string& path, const std::string& input, const ImageTree& tree)
{
    struct stat target{};
    if (stat(path.c_str(), &target) != 0 || !S_ISREG(target.st_mode)) return false;
    auto is_target = [&](dev_t device, ino_t inode) {
        return device == target.st_dev && inode == target.st_ino;
    };
    struct stat text{};
    if (stat(input.c_str(), &text) == 0 && is_target(text.st_dev, text.st_ino)) return true;
    return std::any_of(tree.begin(), tree.end(), [&](const TreeEntry& entry) {
        const auto* file = std::get_if<SourceFile>(&entry.content);
        return file && is_target(file->device, file->inode);
    });
}

}  // namespace

Result<OutputFile> write_output(const PlannedImage& image, const BuildOptions& options,
                                const SignalHold& signals)
{
    if (is_input(options.output, options.input.path, image.tree))
        return fail("write " + printable(options.output) + ": the image is made of this very file");
    auto output = TRY(OutputFile::create(options.output, {.is_private = image.is_private}));
    TRY(write_image(image.tree, options.image, options.output, output, signals));
    return output;
}

int run_build(const BuildOptions& options)
{
    InputLoader loader;
    auto image = plan_image(options, loader);
    if (!image) return image.error();
    SignalHold signals;
    auto output = write_output(*image, options, signals);
    auto committed = output ? output->commit() : std::unexpected(output.error());
    if (committed) return kExitDone;
    print_error(committed.error().message);
    return kExitFailed;
}

}  // namespace onectx
