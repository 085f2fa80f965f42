// SPDX-License-Identifier: Apache-2.0
#include "tests/support/model.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace loyalty::support {

using namespace domain;

namespace {

bool is_new_year(LocalDay day) {
  const CalendarDate date = calendar(day);
  return date.month == 1 && date.day == 1;
}

LocalDay years_later(LocalDay day, int years) {
  CalendarDate date = calendar(day);
  date.year += years;
  if (const auto same = day_of(date)) return *same;
  return *day_of({date.year, 3, 1});  // 29 February
}

}  // namespace

void Model::live_until(LocalDay day) {
  while (today_ < day) {
    ++today_.days;
    midnight();
  }
}

void Model::midnight() {
  std::vector<Pending> later;
  for (const Pending& what : std::exchange(pending_, {})) {
    if (what.batch) {
      later.push_back(what);
    } else {
      credit(what.kind, what.points, what.earned);
    }
  }
  pending_ = later;
  if (tier_ends_ == today_) take_up(reached());
  if (is_new_year(today_)) stars_ = 0;
  std::erase_if(lots_, [&](const Lot& lot) { return lot.expires <= today_; });
  if (years_later(last_activity_, 3) <= today_) miles_ = 0;
}

bool Model::take(const Step& step) {
  const std::int64_t n = step.number;
  const bool for_points = n % 2 == 0;
  switch (step.deed) {
    case Deed::purchase: {
      const std::int64_t cents = n * 167;
      const int halves = tier_ == 0 ? 2 : tier_ == 1 ? 3 : 4;  // 1, 1.5 or 2 points a dollar
      const std::int64_t base = cents * halves / 200;
      last_activity_ = today_;
      credit(Kind::points, base, today_);
      if (n % 3 == 0) credit(Kind::points, 5, today_);
      credit(Kind::stars, cents / 100, today_);
      return true;
    }
    case Deed::review:
      last_activity_ = today_;
      pending_.push_back({Kind::points, 50, today_, false});
      return true;
    case Deed::training:
      last_activity_ = today_;
      if (n > 0) pending_.push_back({Kind::stars, n, today_, false});
      return true;
    case Deed::survey:
      last_activity_ = today_;
      pending_.push_back({Kind::points, 30, today_, true});
      return true;
    case Deed::credit:
      if (n == 0) return false;
      last_activity_ = today_;
      if (for_points) {
        credit(Kind::points, n, today_);
      } else {
        miles_ += n;
      }
      return true;
    case Deed::debit:
      if (n == 0) return false;
      if (for_points) return spend(n);
      if (miles_ < n) return false;
      miles_ -= n;
      last_activity_ = today_;
      return true;
    case Deed::redeem_mug: return n % 9 != 0 && spend(30 * (n % 9));
    case Deed::run_batch:
      for (const Pending& what : pending_) {
        if (what.batch) credit(what.kind, what.points, what.earned);
      }
      std::erase_if(pending_, [](const Pending& what) { return what.batch; });
      return true;
    default: return true;
  }
}

void Model::credit(Kind kind, std::int64_t points, LocalDay earned) {
  if (points == 0) return;
  if (kind == Kind::stars) {
    stars_ += points;
    if (reached() > tier_) take_up(reached());
    return;
  }
  const Lot lot{points, earned, years_later(earned, 1)};
  if (lot.expires <= today_) return;  // gone as it came
  const auto order = [](const Lot& l) { return std::tuple(l.expires, l.earned); };
  const auto place = std::find_if(lots_.begin(), lots_.end(),
                                  [&](const Lot& other) { return order(other) > order(lot); });
  lots_.insert(place, lot);
}

void Model::take_up(int tier) {
  tier_ = tier;
  tier_ends_.reset();
  if (tier == 0) return;
  LocalDay end = years_later(today_, 1);
  while (!is_new_year(end)) ++end.days;
  tier_ends_ = end;
}

int Model::reached() const { return stars_ >= 1'500 ? 2 : stars_ >= 500 ? 1 : 0; }

std::int64_t Model::points() const {
  std::int64_t sum = 0;
  for (const Lot& lot : lots_) sum += lot.points;
  return sum;
}

bool Model::spend(std::int64_t wanted) {
  if (points() < wanted) return false;
  last_activity_ = today_;
  for (Lot& lot : lots_) {
    const std::int64_t taken = std::min(wanted, lot.points);
    lot.points -= taken;
    wanted -= taken;
  }
  std::erase_if(lots_, [](const Lot& lot) { return lot.points == 0; });
  return true;
}

}  // namespace loyalty::support
