// SPDX-License-Identifier: Apache-2.0
#include "cli/replay.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <thread>

#include "cli/csv.hpp"
#include "cli/exit_code.hpp"
#include "cli/field_text.hpp"
#include "cli/json.hpp"
#include "cli/replay_text.hpp"
#include "cli/terminal.hpp"
#include "codec/wire.hpp"
#include "config/program_loader.hpp"
#include "persistence/faults.hpp"
#include "replay/store_replay.hpp"

namespace loyalty::cli {
namespace {

using Clock = std::chrono::steady_clock;

int replay_failed(const std::string& what, int code) {
  std::fprintf(stderr, "loyalty replay: %s\n", what.c_str());
  return code;
}

int replay_failed(const persistence::StoreFault& fault) {
  const OfflineFault shown = offline_fault(fault);
  return replay_failed(fault.message, shown.code);
}

std::string per_second(std::uint64_t count, Clock::time_point begin) {
  const std::chrono::duration<double> took = Clock::now() - begin;
  return grouped(
      static_cast<std::int64_t>(static_cast<double>(count) / std::max(took.count(), 1e-3)));
}

std::string progress_text(const replay::ReplayProgress& at, Clock::time_point begin) {
  constexpr std::uint32_t width = 30;
  const std::uint32_t part = at.shards == 0 ? 0 : width * at.shards_done / at.shards;
  return "[" + std::string(part, '#') + std::string(width - part, ' ') + "] " +
         grouped(static_cast<std::int64_t>(at.members)) + " members, " +
         grouped(static_cast<std::int64_t>(at.activities)) + " activities, " +
         per_second(at.activities, begin) + "/s";
}

/// The period in words of the caller; the error says which word is wrong.
domain::Expected<replay::Window, std::string> window_of(const ReplayCommand& command,
                                                        const domain::Zone& zone) {
  std::optional<domain::Instant> from;
  std::optional<domain::Instant> to;
  for (const auto& [name, text, instant] :
       {std::tuple{"--from", &command.from, &from}, std::tuple{"--to", &command.to, &to}}) {
    if (text->empty()) continue;
    const auto parsed = parse_instant(*text, zone);
    if (!parsed) {
      return domain::Unexpected{std::string(name) +
                                ": expected a day such as 2026-01-31, or an "
                                "instant such as 2026-01-31T12:00:00Z, not " +
                                *text};
    }
    *instant = *parsed;
  }
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now().time_since_epoch());
  const auto window = replay::window_between(from, to, zone, {now.count()});
  if (!window) return domain::Unexpected{std::string("--from must be before --to")};
  return *window;
}

class MemberList {
 public:
  /// False when the file cannot be written.
  bool open(const std::string& name) {
    out_.open(name, std::ios::binary | std::ios::trunc);
    return out_.good();
  }
  bool put(const std::vector<std::string>& line) {
    out_ << csv_line(line);
    return out_.good();
  }
  bool finish() {
    out_.flush();
    return out_.good();
  }

 private:
  std::ofstream out_;
};

}  // namespace

int replay_file(const ReplayCommand& command) {
  auto loaded = config::load_program(command.file);
  if (!loaded) {
    for (const auto& finding : loaded.error()) {
      std::fprintf(stderr, "%s\n", config::to_string(finding).c_str());
    }
    return exit_usage;
  }
  for (const auto& warning : loaded->warnings) {
    std::fprintf(stderr, "%s\n", config::to_string(warning).c_str());
  }
  auto store = open_beside_server(command.store);
  if (!store) return replay_failed(store.error().message, store.error().code);
  const auto begin = Clock::now();
  replay::ReplayOptions options;
  options.proposed = std::move(loaded->definition);
  if (!command.program.empty()) options.proposed.id = command.program;
  const auto past = replay::read_program_past(**store, options.proposed.id);
  if (!past) return replay_failed(past.error());
  const auto zone = domain::Zone::find(past->program.definition.time_zone);
  if (!zone) return replay_failed("this machine does not know the program's zone", exit_failed);
  const auto window = window_of(command, *zone);
  if (!window) return replay_failed(window.error(), exit_usage);
  const auto notes = replay::stranding_notes(past->program.definition, options.proposed);
  if (!notes.empty() && !command.from.empty()) {
    return replay_failed("with --from members keep what they have, and " + notes.front(),
                         exit_usage);
  }

  options.window = *window;
  options.rank_by = command.by;
  options.most_members = command.members;
  options.threads =
      command.threads > 0 ? command.threads : std::max(1U, std::thread::hardware_concurrency());
  MemberList list;
  if (!command.csv.empty()) {
    if (!list.open(command.csv)) return replay_failed("cannot write " + command.csv, exit_failed);
    options.each = [&list](const std::vector<std::string>& line) { return list.put(line); };
  }
  ProgressLine line;
  options.progress = [&](const replay::ReplayProgress& at) {
    if (line.is_due()) line.show(progress_text(at, begin));
    return true;
  };
  auto report = replay::replay_store(**store, *past, options);
  line.clear();
  if (!report) return replay_failed(report.error());
  if (!command.csv.empty() && !list.finish()) {
    return replay_failed("cannot write " + command.csv, exit_failed);
  }
  report->notes.insert(report->notes.begin(), notes.begin(), notes.end());
  if (command.json) {
    std::printf("%s\n", raw_to_json(codec::to_wire(*report), JsonLayout::one_line).c_str());
  } else {
    std::fputs(replay_text(*report, *zone).c_str(), stdout);
  }
  std::fprintf(stderr, "%s activities/s, %u threads\n",
               per_second(report->activities, begin).c_str(), options.threads);
  return exit_ok;
}

}  // namespace loyalty::cli
