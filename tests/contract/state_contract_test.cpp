// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <limits>
#include <thread>

#include "tests/contract/store_contract.hpp"

namespace loyalty::persistence::contract {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class State : public StoreContract {
 protected:
  State() {
    claim(0);
    claim(1);
  }

  void put(ShardId shard, std::vector<Snapshot> snapshots) {
    Commit one = next_commit(shard);
    one.snapshots = std::move(snapshots);
    must_commit(one);
  }
  void put(ShardId shard, std::vector<Segment> segments) {
    Commit one = next_commit(shard);
    one.segments = std::move(segments);
    must_commit(one);
  }
  void move_due(ShardId shard, std::vector<DueMove> moves) {
    Commit one = next_commit(shard);
    one.due = std::move(moves);
    must_commit(one);
  }
  std::vector<std::string> pinned_names(ShardId shard) {
    std::vector<std::string> names;
    const auto pinned = store().pinned(shard);
    EXPECT_TRUE(pinned);
    if (!pinned) return names;
    for (const auto& snapshot : *pinned) {
      EXPECT_TRUE(snapshot.pinned);
      names.push_back(snapshot.entity);
    }
    return names;
  }
};
INSTANTIATE_TEST_SUITE_P(Store, State, testing::ValuesIn(all_backends()), backend_name);

Snapshot plain(const std::string& entity, const std::string& bytes, std::uint64_t position = 1) {
  return {.entity = entity, .position = position, .bytes = bytes, .pinned = false};
}
Snapshot pin(const std::string& entity, const std::string& bytes) {
  return {.entity = entity, .position = 1, .bytes = bytes, .pinned = true};
}
Segment segment(const std::string& entity, std::uint64_t first, const std::string& bytes) {
  return {.entity = entity, .first_sequence = first, .bytes = bytes};
}

TEST_P(State, SnapshotsComeBackInTheOrderAsked) {
  put(0, {plain("a", "1"), plain("b", "2", 7), plain("c", "")});
  const auto found = load(0, {"c", "nobody", "b", "a", "b"});
  ASSERT_EQ(found.size(), 5U);
  EXPECT_EQ(found[0], plain("c", ""));
  EXPECT_FALSE(found[1]);
  EXPECT_EQ(found[2], plain("b", "2", 7));
  EXPECT_EQ(found[3], plain("a", "1"));
  EXPECT_EQ(found[4], found[2]);
  EXPECT_TRUE(load(0, {}).empty());
}

TEST_P(State, ManyInTheOrderOfTheirNamesComeBackAsOneByOne) {
  // Every third is there, twice next to each other; in the other shard are those in between.
  std::vector<Snapshot> here;
  std::vector<Snapshot> there;
  std::vector<std::string> names;
  for (int i = 100; i < 200; ++i) {
    names.push_back("m" + std::to_string(i));
    (i % 3 == 0 || i % 30 == 1 ? here : there).push_back(plain(names.back(), names.back(), 1));
  }
  here[5].pinned = here[20].pinned = true;
  put(0, here);
  put(1, there);
  names.push_back("z");
  const auto found = load(0, names);
  ASSERT_EQ(found.size(), names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(found[i], load(0, {names[i]})[0]) << names[i];
  }
  EXPECT_EQ(std::ranges::count_if(found, [](const auto& one) { return one.has_value(); }),
            std::ssize(here));
}

TEST_P(State, ASnapshotReplacesTheOneBefore) {
  put(0, {plain("a", "old", 1)});
  put(0, {plain("a", "new", 2)});
  EXPECT_EQ(load(0, {"a"})[0], plain("a", "new", 2));
}

TEST_P(State, TheSameEntityInTwoShardsIsTwo) {
  put(0, {plain("a", "zero")});
  EXPECT_FALSE(load(1, {"a"})[0]);
  put(1, {plain("a", "one")});
  EXPECT_EQ(load(0, {"a"})[0]->bytes, "zero");
}

TEST_P(State, PinnedSnapshotsAreListedAndLoaded) {
  put(0, {plain("member", "m"), pin("program", "p"), pin("_outbox", "o")});
  put(1, {pin("elsewhere", "e")});
  EXPECT_THAT(pinned_names(0), ElementsAre("_outbox", "program"));
  const auto found = load(0, {"program", "member"});
  EXPECT_EQ(found[0], pin("program", "p"));
  EXPECT_EQ(found[1], plain("member", "m"));
}

TEST_P(State, AnEntityCanBePinnedAndUnpinned) {
  put(0, {plain("a", "1")});
  put(0, {pin("a", "2")});
  EXPECT_THAT(pinned_names(0), ElementsAre("a"));
  EXPECT_EQ(load(0, {"a"})[0], pin("a", "2"));
  put(0, {plain("a", "3")});
  EXPECT_THAT(pinned_names(0), IsEmpty());
  EXPECT_EQ(load(0, {"a"})[0], plain("a", "3"));
  put(0, {pin("a", "4"), plain("a", "5")});
  EXPECT_THAT(pinned_names(0), IsEmpty());
  EXPECT_EQ(load(0, {"a"})[0], plain("a", "5"));
}

TEST_P(State, EntityNamesAreBytes) {
  const std::vector<std::string> names = {"\0"s, "\xff\xff"s, "a\0b"s, "a"s, "\x80\xfe|/"s};
  std::vector<Snapshot> snapshots;
  std::vector<Segment> segments;
  std::vector<DueMove> moves;
  for (const auto& name : names) {
    snapshots.push_back(plain(name, "of " + name));
    segments.push_back(segment(name, 1, "of " + name));
    moves.push_back({.entity = name, .from_ms = 0, .to_ms = 5});
  }
  Commit all = next_commit(0);
  all.snapshots = snapshots;
  all.segments = segments;
  all.due = moves;
  must_commit(all);
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(load(0, {names[i]})[0], snapshots[i]);
    EXPECT_THAT(history(0, names[i]), ElementsAre(segments[i]));
  }
  EXPECT_EQ(due(0, 5).size(), names.size());
}

