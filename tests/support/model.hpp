// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "domain/time.hpp"
#include "tests/support/steps.hpp"

namespace loyalty::support {

/// A member of shop() without promotions, as simply as domain.md tells it: every midnight is lived
/// through, in days and whole numbers, with nothing of the code under test but its calendar.
class Model {
 public:
  struct Lot {
    std::int64_t points;
    domain::LocalDay earned;
    domain::LocalDay expires;
  };

  explicit Model(domain::LocalDay enrolled) : today_(enrolled), last_activity_(enrolled) {}

  void live_until(domain::LocalDay day);
  /// What a step does; false when it must be refused.
  bool take(const Step& step);

  std::int64_t points() const;
  std::int64_t miles() const { return miles_; }
  std::int64_t stars() const { return stars_; }
  /// 0 silver, 1 gold, 2 platinum.
  int tier() const { return tier_; }
  const std::vector<Lot>& lots() const { return lots_; }

 private:
  enum class Kind : std::uint8_t { points, stars };
  struct Pending {
    Kind kind;
    std::int64_t points;
    domain::LocalDay earned;
    bool batch;
  };

  void midnight();
  void credit(Kind kind, std::int64_t points, domain::LocalDay earned);
  void take_up(int tier);
  int reached() const;
  bool spend(std::int64_t points);

  domain::LocalDay today_;
  domain::LocalDay last_activity_;
  std::vector<Lot> lots_;
  std::int64_t miles_ = 0;
  std::int64_t stars_ = 0;
  int tier_ = 0;
  std::optional<domain::LocalDay> tier_ends_;
  std::vector<Pending> pending_;
};

}  // namespace loyalty::support
