// SPDX-License-Identifier: Apache-2.0
#include "domain/program/condition_index.hpp"

#include <gtest/gtest.h>

#include <random>

#include "domain/member/candidates.hpp"
#include "domain/member/conditions.hpp"
#include "tests/support/property.hpp"

/// What the index finds is what a look at every condition finds.
namespace loyalty::domain {
namespace {

/// Random conditions and activities over a small world, so that they meet often. Each program has
/// its own taste: which aspects its conditions ask about, and how many conditions it has.
class World {
 public:
  explicit World(unsigned seed) : random_(seed) {
    for (auto& liking : taste_) liking = below(101);
    const std::size_t sizes[] = {0, 1, 7, 30, 120, 400};
    for (std::size_t count = sizes[below(6)]; count > 0; --count) add();
    for (std::size_t i = 0; i < conditions_.size(); ++i) {
      entries_.push_back({&conditions_[i], windows_[i].first, windows_[i].second});
    }
    index = ConditionIndex(entries_);
  }

  JournalRecorded activity() {
    JournalRecorded journal;
    journal.type = text("type", 4);
    journal.subtype = maybe() ? "" : text("subtype", 3);
    journal.category = maybe() ? "" : text("category", 12);
    journal.product = maybe() ? "" : text("product", 40);
    journal.channel = maybe() ? "" : text("channel", 3);
    journal.partner = {below(8)};
    journal.eligible_amount = {amount()};
    journal.day = day();
    return journal;
  }

  Member member() {
    Member result;
    for (std::uint32_t i = below(3); i > 0; --i) {
      result.tiers.push_back({.group = {i}, .tier = {below(6)}});
    }
    for (int i = 0; i < 6; ++i) {
      if (maybe()) result.segments.push_back("segment-" + std::to_string(i));
      if (maybe()) {
        result.promotions.push_back({.promotion = {below(20) + 1}, .enrolled = maybe()});
      }
    }
    return result;
  }

  std::vector<std::size_t> scan(const JournalRecorded& activity, const Member& member) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (holds(entries_[i], activity, member)) found.push_back(i);
    }
    return found;
  }

  std::vector<std::size_t> select(const JournalRecorded& activity, const Member& member) const {
    std::vector<std::size_t> found;
    each_candidate(entries_, index, deed_of(activity), member,
                   [&](const ConditionIndex::Entry& entry) {
                     if (!holds(entry, activity, member)) return;
                     found.push_back(static_cast<std::size_t>(&entry - entries_.data()));
                   });
    return found;
  }

  ConditionIndex index;

 private:
  static bool holds(const ConditionIndex::Entry& entry, const JournalRecorded& activity,
                    const Member& member) {
    return activity.day >= entry.from && activity.day < entry.until &&
           matches(*entry.when, deed_of(activity), member);
  }

  std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(random_() % bound); }
  bool maybe() { return below(2) == 0; }
  bool likes(std::size_t aspect) { return below(100) < taste_[aspect]; }
  static std::string name(const std::string& kind, std::uint32_t number) {
    return kind + "-" + std::to_string(number);
  }
  std::string text(const std::string& kind, std::uint32_t bound) {
    return name(kind, below(bound));
  }
  std::vector<std::string> texts(std::size_t aspect, const std::string& kind, std::uint32_t bound) {
    std::vector<std::string> result;
    // Now and then a list that is too long to be filed.
    const std::uint32_t most = below(10) == 0 ? 80 : 3;
    for (std::uint32_t i = likes(aspect) ? 1 + below(most) : 0; i > 0; --i) {
      result.push_back(below(20) == 0 ? "" : text(kind, bound));
    }
    return result;
  }
  std::int64_t amount() {
    const std::int64_t sizes[] = {0, 1, 99, 100, 5'000, 5'001, 1'000'000, max_amount_per_operation};
    return sizes[below(8)] + below(3);
  }
  LocalDay day() { return {20'000 + static_cast<std::int32_t>(below(2'000))}; }
  std::pair<LocalDay, LocalDay> window(std::size_t aspect) {
    std::pair result{LocalDay{INT32_MIN}, LocalDay{INT32_MAX}};
    if (!likes(aspect)) return result;
    if (maybe()) result.first = day();
    if (maybe()) result.second = maybe() ? day() : LocalDay{result.first.days / 2 + 10'030};
    return result;
  }

  void add() {
    Condition when;
    when.activities = texts(0, "type", 4);
    when.subtypes = texts(1, "subtype", 3);
    when.categories = texts(2, "category", 12);
    when.products = texts(3, "product", 40);
    when.channels = texts(4, "channel", 3);
    when.segments = texts(5, "segment", 6);
    while (likes(6) && maybe()) when.partners.push_back({below(8)});
    when.own_products_only = likes(6) && below(4) == 0;
    while (likes(7) && maybe()) when.tiers.push_back({below(6)});
    while (likes(8) && maybe()) when.enrolled_in.push_back({below(20) + 1});
    if (likes(9)) when.min_amount = amount();
    if (likes(9)) when.max_amount = amount();
    std::tie(when.from, when.until) = window(10);
    if (likes(11) && maybe()) when.look_back.push_back({{}, 30, 1});
    conditions_.push_back(std::move(when));
    windows_.push_back(window(10));
  }

  std::mt19937 random_;
  std::array<std::uint32_t, 12> taste_{};
  std::vector<Condition> conditions_;
  std::vector<std::pair<LocalDay, LocalDay>> windows_;
  std::vector<ConditionIndex::Entry> entries_;
};

