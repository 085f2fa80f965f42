// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "domain/budget/quantities.hpp"
#include "domain/member/budget_uses.hpp"
#include "domain/outbox_cursor.hpp"

/// What a shard and the owner of a budget say to each other (domain/budget/budget.hpp).
namespace loyalty::actors {

/// A shard says what it still has of a budget, and what it wants on top. Nothing is lost when it
/// is: the shard asks again, and each question tells all.
struct BudgetAsk {
  std::uint32_t source = 0;
  std::uint64_t epoch = 0;    ///< of the shard
  std::uint64_t request = 0;  ///< the answer repeats it
  std::string budget;         ///< entity that owns it
  domain::OutboxId after;     ///< the uses that are accounted for: the last message sent to it
  domain::Quantities kept;
  domain::Quantities wanted;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("source", "asking shard"), self.source);
    visit(required("epoch", "of the shard"), self.epoch);
    visit(required("request", "number of the question"), self.request);
    visit(required("budget", "entity that owns it"), self.budget);
    visit(required("after", "last message sent to it"), self.after);
    visit(required("kept", "what the shard still has"), self.kept);
    visit(required("wanted", "what it wants on top"), self.wanted);
  }
};

struct BudgetGrant {
  std::uint32_t source = 0;
  std::string budget;
  std::uint64_t request = 0;
  domain::Quantities granted;
  bool complete = false;  ///< all that was wanted; otherwise nothing more is left
  bool again = false;     ///< no answer yet: the owner has not seen all uses

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("source", "shard that asked"), self.source);
    visit(required("budget", "entity that owns it"), self.budget);
    visit(required("request", "number of the question"), self.request);
    visit(required("granted", "of what was wanted"), self.granted);
    visit(required("complete", "all that was wanted"), self.complete);
    visit(required("again", "no answer yet"), self.again);
  }
};

/// What one message may use of one budget.
struct Reserved {
  std::string budget;
  domain::BudgetShare share;  ///< granted so far
  domain::Quantities wanted;
  bool is_all = false;  ///< there is no more

  bool settled() const { return is_all || share.quantities.covers(wanted); }
};

}  // namespace loyalty::actors
