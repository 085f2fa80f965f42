// SPDX-License-Identifier: Apache-2.0
#include "actors/portions.hpp"

#include <gtest/gtest.h>

#include <random>

#include "actors/budget_entity.hpp"

/// Shards and the owner of a budget, with messages that get lost and shards that start again: what
/// was used and what is granted never exceed the total, and nothing of it is lost for good.
namespace loyalty::actors {
namespace {

using domain::BudgetUse;
using domain::OutboxId;
using domain::Quantities;

constexpr const char* owner_key = "b:shop:spring";
const Portions::Time noon{};

WorkPtr wanting(std::int64_t rewards) {
  auto work = std::make_unique<Work>();
  work->reserved.push_back({.budget = owner_key, .share = {}, .wanted = {.rewards = rewards}});
  return work;
}

/// The owner's side, as its entity does it.
struct Owner {
  std::int64_t total = 0;
  domain::Budget budget = {};
  std::map<std::uint32_t, OutboxId> cursors = {};

  BudgetGrant answer(const BudgetAsk& ask) {
    BudgetGrant grant;
    const auto fact =
        decide_grant(ask, budget, {domain::unlimited, total, domain::unlimited, domain::unlimited},
                     cursors[ask.source], grant);
    if (fact) domain::evolve(budget, *fact);
    EXPECT_LE(budget.used.rewards + budget.set_aside().rewards, total);
    return grant;
  }
  void count(const OutboxMessage& message) {
    for (const auto& effect : message.effects) {
      domain::book(budget, message.source, get<BudgetUse>(effect).quantities);
    }
    cursors[message.source] = message.id;
  }
};

/// One shard that uses what it is granted as soon as it can.
class ShardSide {
 public:
  explicit ShardSide(std::uint32_t id) : id_(id), portions_(id) {}

  void want(std::int64_t rewards) {
    if (auto ready = portions_.park(wanting(rewards), noon)) use(*ready);
  }
  std::vector<BudgetAsk> asks() {
    return portions_.asks(epoch_, noon, [this](const std::string&) { return last_; });
  }
  void take(const BudgetGrant& grant) {
    for (auto& work : portions_.take(grant, noon)) use(*work);
  }
  /// What was used becomes durable and is sent.
  std::optional<OutboxMessage> commit() {
    if (unsent_ == 0) return std::nullopt;
    last_ = {epoch_, ++position_};
    OutboxMessage message{.source = id_, .id = last_, .previous = {}, .destination = owner_key};
    message.effects = {BudgetUse{{.rewards = std::exchange(unsent_, 0)}}};
    portions_.reported(message);
    return message;
  }
  /// kill -9: what was not durable never happened, and nothing is remembered of portions.
  void start_again() {
    used_ -= std::exchange(unsent_, 0);
    portions_ = Portions(id_);
    ++epoch_;
  }
  void disown() { portions_.disown(owner_key); }
  void lose_questions() { portions_.ask_again(noon + std::chrono::seconds(1)); }
  std::int64_t used() const { return used_; }

 private:
  void use(Work& work) {
    const std::int64_t given = work.reserved.front().share.quantities.rewards;
    const std::int64_t used = std::min(given, work.reserved.front().wanted.rewards);
    work.record.emplace();
    work.record->owed.push_back({owner_key, BudgetUse{{.rewards = used}}});
    portions_.release(work);
    used_ += used;
    unsent_ += used;
  }

