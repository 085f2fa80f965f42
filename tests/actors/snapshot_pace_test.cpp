// SPDX-License-Identifier: Apache-2.0
#include "actors/snapshot_pace.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <utility>
#include <vector>

namespace loyalty::actors {
namespace {

constexpr std::uint64_t records_in_write = 16;

/// A shard as the pace sees it: records come, and the oldest are snapshotted.
class Journal {
 public:
  /// A write with a record of each of `members`; returns how many snapshots it brought.
  std::size_t write(const std::vector<std::uint64_t>& members) {
    for (const std::uint64_t member : members) {
      if (since_.emplace(member, ++end_).second) waiting_.emplace(end_, member);
    }
    const std::uint64_t backlog = end_ - waiting_.begin()->first + 1;
    longest_ = std::max(longest_, backlog);
    const std::size_t due =
        std::min(pace_.due(backlog, waiting_.size(), members.size()), waiting_.size());
    for (std::size_t i = 0; i < due; ++i) {
      since_.erase(waiting_.begin()->second);
      waiting_.erase(waiting_.begin());
    }
    return due;
  }

  std::uint64_t longest_backlog() const { return longest_; }

 private:
  SnapshotPace pace_;
  std::uint64_t end_ = 0;
  std::uint64_t longest_ = 0;
  std::map<std::uint64_t, std::uint64_t> waiting_;
  std::map<std::uint64_t, std::uint64_t> since_;
};

/// Members enrol one after the other, then buy at random for many rounds.
struct Load {
  std::uint64_t most_in_a_while = 0;  ///< snapshots in any 8,192 records
  std::uint64_t snapshots = 0;
  std::uint64_t longest_backlog = 0;

  Load(std::uint64_t members, std::uint64_t purchases) {
    Journal journal;
    std::mt19937_64 random(1);
    std::uint64_t enrolled = 0;
    std::uint64_t in_while = 0;
    const std::uint64_t writes = (members + purchases) / records_in_write;
    for (std::uint64_t i = 0; i < writes; ++i) {
      std::vector<std::uint64_t> who;
      while (who.size() < records_in_write) {
        who.push_back(enrolled < members ? enrolled++ : random() % members);
      }
      const std::size_t brought = journal.write(who);
      snapshots += brought;
      in_while += brought;
      if (i % (8192 / records_in_write) != 0) continue;
      most_in_a_while = std::max(most_in_a_while, std::exchange(in_while, 0));
    }
    longest_backlog = journal.longest_backlog();
  }
};

TEST(SnapshotPace, ALoadThatIsSoonOverBringsNone) {
  SnapshotPace pace;
  EXPECT_EQ(pace.due(SnapshotPace::low_backlog, 10'000, 10'000), 0U);
}

TEST(SnapshotPace, EverybodyHasATurnInARound) {
  SnapshotPace pace;
  std::size_t turns = 0;
  for (std::uint64_t i = 0; i < SnapshotPace::round / 8; ++i) {
    turns += pace.due(SnapshotPace::low_backlog + 1, 5'000, 8);
  }
  EXPECT_EQ(turns, 5'000U);
}

TEST(SnapshotPace, EachRecordBringsOneAtTheMaximum) {
  SnapshotPace pace;
  EXPECT_EQ(pace.due(SnapshotPace::max_backlog, 100, 8), 8U);
}

TEST(SnapshotPace, AWriteBringsAsManyAsItTakesBeyondTheMaximum) {
  SnapshotPace pace;
  EXPECT_EQ(pace.due(SnapshotPace::max_backlog + 1, 100, 1), SnapshotPace::max_in_write);
}

TEST(SnapshotPace, OneHugeWriteLeavesNoDebtForThoseAfterIt) {
  SnapshotPace pace;
  EXPECT_EQ(pace.due(SnapshotPace::max_backlog, 100'000, 1'000'000), SnapshotPace::max_in_write);
  EXPECT_EQ(pace.due(SnapshotPace::low_backlog, 100'000, 1), 0U);
}

TEST(SnapshotPace, EnrolmentsInARowAreNotSnapshottedInARow) {
  const Load load(6'250, 1'000'000);
  const std::uint64_t even = load.snapshots * 8192 / 1'000'000;
  EXPECT_LE(load.most_in_a_while, 2 * even);
  EXPECT_LE(load.longest_backlog, SnapshotPace::max_backlog);
}

TEST(SnapshotPace, TheBacklogIsBoundedWithManyMembersAndWithFew) {
  for (const std::uint64_t members : {10, 1'000, 60'000, 200'000}) {
    EXPECT_LE(Load(members, 500'000).longest_backlog, SnapshotPace::max_backlog) << members;
  }
}

}  // namespace
}  // namespace loyalty::actors
