// SPDX-License-Identifier: Apache-2.0
#include "actors/outbox.hpp"

#include <gtest/gtest.h>

namespace loyalty::actors {
namespace {

constexpr Outbox::Time begin{};

std::vector<OutboxEntry> to(const std::string& destination, int count = 1) {
  return std::vector<OutboxEntry>(static_cast<std::size_t>(count), {destination, {}});
}

OutboxReceipt applied(const std::string& destination, std::uint64_t position) {
  return {3, destination, {10, position}};
}

}  // namespace

TEST(Outbox, MakesOneMessagePerBlockAndDestination) {
  Outbox outbox(3);
  auto entries = to("x:shop:acme", 2);
  entries.push_back({"x:shop:zen", {}});
  const auto messages = outbox.add(10, 5, entries);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].effects.size(), 2U);
  EXPECT_EQ(messages[0].source, 3U);
  EXPECT_EQ(messages[0].id, (domain::OutboxId{10, 5}));
  EXPECT_EQ(messages[0].previous, domain::OutboxId{});
}

TEST(Outbox, ChainsMessagesToOneDestination) {
  Outbox outbox(3);
  outbox.add(10, 5, to("a"));
  outbox.add(10, 6, to("b"));
  EXPECT_EQ(outbox.add(10, 9, to("a"))[0].previous, (domain::OutboxId{10, 5}));
}

TEST(Outbox, GathersWhatCanWaitIntoOneMessage) {
  Outbox outbox(3);
  ASSERT_EQ(outbox.add(10, 4, to("a")).size(), 1U);
  EXPECT_TRUE(outbox.add(10, 5, to("a"), begin).empty());
  EXPECT_TRUE(outbox.add(10, 6, to("b"), begin).empty());
  EXPECT_TRUE(outbox.add(10, 9, to("a", 2), begin).empty());
  EXPECT_EQ(outbox.unconfirmed_effects(), 5U);
  const auto asked = outbox.take_gathered("a");
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->previous, (domain::OutboxId{10, 4}));
  EXPECT_EQ(asked->id, (domain::OutboxId{10, 9}));
  EXPECT_EQ(asked->effects.size(), 3U);
  EXPECT_FALSE(outbox.take_gathered("a")) << "once";
  const auto rest = outbox.take_gathered(begin + Outbox::late);
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].destination, "b");
  EXPECT_FALSE(outbox.has_gathered());
  EXPECT_TRUE(outbox.confirm(applied("a", 9)).again.empty());
  EXPECT_TRUE(outbox.confirm(applied("b", 6)).again.empty());
  EXPECT_EQ(outbox.unconfirmed_effects(), 0U);
}

TEST(Outbox, FewMessagesGoSoonAndManyLaterButNotAllAtOnce) {
  Outbox few(3);
  few.add(10, 1, to("a"), begin);
  few.add(10, 2, to("a"), begin + Outbox::soon / 2);
  EXPECT_TRUE(few.take_gathered(begin + Outbox::soon / 2).empty());
  EXPECT_EQ(few.take_gathered(begin + Outbox::soon).size(), 1U);

  Outbox many(3);
  for (int i = 0; i < 50; ++i) many.add(10, 1, to("partner" + std::to_string(i)), begin);
  EXPECT_TRUE(many.take_gathered(begin + Outbox::soon).empty());
  std::size_t sent = 0;
  for (auto now = begin; many.has_gathered(); now += std::chrono::milliseconds(50)) {
    ASSERT_LE(now, begin + Outbox::late);
    const std::size_t together = many.take_gathered(now).size();
    EXPECT_LE(together, 20U);
    sent += together;
  }
  EXPECT_EQ(sent, 50U);
}

TEST(Outbox, LetsNoMessageGrowWithoutBound) {
  Outbox outbox(3);
  EXPECT_TRUE(outbox.add(10, 1, to("a", 63), begin).empty());
  const auto full = outbox.add(10, 2, to("a"), begin);
  ASSERT_EQ(full.size(), 1U);
  EXPECT_EQ(full[0].effects.size(), 64U);
  EXPECT_TRUE(outbox.add(10, 3, to("a"), begin).empty());
  EXPECT_EQ(outbox.take_gathered(begin + Outbox::late)[0].previous, (domain::OutboxId{10, 2}));
}

