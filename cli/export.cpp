// SPDX-License-Identifier: Apache-2.0
#include "cli/export.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "audit/export.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/offline_store.hpp"
#include "cli/terminal.hpp"

namespace loyalty::cli {
namespace {

constexpr std::uint64_t bar_width = 30;

int export_failed(const std::string& what, int code) {
  std::fprintf(stderr, "loyalty export: %s\n", what.c_str());
  return code;
}

std::string progress_text(const audit::ExportProgress& at) {
  const std::uint64_t all = std::max<std::uint64_t>(1, at.entities);
  const std::uint64_t part = std::min(bar_width, bar_width * at.entity / all);
  return "[" + std::string(part, '#') + std::string(bar_width - part, ' ') + "] " +
         grouped(static_cast<std::int64_t>(at.entity)) + " of " +
         grouped(static_cast<std::int64_t>(at.entities)) + " entities";
}

/// Standard output, or a file that is complete under its name or not there at all.
class Output {
 public:
  explicit Output(const std::string& name) {
    if (name.empty() || name == "-") {
      file_ = stdout;
      return;
    }
    name_ = name;
    file_ = std::fopen(unfinished().c_str(), "wb");
  }
  ~Output() {
    if (name_.empty() || file_ == nullptr) return;
    std::fclose(file_);
    std::remove(unfinished().c_str());
  }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  bool is_open() const { return file_ != nullptr; }
  bool put(const std::string& line) {
    return std::fwrite(line.data(), 1, line.size(), file_) == line.size() &&
           std::fputc('\n', file_) != EOF;
  }
  bool finish() {
    if (std::fflush(file_) != 0) return false;
    if (name_.empty()) return true;
    const bool closed = std::fclose(file_) == 0;
    file_ = nullptr;
    if (closed && std::rename(unfinished().c_str(), name_.c_str()) == 0) return true;
    std::remove(unfinished().c_str());
    return false;
  }

 private:
  std::string unfinished() const { return name_ + ".unfinished"; }

  std::string name_;
  std::FILE* file_ = nullptr;
};

}  // namespace

int export_lines(const ExportOptions& options) {
  auto store = open_offline(options.store);
  if (!store) return export_failed(store.error().message, store.error().code);
  Output output(options.output);
  const auto not_written = [&] {
    return export_failed("cannot write " +
                             (options.output.empty() ? "to standard output" : options.output) +
                             ": " + std::strerror(errno),
                         exit_failed);
  };
  if (!output.is_open()) return not_written();
  ProgressLine line;
  const auto done = audit::export_store(**store,
                                        {.program = options.program,
                                         .progress =
                                             [&line](const audit::ExportProgress& at) {
                                               if (line.is_due()) line.show(progress_text(at));
                                             }},
                                        [&output](std::string_view map) {
                                          return output.put(raw_to_json(map, JsonLayout::one_line));
                                        });
  line.clear();
  if (!done) {
    const OfflineFault fault = offline_fault(done.error());
    return export_failed(
        fault.message + (fault.code == exit_damaged
                             ? "\n\"loyalty verify\" tells everything that is wrong."
                             : ""),
        fault.code);
  }
  if (!*done || !output.finish()) return not_written();
  return exit_ok;
}

}  // namespace loyalty::cli
