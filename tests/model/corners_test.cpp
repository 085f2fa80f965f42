// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

#include "tests/model/member_model.hpp"
#include "tests/model/steps.hpp"
#include "tests/support/property.hpp"

/// A comparison says nothing about what never happens: random lives must come to every corner.
namespace loyalty::model {
namespace {

using Corners = std::map<std::string, int>;

void note_lots(const MemberModel& model, Corners& corners) {
  for (const Lot& lot : model.ledger.lots) {
    if (lot.expired > 0) ++corners["points expire"];
    if (lot.expired > 0 && lot.expires == never_ms) ++corners["points expire for inactivity"];
    if (lot.escrow > 0) ++corners["points are held back"];
    if (lot.subtype == bonus && lot.available < lot.original) ++corners["bonus points are used"];
  }
  for (const Debit& debit : model.ledger.debits) {
    if (debit.owed > 0) ++corners["arrears are left"];
    if (!debit.repaid.empty()) ++corners["arrears are repaid"];
    if (debit.cancelled) ++corners["a redemption is cancelled"];
    if (debit.cancelled && !debit.repaid.empty()) ++corners["repaid arrears are cancelled"];
    if (debit.partner_cents > 0) ++corners["the program owes a partner"];
  }
}

void note_activities(const MemberModel& model, Corners& corners) {
  for (const Activity& activity : model.activities) {
    if (activity.returned) ++corners["a full return"];
    for (const Grant& grant : activity.grants) {
      if (grant.lapsed > 0) ++corners["a return of what has expired"];
      if (!grant.lot && grant.points > 0) ++corners["points are to come"];
    }
    if (activity.partner_cents[coins] > 0) ++corners["a partner owes the program"];
    if (activity.shares.size() > 1) ++corners["a carry-over"];
  }
  if (model.run > 0) ++corners["a streak begins again"];
  if (model.run > 0 && model.cycle > 0) ++corners["a streak is completed and begins again"];
}

TEST(RandomLives, ComeToEveryCorner) {
  Corners corners;
  support::check_property(300, [&] {
    const Case what = *any_case();
    const Settings settings = settings_of(what.knobs);
    MemberModel model(settings);
    for (const Step& step : what.steps) {
      const int tier = model.tier;
      model.live_until(time_of(step, model.now(), calendar_of(settings.zone)));
      if (model.tier < tier) ++corners["a tier is lost"];
      const Ask ask = ask_of(step, model, settings);
      const Answer answer = model.take(ask);
      if (!answer.refused) {
        if (ask.kept) ++corners["a partial return"];
        if (ask.at < model.now()) ++corners["a late activity"];
        if (ask.deed == Deed::capture) ++corners["a hold is captured"];
        if (ask.deed == Deed::release_escrow) ++corners["an early release"];
      } else {
        ++corners[std::string(
            domain::EnumNames<domain::RefusalCode>::names[std::size_t(*answer.refused)])];
      }
      if (model.tier > tier) ++corners["a tier is reached"];
    }
    if (model.ledger.period > 0) ++corners["a reset"];
    note_lots(model, corners);
    note_activities(model, corners);
  });
  for (const char* corner : {"points expire",
                             "points expire for inactivity",
                             "points are held back",
                             "bonus points are used",
                             "arrears are left",
                             "arrears are repaid",
                             "a redemption is cancelled",
                             "repaid arrears are cancelled",
                             "the program owes a partner",
                             "a full return",
                             "a partial return",
                             "a return of what has expired",
                             "a partner owes the program",
                             "points are to come",
                             "a carry-over",
                             "a streak begins again",
                             "a streak is completed and begins again",
                             "a tier is reached",
                             "a tier is lost",
                             "a reset",
                             "a late activity",
                             "a hold is captured",
                             "an early release",
                             "INSUFFICIENT_POINTS",
                             "NEGATIVE_LIMIT_EXCEEDED",
                             "QUALIFYING_NOT_REDEEMABLE",
                             "ALREADY_CANCELLED",
                             "ALREADY_REVERSED",
                             "UNKNOWN_HOLD",
                             "INVALID_PARAM"}) {
    EXPECT_GT(corners[corner], 0) << corner;
  }
}

}  // namespace
}  // namespace loyalty::model