TEST(Outbox, TakesWhatWaitsAlongWithWhatCannot) {
  Outbox outbox(3);
  EXPECT_TRUE(outbox.add(10, 1, to("a"), begin).empty());
  const auto both = outbox.add(10, 2, {{"a", domain::BudgetUse{}}}, begin);
  ASSERT_EQ(both.size(), 1U);
  EXPECT_EQ(both[0].effects.size(), 2U);
  EXPECT_FALSE(outbox.has_gathered());
  EXPECT_TRUE(outbox.add(10, 3, {{"m:shop:ada", domain::MemberDelivery{}}}, begin).size() == 1U);
}

TEST(Outbox, SendsWhatWaitsOnceWhereTheReceiverMissedSome) {
  Outbox outbox(3);
  outbox.add(10, 1, to("a"));
  outbox.add(10, 2, to("a"));
  outbox.add(10, 3, to("a"), begin);
  // The second came before the first and was refused.
  const auto confirmed = outbox.confirm({3, "a", {}});
  EXPECT_TRUE(confirmed.again.empty()) << "all of it is on its way";
  outbox.confirm(applied("a", 2));
  EXPECT_EQ(outbox.take_gathered(begin + Outbox::late)[0].previous, (domain::OutboxId{10, 2}));
  outbox.add(10, 4, to("a"), begin);
  EXPECT_EQ(outbox.confirm(applied("a", 1)).again.size(), 2U);
  EXPECT_TRUE(outbox.take_gathered(begin + Outbox::late).empty());
}

TEST(Outbox, ForgetsWhatIsConfirmedAndKeepsTheRest) {
  Outbox outbox(3);
  outbox.add(10, 5, to("a"));
  outbox.add(10, 6, to("a"));
  const auto confirmed = outbox.confirm(applied("a", 5));
  EXPECT_TRUE(confirmed.again.empty());
  EXPECT_EQ(confirmed.divergence, "");
  ASSERT_EQ(outbox.unconfirmed().size(), 1U);
  EXPECT_EQ(outbox.unconfirmed()[0].id.position, 6U);
}

TEST(Outbox, GoesOnFromWhereAReceiverIsThatWentBack) {
  Outbox outbox(3);
  outbox.add(10, 5, to("a"));
  outbox.add(10, 6, to("a"));
  outbox.add(10, 7, to("a"));
  outbox.confirm(applied("a", 5));
  outbox.confirm(applied("a", 6));
  // The receiver came back at an earlier state than it had confirmed.
  const auto confirmed = outbox.confirm({3, "a", {10, 4}});
  ASSERT_EQ(confirmed.again.size(), 1U);
  EXPECT_EQ(confirmed.again[0].id.position, 7U);
  EXPECT_EQ(confirmed.again[0].previous, (domain::OutboxId{10, 4}))
      << "else it is refused for ever";
  EXPECT_EQ(confirmed.divergence,
            "effects of shard 3 on a: the receiver went back; it stands at epoch 10, position 4");
}

TEST(Outbox, GoesOnFromWhereTheReceiverIsWhenItsOwnShardWentBack) {
  Outbox outbox(3);
  outbox.add(10, 5, to("a"));
  outbox.confirm(applied("a", 5));
  outbox.add(11, 6, to("a"));
  // The receiver knows of messages that were lost with the end of this shard's journal.
  const auto confirmed = outbox.confirm(applied("a", 9));
  ASSERT_EQ(confirmed.again.size(), 1U);
  EXPECT_EQ(confirmed.again[0].previous, (domain::OutboxId{10, 9}));
  EXPECT_EQ(confirmed.divergence,
            "effects of shard 3 on a: the sender went back; the receiver stands at epoch 10, "
            "position 9");
  outbox.confirm({3, "a", {11, 6}});
  outbox.confirm({3, "a", {12, 1}});
  EXPECT_EQ(outbox.add(12, 7, to("a"))[0].previous, (domain::OutboxId{12, 1}));
}