TEST_P(State, BigValuesComeBack) {
  std::string big(std::size_t{1} << 20, '\0');
  for (std::size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>(i * 7 + i / 251);
  put(0, {plain("a", big)});
  put(0, {segment("a", 1, big)});
  EXPECT_EQ(load(0, {"a"})[0]->bytes, big);
  EXPECT_THAT(history(0, "a"), ElementsAre(segment("a", 1, big)));
}

TEST_P(State, HistoryComesInOrderOfSequence) {
  put(0, {segment("a", 300, "third"), segment("a", 2, "first")});
  put(0, {segment("a", 256, "second")});
  put(1, {segment("a", 1, "of another shard")});
  EXPECT_THAT(history(0, "a"), ElementsAre(segment("a", 2, "first"), segment("a", 256, "second"),
                                           segment("a", 300, "third")));
}

TEST_P(State, HistoryStopsWhenToldTo) {
  put(0, {segment("a", 1, "x"), segment("a", 2, "y"), segment("a", 3, "z")});
  int seen = 0;
  EXPECT_TRUE(store().history(0, "a", [&](const Segment&) { return ++seen < 2; }));
  EXPECT_EQ(seen, 2);
}

TEST_P(State, HistoriesOfNamesThatArePrefixesOfEachOtherAreApart) {
  put(0, {segment("a", 1, "a"), segment("ab", 1, "ab"), segment("abc", 1, "abc"),
          segment("", 1, "none"), segment("a\0"s, 1, "a zero")});
  EXPECT_THAT(history(0, "a"), ElementsAre(segment("a", 1, "a")));
  EXPECT_THAT(history(0, "ab"), ElementsAre(segment("ab", 1, "ab")));
  EXPECT_THAT(history(0, ""), ElementsAre(segment("", 1, "none")));
  EXPECT_THAT(history(0, "abcd"), IsEmpty());
}

TEST_P(State, HistoryReachesTheLastSequence) {
  const auto last = std::numeric_limits<std::uint64_t>::max();
  put(0, {segment("a", 0, "first"), segment("a", last, "last")});
  EXPECT_THAT(history(0, "a"), ElementsAre(segment("a", 0, "first"), segment("a", last, "last")));
}

TEST_P(State, ALongHistoryComesBack) {
  std::vector<Segment> segments;
  for (std::uint64_t i = 0; i < 300; ++i)
    segments.push_back(segment("a", i, std::string(5000, 'x')));
  put(0, segments);
  EXPECT_EQ(history(0, "a"), segments);
}

TEST_P(State, DueEntriesComeEarliestFirstUpToTheInstant) {
  move_due(0, {{"b", 0, 20}, {"a", 0, 30}, {"c", 0, 10}, {"d", 0, 31}});
  move_due(1, {{"elsewhere", 0, 1}});
  EXPECT_THAT(due(0, 30), ElementsAre(DueEntry{10, "c"}, DueEntry{20, "b"}, DueEntry{30, "a"}));
  EXPECT_THAT(due(0, 9), IsEmpty());
}

TEST_P(State, DueEntriesAreLimited) {
  move_due(0, {{"a", 0, 1}, {"b", 0, 1}, {"c", 0, 2}});
  EXPECT_THAT(due(0, 100, 2), ElementsAre(DueEntry{1, "a"}, DueEntry{1, "b"}));
  EXPECT_THAT(due(0, 100, 0), IsEmpty());
}

TEST_P(State, ADueTimeMovesAndGoesAway) {
  move_due(0, {{"a", 0, 10}, {"b", 0, 11}});
  move_due(0, {{"a", 10, 40}});
  EXPECT_THAT(due(0, 100), ElementsAre(DueEntry{11, "b"}, DueEntry{40, "a"}));
  move_due(0, {{"a", 40, 0}, {"b", 11, 11}});
  EXPECT_THAT(due(0, 100), ElementsAre(DueEntry{11, "b"}));
  move_due(0, {{"nobody", 77, 0}, {"b", 0, 0}});
  EXPECT_THAT(due(0, 100), ElementsAre(DueEntry{11, "b"}));
}

TEST_P(State, DueMovesOfOneCommitApplyInOrder) {
  move_due(0, {{"a", 0, 10}, {"a", 10, 20}, {"a", 20, 30}});
  EXPECT_THAT(due(0, 100), ElementsAre(DueEntry{30, "a"}));
}

TEST_P(State, DueTimesBefore1970SortFirst) {
  move_due(0, {{"after", 0, 1}, {"before", 0, -1}, {"long before", 0, -1'000'000}});
  EXPECT_THAT(due(0, 100), ElementsAre(DueEntry{-1'000'000, "long before"}, DueEntry{-1, "before"},
                                       DueEntry{1, "after"}));
  EXPECT_THAT(due(0, -2), ElementsAre(DueEntry{-1'000'000, "long before"}));
  EXPECT_THAT(*store().due(0, -1, 0, 10), ElementsAre(DueEntry{-1, "before"}));
}

TEST_P(State, DueTimesReachToTheEndsOfTime) {
  constexpr auto first = std::numeric_limits<std::int64_t>::min();
  constexpr auto last = std::numeric_limits<std::int64_t>::max();
  move_due(0, {{"never", 0, last - 1}, {"end", 0, last}, {"begin", 0, first}});
  EXPECT_THAT(due(0, last - 2), ElementsAre(DueEntry{first, "begin"}));
  EXPECT_THAT(due(0, last - 1), ElementsAre(DueEntry{first, "begin"}, DueEntry{last - 1, "never"}));
  EXPECT_EQ(due(0, last).size(), 3U);
}

TEST_P(State, CursorsAreKeptByShardAndName) {
  ASSERT_TRUE(store().put_projection_cursor(0, "ledger", {10, 3}));
  ASSERT_TRUE(store().put_projection_cursor(0, "ledger2", {20, 4}));
  ASSERT_TRUE(store().put_projection_cursor(0, "ledger", {11, 5}));
  const auto found = store().projection_cursor(0, "ledger");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, (Head{11, 5}));
  EXPECT_EQ(*store().projection_cursor(0, "ledger2"), (Head{20, 4}));
  EXPECT_EQ(*store().projection_cursor(1, "ledger"), std::nullopt);
  EXPECT_EQ(*store().projection_cursor(0, "led"), std::nullopt);
}

