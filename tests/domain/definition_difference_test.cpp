// SPDX-License-Identifier: Apache-2.0
#include "domain/program/definition_difference.hpp"

#include <gtest/gtest.h>

#include <random>

#include "codec/stored.hpp"
#include "domain/program/program.hpp"
#include "tests/support/property.hpp"
#include "tests/support/shop.hpp"

/// A change of a program, told by what it changes.
namespace loyalty::domain {
namespace {

/// Removes, changes, adds and moves entries of a list at random.
template <class T, class Change>
void shuffle(std::vector<T>& list, std::mt19937& random, Change change) {
  for (int i = static_cast<int>(random() % 4); i > 0; --i) {
    const auto place = list.begin() + static_cast<std::ptrdiff_t>(random() % (list.size() + 1));
    switch (random() % 5) {
      case 0:
        if (place != list.end()) list.erase(place);
        break;
      case 1:
      case 2:
        if (place != list.end()) change(*place);
        break;
      case 3: {
        T entry;
        entry.id = "new-" + std::to_string(random() % 100'000);
        list.insert(place, entry);
        break;
      }
      default:
        if (place != list.end()) std::iter_swap(place, list.begin());
    }
  }
}

TEST(DefinitionDifference, MakesTheNewDefinitionOfTheOldOneWheneverThereIsOne) {
  int told = 0;
  support::check_property(2'000, [&] {
    std::mt19937 random(*rc::gen::arbitrary<unsigned>());
    const ProgramDefinition from = support::shop();
    ProgramDefinition to = from;
    shuffle(to.rules, random, [](RuleDefinition& rule) { ++rule.order; });
    shuffle(to.promotions, random, [](PromotionDefinition& p) { ++p.target; });
    shuffle(to.offers, random, [](OfferDefinition& offer) { ++offer.cost; });
    shuffle(to.partners, random, [](PartnerDefinition& partner) { partner.name += "!"; });
    if (random() % 3 == 0) to.activities.push_back("dance");
    const auto change = difference(from, to);
    if (!change) return;
    ++told;
    ProgramDefinition made = from;
    apply(*change, made);
    RC_ASSERT(made == to);
  });
  EXPECT_GT(told, 500);
}

TEST(DefinitionDifference, OfADefineCommandIsOnlyItsEntry) {
  ProgramDefinition to = support::shop();
  to.promotions.at(1).target = 77;
  const auto change = difference(support::shop(), to);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->promotions.placed.size(), 1U);
  EXPECT_EQ(change->promotions.placed.at(0).position, 1U);
  EXPECT_TRUE(change->rules.placed.empty());
  EXPECT_TRUE(change->rules.removed.empty());
}

TEST(DefinitionDifference, IsNoneWhereTheProgramItselfOrTheOrderChanges) {
  ProgramDefinition renamed = support::shop();
  renamed.name = "Another";
  EXPECT_FALSE(difference(support::shop(), renamed));
  ProgramDefinition turned = support::shop();
  std::swap(turned.rules.at(0), turned.rules.at(1));
  EXPECT_FALSE(difference(support::shop(), turned));
}

TEST(ConfigEdited, KeepsTheJournalSmallAndReplaysToTheSameProgram) {
  Program live;
  live.id = support::shop().id;
  Program replayed = live;
  std::size_t largest = 0;
  const auto run = [&](const ProgramCommand& command) {
    const auto outcome = execute(live, command, Instant{0});
    ASSERT_TRUE(outcome.result);
    for (const auto& event : outcome.events) {
      const std::string bytes = codec::to_stored(event);
      if (holds_alternative<ConfigEdited>(event)) largest = std::max(largest, bytes.size());
      ProgramEvent read;
      codec::Reader in(bytes);
      ASSERT_TRUE(codec::read_stored(in, read));
      evolve(replayed, read);
    }
    EXPECT_EQ(codec::to_stored(replayed), codec::to_stored(live));
  };
  run(ApplyProgram{support::shop()});
  for (int i = 0; i < 50; ++i) {
    PromotionDefinition promotion;
    promotion.id = "promotion-" + std::to_string(i);
    promotion.when.activities = {"purchase"};
    promotion.target = 10;
    promotion.reward.points = 5;
    run(DefinePromotion{promotion});
  }
  run(RemoveDefinition{.kind = DefinitionKind::promotion, .id = "promotion-7"});
  EXPECT_EQ(live.version, 52U);
  EXPECT_LT(largest, 500U);
}

}  // namespace
}  // namespace loyalty::domain
