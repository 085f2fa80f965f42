// SPDX-License-Identifier: Apache-2.0
#include "replay/store_replay.hpp"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "domain/program/plan.hpp"
#include "persistence/faults.hpp"
#include "replay/shard_replay.hpp"

namespace loyalty::replay {
namespace {

using domain::Catalogue;
using persistence::ShardId;
using persistence::StoreFault;

/// Threads that take one shard after the other.
class Replayer {
 public:
  Replayer(persistence::Store& store, const ReplayOptions& options, ShardTask task)
      : store_(store), options_(options), task_(std::move(task)) {
    task_.went_on = [this](std::uint64_t activities) { return went_on(activities); };
  }

  persistence::StoreResult<ShardReplay> run() {
    if (options_.each && !options_.each(line_heading(task_.rules.proposed.catalogue))) {
      return persistence::unavailable("the list of members cannot be written");
    }
    std::vector<std::thread> others;
    for (unsigned i = 1; i < options_.threads; ++i) others.emplace_back([this] { work(); });
    work();
    for (auto& thread : others) thread.join();
    if (fault_) return domain::Unexpected{*fault_};
    return std::move(sums_);
  }

 private:
  void work() {
    for (;;) {
      const ShardId shard = next_.fetch_add(1);
      if (shard >= store_.shards() || stopped_) return;
      auto replayed = replay_shard(task_, shard);
      const std::lock_guard lock(mutex_);
      if (stopped_) return;
      if (!replayed) return stop(replayed.error());
      keep(shard, std::move(*replayed));
      ++shards_done_;
      show();
    }
  }

  void stop(StoreFault fault) {
    fault_ = std::move(fault);
    stopped_ = true;
  }

  void keep(ShardId shard, ShardReplay replayed) {
    finished_.emplace(shard, std::move(replayed));
    // In the order of the shards, so that lists come out the same however many threads there are.
    for (auto first = finished_.begin(); first != finished_.end() && first->first == handed_out_;
         first = finished_.begin()) {
      hand_out(first->second.lines);
      sums_.add(std::move(first->second), options_.most_members);
      finished_.erase(first);
      ++handed_out_;
    }
  }

  void hand_out(const std::vector<std::vector<std::string>>& lines) {
    if (!options_.each) return;
    for (const auto& line : lines) {
      if (options_.each(line)) continue;
      return stop({StoreFault::Kind::unavailable, "the list of members cannot be written"});
    }
  }

  bool went_on(std::uint64_t activities) {
    activities_ += activities;
    if (++members_ % 256 == 0 && options_.progress) {
      const std::lock_guard lock(mutex_);
      show();
    }
    return !stopped_;
  }

  void show() {
    if (!options_.progress) return;
    const bool goes_on = options_.progress({.shards_done = shards_done_,
                                            .shards = store_.shards(),
                                            .members = members_,
                                            .activities = activities_});
    if (!goes_on && !stopped_) stop({StoreFault::Kind::unavailable, "the replay was stopped"});
  }

