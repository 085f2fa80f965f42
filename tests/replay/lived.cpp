// SPDX-License-Identifier: Apache-2.0
#include "tests/replay/lived.hpp"

#include <gtest/gtest.h>

#include "codec/stored.hpp"

namespace loyalty::replay {

using namespace domain;

Lived::Lived(const ProgramDefinition& program) {
  program_.id = program.id;
  const auto applied = domain::execute(program_, ApplyProgram{program}, {});
  if (!applied.result) ADD_FAILURE() << applied.result.error().detail;
  view_ = view_of(program_);
  member_.id = "ada";
}

bool Lived::take(const MemberCommand& command, Instant now) {
  MemberContext context{view_->catalogue, batch_runs_, now, {}, &view_->versions};
  if (needs_history(command)) context.history = facts_;
  MemberOutcome outcome = domain::execute(member_, command, context);
  const bool asked = outcome.result && !holds_alternative<Wake>(command) &&
                     !holds_alternative<TakeDeliveries>(command);
  bounds_.push_back({now, asked, facts_.size()});
  for (auto& fact : outcome.facts) facts_.push_back(std::move(fact));
  return static_cast<bool>(outcome.result);
}

std::vector<Turn> Lived::turns() const {
  std::vector<Turn> turns;
  for (std::size_t i = 0; i < bounds_.size(); ++i) {
    const std::size_t end = i + 1 < bounds_.size() ? bounds_[i + 1].begin : facts_.size();
    turns.push_back({bounds_[i].now, bounds_[i].asked,
                     std::span(facts_).subspan(bounds_[i].begin, end - bounds_[i].begin)});
  }
  return turns;
}

MemberReplay Lived::replayed(const ProgramDefinition& proposed, Window window) const {
  Program next = program_;
  evolve(next, ConfigChanged{next.version + 1, proposed});
  const auto view = view_of(next);
  MemberReplayer replayer({*view_, *view, batch_runs_}, window);
  return replayer.replay(member_.id, turns());
}

std::string difference(const MemberReplay& replay) {
  for (const auto& [what, times] : replay.refused) {
    return std::string(what.first) + " is refused: " + std::string(name_of(what.second));
  }
  if (replay.lost > 0) return "a command has nothing to be about";
  for (const auto& [currency, sums] : replay.actual.currencies) {
    if (replay.proposed.currencies.at(currency) != sums) return "the figures differ";
  }
  if (codec::to_stored(replay.then) != codec::to_stored(replay.now)) return "the states differ";
  return {};
}

}  // namespace loyalty::replay
