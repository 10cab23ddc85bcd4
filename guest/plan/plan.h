// From wishes and facts to a list of changes. One planner a wish, each a pure function; make_plan
// runs those that belong to a stage, in the order in which their effects must happen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "guest/model/change.h"
#include "guest/model/facts.h"
#include "guest/model/reader.h"
#include "guest/model/settings.h"

namespace onectx {

enum class Stage { local, network, all };

// What a plan is made upon.
struct Occasion {
    const FileReader* medium = nullptr;  // what lies beside context.sh; none: nothing does
    bool hot_plug = false;               // a medium, a NIC or a disk came, went or changed
    bool force = false;                  // nothing counts as done already (see govern.h)
};

struct PlanInput {
    const Settings& settings;
    const Policy& policy;
    const Facts& facts;
    const FileReader& tree;
    std::string backend;  // of the network, already chosen (guest/net/backend.h)
    Stage stage = Stage::all;
    Occasion occasion = {};
};

// An error means that the wish cannot be planned at all; problems are what was left out of it.
using Planner = Result<PlannedStep> (*)(const PlanInput&);

struct NamedPlanner {
    std::string_view name;  // the name of the step it makes
    Planner plan;
};

// The planners of a stage in their order.
[[nodiscard]] std::vector<NamedPlanner> planners_of(Stage stage);

// Every step of the stage as guest.conf's rules leave it (govern.h): what is there already is in
// none of them, unless forced. A planner that fails gives a step that says why (Step::failure).
[[nodiscard]] Plan make_plan(Stage stage, const PlanInput& input);

// One step of them again, for the executor when a file changed under it.
[[nodiscard]] Result<PlannedStep> plan_step(std::string_view name, const PlanInput& input);

[[nodiscard]] Result<PlannedStep> plan_hostname(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_network(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_resolver(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_users(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_ssh_keys(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_swap(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_timezone(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_console(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_router(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_one_env(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_growing(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_mounts(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_user_data_mounts(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_user_data_ntp(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_user_data_sshd(const PlanInput& input);
[[nodiscard]] Result<PlannedStep> plan_user_data_files(const PlanInput& input);

// Whether plan_network() has a renderer for the back-end.
[[nodiscard]] bool is_written_by_us(std::string_view backend);

// The NICs whose devices have to be there, and have their names, before a stage is planned: those
// that the back-end's files name, and whatever stands on a device. A file that matches by MAC is
// written before the network without, and the daemon waits.
[[nodiscard]] std::vector<Nic> nics_to_wait_for(const Settings& settings, std::string_view backend,
                                                Stage stage);

// Whether the links are NetworkManager's, by itself or through netplan.
[[nodiscard]] bool uses_network_manager(const PlanInput& input);

[[nodiscard]] std::string_view to_text(Stage stage);

}  // namespace onectx
