// Packages of user data, by the manager that the image has.
#include "guest/plan/package_manager.h"
#include "guest/plan/user_data.h"

namespace onectx {

Result<std::vector<RunScript>> plan_user_data_packages(const PlanInput& input)
{
    const auto& wish = input.settings.user_data;
    std::vector<RunScript> runs;
    if (wish.packages.empty() && !wish.update_packages && !wish.upgrade_packages) return runs;
    const auto* manager = TRY(find_package_manager(input.tree));
    if (manager == nullptr)
        return fail(
            "no manager of packages is here that is known (apt-get, dnf, yum, zypper, apk, "
            "pacman)");
    runs.push_back(update_run(*manager, "user-data-package-update"));
    if (wish.upgrade_packages) runs.push_back(upgrade_run(*manager, "user-data-package-upgrade"));
    if (!wish.packages.empty())
        runs.push_back(install_run(*manager, "user-data-packages", wish.packages));
    return runs;
}

}  // namespace onectx
