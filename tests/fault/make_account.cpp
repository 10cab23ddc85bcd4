// Makes the account of account.h below the directory it is given; exits 1 with the error on stderr.
#include <cstdio>

#include "tests/fault/account.h"

int main(int argc, char** argv)
{
    if (argc != 2) return 2;
    auto made = onectx::test::make_account(argv[1]);
    if (made) return 0;
    std::fprintf(stderr, "%s\n", made.error().message.c_str());
    return 1;
}
