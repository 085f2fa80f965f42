// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "domain/member/events.hpp"
#include "domain/member/member.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/report/counts.hpp"

namespace loyalty::domain {

/// Turns the facts of one turn (one record) of a member into counts for reports. It sees each fact
/// with the member as it was just before it: a fact that takes points names credits, and only the
/// state knows what they are. So the same facts give the same counts when they are replayed.
///
/// A fact counts on the local day on which it happened, not on that of the activity it reports:
/// what was reported for a day that is over stays as it was.
class FactCounter {
 public:
  /// `catalogue` is the version of the program under which the facts are stated.
  explicit FactCounter(const Catalogue& catalogue) : catalogue_(catalogue) {}

  void see(const Member& before, Instant at, const MemberEvent& event);

  ReportCounts take() { return std::move(counts_); }

 private:
  struct Visit;
  /// An activity of this turn, or one that it undoes: what its points are counted under.
  struct Origin {
    Sequence journal = 0;
    PartnerId partner;
    std::string category;
  };

  LocalDay day_of(Instant at);
  const std::string& category_of(Sequence journal) const;

  const Catalogue& catalogue_;
  ReportCounts counts_;
  std::vector<Origin> origins_;
  Instant day_of_ = never;  ///< for which the day was looked up last
  LocalDay day_;
};

}  // namespace loyalty::domain
