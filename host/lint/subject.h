// What the rules of `lint` look at, and where they put what they find. A rule reads a Subject and
// adds to a Report; it never sees a file, a terminal or another rule.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/diagnostic.h"
#include "common/known_variables.h"
#include "host/hypervisor/platform.h"
#include "host/template.h"
#include "host/template_place.h"

namespace onectx::lint {

enum class Severity { error, warning, note };

struct Finding {
    std::string_view rule;
    Severity severity = Severity::error;
    Diagnostic what;
    std::string fix;
};

// A vector of the template: DISK = [ ... ].
struct Section {
    Place place;
    const TemplateVector* items = nullptr;
};

// One variable of the CONTEXT section.
struct Variable {
    const TemplateItem* item = nullptr;
    const KnownVariable* known = nullptr;  // nullptr: the template's own
};

// What is known of an image from a file given with --image, as `oneimage show -x` prints it.
// Words are those of OpenNebula ("DATABLOCK", "READY"); what is unknown is empty.
struct ImageFacts {
    std::string id, name;
    std::string type, state;
    std::optional<bool> is_persistent;
};

// Why a build would refuse something of FILES or FILES_DS.
struct FileComplaint {
    std::string variable;
    std::string message;
};

struct Subject {
    std::string_view text;
    const Template* parsed = nullptr;
    std::vector<Diagnostic> errors;  // of the parser
    bool is_complete = true;         // false: nothing behind the last error was read
    std::vector<ImageFacts> images;
    std::vector<FileComplaint> file_complaints{};  // found by whoever may look at files
    Platform platform;

    // All the rest follows from these; make_subject fills it.
    Machine machine = Machine::pc;
    std::vector<Section> contexts, disks, nics;
    std::vector<Variable> variables;                            // of the first CONTEXT section
    std::map<std::string_view, const TemplateItem*> by_name{};  // the same by their names
};

[[nodiscard]] Subject make_subject(std::string_view text, const TemplateScan& scan,
                                   const Platform& platform, std::vector<ImageFacts> images);

// The value of a context variable, trimmed; absent when it is unset or empty, or when OpenNebula
// puts it together from something else (it holds `$`), so that nobody knows it here.
[[nodiscard]] std::optional<std::string_view> fixed_value(const Subject& subject,
                                                          std::string_view name);
[[nodiscard]] std::optional<std::string_view> fixed_value(const TemplateItem& item);

// Where to complain about a section: its first key, or its name when it is empty.
[[nodiscard]] const Place& place_of(const Section& section);

// Whether the variables of interfaces are made by OpenNebula: NETWORK is YES, in any case.
[[nodiscard]] bool has_generated_network(const Subject& subject);

// The findings of one rule: at most kMaxDiagnostics, the rest is counted.
class Report {
  public:
    Report(std::string_view text, std::string_view rule, Severity severity,
           std::vector<Finding>& findings)
        : text_(text), rule_(rule), severity_(severity), findings_(findings)
    {
    }

    void add(const Place& place, std::string message, std::string fix);
    void add(Diagnostic what, std::string fix);
    [[nodiscard]] std::size_t unlisted() const { return unlisted_; }

  private:
    std::string_view text_;
    std::string_view rule_;
    Severity severity_;
    std::vector<Finding>& findings_;
    std::size_t listed_ = 0;
    std::size_t unlisted_ = 0;
};

}  // namespace onectx::lint