  std::uint32_t id_;
  Portions portions_;
  std::uint64_t epoch_ = 1;
  std::uint64_t position_ = 0;
  OutboxId last_;
  std::int64_t unsent_ = 0;
  std::int64_t used_ = 0;
};

}  // namespace

TEST(PortionsTest, AMessageGoesOnWithWhatItNeedsAndNoMore) {
  Portions portions(3);
  EXPECT_FALSE(portions.park(wanting(2), noon));
  const auto asks = portions.asks(7, noon, [](const std::string&) { return OutboxId{}; });
  ASSERT_EQ(asks.size(), 1U);
  EXPECT_EQ(asks[0].wanted.rewards, 2);
  EXPECT_EQ(asks[0].kept, Quantities{});
  const auto ready = portions.take({.source = 3,
                                    .budget = owner_key,
                                    .request = asks[0].request,
                                    .granted = {.rewards = 2},
                                    .complete = true},
                                   noon);
  ASSERT_EQ(ready.size(), 1U);
  EXPECT_EQ(ready[0]->reserved[0].share.quantities.rewards, 2);
  EXPECT_FALSE(ready[0]->reserved[0].is_all);
}

TEST(PortionsTest, WhenNothingIsLeftItGoesOnAllTheSame) {
  Portions portions(3);
  portions.park(wanting(2), noon);
  const auto asks = portions.asks(7, noon, [](const std::string&) { return OutboxId{}; });
  const auto ready = portions.take(
      {.source = 3, .budget = owner_key, .request = asks[0].request, .granted = {.rewards = 1}},
      noon);
  ASSERT_EQ(ready.size(), 1U);
  EXPECT_EQ(ready[0]->reserved[0].share.quantities.rewards, 1);
  EXPECT_TRUE(ready[0]->reserved[0].is_all);
}

TEST(PortionsTest, AnAnswerToAnOlderQuestionIsNotTaken) {
  Portions portions(3);
  portions.park(wanting(2), noon);
  const auto after = [](const std::string&) { return OutboxId{}; };
  const auto first = portions.asks(7, noon, after);
  portions.ask_again(noon + std::chrono::seconds(1));
  EXPECT_EQ(portions.asks(7, noon, after).size(), 1U);
  EXPECT_TRUE(portions
                  .take({.source = 3,
                         .budget = owner_key,
                         .request = first[0].request,
                         .granted = {.rewards = 2},
                         .complete = true},
                        noon)
                  .empty());
}

TEST(PortionsTest, WhoWaitsTooLongIsGivenBack) {
  Portions portions(3);
  portions.park(wanting(2), noon);
  EXPECT_TRUE(portions.give_up(noon).empty());
  EXPECT_EQ(portions.give_up(noon + std::chrono::seconds(1)).size(), 1U);
}

TEST(PortionsTest, WhatAShardThatDiedWasGrantedIsFreeAgainThoughNobodyThereAsks) {
  Owner owner{.total = 10};
  ShardSide shard(3);
  shard.want(4);
  owner.answer(shard.asks().at(0));  // the answer is lost with the shard
  shard.start_again();
  EXPECT_EQ(owner.budget.set_aside().rewards, 4);
  EXPECT_TRUE(shard.asks().empty());
  shard.disown();
  shard.lose_questions();
  const auto told = shard.asks();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].wanted, Quantities{});
  shard.take(owner.answer(told[0]));
  EXPECT_EQ(owner.budget.set_aside(), Quantities{});
  EXPECT_TRUE(shard.asks().empty());  // once is enough
}

TEST(PortionsTest, WhatIsDisownedIsAskedAgainWhenTheQuestionIsLost) {
  ShardSide shard(3);
  shard.disown();
  EXPECT_EQ(shard.asks().size(), 1U);
  EXPECT_TRUE(shard.asks().empty());
  shard.lose_questions();
  EXPECT_EQ(shard.asks().size(), 1U);
}

TEST(PortionsTest, WhateverIsLostTheTotalIsNeverExceededAndUsedUpInTheEnd) {
  for (std::uint32_t seed = 1; seed <= 300; ++seed) {
    std::mt19937 random(seed);
    const auto dice = [&](std::uint32_t sides) { return random() % sides; };
    Owner owner{.total = 40};
    std::vector<ShardSide> shards;
    for (std::uint32_t id = 0; id < 3; ++id) shards.emplace_back(id);
    std::deque<BudgetAsk> questions;
    std::deque<BudgetGrant> answers;
    std::deque<OutboxMessage> reports;
    const auto step = [&](bool faults) {
      ShardSide& shard = shards[dice(3)];
      switch (dice(faults ? 9 : 6)) {
        case 0: shard.want(1 + dice(3)); break;
        case 1:
          for (auto& ask : shard.asks()) questions.push_back(ask);
          break;
        case 2:
          if (auto message = shard.commit()) reports.push_back(*std::move(message));
          break;
        case 3:
          if (questions.empty()) break;
          answers.push_back(owner.answer(questions.front()));
          questions.pop_front();
          break;
        case 4:
          if (reports.empty()) break;
          owner.count(reports.front());
          reports.pop_front();
          break;
        case 5:
          if (answers.empty()) break;
          shards[answers.front().source].take(answers.front());
          answers.pop_front();
          break;
        case 6:
          if (!answers.empty()) answers.pop_front();
          break;
        case 7:
          if (!questions.empty()) questions.pop_front();
          break;
        default:
          shard.lose_questions();
          if (dice(4) == 0) shard.start_again();
      }
    };
    for (int i = 0; i < 400; ++i) step(true);
    for (auto& shard : shards) shard.lose_questions();
    for (int i = 0; i < 3'000; ++i) step(false);
    std::int64_t used = 0;
    for (const auto& shard : shards) used += shard.used();
    EXPECT_EQ(used, 40) << "seed " << seed;
  }
}

}  // namespace loyalty::actors
