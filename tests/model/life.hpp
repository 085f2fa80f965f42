// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/member/execute.hpp"
#include "domain/program/program.hpp"
#include "tests/model/ask.hpp"

namespace loyalty::model {

/// The same program and member, lived by the domain.
class Life {
 public:
  explicit Life(const Settings& settings);

  Answer take(const Ask& ask, Ms now);
  /// Wakes the member at every instant up to `now` at which something is due.
  void wake_on_time(Ms now);
  /// Stores the state, forgets it, reads it again, and goes on with what was read.
  void restart();
  /// The state that the facts after `from` make of a stored state.
  static std::string replayed(const std::string& snapshot, std::size_t from,
                              const std::vector<domain::MemberFact>& facts);
  std::string stored() const;

  /// The conservation law that does not hold, or "": per currency all accounts sum to zero, those
  /// of the member are the balances, lots less arrears are the balance (domain.md 2.1).
  std::string broken_law();
  /// The same of the trace links (domain.md F21): those of a debit sum to it, each lot has left
  /// what was not used of it; and replaying all facts gives the same state.
  std::string broken_history() const;

  const domain::Member& member() const { return member_; }
  const domain::Catalogue& catalogue() const { return view_->catalogue; }
  const std::vector<domain::MemberFact>& history() const { return history_; }

 private:
  domain::MemberCommand command_of(const Ask& ask) const;
  domain::MemberOutcome execute(const domain::MemberCommand& command, Ms now);
  void remember(const Ask& ask, const domain::MemberResult& result);

  domain::Program program_;
  std::shared_ptr<const domain::ProgramView> view_;
  std::vector<domain::Instant> batch_runs_;
  domain::Member member_;
  std::vector<domain::MemberFact> history_;
  std::vector<std::int64_t> activities_;  // their journals, in the order of the model
  std::vector<std::int64_t> redemptions_;
  std::vector<std::string> holds_;
  std::map<std::pair<domain::CurrencyId, std::string>, std::int64_t> accounts_;
  std::size_t accounted_ = 0;  // facts that are in accounts_
};

}  // namespace loyalty::model