TEST(Outbox, IsTheSameAfterASnapshot) {
  Outbox outbox(3);
  outbox.add(10, 5, to("a"));
  outbox.add(10, 6, to("b", 3));
  outbox.confirm(applied("a", 5));
  Outbox other(3);
  ASSERT_TRUE(other.restore(outbox.snapshot()));
  EXPECT_EQ(other.snapshot(), outbox.snapshot());
  EXPECT_EQ(other.add(10, 8, to("a"))[0].previous, (domain::OutboxId{10, 5}));
  EXPECT_FALSE(other.restore("\x93nonsense"));
}

TEST(Outbox, CountsTheEffectsThatAreNotConfirmed) {
  Outbox outbox(3);
  EXPECT_EQ(outbox.unconfirmed_effects(), 0U);
  outbox.add(10, 5, to("a", 4));
  outbox.add(10, 6, to("b", 3));
  outbox.add(10, 7, to("a", 2));
  EXPECT_EQ(outbox.unconfirmed_effects(), 9U);
  outbox.confirm(applied("a", 5));
  EXPECT_EQ(outbox.unconfirmed_effects(), 5U);
  outbox.confirm(applied("a", 5));
  EXPECT_EQ(outbox.unconfirmed_effects(), 5U) << "confirmed twice";
  Outbox other(3);
  ASSERT_TRUE(other.restore(outbox.snapshot()));
  EXPECT_EQ(other.unconfirmed_effects(), 5U);
  other.confirm(applied("a", 7));
  other.confirm(applied("b", 6));
  EXPECT_EQ(other.unconfirmed_effects(), 0U);
}

TEST(Outbox, TellsWhenWhatWasUnderWayIsApplied) {
  const Outbox::Clock::time_point now{};
  Outbox outbox(3);
  int told = 0;
  const auto tell = [&](bool clear) { told += clear; };
  outbox.when_clear("a", now, tell);
  EXPECT_EQ(told, 1) << "nothing was under way";
  outbox.add(10, 5, to("a"));
  outbox.add(10, 6, to("a"));
  outbox.when_clear("a", now, tell);
  outbox.add(10, 7, to("a"));
  outbox.confirm(applied("a", 5));
  EXPECT_EQ(told, 1);
  outbox.confirm(applied("a", 6));
  EXPECT_EQ(told, 2) << "what was sent later need not be waited for";
}

TEST(Outbox, LetsNobodyWaitForAReceiverThatIsAwayForLong) {
  Outbox outbox(3);
  std::vector<std::string> told;
  outbox.add(10, 5, to("a"));
  outbox.when_clear("a", begin, [&](bool clear) { told.push_back(clear ? "1 clear" : "1 not"); });
  outbox.when_clear("a", begin + std::chrono::seconds(1),
                    [&](bool clear) { told.push_back(clear ? "2 clear" : "2 not"); });
  outbox.give_up_waiting(begin + std::chrono::seconds(1));
  EXPECT_EQ(told, std::vector<std::string>{"1 not"});
  outbox.confirm(applied("a", 5));
  EXPECT_EQ(told, (std::vector<std::string>{"1 not", "2 clear"}));
}

TEST(Outbox, ForgetsALaneToAMemberOnceAllOfItIsConfirmed) {
  Outbox outbox(3);
  outbox.add(10, 5, to("m:shop:ada"));
  outbox.confirm(applied("m:shop:ada", 5));
  EXPECT_EQ(outbox.last_sent("m:shop:ada"), domain::OutboxId{});
  EXPECT_EQ(outbox.add(10, 9, to("m:shop:ada"))[0].previous, domain::OutboxId{})
      << "which says that all before it were confirmed";
  EXPECT_EQ(outbox.unconfirmed_effects(), 1U);
}

}  // namespace loyalty::actors
