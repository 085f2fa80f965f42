// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "domain/member/past.hpp"

/// What an activity has given, found again in the past when it is returned (domain.md F28).
namespace loyalty::domain {

/// How much of a purchase the member keeps.
struct Kept {
  Money amount;  ///< eligible
  std::int64_t units = 0;
  bool nothing = false;  ///< all has been returned, be it worth money or not

  friend bool operator==(const Kept&, const Kept&) = default;
};

/// Points that an activity gave: by a rule, or by a promotion.
struct Grant {
  Sequence credit = 0;     ///< 0 while it is to come
  Sequence scheduled = 0;  ///< of its PointsScheduled, if it had one
  CurrencyId currency;
  bool qualifying = false;
  RuleId rule;
  PromotionId promotion;
  PartnerId issuer;
  Points points;       ///< as it was granted
  Points lapsed;       ///< of its lot: expired, and no return has passed them over yet
  bool reset = false;  ///< qualifying: the period in which it counted is over
};

/// An activity with all that it gave.
struct Granted {
  Sequence journal = 0;
  JournalRecorded activity;
  const Catalogue* rules = nullptr;  ///< the program of then
  Member then;                       ///< as the rules saw the member
  Kept kept;                         ///< up to now
  std::vector<Grant> grants;
  std::vector<CapUsed> caps;
  std::vector<RewardIssued> rewards;  ///< of standard promotions
  std::vector<BenefitId> benefits;    ///< won by rules
  std::vector<std::pair<Sequence, PartnerLiabilityArisen>> owed;
};

/// nullopt when no activity has that journal: a redemption or a correction is none.
std::optional<Granted> find_granted(const Past& past, Sequence journal);

/// Whether a journal is of something that members do and that can be returned.
bool is_activity(const JournalRecorded& journal);

/// The points of a grant that remain when so much is kept: what its rule, in the version of then,
/// gives for it, at the tier of then, rounded as then; never more than was granted. For a
/// promotion that rewards each activity the same holds; what reached a target stays (F44).
Points points_kept(const Granted& granted, const Grant& grant, const Kept& kept);

/// What a measure of the activity is when so much is kept; 0 where the condition no longer holds.
std::int64_t measure_kept(const Granted& granted, const Condition& when, Measure measure,
                          const Kept& kept);

/// The partner's debt for `points` at the rates of then; the booked money where all is kept.
Money money_kept(const Granted& granted, const PartnerLiabilityArisen& booked, Points points);

}  // namespace loyalty::domain