TEST(ConditionIndex, FindsWhatALookAtEveryConditionFinds) {
  support::check_property(1'500, [] {
    World world(*rc::gen::arbitrary<unsigned>());
    for (int i = 0; i < 40; ++i) {
      const JournalRecorded activity = world.activity();
      const Member member = world.member();
      RC_ASSERT(world.select(activity, member) == world.scan(activity, member));
    }
  });
}

/// How many of `conditions` are looked at for a purchase of coffee at partner 1.
std::size_t looked_at(const std::vector<Condition>& conditions) {
  std::vector<ConditionIndex::Entry> entries;
  for (const auto& condition : conditions) entries.push_back({.when = &condition});
  JournalRecorded purchase;
  purchase.type = "purchase";
  purchase.category = "coffee";
  purchase.partner = {1};
  purchase.eligible_amount = {500};
  purchase.day = {20'500};
  std::size_t count = 0;
  each_candidate(entries, ConditionIndex(entries), deed_of(purchase), Member{},
                 [&](const ConditionIndex::Entry&) { ++count; });
  return count;
}

/// A thousand conditions, each made different by `change`.
template <class Change>
std::vector<Condition> thousand(Change change) {
  std::vector<Condition> conditions(1'000);
  for (std::uint32_t i = 0; i < conditions.size(); ++i) {
    conditions[i].activities = {"purchase"};
    change(conditions[i], i);
  }
  return conditions;
}

TEST(ConditionIndex, LooksAtFewOfAThousandWhateverTellsThemApart) {
  const auto number = [](std::uint32_t i) { return "name-" + std::to_string(i); };
  EXPECT_EQ(looked_at(thousand([&](Condition& c, std::uint32_t i) { c.categories = {number(i)}; })),
            0U);
  EXPECT_EQ(looked_at(thousand([&](Condition& c, std::uint32_t i) { c.products = {number(i)}; })),
            0U);
  EXPECT_EQ(looked_at(thousand([&](Condition& c, std::uint32_t i) { c.partners = {{i}}; })), 1U);
  EXPECT_EQ(looked_at(thousand([&](Condition& c, std::uint32_t i) { c.segments = {number(i)}; })),
            0U);
  EXPECT_EQ(looked_at(thousand([&](Condition& c, std::uint32_t i) { c.tiers = {{i}}; })), 0U);
  EXPECT_EQ(looked_at(thousand([&](Condition& c, std::uint32_t i) { c.enrolled_in = {{i}}; })), 0U);
  EXPECT_EQ(looked_at(thousand([&](Condition& c, std::uint32_t) { c.min_amount = 1'000'000; })),
            0U);
  EXPECT_EQ(looked_at(thousand([&](Condition& c, std::uint32_t) { c.activities = {"review"}; })),
            0U);
}

TEST(ConditionIndex, LooksAtFewOfAThousandThatOnlyTogetherAreTelling) {
  const auto conditions = thousand([](Condition& c, std::uint32_t i) {
    c.categories = {i % 10 == 0 ? "coffee" : "tea-" + std::to_string(i % 10)};
    c.partners = {{i / 10 % 10}};
    c.channels = {"channel-" + std::to_string(i / 100)};
  });
  EXPECT_LE(looked_at(conditions), 10U);
}

TEST(ConditionIndex, LooksAtFewOfAThousandSeasons) {
  const auto conditions = thousand([](Condition& c, std::uint32_t i) {
    c.from = LocalDay{20'000 + static_cast<std::int32_t>(i) * 7};
    c.until = LocalDay{c.from.days + 7};
  });
  EXPECT_LE(looked_at(conditions), 30U);
}

}  // namespace
}  // namespace loyalty::domain