TEST_P(State, LoadTellsWhereTheJournalEnds) {
  const Head head = must_commit(next_commit(0, 3));
  const auto found = store().load(0, std::vector<std::string>{"a"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->head, head);
}

TEST_P(State, EntitiesAreNamedInOrderWhetherPinnedOrNot) {
  put(0, {plain("m:p:b", "1"), pin("p:p", "2"), plain("m:p:a", "3"), pin("m:p:aa", "4")});
  put(1, {plain("elsewhere", "5")});
  std::vector<std::string> names;
  const auto collect = [&](const std::string& name) {
    names.push_back(name);
    return names.size() < 4;
  };
  ASSERT_TRUE(store().entities(0, collect));
  EXPECT_THAT(names, ElementsAre("m:p:a", "m:p:aa", "m:p:b", "p:p"));
  names = {"one", "two"};
  ASSERT_TRUE(store().entities(0, collect));
  EXPECT_THAT(names, ElementsAre("one", "two", "m:p:a", "m:p:aa")) << "the visitor may stop";
}

TEST_P(State, MergedSegmentsGoWhenTheirSuccessorComes) {
  put(0, {segment("a", 1, "one"), segment("a", 3, "two"), segment("b", 1, "other")});
  Commit merge = next_commit(0, 0);
  merge.merged = {{"a", 1}, {"a", 3}};
  merge.segments = {segment("a", 1, "one and two")};
  must_commit(merge);
  EXPECT_THAT(history(0, "a"), ElementsAre(segment("a", 1, "one and two")));
  EXPECT_THAT(history(0, "b"), ElementsAre(segment("b", 1, "other")));
}

TEST_P(State, ReadsMayRunBesideCommits) {
  put(0, {plain("a", "0")});
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::thread reader([&] {
    while (!done) {
      const auto found = store().load(0, std::vector<std::string>{"a"});
      const auto timers = store().due(0, 0, 1000, 10);
      const auto stable = store().stable(0);
      const bool good = found && found->snapshots[0] && timers && timers->size() <= 1 && stable;
      if (!good) ++wrong;
      if (!store().history(0, "a", [](const Segment&) { return true; })) ++wrong;
    }
  });
  for (std::int64_t i = 1; i <= 200; ++i) {
    Commit one = next_commit(0);
    one.snapshots = {plain("a", std::to_string(i))};
    one.segments = {segment("a", static_cast<std::uint64_t>(i), "x")};
    one.due = {{"a", i - 1, i}};
    must_commit(one);
  }
  done = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace loyalty::persistence::contract
