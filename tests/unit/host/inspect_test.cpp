// What `onectx inspect` prints about images as they are, damaged, and no images at all.
#include "host/inspect.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/iso_record.h"
#include "host/inspect_report.h"
#include "tests/support/catch.h"
#include "tests/support/files.h"
#include "tests/support/iso_maker.h"

using std::string_view_literals::operator""sv;

namespace onectx {
namespace {

std::string golden_path(const std::string& name)
{
    return (test::source_folder() / "tests/golden/iso" / name).string();
}

struct Printed {
    int code = 0;
    std::string out;
    std::string err;
};

// Sends a descriptor into a file for as long as it lives.
class Redirection {
  public:
    Redirection(int fd, const std::string& path) : fd_(fd), saved_(dup(fd))
    {
        const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        dup2(file, fd_);
        close(file);
    }
    ~Redirection()
    {
        dup2(saved_, fd_);
        close(saved_);
    }
    Redirection(const Redirection&) = delete;
    Redirection& operator=(const Redirection&) = delete;

  private:
    int fd_;
    int saved_;
};

Printed inspect(const InspectOptions& options)
{
    const test::TemporaryFolder folder;
    const auto out = folder.path() / "out";
    const auto err = folder.path() / "err";
    Printed printed;
    {
        const Redirection redirect_out(STDOUT_FILENO, out);
        const Redirection redirect_err(STDERR_FILENO, err);
        printed.code = run_inspect(options);
    }
    printed.out = test::read_file(out);
    printed.err = test::read_file(err);
    return printed;
}

// Inspects an image that is no file yet; what it prints calls it "x.iso".
Printed inspect_bytes(const std::string& bytes, InspectOptions options = {})
{
    const test::TemporaryFolder folder;
    options.iso = folder.path() / "x.iso";
    test::write_file(options.iso, bytes);
    auto printed = inspect(options);
    for (auto at = printed.err.find(options.iso); at != std::string::npos;
         at = printed.err.find(options.iso))
        printed.err.replace(at, options.iso.size(), "x.iso");
    return printed;
}

// The image with one byte of this text changed.
std::string damaged(std::string bytes, std::string_view text)
{
    bytes.at(bytes.find(text)) ^= 1;
    return bytes;
}

// An image with Rock Ridge that holds this context.sh and nothing else.
std::string image_with_context(const std::string& content)
{
    auto bytes = test::raw_image({{"CONTEXT.SH;1", 30, static_cast<std::uint32_t>(content.size()),
                                   0, test::nm("context.sh") + test::px(0100400)}},
                                 40);
    test::put(bytes, 30 * test::kSector, content);
    return bytes;
}

}  // namespace

TEST_CASE("inspect: text for people", "[inspect]")
{
    const auto printed = inspect({.iso = golden_path("xorriso.iso")});
    CHECK(printed.code == 0);
    CHECK(printed.err.empty());
    CHECK(printed.out ==
          "label       CONTEXT\n"
          "size        79872 bytes\n"
          "MD5         c1174c92df87859185ed7e5e92ca1944\n"
          "extensions  Rock Ridge, Joliet\n"
          "\n"
          "mode  owner  size  path\n"
          "0444    0:0     8  /Füße mit Blank.txt\n"
          "0400    0:0   163  /context.sh\n"
          "0555    0:0    17  /init.sh\n"
          "0555    0:0     -  /scripts/\n"
          "0644    0:0    41  /scripts/a-longer-name-than-8.3.conf\n"
          "0777    0:0     -  /scripts/link -> ../context.sh\n"
          "\n"
          "variables of /context.sh\n"
          "ETH0_MAC=02:00:c0:a8:00:05\n"
          "PASSWORD=(secret)\n"
          "SET_HOSTNAME=it's\n"
          "SSH_PUBLIC_KEY=ssh-ed25519 AAAA user@host\n");
}

TEST_CASE("inspect: JSON for programs", "[inspect]")
{
    const auto printed = inspect({.iso = golden_path("genisoimage.iso"), .json = true});
    CHECK(printed.code == 0);
    CHECK(printed.err.empty());
    CHECK(printed.out == R"json({
  "label": "CONTEXT",
  "size": 75776,
  "md5": null,
  "joliet": true,
  "rockridge": true,
  "files": [
    {
      "path": "/Füße mit Blank.txt",
      "size": 8,
      "mode": "0444",
      "uid": 0,
      "gid": 0,
      "sha256": "b8fb07e729d2c238732229327c1b0669dcb8a15705340409cbbed2a6995898e2"
    },
    {
      "path": "/context.sh",
      "size": 163,
      "mode": "0400",
      "uid": 0,
      "gid": 0,
      "sha256": "288b004b56fc3804e0ff4150088ec7ac0329dd70013c4a9a363586b8cace916d"
    },
    {
      "path": "/init.sh",
      "size": 17,
      "mode": "0555",
      "uid": 0,
      "gid": 0,
      "sha256": "306c6ca7407560340797866e077e053627ad409277d1b9da58106fce4cf717cb"
    },
    {
      "path": "/scripts/a-longer-name-than-8.3.conf",
      "size": 41,
      "mode": "0644",
      "uid": 0,
      "gid": 0,
      "sha256": "09f368b907d64cf5f6ab99629b36a93a85c5016b2f27fcd15e7ac191225a871b"
    }
  ],
  "context": {
    "ETH0_MAC": "02:00:c0:a8:00:05",
    "PASSWORD": "(secret)",
    "SET_HOSTNAME": "it's",
    "SSH_PUBLIC_KEY": "ssh-ed25519 AAAA user@host"
  },
  "others": [
    {
      "path": "/scripts",
      "type": "directory",
      "mode": "0555",
      "uid": 0,
      "gid": 0
    },
    {
      "path": "/scripts/link",
      "type": "symlink",
      "mode": "0777",
      "uid": 0,
      "gid": 0,
      "target": "../context.sh"
    }
  ]
}
)json");
}

