// Finding the files of a context: names, links, directories, and what the host keeps to itself.
#include "host/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "common/limits.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"

namespace onectx {
namespace {

namespace fs = std::filesystem;

class Folder {
  public:
    Folder& file(const std::string& path, std::string_view content = "x")
    {
        test::write_file(at(path), content);
        return *this;
    }
    Folder& directory(const std::string& path)
    {
        fs::create_directories(at(path));
        return *this;
    }
    Folder& link(const std::string& path, const std::string& target)
    {
        fs::create_directories(at(path).parent_path());
        fs::create_symlink(target, at(path));
        return *this;
    }
    [[nodiscard]] fs::path at(const std::string& path) const { return folder_.path() / path; }
    [[nodiscard]] std::string root() const { return folder_.path().string(); }

    // "path path/ *path", a directory with a slash and an executable with a star; or the error, in
    // which the folder is called ROOT.
    [[nodiscard]] std::string collect(const std::vector<FileRequest>& requests) const
    {
        return collect(requests, FilePolicy{.base = root()});
    }
    [[nodiscard]] std::string collect(const std::vector<FileRequest>& requests,
                                      const FilePolicy& policy) const
    {
        auto attachments = collect_files(requests, policy);
        if (!attachments) return without_root(attachments.error().message);
        std::string text;
        for (const auto& each : *attachments) {
            if (!text.empty()) text += ' ';
            text += (each.executable ? "*" : "") + each.path +
                    (std::holds_alternative<DirectoryEntry>(each.content) ? "/" : "");
        }
        return text;
    }

  private:
    [[nodiscard]] std::string without_root(std::string text) const
    {
        for (auto found = text.find(root()); found != std::string::npos; found = text.find(root()))
            text.replace(found, root().size(), "ROOT");
        return text;
    }

