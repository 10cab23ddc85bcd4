// FILES_DS: every form and every refusal of reference 1.6.
#include "host/files_ds.h"

#include "tests/support/catch.h"

namespace onectx {
namespace {

Record image(std::string_view text)
{
    auto record = parse_record(text);
    if (!record) FAIL(format(record.error(), "image"));
    return *std::move(record);
}

std::vector<Record> images()
{
    return {
        image("ID=1\nNAME=init.sh\nUID=2\nUNAME=alice\nTYPE=CONTEXT\nSOURCE=\"/ds/1\""),
        image("ID=2\nNAME=\"my file\"\nUID=2\nUNAME=alice\nTYPE=5\nSTATE=1\nSOURCE=\"/ds/2\""),
        image("ID=3\nNAME=init.sh\nUID=3\nUNAME=bob\nTYPE=CONTEXT\nSTATE=READY\nSOURCE=\"/ds/3\""),
        image("ID=4\nNAME=kernel\nUID=2\nUNAME=alice\nTYPE=KERNEL\nSOURCE=\"/ds/4\""),
        image("ID=5\nNAME=used\nUID=2\nUNAME=alice\nTYPE=CONTEXT\nSTATE=4\nSOURCE=\"/ds/5\""),
        image("ID=6\nNAME=new\nUID=2\nUNAME=alice\nTYPE=CONTEXT\nSTATE=1"),
        image("ID=7\nNAME=os\nUID=2\nUNAME=alice\nSOURCE=\"/ds/7\""),
        image("ID=8\nNAME=far\nUID=2\nUNAME=alice\nTYPE=CONTEXT\nSOURCE=\"/d s/8:x\""),
    };
}

std::string resolve(std::string_view value, const ImageOwner& owner = {"2", "alice"})
{
    auto resolved = resolve_files_ds(value, images(), owner);
    return resolved ? *resolved : resolved.error().message;
}

}  // namespace

TEST_CASE("images become files", "[files-ds]")
{
    CHECK(resolve("$FILE[IMAGE=\"init.sh\"]") == "/ds/1:'init.sh' ");
    CHECK(resolve("$FILE[IMAGE_ID=3]") == "/ds/3:'init.sh' ");
    CHECK(resolve("$file[ image = \"my file\" ]") == "/ds/2:'my file' ");
    CHECK(resolve(" $FILE[IMAGE=\"init.sh\", IMAGE_UNAME=\"bob\"]\n\n  $FILE[IMAGE_ID=\"2\"] ") ==
          "/ds/3:'init.sh' /ds/2:'my file' ");
    CHECK(resolve("$FILE[IMAGE=\"init.sh\", IMAGE_UID=3]") == "/ds/3:'init.sh' ");
    CHECK(resolve("$FILE[IMAGE=\"my file\"]", {}) == "/ds/2:'my file' ");
    CHECK(resolve("$FILE[IMAGE=far]") == "\"/d s/8:x\":'far' ");
    CHECK(resolve("") == "");
    CHECK(resolve("/ds/9:'a b' /ds/10:'c' ") == "/ds/9:'a b' /ds/10:'c' ");
}

TEST_CASE("images that cannot be files", "[files-ds]")
{
    CHECK(resolve("$FILE[IMAGE=\"none\"]") ==
          "no image with name 'none' of user 'alice' (--image); IMAGE_UNAME or IMAGE_UID name "
          "another owner");
    CHECK(resolve("$FILE[IMAGE=\"init.sh\", IMAGE_UID=9]") ==
          "no image with name 'init.sh' of user '9' (--image); IMAGE_UNAME or IMAGE_UID name "
          "another owner");
    CHECK(resolve("$FILE[IMAGE=\"none\"]", {}) ==
          "no image with name 'none' (--image); IMAGE_UNAME or IMAGE_UID name "
          "another owner");
    CHECK(resolve("$FILE[IMAGE=\"init.sh\"]", {}) ==
          "more than one image is called 'init.sh': use IMAGE_ID");
    CHECK(resolve("$FILE[IMAGE_ID=99]") == "image with ID 99 does not exist (--image)");
    CHECK(resolve("$FILE[IMAGE=kernel]") == "image 'kernel' is not of the type CONTEXT");
    CHECK(resolve("$FILE[IMAGE=os]") == "image 'os' is not of the type CONTEXT");
    CHECK(resolve("$FILE[IMAGE=used]") == "image 'used' is not in the state READY");
    CHECK(resolve("$FILE[IMAGE=new]") == "image 'new': its record has no SOURCE");
}

TEST_CASE("what is no list of images", "[files-ds]")
{
    const std::string expected = "expected $FILE[IMAGE=\"name\"] or $FILE[IMAGE_ID=number]";
    CHECK(resolve("$IMAGE[IMAGE=\"x\"]") == expected);
    CHECK(resolve("$FILE") == expected);
    CHECK(resolve("$FILE[IMAGE_ID=1] /etc/passwd") == expected);
    CHECK(resolve("$FILE[]") ==
          "'' selects no image; IMAGE, IMAGE_ID, IMAGE_UNAME and IMAGE_UID do");
    CHECK(resolve("$FILE[IMAGE_UID=2]") == "$FILE needs either IMAGE or IMAGE_ID");
    CHECK(resolve("$FILE[IMAGE=a, IMAGE_ID=1]") == "$FILE needs either IMAGE or IMAGE_ID");
    CHECK(resolve("$FILE[IMAGE=a, IMAGE=b]") == "IMAGE is given twice");
    CHECK(resolve("$FILE[IMAGE]") == "IMAGE: '=' is missing");
    CHECK(resolve("$FILE[IMAGE=]") == "IMAGE: no value");
    CHECK(resolve("$FILE[IMAGE=\"a]") == "IMAGE: unterminated quote");
    CHECK(resolve("$FILE[IMAGE=a") == "$FILE: ']' is missing");
    CHECK(resolve("$FILE[IMAGE_ID=1]$FILE[IMAGE_ID=2]") == "a blank is missing after ']'");
}

}  // namespace onectx
