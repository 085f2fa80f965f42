// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "domain/report/fact_counter.hpp"
#include "domain/report/rows.hpp"
#include "tests/support/story.hpp"

/// What the facts of a member count for reports, against what the member's state says.
namespace loyalty::domain {
namespace {

using M = ReportMeasure;
using T = ReportTable;
using support::find;
using support::Story;

std::int64_t day_number(std::string_view text) { return parse_day(text)->days; }

std::int64_t counted(const Story& story, const ReportKey& key, ReportMeasure measure) {
  const auto row = story.counted().all().find(key);
  return row == story.counted().all().end() ? 0 : row->second.of(measure);
}
std::uint32_t points(const Story& story) { return story.catalogue().currency("points")->id.number; }

/// What the state of the member says there is now: the tables without a day.
ReportRows rows_of_state(const Member& member) {
  ReportRows rows;
  rows.add({.table = T::stock}, M::members, member.exists && !has_left(member.status) ? 1 : 0);
  for (const auto& standing : member.tiers) {
    rows.add({.table = T::stock, .third = standing.tier.number}, M::holders,
             has_left(member.status) ? 0 : 1);
  }
  const auto stand = [&](CurrencyId currency, SubtypeId subtype, M measure, Points amount) {
    rows.add({.table = T::stock, .first = currency.number, .second = subtype.number}, measure,
             amount.value);
  };
  for (const auto& purse : member.purses) {
    if (purse.qualifying) stand(purse.currency, {}, M::outstanding, purse.available);
    for (const auto& lot : purse.escrow) {
      stand(purse.currency, lot.subtype, M::in_escrow, lot.remaining);
    }
    stand(purse.currency, {}, M::arrears, purse.owed());
    for (const auto& lot : purse.lots) {
      stand(purse.currency, lot.subtype, M::outstanding, lot.remaining);
      const bool dated = lot.expires != never;
      rows.add({.table = dated ? T::lots : T::idle,
                .when = dated ? lot.expires.ms : member.last_activity.days,
                .first = purse.currency.number,
                .second = lot.subtype.number,
                .third = dated ? lot.issuer.number : 0},
               M::outstanding, lot.remaining.value);
    }
  }
  for (const auto& hold : member.set_aside) {
    for (const auto& lot : hold.lots) {
      stand(hold.currency, lot.subtype, M::outstanding, lot.remaining);
      stand(hold.currency, lot.subtype, M::held, lot.remaining);
    }
  }
  return rows;
}

/// The tables without a day, of what was counted.
ReportRows present_of(const ReportRows& counted) {
  ReportRows rows;
  for (const auto& [key, values] : counted.all()) {
    if (key.table == T::lots || key.table == T::idle || key.table == T::stock)
      rows.add(key, values);
  }
  return rows;
}

/// The changes of all days.
ReportRows stock_of_changes(const ReportRows& counted) {
  ReportRows rows;
  for (const auto& [key, values] : counted.all()) {
    if (key.table != T::points) continue;
    for (const auto measure : {M::outstanding, M::held, M::in_escrow, M::arrears}) {
      rows.add({.table = T::stock, .first = key.first, .second = key.second}, measure,
               values.of(measure));
    }
  }
  return rows;
}
ReportRows stock_of_points(const ReportRows& counted) {
  ReportRows rows;
  for (const auto& [key, values] : counted.all()) {
    if (key.table == T::stock && key.first != 0) rows.add(key, values);
  }
  return rows;
}

ProgramDefinition random_shop(std::mt19937_64& random) {
  auto program = support::shop();
  auto& money = find(program.currencies, "points");
  money.clawback = static_cast<Clawback>(random() % 3);
  money.expiry_period = {2, PeriodUnit::months};
  SubtypeDefinition bonus;
  bonus.id = "bonus";
  money.subtypes = {bonus};
  money.subtype_order = {"bonus"};
  money.negative_limits = {{"silver", 80}, {"gold", 150}};
  money.reinstatements = {{"gold", {1, PeriodUnit::months}, {1, PeriodUnit::months}}};
  if (random() % 2 == 0) money.escrow_days = 5;
  if (random() % 2 == 0) find(program.currencies, "stars").escrow_days = 3;
  // Points that lapse with their owner, with subtypes and without.
  SubtypeDefinition extra;
  extra.id = "extra";
  if (random() % 2 == 0) find(program.currencies, "miles").subtypes = {extra};
  find(program.currencies, "miles").expiry_period = {3, PeriodUnit::months};
  return program;
}

MemberCommand any_command(std::mt19937_64& random, const Story& story) {
  const auto pick = [&](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most)) + 1;
  };
  const auto& history = story.history();
  const auto any_journal = [&] {
    for (int i = 0; i < 30; ++i) {
      const auto& fact = history[random() % history.size()];
      if (const auto* credit = get_if<PointsCredited>(&fact.event)) {
        return static_cast<std::int64_t>(credit->journal);
      }
      if (const auto* debit = get_if<PointsDebited>(&fact.event)) {
        return static_cast<std::int64_t>(debit->journal);
      }
    }
    return pick(static_cast<std::int64_t>(history.size()));
  };
  const auto& holds = story.member().set_aside;
  const std::string hold = holds.empty() ? "h1" : "h" + std::to_string(holds.front().id);
  switch (random() % 20) {
    case 0:
    case 1:
    case 2: return Purchase{.amount = pick(20'000), .category = "shoes", .units = pick(3)};
    case 3: return Purchase{.amount = pick(9'000), .product = "room", .partner = "hotel"};
    case 4:
    case 5: return RecordActivity{.type = "run", .units = pick(60)};
    case 6: return Review{};
    case 7: return Redeem{.offer = "mug", .quantity = pick(2)};
    case 8: return DebitPoints{.points = pick(120)};
    case 9: return HoldPoints{.offer = "spa", .ttl_s = pick(200'000)};
    case 10: return HoldPoints{.points = pick(60), .ttl_s = pick(900'000)};
    case 11: return CaptureHold{.hold = hold, .product = "massage"};
    case 12: return ReleaseHold{.hold = hold};
    case 13: return CancelRedemption{.journal = any_journal()};
    case 14: return ReverseActivity{.journal = any_journal()};
    case 15: return ReverseActivity{.journal = any_journal(), .kept_amount = pick(9'000)};
    case 16: return ReinstatePoints{};
    case 17: return OverrideTier{.tier = random() % 2 == 0 ? "gold" : "silver", .reason = "why"};
    case 18:
      return AdjustPoints{
          .points = pick(80) - 40, .reason = "r", .subtype = random() % 2 == 0 ? "bonus" : ""};
    default: return AdjustPoints{.currency = "miles", .points = pick(80) - 40, .reason = "r"};
  }
}

TEST(FactsOfAnyLife, AddUpToWhatTheStateSays) {
  constexpr int lives = 120;
  constexpr int steps = 60;
  for (std::uint64_t seed = 1; seed <= lives && !testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("life " + std::to_string(seed));
    std::mt19937_64 random(seed);
    Story story(random_shop(random));
    std::int64_t minutes = 0;
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      minutes +=
          static_cast<std::int64_t>(random() % 4 == 0 ? random() % 20 * 1'440 : random() % 90);
      const LocalDay day{parse_day("2026-01-06")->days +
                         static_cast<std::int32_t>(minutes / 1'440)};
      const std::int64_t hour = minutes / 60 % 20 + 3;
      const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
      story.at(to_string(day) + " " + two(hour) + ":" + two(minutes % 60));
      story.when(any_command(random, story));
      ASSERT_EQ(present_of(story.counted()), rows_of_state(story.member())) << "step " << i;
      ASSERT_EQ(stock_of_changes(story.counted()), stock_of_points(story.counted()));
    }
    if (seed % 3 != 0) continue;
    story.when(CloseMember{.reason = "the end"});
    ASSERT_EQ(present_of(story.counted()), rows_of_state(story.member()));
  }
}

TEST(Counts, OfAPurchaseStandUnderItsCategoryItsPartnerAndTheTierHeldBefore) {
  Story story;
  story.at("2026-03-10 12:00")
      .given(Purchase{.amount = 60'000, .product = "room", .partner = "hotel"})
      .then_tier("gold");
  const auto hotel = story.catalogue().partner("hotel")->id.number;
  const auto silver = story.catalogue().tier_groups[0].tiers[0].id.number;
  const std::int64_t day = day_number("2026-03-10");
  const ReportKey deed{.table = T::activity, .when = day, .first = hotel};
  EXPECT_EQ(counted(story, deed, M::activities), 1);
  EXPECT_EQ(counted(story, deed, M::amount), 60'000);
  EXPECT_EQ(counted(story, deed, M::partner_liability), 1'200);  // 600 x 0.015 + 600 x 0.5 x 0.01
  const ReportKey share{.table = T::activity, .when = day, .first = hotel, .second = points(story)};
  EXPECT_EQ(counted(story, share, M::credited), 600);
  const ReportKey tier{.table = T::tier, .when = day, .first = silver, .second = points(story)};
  EXPECT_EQ(counted(story, tier, M::credited), 600);
  EXPECT_EQ(counted(story, {.table = T::tier, .when = day, .first = silver}, M::tier_out), 1);
}

TEST(Counts, OfALateActivityStandOnTheDayOnWhichItWasReported) {
  Story story;
  story.at("2026-03-10 12:00");
  story.given(Purchase{.amount = 1'000, .at = story.instant("2026-02-01 12:00")});
  const ReportKey key{.table = T::points, .when = day_number("2026-03-10"), .first = points(story)};
  EXPECT_EQ(counted(story, key, M::credited), 10);
}

TEST(Counts, KeepTheCategoryForCreditsThatComeLaterAndForReturns) {
  auto program = support::shop();
  find(program.rules, "base").crediting = Crediting::next_day;
  Story story(program);
  story.at("2026-03-10 12:00").given(Purchase{.amount = 5'000, .category = "lamps"});
  story.at("2026-03-11 12:00").wake();
  ReportKey key{.table = T::activity,
                .when = day_number("2026-03-11"),
                .second = points(story),
                .text = "lamps"};
  EXPECT_EQ(counted(story, key, M::credited), 50);
  const auto journal = story.ask<LedgerResult>(GetLedger{}).entries.back().journal;
  story.at("2026-03-12 12:00")
      .given(ReverseActivity{.journal = static_cast<std::int64_t>(journal), .kept_amount = 2'000});
  key.when = day_number("2026-03-12");
  EXPECT_EQ(counted(story, key, M::taken_back), 30);
  key.second = 0;
  EXPECT_EQ(counted(story, key, M::returns), 1);
  EXPECT_EQ(counted(story, key, M::returned_amount), 3'000);
}

TEST(Counts, AreTheSameWhenFactsAreReplayed) {
  Story story;
  story.at("2026-03-10 12:00").given(Purchase{.amount = 9'000, .category = "shoes"});
  story.at("2026-03-11 12:00").given(Redeem{.offer = "mug"});
  ReportRows replayed;
  Member member;
  for (const auto& fact : story.history()) {
    FactCounter counter(story.catalogue());
    counter.see(member, fact.at, fact.event);
    evolve(member, fact.at, fact.event);
    replayed.add(counter.take());
  }
  EXPECT_EQ(present_of(replayed), present_of(story.counted()));
  EXPECT_EQ(without_categories(replayed), without_categories(story.counted()));
}

TEST(Rows, ThatAddUpToNothingAreNone) {
  ReportRows rows;
  rows.add({.when = 5}, M::credited, 7);
  rows.add({.when = 5}, M::credited, -7);
  EXPECT_TRUE(rows.empty());
}

TEST(Rows, AreReadAsTheyWereStored) {
  ReportRows read;
  ASSERT_TRUE(read.add_stored({{.key = {.when = 5}, .values = {0, 1, 3, 7}}}));
  EXPECT_EQ(read.all().at({.when = 5}).of(M::activities), 1);
  EXPECT_EQ(read.all().at({.when = 5}).of(M::units), 7);
  EXPECT_FALSE(read.add_stored({{.key = {}, .values = {1}}}));
  EXPECT_FALSE(read.add_stored({{.key = {}, .values = {200, 1}}}));
}

TEST(Pieces, HoldAMonthOrThirtyDays) {
  const auto name = [](const ReportKey& key) { return to_string(piece_of(key)); };
  EXPECT_EQ(name({.table = T::points, .when = day_number("2026-01-31")}), "m24312");
  EXPECT_EQ(name({.table = T::tier, .when = day_number("2026-02-01")}), "m24313");
  EXPECT_EQ(name({.table = T::idle, .when = 59}), "i1");
  EXPECT_EQ(name({.table = T::idle, .when = -1}), "ib1");
  EXPECT_EQ(name({.table = T::lots, .when = 30LL * 86'400'000}), "x1");
  EXPECT_EQ(name({.table = T::stock, .first = 3}), "s0");
}

}  // namespace
}  // namespace loyalty::domain
