// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "domain/member/execute.hpp"
#include "domain/program/program.hpp"
#include "replay/member_replay.hpp"

namespace loyalty::replay {

/// A member's life as a server keeps it: turn by turn.
class Lived {
 public:
  explicit Lived(const domain::ProgramDefinition& program);

  /// True when it was accepted.
  bool take(const domain::MemberCommand& command, domain::Instant now);
  void run_batch(domain::Instant now) { batch_runs_.push_back(now); }

  std::vector<Turn> turns() const;
  const domain::Member& member() const { return member_; }
  const domain::Catalogue& catalogue() const { return view_->catalogue; }
  const std::vector<domain::Instant>& batch_runs() const { return batch_runs_; }

  /// Replays it under other rules; `window.until` is its last moment where that is later.
  MemberReplay replayed(const domain::ProgramDefinition& proposed, Window window = {}) const;

 private:
  struct Bound {
    domain::Instant now;
    bool asked;
    std::size_t begin;
  };
  domain::Program program_;
  std::shared_ptr<const domain::ProgramView> view_;
  std::vector<domain::Instant> batch_runs_;
  domain::Member member_;
  std::vector<domain::MemberFact> facts_;
  std::vector<Bound> bounds_;
};

/// "" when both sides of a replay are the same, else the first thing that differs.
std::string difference(const MemberReplay& replay);

}  // namespace loyalty::replay
