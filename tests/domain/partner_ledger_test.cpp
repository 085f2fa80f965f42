// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include "domain/invariant.hpp"
#include "domain/partner/commands.hpp"
#include "domain/partner/queries.hpp"
#include "tests/support/story.hpp"

/// A partner's own ledger: position and monthly statements (domain.md F49, F50).
namespace loyalty::domain {
namespace {

using support::Story;
using testing::ElementsAre;

/// The hotel's ledger, fed with what members' turns owed it.
class HotelLedger {
 public:
  HotelLedger() { ledger_.id = "hotel"; }

  /// Books all entries of one message of a shard.
  void book(const std::vector<PartnerEntry>& entries, std::uint32_t shard = 0) {
    PartnerEntriesBooked booked;
    booked.cursor = {.shard = shard, .last = {.epoch = 1, .position = ++position_}};
    booked.entries = entries;
    facts_.push_back(booked);
    evolve(ledger_, Instant{0}, facts_.back());
  }
  Expected<PartnerResult, Refusal> command(const Story& story, const PartnerCommand& command,
                                           const char* now) {
    auto outcome = execute(ledger_, command, story.catalogue(), story.instant(now));
    for (auto& event : outcome.events) facts_.push_back(std::move(event));
    return outcome.result;
  }
  PartnerPosition position(const Story& story) const {
    return get<PartnerPosition>(*answer(GetPartnerPosition{}, ledger_, story.catalogue(), {}));
  }
  PartnerStatement statement(const Story& story, const GetPartnerStatement& query) const {
    return get<PartnerStatement>(*answer(query, ledger_, story.catalogue(), facts_));
  }
  const PartnerLedger& state() const { return ledger_; }
  const std::vector<PartnerEvent>& facts() const { return facts_; }

