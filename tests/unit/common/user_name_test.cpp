// Which texts can name a user.
#include "common/user_name.h"

#include <string>

#include "tests/support/catch.h"

namespace onectx::test {

TEST_CASE("user names", "[user-name]")
{
    for (std::string name : {"alice", "_apt", "a", "john.doe", "web-1", "a1_B", "machine$"}) {
        INFO(name);
        CHECK(is_user_name(name));
    }
    for (std::string name :
         {"", "ALL", "Alice", "1000", "1a", "-a", ".a", "a:b", "a b", "a\nb", "a/b", "a$b", "$",
          "a,b", "a=b", "%wheel", "#0", "\xc3\xa9", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        INFO(name);
        CHECK_FALSE(is_user_name(name));
    }
}

}  // namespace onectx::test
