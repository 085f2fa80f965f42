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
};

struct BudgetGrant {
  std::uint32_t source = 0;
  std::string budget;
  std::uint64_t request = 0;
  domain::Quantities granted;
  bool complete = false;  ///< all that was wanted; otherwise nothing more is left
  bool again = false;     ///< no answer yet: the owner has not seen all uses
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