 private:
  PartnerLedger ledger_;
  std::vector<PartnerEvent> facts_;
  std::uint64_t position_ = 0;
};

/// Purchases in two months and a redemption.
void live(Story& story) {
  story.at("2026-03-10 12:00");
  story.given(Purchase{.amount = 10'000, .product = "room", .partner = "hotel"});
  story.at("2026-03-31 23:59");
  story.given(Redeem{.offer = "spa", .product = "massage"});
  story.at("2026-04-01 00:00");
  story.given(Purchase{.amount = 333, .product = "room", .partner = "hotel"});
}

TEST(PartnerPosition, NetsWhatBothOwe) {
  Story story;
  live(story);
  HotelLedger hotel;
  hotel.book(story.owed());
  const auto position = hotel.position(story);
  EXPECT_EQ(position.partner, "hotel");
  EXPECT_EQ(position.money, "USD");
  // points 1.50 + 0.05 - 0.45, stars 0.50 + 0.02
  EXPECT_EQ(position.net, Money{150 + 5 - 45 + 50 + 2});
  EXPECT_THAT(position.periods, ElementsAre("2026-03", "2026-04"));
  ASSERT_EQ(position.currencies.size(), 2U);
  const auto& points = position.currencies[0];
  EXPECT_EQ(points.currency, "points");
  EXPECT_EQ(points.accrued, Points{103});
  EXPECT_EQ(points.redeemed, Points{45});
  EXPECT_EQ(points.accruals, Money{155});
  EXPECT_EQ(points.redemptions, Money{45});
  EXPECT_EQ(points.net, Money{110});
  EXPECT_EQ(points.accrual_entries, 2U);
  EXPECT_EQ(points.redemption_entries, 1U);
}

TEST(PartnerPosition, IsTheSumOfTheMembersEntriesHoweverTheyArrive) {
  Story story;
  live(story);
  HotelLedger at_once;
  at_once.book(story.owed());
  HotelLedger one_by_one;
  for (auto entry = story.owed().rbegin(); entry != story.owed().rend(); ++entry) {
    one_by_one.book({*entry}, 7);
  }
  Money sum;
  for (const auto& entry : story.owed()) sum += entry.money;
  EXPECT_EQ(at_once.position(story).net, sum);
  EXPECT_EQ(one_by_one.position(story).net, sum);
  EXPECT_THAT(one_by_one.position(story).periods, ElementsAre("2026-03", "2026-04"));
}

TEST(PartnerStatement, HasTheEntriesOfItsLocalMonthAndNoOthers) {
  Story story;
  live(story);
  HotelLedger hotel;
  hotel.book(story.owed());
  const auto march = hotel.statement(story, {.period = "2026-03", .entries = true});
  EXPECT_EQ(march.billing, "post_paid");
  EXPECT_EQ(march.accruals, Money{200});
  EXPECT_EQ(march.redemptions, Money{45});
  EXPECT_EQ(march.net, Money{155});
  ASSERT_EQ(march.entries.size(), 3U);
  EXPECT_EQ(march.entries[0].kind, "accrual");
  EXPECT_EQ(march.entries[0].member, "ada");
  EXPECT_EQ(march.entries[2].kind, "redemption");
  EXPECT_EQ(march.entries[2].money, Money{-45});
  EXPECT_EQ(to_string(march.entries[2].day), "2026-03-31");
  const auto april = hotel.statement(story, {.period = "2026-04", .entries = true});
  EXPECT_EQ(april.net, Money{7});
  EXPECT_EQ(march.net + april.net, hotel.position(story).net) << "each entry is billed once";
  EXPECT_EQ(hotel.statement(story, {.period = "2026-05"}).net, Money{0});
}

TEST(PartnerStatement, SaysWhenThereIsMoreThanTheLimit) {
  Story story;
  live(story);
  HotelLedger hotel;
  hotel.book(story.owed());
  const auto two = hotel.statement(story, {.period = "2026-03", .entries = true, .limit = 2});
  EXPECT_EQ(two.entries.size(), 2U);
  EXPECT_TRUE(two.more);
  const auto three = hotel.statement(story, {.period = "2026-03", .entries = true, .limit = 3});
  EXPECT_FALSE(three.more);
}

TEST(PartnerStatement, IsRefusedForWhatIsNoMonth) {
  Story story;
  const PartnerLedger ledger{.id = "hotel", .cursors = {}, .periods = {}};
  for (const char* period : {"", "2026", "2026-13", "2026-3", "March", "2026-03-01"}) {
    SCOPED_TRACE(period);
    const auto refused =
        answer(GetPartnerStatement{.period = period}, ledger, story.catalogue(), {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, RefusalCode::invalid_param);
  }
  for (const std::int64_t limit : {0, -1, 1'001}) {
    EXPECT_FALSE(answer(GetPartnerStatement{.period = "2026-03", .limit = limit}, ledger,
                        story.catalogue(), {}));
  }
}

TEST(PartnerLedger, OfANameThatIsNoPartnerIsRefused) {
  Story story;
  const PartnerLedger nobody{.id = "nobody", .cursors = {}, .periods = {}};
  const auto refused = answer(GetPartnerPosition{}, nobody, story.catalogue(), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, RefusalCode::unknown_partner);
}

TEST(PartnerLedger, RemembersPerShardWhatItHasBooked) {
  Story story;
  live(story);
  HotelLedger hotel;
  hotel.book({story.owed()[0]}, 3);
  hotel.book({story.owed()[1]}, 5);
  EXPECT_EQ(hotel.state().cursor(3).position, 1U);
  EXPECT_EQ(hotel.state().cursor(5).position, 2U);
  EXPECT_EQ(hotel.state().cursor(4), OutboxId{});
  PartnerLedger again = hotel.state();
  EXPECT_THROW(evolve(again, Instant{0}, hotel.facts()[0]), BrokenInvariant) << "booked once only";
}

TEST(PartnerStatement, OnceClosedNeverChanges) {
  Story story;
  live(story);
  HotelLedger hotel;
  hotel.book(story.owed());
  EXPECT_EQ(hotel.statement(story, {.period = "2026-03"}).status, "open");
  const auto closed =
      hotel.command(story, ClosePartnerPeriod{.period = "2026-03"}, "2026-04-02 09:00");
  ASSERT_TRUE(closed);
  EXPECT_THAT(closed->closed, ElementsAre("2026-03"));
  EXPECT_EQ(closed->billed, Money{155});
  EXPECT_EQ(closed->outstanding, Money{155});

  // A return in April of a purchase of March, and an entry of March that was long under way.
  PartnerEntry reversal = story.owed()[0];
  reversal.day = *parse_day("2026-04-10");
  reversal.points = -reversal.points;
  reversal.money = -reversal.money;
  reversal.reversal = true;
  PartnerEntry late = story.owed()[0];
  late.member = "bob";
  hotel.book({reversal, late});
  const auto march = hotel.statement(story, {.period = "2026-03", .entries = true});
  EXPECT_EQ(march.status, "closed");
  EXPECT_EQ(march.closed, story.instant("2026-04-02 09:00"));
  EXPECT_EQ(march.net, Money{155});
  EXPECT_EQ(march.entries.size(), 3U);
  const auto april = hotel.statement(story, {.period = "2026-04", .entries = true});
  EXPECT_EQ(april.status, "open");
  EXPECT_EQ(april.accruals, Money{7 + late.money.value});
  EXPECT_EQ(april.reversals, -reversal.money);
  EXPECT_EQ(april.net, Money{7});
  EXPECT_EQ(april.entries.size(), 4U);
  EXPECT_EQ(april.entries[2].kind, "reversal");
  EXPECT_EQ(march.net + april.net, hotel.position(story).net) << "each entry is billed once";
}

TEST(PartnerStatement, ClosingOneClosesTheOpenOnesBefore) {
  Story story;
  live(story);
  HotelLedger hotel;
  hotel.book(story.owed());
  const auto closed =
      hotel.command(story, ClosePartnerPeriod{.period = "2026-05"}, "2026-06-01 00:00");
  ASSERT_TRUE(closed);
  EXPECT_THAT(closed->closed, ElementsAre("2026-03", "2026-04", "2026-05"));
  EXPECT_EQ(closed->billed, hotel.position(story).net);
}

TEST(PartnerStatement, ClosesOnlyMonthsThatAreOverAndOpen) {
  Story story;
  live(story);
  HotelLedger hotel;
  hotel.book(story.owed());
  const auto refusal = [&](const char* period, const char* now) {
    const auto result = hotel.command(story, ClosePartnerPeriod{.period = period}, now);
    return result ? std::string("closed") : result.error().param;
  };
  EXPECT_EQ(refusal("2026-03", "2026-03-31 23:59"), "period");
  EXPECT_EQ(refusal("March", "2026-05-01 00:00"), "period");
  EXPECT_EQ(refusal("2026-03", "2026-04-01 00:00"), "closed");
  EXPECT_EQ(refusal("2026-03", "2026-04-01 00:00"), "period");
  EXPECT_EQ(refusal("2026-02", "2026-04-01 00:00"), "period");
}

TEST(PartnerPayment, ReducesWhatIsOutstanding) {
  Story story;
  live(story);
  HotelLedger hotel;
  hotel.book(story.owed());
  ASSERT_TRUE(hotel.command(story, ClosePartnerPeriod{.period = "2026-03"}, "2026-04-01 00:00"));
  const auto part = hotel.command(story, RecordPartnerPayment{.amount = 100}, "2026-04-05 00:00");
  ASSERT_TRUE(part);
  EXPECT_EQ(part->paid, Money{100});
  EXPECT_EQ(part->outstanding, Money{55});
  ASSERT_TRUE(hotel.command(story, RecordPartnerPayment{.amount = 60}, "2026-04-06 00:00"));
  const auto back = hotel.command(story, RecordPartnerPayment{.amount = -5}, "2026-04-07 00:00");
  ASSERT_TRUE(back);
  EXPECT_EQ(back->outstanding, Money{0});
  EXPECT_EQ(hotel.position(story).outstanding, Money{0});
  EXPECT_EQ(hotel.position(story).billed, Money{155});
  EXPECT_FALSE(hotel.command(story, RecordPartnerPayment{.amount = 0}, "2026-04-07 00:00"));
}

}  // namespace
}  // namespace loyalty::domain
