// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
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
  /// An activity of this turn, or one that it undoes, and what its points are counted under.
  struct Origin {
    Sequence journal = 0;
    std::uint32_t category = 0;  ///< as `counts_` name it
  };

  LocalDay day_of(Instant at);
  /// The category of what `journal` tells of, as `counts_` name it; none when this turn does not.
  std::uint32_t category_of(Sequence journal) const;
  std::uint32_t begin(Sequence journal, const std::string& category);

  const Catalogue& catalogue_;
  ReportCounts counts_;
  Origin origin_;                ///< the newest; most turns have no other
  std::vector<Origin> earlier_;  ///< oldest first
  Instant day_of_ = never;       ///< for which the day was looked up last
  LocalDay day_;
};

}  // namespace loyalty::domain