TEST_CASE("inspect: secrets are shown only on request", "[inspect][secret]")
{
    const auto json = GENERATE(false, true);
    const auto iso = golden_path("xorriso.iso");
    for (bool verify : {false, true}) {
        const auto hidden = inspect({.iso = iso, .json = json, .verify = verify});
        CHECK((hidden.out + hidden.err).find("canary") == std::string::npos);
    }
    const auto shown = inspect({.iso = iso, .json = json, .show_secrets = true});
    CHECK(shown.out.find("canary-7f3a") != std::string::npos);
    CHECK(shown.out.find("(secret)") == std::string::npos);
}

TEST_CASE("inspect: a secret in a line that is refused stays hidden", "[inspect][secret]")
{
    const auto printed = inspect_bytes(image_with_context("PASSWORD=canary`x`\nA='1'\n"));
    CHECK(printed.code == 3);
    CHECK((printed.out + printed.err).find("canary") == std::string::npos);
    CHECK(printed.err.starts_with("x.iso:/context.sh:1:"));
    CHECK(printed.out.ends_with("\nvariables of /context.sh\nA=1\n"));
}

TEST_CASE("inspect: --verify checks the sums that libisofs recorded", "[inspect][verify]")
{
    const auto printed = inspect({.iso = golden_path("xorriso.iso"), .verify = true});
    CHECK(printed.code == 0);
    CHECK(printed.err.empty());
    CHECK(printed.out.find("verified    superblock, 19 blocks from block 0: intact\n"
                           "verified    directory tree, 25 blocks from block 0: intact\n"
                           "verified    session, 38 blocks from block 0: intact\n") !=
          std::string::npos);

    const auto relocated = inspect({.iso = golden_path("relocated.iso"), .verify = true});
    CHECK(relocated.code == 0);
    CHECK(relocated.out.find("verified    relocated superblock, 19 blocks from block 0: intact\n"
                             "verified    superblock, 19 blocks from block 32: intact\n") !=
          std::string::npos);

    const auto json = inspect({.iso = golden_path("xorriso.iso"), .json = true, .verify = true});
    CHECK(json.code == 0);
    CHECK(json.out.find(R"("verified": [
    {
      "covers": "superblock",
      "block": 0,
      "blocks": 19,
      "intact": true
    },)") != std::string::npos);
}

TEST_CASE("inspect: --verify says what is damaged", "[inspect][verify]")
{
    struct Row {
        std::string_view changed;
        std::string_view error;
        std::string_view error_without_verify;
    };
    const auto row = GENERATE(
        Row{"exit 0", "x.iso: the session is damaged: its MD5 sum is not the recorded one\n", ""},
        Row{"libisofs_tree", "x.iso: the MD5 record in sector 25 is damaged\n",
            "warning: x.iso: the MD5 record in sector 25 is damaged\n"},
        Row{"libisofs_checksum", "x.iso: the MD5 record in sector 38 is damaged\n",
            "warning: x.iso: the MD5 record in sector 38 is damaged\n"},
        Row{"md5=", "x.iso: the MD5 record in sector 19 is damaged\n",
            "warning: x.iso: the MD5 record in sector 19 is damaged\n"},
        Row{"libisofs_sb", "x.iso: holds no MD5 records: nothing can be verified\n", ""});
    CAPTURE(row.changed);
    const auto bytes = damaged(test::read_file(golden_path("xorriso.iso")), row.changed);
    const auto verified = inspect_bytes(bytes, {.verify = true});
    CHECK(verified.code == 1);
    CHECK(verified.err == "onectx: " + std::string(row.error));
    const auto plain = inspect_bytes(bytes);
    CHECK(plain.code == 0);
    CHECK(plain.err == (row.error_without_verify.empty()
                            ? ""
                            : "onectx: " + std::string(row.error_without_verify)));
}

TEST_CASE("inspect: --verify speaks up when damage makes an image unreadable", "[inspect][verify]")
{
    auto bytes = test::read_file(golden_path("xorriso.iso"));
    const auto root = little32_at(std::as_bytes(std::span(bytes)), 16 * test::kSector + 158);
    test::put(bytes, root * test::kSector, "\x21");
    CHECK(inspect_bytes(bytes).code == 3);
    const auto printed = inspect_bytes(bytes, {.verify = true});
    CHECK(printed.code == 1);
    CHECK(printed.err ==
          "onectx: x.iso: root directory: a directory record is too short\n"
          "onectx: x.iso: the directory tree is damaged: its MD5 sum is not the recorded one\n"
          "onectx: x.iso: the session is damaged: its MD5 sum is not the recorded one\n");
}

TEST_CASE("inspect: an image without sums cannot be verified", "[inspect][verify]")
{
    const auto printed =
        inspect_bytes(test::read_file(golden_path("genisoimage.iso")), {.verify = true});
    CHECK(printed.code == 1);
    CHECK(printed.err == "onectx: x.iso: holds no MD5 records: nothing can be verified\n");
}

TEST_CASE("inspect: records cannot lead the checker astray", "[inspect][verify]")
{
    const auto whole = test::read_file(golden_path("relocated.iso"));
    for (std::size_t sectors = 17; sectors < whole.size() / test::kSector; ++sectors) {
        CAPTURE(sectors);
        const auto bytes = whole.substr(0, sectors * test::kSector);
        const auto sums = find_iso_checksums(MemorySource(bytes));
        // Whole or not at all: the last one stands in the last sector.
        CHECK((!sums || sums->empty()));
    }
}

TEST_CASE("inspect: what is malformed is said, what is not is shown", "[inspect]")
{
    SECTION("no image")
    {
        const auto printed = inspect_bytes(std::string(100000, 'x'));
        CHECK(printed.code == 3);
        CHECK(printed.out.empty());
        CHECK(printed.err == "onectx: x.iso: no ISO 9660 image\n");
    }
    SECTION("no image to be verified")
    {
        const auto printed = inspect_bytes("", {.verify = true});
        CHECK(printed.code == 3);
        CHECK(printed.err == "onectx: x.iso: no ISO 9660 image\n");
    }
    SECTION("a name that leads elsewhere")
    {
        const auto printed = inspect_bytes(
            test::raw_image({{"A;1", 30, 1, 0, test::nm("..")}, {"CONTEXT.SH;1", 30, 0}}, 40));
        CHECK(printed.code == 3);
        CHECK(printed.err == "onectx: x.iso: /..: its name stands for a directory\n");
        CHECK(
            printed.out.ends_with("0555    0:0     0  /context.sh\n\nvariables of /context.sh\n"));
    }
    SECTION("a label that guests do not look for")
    {
        auto bytes = image_with_context("A='1'\n");
        test::put(bytes, 16 * test::kSector + 40, "OTHER  ");
        const auto printed = inspect_bytes(bytes);
        CHECK(printed.code == 0);
        CHECK(printed.err ==
              "onectx: warning: x.iso: the label is 'OTHER'; guests look for CONTEXT\n");
        CHECK(printed.out.starts_with("label       OTHER\n"));
    }
    SECTION("a label without a context")
    {
        const auto printed = inspect_bytes(test::raw_image({}, 40), {.json = true});
        CHECK(printed.code == 0);
        CHECK(printed.err == "onectx: warning: x.iso: there is no /context.sh\n");
        CHECK(printed.out.find("\"context\": {}") != std::string::npos);
    }
}

TEST_CASE("inspect: what is no UTF-8 is repaired in JSON, with a warning", "[inspect]")
{
    const auto printed = inspect_bytes(image_with_context("A='a\xFF'\n"), {.json = true});
    CHECK(printed.code == 0);
    CHECK(printed.err ==
          "onectx: warning: x.iso: variable A is not valid UTF-8; what is wrong became U+FFFD\n");
    CHECK(printed.out.find("\"A\": \"a\uFFFD\"") != std::string::npos);
}

TEST_CASE("inspect: text cannot play with a terminal", "[inspect]")
{
    const auto printed = inspect_bytes(image_with_context("A='\x1B[2J\nB=fake'\n"));
    CHECK(printed.out.ends_with("\nA=\\x1b[2J\\x0aB=fake\n"));
}

TEST_CASE("inspect: what is no file is an error of the machine", "[inspect]")
{
    const test::TemporaryFolder folder;
    const auto missing = (folder.path() / "missing.iso").string();
    auto printed = inspect({.iso = missing});
    CHECK(printed.code == 1);
    CHECK(printed.err == "onectx: " + missing + ": No such file or directory\n");

    const auto pipe = (folder.path() / "pipe").string();
    REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
    printed = inspect({.iso = pipe});
    CHECK(printed.code == 1);
    CHECK(printed.err == "onectx: " + pipe + ": is no regular file and no block device\n");
}

}  // namespace onectx