    test::TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("files and their names on the image", "[files]")
{
    Folder folder;
    folder.file("a", "12345").file("sub/b").file("run.sh");
    chmod(folder.at("run.sh").c_str(), 0700);
    CHECK(folder.collect({}).empty());
    CHECK(folder.collect({{"a", ""}}) == "a");
    CHECK(folder.collect({{folder.at("sub/b").string(), ""}}) == "b");
    CHECK(folder.collect({{"sub/b", "c"}, {"./a", ""}}) == "c a");
    CHECK(folder.collect({{"a", "scripts/a"}}) == "scripts/a");
    CHECK(folder.collect({{"run.sh", ""}}) == "*run.sh");
    CHECK(folder.collect({{"nothing", ""}}) == "nothing: No such file or directory");

    auto attachments = collect_files({{"a", ""}}, FilePolicy{.base = folder.root()});
    REQUIRE(attachments);
    const auto& source = std::get<SourceFile>(attachments->at(0).content);
    CHECK(source.size == 5);
    CHECK(source.path == fs::canonical(folder.at("a")));
}

TEST_CASE("names that are none", "[files]")
{
    Folder folder;
    folder.file("a").directory("d");
    auto complaint = [](const std::string& path, const std::string& name) {
        return path + ": '" + name + "' cannot be a name on the image; write path:name";
    };
    CHECK(folder.collect({{"a", "/abs"}}) == complaint("a", "/abs"));
    CHECK(folder.collect({{"a", "x/../y"}}) == complaint("a", "x/../y"));
    CHECK(folder.collect({{"a", "x//y"}}) == complaint("a", "x//y"));
    CHECK(folder.collect({{"a", "x/"}}) == complaint("a", "x/"));
    CHECK(folder.collect({{"a", "."}}) == complaint("a", "."));
    CHECK(folder.collect({{"d/.", ""}}) == complaint("d/.", "."));
    CHECK(folder.collect({{"/", ""}}) == complaint("/", ""));
    CHECK(folder.collect({{std::string("a\0b", 3), ""}}) == "a\\x00b: NUL byte");
}

TEST_CASE("directories come with everything in them, in byte order", "[files]")
{
    Folder folder;
    folder.file("d/b").file("d/a").file("d/sub/c").directory("d/empty");
    CHECK(folder.collect({{"d", ""}}) == "d/ d/a d/b d/empty/ d/sub/ d/sub/c");
    CHECK(folder.collect({{"d/", "e"}}) == "e/ e/a e/b e/empty/ e/sub/ e/sub/c");
}

TEST_CASE("links are followed, but not out of a copied directory", "[files]")
{
    Folder folder;
    folder.file("real").link("named", "real");
    CHECK(folder.collect({{"named", ""}}) == "named");

    folder.file("in/a").file("in/sub/b").link("in/inside", "sub/b").link("in/dir", "sub");
    CHECK(folder.collect({{"in", ""}}) == "in/ in/a in/dir/ in/dir/b in/inside in/sub/ in/sub/b");
    folder.link("alias", "in");
    CHECK(folder.collect({{"alias", "x"}}) == "x/ x/a x/dir/ x/dir/b x/inside x/sub/ x/sub/b");

    folder.link("out/up", "../real");
    CHECK(folder.collect({{"out", ""}}) == "ROOT/out/up: a link that leads out of ROOT/out");
    folder.file("sibling-of/a").link("sibling/x", "../sibling-of/a");  // a prefix of the name only
    CHECK(folder.collect({{"sibling", ""}}) ==
          "ROOT/sibling/x: a link that leads out of ROOT/sibling");
    folder.link("dangling/x", "nowhere");
    CHECK(folder.collect({{"dangling", ""}}) == "ROOT/dangling/x: No such file or directory");
    folder.link("loop/sub/x", "..");
    CHECK(folder.collect({{"loop", ""}}) == "ROOT/loop: a link below it leads back to it");
    folder.link("circle", "circle");
    CHECK(folder.collect({{"circle", ""}}) == "circle: Too many levels of symbolic links");
}

TEST_CASE("special files are refused", "[files]")
{
    Folder folder;
    mkfifo(folder.at("fifo").c_str(), 0600);
    CHECK(folder.collect({{"fifo", ""}}) == "fifo: neither a regular file nor a directory");
    CHECK(folder.collect({{"/dev/null", ""}}) ==
          "/dev/null: neither a regular file nor a directory");
}

TEST_CASE("files whose size the kernel does not know are refused", "[files]")
{
    Folder folder;
    auto refused = [](const std::string& path) {
        return path + ": the kernel makes it up when it is read; copy it to a file first";
    };
    CHECK(folder.collect({{"/proc/version", ""}}) == refused("/proc/version"));
    CHECK(folder.collect({{"/sys/kernel/uevent_seqnum", ""}}) ==
          refused("/sys/kernel/uevent_seqnum"));
    folder.file("empty", "");
    CHECK(folder.collect({{"empty", ""}}) == "empty");
}

TEST_CASE("a restricted directory may be named by a link", "[files]")
{
    Folder folder;
    folder.file("real/secret").file("real/open/a").link("kept", "real").link("way", "real/open");
    FilePolicy policy{.base = folder.root(),
                      .restricted = {folder.at("kept").string()},
                      .safe = {folder.at("way").string()}};
    CHECK(folder.collect({{"real/secret", ""}}, policy) ==
          "real/secret: files in ROOT/real are restricted");
    CHECK(folder.collect({{"kept/secret", ""}}, policy) ==
          "kept/secret: files in ROOT/real are restricted");
    CHECK(folder.collect({{"real/open/a", ""}}, policy) == "a");
    policy.restricted = {"/"};
    CHECK(folder.collect({{"real/secret", ""}}, policy) ==
          "real/secret: files in / are restricted");
    CHECK(folder.collect({{"real/open/a", ""}}, policy) == "a");
    CHECK(folder.collect({{"/proc/self/root/etc/passwd", ""}}) ==
          "/proc/self/root/etc/passwd: files in /etc are restricted");
}

TEST_CASE("restricted directories are compared by component, after links", "[files]")
{
    Folder folder;
    folder.file("etc/secret").file("etcfoo/a").file("etc/safe/a").file("etc/safer/a");
    folder.link("way", "etc/secret").link("tree/etc", "../etc");
    FilePolicy policy{.base = folder.root(),
                      .restricted = {folder.at("etc").string() + "/"},
                      .safe = {folder.at("etc/safe").string()}};
    auto refused = [](const std::string& path) {
        return path + ": files in ROOT/etc are restricted";
    };
    CHECK(folder.collect({{"etc/secret", ""}}, policy) == refused("etc/secret"));
    CHECK(folder.collect({{"etc/secret", "x"}}, policy) == refused("etc/secret"));
    CHECK(folder.collect({{"etcfoo/../etc/secret", ""}}, policy) ==
          refused("etcfoo/../etc/secret"));
    CHECK(folder.collect({{"way", ""}}, policy) == refused("way"));
    CHECK(folder.collect({{"etc", ""}}, policy) == refused("etc"));
    CHECK(folder.collect({{".", "all"}}, policy) == refused("ROOT/etc"));
    CHECK(folder.collect({{"etc/safer/a", ""}}, policy) == refused("etc/safer/a"));
    CHECK(folder.collect({{"etc/safe/a", ""}}, policy) == "a");
    CHECK(folder.collect({{"etcfoo/a", ""}}, policy) == "a");

    // The default policy, on the machine's own.
    CHECK(folder.collect({{"/etc/passwd", ""}}) == "/etc/passwd: files in /etc are restricted");
}

TEST_CASE("a directory nested too deep is refused", "[files]")
{
    Folder folder;
    std::string path = "d";
    for (unsigned depth = 0; depth < kMaxIsoDepth; ++depth)
        path += "/d";
    folder.directory(path);
    CHECK(folder.collect({{"d", ""}}).ends_with("more than 64 directories below one another"));
}

}  // namespace onectx
