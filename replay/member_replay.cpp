// SPDX-License-Identifier: Apache-2.0
#include "replay/member_replay.hpp"

#include <algorithm>
#include <iterator>

#include "domain/member/execute.hpp"
#include "replay/recall.hpp"

namespace loyalty::replay {
namespace {

using namespace domain;

/// Whether commands of this past look back on it: the other one is then kept as well.
bool looks_back(std::span<const Turn> turns) {
  return std::ranges::any_of(turns, [](const Turn& turn) {
    return std::ranges::any_of(turn.facts, [](const MemberFact& fact) {
      return holds_alternative<JournalReversed>(fact.event) ||
             holds_alternative<RedemptionCancelled>(fact.event) ||
             holds_alternative<PointsReinstated>(fact.event);
    });
  });
}

bool spends(const MemberCommand& command) {
  return holds_alternative<Redeem>(command) || holds_alternative<DebitPoints>(command) ||
         holds_alternative<CaptureHold>(command);
}

std::string_view name_of_command(const MemberCommand& command) {
  return visit([](const auto& what) { return what.name; }, command);
}

}  // namespace

NotCovered& NotCovered::operator+=(const NotCovered& other) {
  redemptions += other.redemptions;
  points += other.points;
  return *this;
}

const MemberReplay& MemberReplayer::replay(std::string_view member, std::span<const Turn> turns) {
  result_ = MemberReplay{};
  result_.then.id = member;
  result_.now.id = member;
  counterparts_.clear();
  history_.clear();
  begun_ = false;
  looks_back_ = looks_back(turns);
  runs_at_ = {std::numeric_limits<std::int64_t>::min()};
  Instant last = window_.until;
  for (const auto& turn : turns) {
    if (turn.now >= window_.end) break;
    if (turn.now >= window_.begin) {
      last = std::max(last, turn.now);
      if (!begun_) begin_period();
      live(turn);
      continue;
    }
    for (const auto& fact : turn.facts) evolve(result_.then, fact.at, fact.event);
    if (looks_back_) history_.insert(history_.end(), turn.facts.begin(), turn.facts.end());
  }
  if (!begun_) begin_period();
  settle_both(last);
  return result_;
}

void MemberReplayer::begin_period() {
  begun_ = true;
  if (!result_.then.exists) return;
  // Up to the last moment before it, timers ran under the rules of then.
  result_.now = result_.then;
  const auto all = rules_.batch_runs;
  const auto end = std::ranges::lower_bound(all, window_.begin);
  const auto runs = all.first(static_cast<std::size_t>(end - all.begin()));
  const MemberContext before{rules_.actual.catalogue, runs, {window_.begin.ms - 1}};
  keep(live_through(result_.now, Wake{}, before).facts);
  counterparts_.share_until(result_.now.sequence);
  const MemberContext change{rules_.proposed.catalogue, runs, window_.begin};
  keep(live_through(result_.now, Wake{}, change).facts);
}

/// The batch runs that a turn could know of. Of those at its very instant nobody wrote down whether
/// they came before it or after it, but what the turn stated tells.
std::span<const Instant> MemberReplayer::runs_before(const Turn& turn) {
  const auto all = rules_.batch_runs;
  const auto [first, last] = std::equal_range(all.begin(), all.end(), turn.now);
  if (turn.now != runs_at_) runs_seen_ = 0;
  runs_at_ = turn.now;
  const auto there = static_cast<std::size_t>(last - first);
  for (const auto& fact : turn.facts) {
    if (there == 0) break;
    const auto* credit = get_if<PointsCredited>(&fact.event);
    const auto* escrow = get_if<PointsEscrowed>(&fact.event);
    const bool scheduled_before = (credit != nullptr && credit->scheduled != 0) ||
                                  (escrow != nullptr && escrow->scheduled != 0);
    if (scheduled_before && fact.at == turn.now) runs_seen_ = there;
    if (const auto* scheduled = get_if<PointsScheduled>(&fact.event)) {
      if (scheduled->due == never)
        runs_seen_ = std::min<std::size_t>(there, scheduled->earlier_runs);
    }
  }
  return all.first(static_cast<std::size_t>(first - all.begin()) + runs_seen_);
}

void MemberReplayer::live(const Turn& turn) {
  const auto runs = runs_before(turn);
  const Recall recall(rules_.actual.catalogue, counterparts_);
  const auto recalled = recall.commands_of(turn.facts, turn.asked, result_.then);
  for (const auto& fact : turn.facts) {
    evolve(result_.then, fact.at, fact.event);
    if (fact.at >= window_.begin) result_.actual.add(fact.event);
  }
  switch (recalled.kind) {
    case Recalled::Kind::nothing: return;
    case Recalled::Kind::lost: ++result_.lost; return leave_out(turn);
    case Recalled::Kind::commands: break;
  }
  stated_.clear();
  for (const auto& command : recalled.commands) carry_out(command, turn, runs);
  counterparts_.match(turn.facts, stated_);
}

void MemberReplayer::carry_out(const MemberCommand& command, const Turn& turn,
                               std::span<const Instant> batch_runs) {
  MemberContext context{rules_.proposed.catalogue, batch_runs, turn.now};
  if (looks_back_ && needs_history(command)) {
    context.history = history_;
    context.versions = &rules_.proposed.versions;
  }
  MemberStep step = live_through(result_.now, command, context);
  ++result_.commands;
  result_.deliveries += holds_alternative<TakeDeliveries>(command);
  keep(std::move(step.facts));
  if (!step.refused) return;
  ++result_.refused[{name_of_command(command), step.refused->code}];
  if (spends(command)) leave_out(turn);
}

void MemberReplayer::keep(std::vector<MemberFact> facts) {
  for (const auto& fact : facts) {
    if (fact.at >= window_.begin) result_.proposed.add(fact.event);
  }
  if (looks_back_) history_.insert(history_.end(), facts.begin(), facts.end());
  if (stated_.empty()) {
    stated_ = std::move(facts);
  } else {
    std::ranges::move(facts, std::back_inserter(stated_));
  }
}

void MemberReplayer::leave_out(const Turn& turn) {
  for (const auto& fact : turn.facts) {
    const auto* debit = get_if<PointsDebited>(&fact.event);
    if (debit == nullptr || debit->correction) continue;
    ++result_.not_covered.redemptions;
    result_.not_covered.points[debit->currency] += debit->points;
  }
}

void MemberReplayer::settle_both(Instant until) {
  const MemberContext actual{rules_.actual.catalogue, rules_.batch_runs, until};
  for (const auto& fact : live_through(result_.then, Wake{}, actual).facts) {
    if (fact.at >= window_.begin) result_.actual.add(fact.event);
  }
  const MemberContext proposed{rules_.proposed.catalogue, rules_.batch_runs, until};
  keep(live_through(result_.now, Wake{}, proposed).facts);
  result_.actual.close(result_.then);
  result_.proposed.close(result_.now);
}

}  // namespace loyalty::replay
