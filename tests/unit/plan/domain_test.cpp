// Which domain a variable belongs to, so that a change of it counts as something new.
#include "guest/model/domain.h"

#include <algorithm>
#include <array>

#include "common/known_variables.h"
#include "tests/support/catch.h"
#include "tests/support/machine.h"

namespace onectx::test {
namespace {

// Those whose effect no rule governs: what is run has a policy of its own (guest/plan/scripts),
// passwords are remembered one by one, and the rest says something about the run.
constexpr std::array kOfNoDomain{"VMID",
                                 "USERNAME_PASSWORD_RESET",
                                 "SECURETTY",
                                 "RECREATE_RUN",
                                 "START_SCRIPT",
                                 "START_SCRIPT_BASE64",
                                 "INIT_SCRIPTS",
                                 "SCRIPT_POLICY",
                                 "READY_SCRIPT",
                                 "READY_SCRIPT_PATH",
                                 "READY_SCRIPT_BASE64",
                                 "REPORT_READY",
                                 "RETRY_COUNT",
                                 "RETRY_WAIT_PERIOD",
                                 "ONEGATE_TOKEN",
                                 "PASSWORD",
                                 "PASSWORD_BASE64",
                                 "CRYPTED_PASSWORD",
                                 "CRYPTED_PASSWORD_BASE64",
                                 "ROOT_PASSWORD"};

}  // namespace

TEST_CASE("each variable of the guest belongs to a domain, or has its reason", "[policy]")
{
    for (const auto& known : known_variables()) {
        if (known.reader != VariableReader::guest) continue;
        INFO(known.name);
        std::string name(known.name);
        std::replace(name.begin(), name.end(), 'x', '0');
        std::replace(name.begin(), name.end(), 'y', '1');
        const auto said = said_of_domains(context_of({{name, "v"}}), {});
        const bool belongs = std::any_of(said.begin(), said.end(), [](const auto& one) {
            return !one.second.text.reveal().empty();
        });
        const bool is_exempt =
            std::find(kOfNoDomain.begin(), kOfNoDomain.end(), known.name) != kOfNoDomain.end();
        CHECK(belongs != is_exempt);
    }
}

}  // namespace onectx::test
