// SPDX-License-Identifier: Apache-2.0
#include "tests/support/steps.hpp"

#include <algorithm>
#include <ostream>

namespace loyalty::support {

using namespace domain;

namespace {

constexpr std::int64_t day_ms = 86'400'000;

rc::Gen<int> any_wait() {
  return rc::gen::weightedOneOf<int>({{6, rc::gen::just(0)},
                                      {6, rc::gen::inRange(0, 3)},
                                      {3, rc::gen::inRange(0, 60)},
                                      {1, rc::gen::inRange(0, 500)}});
}

rc::Gen<std::vector<Step>> life_of(std::vector<Deed> deeds) {
  return rc::gen::container<std::vector<Step>>(
      rc::gen::build<Step>(rc::gen::set(&Step::deed, rc::gen::elementOf(std::move(deeds))),
                           rc::gen::set(&Step::days, any_wait()),
                           rc::gen::set(&Step::number, rc::gen::inRange(0, 400))));
}

}  // namespace

std::ostream& operator<<(std::ostream& out, const Step& step) {
  return out << "{deed " << static_cast<int>(step.deed) << ", +" << step.days << " days, "
             << step.number << "}";
}

rc::Gen<std::vector<Step>> any_life() {
  std::vector<Deed> all;
  for (int deed = 0; deed <= static_cast<int>(Deed::wait); ++deed) {
    all.push_back(static_cast<Deed>(deed));
  }
  return life_of(std::move(all));
}

rc::Gen<std::vector<Step>> simple_life() {
  return life_of({Deed::purchase, Deed::review, Deed::training, Deed::survey, Deed::credit,
                  Deed::debit, Deed::redeem_mug, Deed::run_batch, Deed::wait});
}

MemberCommand command_of(const Step& step, Instant now) {
  const std::int64_t n = step.number;
  switch (step.deed) {
    case Deed::purchase: return Purchase{.amount = n * 167, .category = n % 3 == 0 ? "shoes" : ""};
    case Deed::late_purchase:
      return Purchase{.amount = n * 100, .at = Instant{now.ms - n * day_ms}, .partner = "hotel"};
    case Deed::run: return RecordActivity{.type = "run", .units = n};
    case Deed::review: return Review{};
    case Deed::training: return RecordActivity{.type = "training", .units = n};
    case Deed::survey: return RecordActivity{.type = "survey"};
    case Deed::credit:
      return CreditPoints{.currency = n % 2 == 0 ? "points" : "miles", .points = n};
    case Deed::debit: return DebitPoints{.currency = n % 2 == 0 ? "points" : "miles", .points = n};
    case Deed::redeem_mug: return Redeem{.offer = "mug", .quantity = n % 9};
    case Deed::redeem_partner: return Redeem{.offer = "spa", .product = "massage"};
    case Deed::redeem_drink: return Redeem{.offer = "drink"};
    case Deed::latte: return Purchase{.amount = n, .product = "latte"};
    case Deed::lamp: return Purchase{.amount = n * 100, .category = "lamps"};
    case Deed::enroll: return EnrollInPromotion{.promotion = n % 2 == 0 ? "lamps" : "latte"};
    case Deed::leave: return LeavePromotion{.promotion = n % 2 == 0 ? "lamps" : "latte"};
    case Deed::progress: return UpdateProgress{.promotion = "latte", .increment = n % 30};
    case Deed::use_voucher: return UseVoucher{.voucher = "v" + std::to_string(n)};
    case Deed::cancel_voucher: return CancelVoucher{.voucher = "v" + std::to_string(n)};
    case Deed::nonsense: return Purchase{.amount = -n};
    case Deed::run_batch:
    case Deed::wait: return Wake{};
  }
  return Wake{};
}

}  // namespace loyalty::support
