// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tests/model/ask.hpp"

namespace loyalty::model {

/// One credit, kept for ever. What is neither held back, available nor expired was taken for
/// something.
struct Lot {
  Currency currency = coins;
  Subtype subtype = plain;
  std::int64_t original = 0;
  std::int64_t escrow = 0;
  std::int64_t available = 0;
  std::int64_t expired = 0;
  Day earned = 0;
  Ms expires = never_ms;
  Ms releases = 0;
  int tier = 0;     ///< held when it was credited
  int period = -1;  ///< qualifying: the period in which it became available
};

struct Use {
  std::size_t lot = 0;
  std::int64_t points = 0;
};

/// Points taken for something, and what is still owed of them.
struct Debit {
  Currency currency = coins;
  std::int64_t points = 0;
  std::int64_t owed = 0;
  std::vector<Use> uses = {};
  std::vector<Use> repaid = {};
  std::int64_t partner_cents = 0;
  bool cancelled = false;
};

/// The points of a member (domain.md F11-F19): lots and debits in the order in which they came.
class Ledger {
 public:
  Ledger(const Settings& settings, const Calendar& calendar)
      : settings_(settings), calendar_(calendar) {}

  std::int64_t balance(Currency currency) const;
  std::int64_t escrow(Currency currency) const;
  std::int64_t arrears(Currency currency) const;
  /// What can be spent: the lots, or just those of subtype bonus, less what is owed.
  std::int64_t usable(Currency currency, bool bonus_only) const;

  /// A new lot; it is held back when `releases` is still to come.
  std::size_t credit(Currency currency, Subtype subtype, std::int64_t points, Day earned,
                     Ms releases, Ms now, int tier);
  void release(std::size_t lot, Day day, Ms now);
  /// Takes up to `points` in the order of F19.
  std::vector<Use> take(Currency currency, std::int64_t points, bool bonus_only = false);
  std::int64_t take_from(std::size_t lot, std::int64_t points);
  /// Points back to their lots: what has expired is gone, the rest pays arrears first.
  void give_back(const std::vector<Use>& uses, Ms now);

  void expire_lots(Ms now);
  void expire_for_inactivity(Currency currency);
  void reset_qualifying();

  std::vector<Lot> lots;
  std::vector<Debit> debits;
  std::int64_t qualified = 0;  ///< the balance of stars
  int period = 0;              ///< how often it was reset
  Day last_activity = 0;

 private:
  Ms end_of_life(const Lot& lot, Day start) const;
  void make_available(std::size_t lot, std::int64_t points, Ms now);
  void sort_for_use(std::vector<std::size_t>& order) const;
  void repay(std::size_t lot, std::int64_t points);

  const Settings& settings_;
  const Calendar& calendar_;
};

std::int64_t total(const std::vector<Use>& uses);

}  // namespace loyalty::model
