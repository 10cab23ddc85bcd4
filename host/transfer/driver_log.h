// Standard error as OpenNebula reads it of a driver: a line that begins with a severity goes to
// the log, everything else is the error message of the machine.
#pragma once

#include <string_view>

namespace onectx {

class DriverLog {
  public:
    explicit DriverLog(bool marks) : marks_(marks) {}

    // Each line of the text as a line of the log.
    void info(std::string_view text) const;
    void warning(std::string_view text) const;
    void error(std::string_view text) const;

    // What the owner of the machine sees, in one line. Between marks, when they are wanted.
    void report(std::string_view message) const;

  private:
    bool marks_;
};

}  // namespace onectx
