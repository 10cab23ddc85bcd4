// Errors read as one sentence, and failures that do not stop one another as one error.
#include "common/result.h"

#include <vector>

#include "tests/support/catch.h"

namespace onectx {

namespace {

const Result<void> kGood;
const Result<void> kFull = fail("write a: No space left on device", ENOSPC);
const Result<void> kOdd = fail("write b: is odd");

}  // namespace

TEST_CASE("attempts: the failures of all in one, the code of the first", "[result]")
{
    struct Row {
        std::vector<Result<void>> attempts;
        Result<void> expected;
    };
    auto row =
        GENERATE(Row{{}, {}}, Row{{kGood, kGood}, {}}, Row{{kGood, kOdd, kGood}, kOdd},
                 Row{{kFull, kGood, kOdd},
                     fail("write a: No space left on device; write b: is odd", ENOSPC)},
                 Row{{kOdd, kFull}, fail("write b: is odd; write a: No space left on device")});
    CHECK(all_succeeded(row.attempts) == row.expected);
}

TEST_CASE("each boundary puts its phrase before the message and keeps the code", "[result]")
{
    CHECK(in_context("step", kFull) == fail("step: write a: No space left on device", ENOSPC));
    CHECK(in_context("step", kGood) == kGood);
    CHECK(fail_errno("open x", EACCES).error() == Error{"open x: Permission denied", EACCES});
    CHECK(errno_text(123456) == "error 123456");
}

}  // namespace onectx
