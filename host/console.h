// What the host tool says on standard error and how it ends. Nothing else writes there.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/diagnostic.h"
#include "common/result.h"

namespace onectx {

// The exit codes of the contract; part of what other programs rely on.
inline constexpr int kExitDone = 0;
inline constexpr int kExitFailed = 1;    // I/O, remote
inline constexpr int kExitUsage = 2;     // the command line
inline constexpr int kExitBadInput = 3;  // the template, or what it names

// A refusal has no errno: then it is the input that is wrong, not the machine.
[[nodiscard]] int exit_code_of(const Error& error);

// "onectx: message" and a line end.
void print_error(std::string_view message);
void print_warning(std::string_view message);

// "file:line:column: message", the line and the caret.
void print_error(const Diagnostic& diagnostic, std::string_view file);
void print_warning(Diagnostic diagnostic, std::string_view file);

// What somebody would have been told, for whoever has other readers than a terminal: while one
// lives, the messages of this thread come here and not to standard error. They do not nest.
class MessageCapture {
  public:
    struct Message {
        bool is_warning;
        std::string text;  // without "onectx: "; perhaps several lines, no line end
    };

    MessageCapture();
    MessageCapture(const MessageCapture&) = delete;
    MessageCapture& operator=(const MessageCapture&) = delete;
    ~MessageCapture();

    void add(Message message) { messages_.push_back(std::move(message)); }
    [[nodiscard]] std::vector<Message> take() { return std::exchange(messages_, {}); }

  private:
    std::vector<Message> messages_;
};

// One line on standard error as it is, for whom another program reads it.
void print_plain(std::string_view line);

// All of it on standard output. False, with a message, when that fails.
[[nodiscard]] bool print_output(std::string_view text);

}  // namespace onectx
