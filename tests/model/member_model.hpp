// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "tests/model/ask.hpp"
#include "tests/model/ledger.hpp"

namespace loyalty::model {

/// What one rule gave for one activity.
struct Grant {
  const RuleSettings* rule = nullptr;
  std::int64_t halves = 2;              ///< the multiplier recorded, in halves
  std::int64_t points = 0;              ///< after returns
  std::optional<std::size_t> lot = {};  ///< none: it is still to come
  Ms due = 0;                           ///< of a credit to come; never_ms: with the next batch run
  std::int64_t lapsed = 0;              ///< expired points that returns have passed over
};

/// How much of an activity counted in one cycle of the promotion.
struct Share {
  int cycle = 0;
  std::int64_t amount = 0;
  int run = 0;  ///< of a streak
};

struct Activity {
  Deed deed = Deed::purchase;
  Day day = 0;
  std::int64_t amount = 0;  ///< what is kept of it
  std::int64_t units = 0;
  bool shoes = false;
  bool at_partner = false;
  bool returned = false;
  std::vector<Grant> grants = {};
  std::array<std::int64_t, 3> partner_cents{};  ///< owed for it now, by currency
  std::vector<Share> shares = {};
  std::vector<std::size_t> rewards = {};  ///< lots that the promotion gave for it
};

struct HeldPoints {
  Currency currency = coins;
  std::vector<Use> uses = {};
  Ms expires = 0;
  bool open = true;
  bool at_partner = false;
};

/// A member of the program of `settings`, as simply as domain.md tells it: every midnight is lived
/// through, nothing is forgotten, and most figures are added up anew when they are wanted.
class MemberModel {
 public:
  explicit MemberModel(const Settings& settings);

  /// Lives up to an instant, its timers included.
  void live_until(Ms now);
  Answer take(const Ask& ask);

  Ledger ledger;
  std::vector<Activity> activities;
  std::vector<std::size_t> redemptions;  ///< which debits bought something
  std::vector<HeldPoints> holds;
  int tier = 0;
  Ms tier_expires = never_ms;
  std::int64_t progress = 0;
  int cycle = 0;
  int run = 0;  ///< of a streak: a missed period begins the next one
  bool first_mark = false;
  bool second_mark = false;
  std::optional<Day> streak_period;  ///< the last one that counted, its first day

  Ms now() const { return now_; }
  Day today() const { return calendar_.day_of(now_); }
  std::int64_t pending(Currency currency) const;

 private:
  Answer act(const Ask& ask);
  Answer earn(const Ask& ask);
  Answer redeem(const Ask& ask);
  Answer spend(Currency currency, std::int64_t points, bool bonus_only, bool at_partner);
  Answer hold(const Ask& ask);
  Answer capture(const Ask& ask);
  Answer release(const Ask& ask);
  Answer cancel(const Ask& ask);
  Answer bring_back(const Ask& ask);
  Answer adjust(const Ask& ask);
  Answer credit(const Ask& ask);
  Answer debit(const Ask& ask);
  Answer advance_by_hand(const Ask& ask);
  Answer release_escrow(const Ask& ask);

  void do_what_is_due();
  void credit_what_is_due(bool batch);
  void give(Grant& grant, Day earned);
  void take_back(Grant& grant, std::int64_t claw);
  void take_spent(Currency currency, std::int64_t claw);
  void set_back(Activity& activity, std::int64_t by);
  bool counts_for_streak(const Activity& activity);
  void set_streak_back(Activity& activity);
  Day period_of(Day day) const;
  void advance(std::int64_t by, Activity* activity);
  void settle_with_partner(Activity& activity, Answer& answer);
  void book(Debit debit, bool at_partner, Answer& answer);
  const OfferSettings* offer(const std::string& id) const;

  std::int64_t measured(const RuleSettings& rule, const Activity& activity) const;
  bool applies(const RuleSettings& rule, const Activity& activity) const;
  std::int64_t promotion_measure(const Activity& activity) const;
  std::int64_t limit(Currency currency) const;
  const RateSettings* rate(Currency currency) const;
  Ms release_of(Currency currency, Day earned) const;

  int reached() const;
  void check_upgrade();
  void take_up(int tier);
  /// The first start of a qualification period on or after a day.
  Day boundary_from(Day day) const;

  const Settings& settings_;
  const Calendar& calendar_;
  Ms now_;
  Day enrolled_;
  Day next_reset_;
};

/// points = round(measure x rate x multiplier), once.
std::int64_t points_of(const RuleSettings& rule, std::int64_t measured, std::int64_t halves);
/// Partner money, half_up to the cent.
std::int64_t cents_of(std::int64_t points, std::int64_t factor, std::int64_t price);

}  // namespace loyalty::model