  persistence::Store& store_;
  const ReplayOptions& options_;
  ShardTask task_;
  std::atomic<ShardId> next_{0};
  std::atomic<bool> stopped_{false};
  std::atomic<std::uint64_t> members_{0};
  std::atomic<std::uint64_t> activities_{0};
  std::mutex mutex_;  // of what follows
  std::map<ShardId, ShardReplay> finished_;
  ShardId handed_out_ = 0;
  std::uint32_t shards_done_ = 0;
  ShardReplay sums_;
  std::optional<StoreFault> fault_;
};

void add_tiers(ReplayReport& report, const ShardReplay& sums, const Catalogue& rules) {
  const auto text = [&](auto symbol) { return std::string(rules.text(symbol)); };
  for (const auto& group : rules.tier_groups) {
    for (const auto& tier : group.tiers) {
      report.tiers.push_back({text(group.id), text(tier.id), sums.actual.tiers.at(tier.id),
                              sums.proposed.tiers.at(tier.id)});
    }
  }
  for (const auto& [move, members] : sums.moves) {
    report.tier_moves.push_back({text(move.group), text(move.from), text(move.to), members});
  }
  std::ranges::sort(report.tier_moves, [](const TierMove& a, const TierMove& b) {
    return std::tie(a.group, a.from, a.to) < std::tie(b.group, b.from, b.to);
  });
}

/// What one member alone cannot tell: what all of them together may be given.
void add_limits(ReplayReport& report, const ShardReplay& sums, const Catalogue& rules) {
  for (const auto& promotion : rules.promotions) {
    const auto& limits = promotion.limits;
    if (limits == domain::LimitDefinition{}) continue;
    const PromotionFigures given = sums.proposed.promotions.at(promotion.id);
    const bool over =
        (limits.points > 0 && given.points.value > limits.points) ||
        (limits.rewards > 0 && given.rewards > static_cast<std::uint64_t>(limits.rewards));
    report.notes.push_back(
        "the limits of promotion " + std::string(rules.text(promotion.id)) +
        " for all members together were not applied: " +
        (over ? "more was given than they allow" : "points and rewards are within them"));
  }
  for (const auto& partner : rules.partners) {
    if (partner.billing != domain::Billing::pre_paid) continue;
    report.notes.push_back("the packs of partner " + std::string(rules.text(partner.id)) +
                           " were not applied: nothing is refused because they are used up");
  }
}

}  // namespace

std::optional<Window> window_between(std::optional<domain::Instant> from,
                                     std::optional<domain::Instant> to, const domain::Zone& zone,
                                     domain::Instant now) {
  Window window;
  if (from) window.begin = *from;
  if (to) window.end = *to;
  if (window.begin >= window.end) return std::nullopt;
  // Nearly all timers end with a day: what is replayed twice on one day comes out the same.
  window.until = to ? domain::Instant{to->ms - 1} : zone.start_of(zone.day_of(now));
  return window;
}

std::vector<std::string> stranding_notes(const domain::ProgramDefinition& live,
                                         const domain::ProgramDefinition& proposed) {
  std::vector<std::string> notes;
  for (const auto& problem : domain::strandings(live, proposed)) {
    notes.push_back("loyalty apply would refuse this file: " + problem.path + ": " +
                    problem.message);
  }
  return notes;
}

persistence::StoreResult<ReplayReport> replay_store(persistence::Store& store,
                                                    const ProgramPast& past,
                                                    const ReplayOptions& options) {
  const auto actual = domain::view_of(past.program);
  // The next version of the same program: names keep their numbers, new ones get new numbers.
  domain::Program program = past.program;
  domain::evolve(program, domain::ConfigChanged{program.version + 1, options.proposed});
  program.status = domain::ProgramStatus::active;
  const auto proposed = domain::view_of(program, actual.get());
  const Catalogue& rules = proposed->catalogue;

  const domain::Currency* ranked_by =
      options.rank_by.empty() ? rules.currency(rules.primary) : rules.currency(options.rank_by);
  if (ranked_by == nullptr) {
    return persistence::invalid("the proposed program has no currency \"" + options.rank_by + "\"");
  }
  const auto runs = std::span(past.batch_runs);
  const auto runs_end = std::ranges::lower_bound(runs, options.window.end);
  const auto replayed =
      Replayer(store, options,
               {.store = store,
                .program = past.program.id,
                .rules = {*actual, *proposed,
                          runs.first(static_cast<std::size_t>(runs_end - runs.begin()))},
                .window = options.window,
                .ranked_by = ranked_by->id,
                .most_members = options.most_members,
                .lines = static_cast<bool>(options.each),
                .went_on = {}})
          .run();
  if (!replayed) return domain::Unexpected{replayed.error()};
  const ShardReplay& sums = *replayed;

  ReplayReport report;
  report.program = past.program.id;
  report.version = past.program.version;
  if (options.window.begin != Window{}.begin) report.begin = options.window.begin;
  if (options.window.end != Window{}.end) report.end = options.window.end;
  report.until = options.window.until;
  report.members = sums.members;
  report.activities = sums.actual.activities;
  report.commands = sums.commands;
  report.actual = describe(sums.actual, actual->catalogue);
  report.proposed = describe(sums.proposed, rules);
  add_tiers(report, sums, rules);
  report.tiers_up = sums.tiers_up;
  report.tiers_down = sums.tiers_down;
  report.changed = sums.changed;
  report.redemptions_not_covered = sums.not_covered.redemptions;
  for (const auto& [currency, points] : sums.not_covered.points) {
    report.not_covered.push_back({std::string(rules.text(currency)), points});
  }
  for (const auto& [what, times] : sums.refused) {
    report.refused.push_back(
        {std::string(what.first), std::string(domain::name_of(what.second)), times});
  }
  std::ranges::sort(report.refused, [](const RefusedReport& a, const RefusedReport& b) {
    return std::tie(a.command, a.code) < std::tie(b.command, b.code);
  });
  std::ranges::sort(report.not_covered, {}, &NotCoveredReport::currency);
  report.lost = sums.lost;
  report.deliveries = sums.deliveries;
  report.ranked_by = rules.text(ranked_by->id);
  report.gain = sums.gain;
  report.lose = sums.lose;
  add_limits(report, sums, rules);
  report.digest = sums.digest.to_string();
  return report;
}

}  // namespace loyalty::replay
