// Contexts as values: empty equals unset, and which names are never shown.
#include "common/context.h"

#include "tests/support/catch.h"

namespace onectx {

TEST_CASE("context: an empty value is no value", "[context]")
{
    const Context context{{"A", {"1", 7}}, {"B", {"", 8}}};
    CHECK(value_of(context, "A") == "1");
    CHECK(value_of(context, "B") == std::nullopt);
    CHECK(value_of(context, "C") == std::nullopt);
    CHECK(line_of(context, "A") == 7);
    CHECK(line_of(context, "B") == 8);
    CHECK(line_of(context, "C") == 0);
}

TEST_CASE("context: where a value was read is no part of it", "[context]")
{
    CHECK(ContextValue{"1", 1} == ContextValue{"1", 2});
    CHECK_FALSE(ContextValue{"1", 1} == ContextValue{"2", 1});
}

TEST_CASE("context: names of secrets", "[context]")
{
    auto name =
        GENERATE("PASSWORD", "password", "PASSWORD_BASE64", "CRYPTED_PASSWORD", "ROOT_PASSWD",
                 "ONEGATE_TOKEN", "MY_SECRET", "PRIVATE_KEY", "API_KEY", "AWS_CREDENTIALS",
                 "START_SCRIPT", "START_SCRIPT_BASE64", "READY_SCRIPT", "READY_SCRIPT_BASE64",
                 "USER_DATA", "USERDATA", "user_data_base64", "KEY_PASSPHRASE", "DB_PASS",
                 "db_pass", "WIFI_PSK", "PSK", "PWD", "DB_PWD", "MYPWD");
    CAPTURE(name);
    CHECK(is_secret_name(name));
}

TEST_CASE("context: names of what may be shown", "[context]")
{
    auto name =
        GENERATE("", "A", "TOKEN", "SSH_PUBLIC_KEY", "EC2_PUBLIC_KEY", "SSH_PUBKEY", "USERNAME",
                 "ETH0_IP", "READY_SCRIPT_PATH", "USERNAME_PASSWORD_RESET", "USER_DATA_ENCODING",
                 "PASS", "_BASE64", "COMPASS", "DB_PASSIVE", "MY_PUBLIC_KEY");
    CAPTURE(name);
    CHECK_FALSE(is_secret_name(name));
}

}  // namespace onectx
