// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <optional>
#include <sstream>
#include <thread>

#include "tests/persistence/redis_fixture.hpp"

/// Reading a history while its segments are merged, on every store.
namespace loyalty::persistence {
namespace {

/// A segment of the numbers `first` to `last`, as text; filled up to `size` bytes.
Segment numbers(std::uint64_t first, std::uint64_t last, std::size_t size = 0) {
  std::string bytes;
  for (std::uint64_t i = first; i <= last; ++i) bytes += std::to_string(i) + " ";
  bytes.resize(std::max(bytes.size(), size), ' ');
  return {.entity = "a", .first_sequence = first, .bytes = bytes};
}

std::vector<std::uint64_t> numbers_in(const Segment& segment) {
  std::vector<std::uint64_t> found;
  std::istringstream in(segment.bytes);
  for (std::uint64_t number = 0; in >> number;) found.push_back(number);
  return found;
}

class HistoryMerge : public RedisTest, public testing::WithParamInterface<const char*> {
 protected:
  HistoryMerge() {
    if (GetParam() == std::string("rocksdb")) url_ = "rocksdb:" + (scratch_ / "store").string();
    if (GetParam() == std::string("memory")) url_ = "memory";
    open();
  }

  void put(std::vector<Segment> segments, std::vector<SegmentKey> merged = {}) {
    Commit one = next_commit();
    one.merged = std::move(merged);
    one.segments = std::move(segments);
    must_commit(one);
  }
  /// What a reader sees; nullopt when it is told to read again.
  std::optional<std::vector<std::uint64_t>> read(const std::function<void(const Segment&)>& visit =
                                                     [](const Segment&) {}) {
    std::vector<std::uint64_t> seen;
    const auto done = store().history(0, "a", [&](const Segment& segment) {
      for (const auto number : numbers_in(segment)) seen.push_back(number);
      visit(segment);
      return true;
    });
    if (done) return seen;
    EXPECT_EQ(done.error().kind, StoreFault::Kind::unavailable) << done.error().message;
    EXPECT_THAT(done.error().message, testing::HasSubstr("merged while it was read"));
    return std::nullopt;
  }
  static std::vector<std::uint64_t> up_to(std::uint64_t last) {
    std::vector<std::uint64_t> all;
    for (std::uint64_t i = 1; i <= last; ++i) all.push_back(i);
    return all;
  }
};
INSTANTIATE_TEST_SUITE_P(Store, HistoryMerge, testing::Values("memory", "rocksdb", "redis"),
                         [](const auto& store) { return store.param; });

TEST_P(HistoryMerge, IsNotSeenByAReaderWhoseHistoryIsOnePage) {
  std::vector<Segment> segments;
  std::vector<SegmentKey> keys;
  for (std::uint64_t i = 1; i <= 20; ++i) {
    segments.push_back(numbers(i, i));
    keys.push_back({"a", i});
  }
  put(segments);
  std::atomic<bool> done{false};
  std::atomic<int> wrong{0};
  std::atomic<int> reads{0};
  std::thread reader([&] {
    while (!done) {
      if (read() != up_to(20)) ++wrong;
      ++reads;
    }
  });
  for (int round = 0; round < 50 || reads < 10; ++round) {
    put({numbers(1, 20)}, keys);
    put(segments, {{"a", 1}});
  }
  done = true;
  reader.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(HistoryMerge, NeverMakesAGapOrARepetitionWhereverAReaderIs) {
  constexpr std::uint64_t count = 8;
  constexpr std::size_t big = 300'000;  // several pages
  for (std::uint64_t when = 1; when <= count; ++when) {
    std::vector<Segment> segments;
    for (std::uint64_t i = 1; i <= count; ++i) segments.push_back(numbers(i, i, big));
    put(segments);
    const auto seen = read([&](const Segment& segment) {
      if (segment.first_sequence != when) return;
      put({numbers(3, 7, big)}, {{"a", 3}, {"a", 4}, {"a", 5}, {"a", 6}, {"a", 7}});
    });
    EXPECT_EQ(seen.value_or(up_to(count)), up_to(count)) << when;
    EXPECT_EQ(read(), up_to(count)) << "reading again helps";
  }
}

TEST_P(HistoryMerge, OfWhatWasReadBeforeDisturbsNobody) {
  constexpr std::size_t big = 300'000;
  std::vector<Segment> segments;
  for (std::uint64_t i = 1; i <= 12; ++i) segments.push_back(numbers(i, i, big));
  put(segments);
  const auto seen = read([&](const Segment& segment) {
    if (segment.first_sequence == 8) put({numbers(1, 2, big)}, {{"a", 1}, {"a", 2}});
  });
  EXPECT_EQ(seen, up_to(12));
}

TEST_P(HistoryMerge, SegmentsBiggerThanAPageAreRead) {
  std::vector<Segment> segments;
  for (std::uint64_t i = 1; i <= 4; ++i) segments.push_back(numbers(i, i, 3'000'000));
  put(segments);
  EXPECT_EQ(read(), up_to(4));
}

TEST_P(HistoryMerge, AHistoryCanBeReadFromSomewhere) {
  put({numbers(1, 4), numbers(5, 6), numbers(7, 9)});
  for (const std::uint64_t from : {0, 1, 2, 5, 6, 7, 8}) {
    std::vector<std::uint64_t> firsts;
    ASSERT_TRUE(store().history_from(0, "a", from, [&](const Segment& segment) {
      firsts.push_back(segment.first_sequence);
      return true;
    }));
    std::vector<std::uint64_t> expected;
    for (const std::uint64_t first : {1, 5, 7}) {
      if (first >= from) expected.push_back(first);
    }
    EXPECT_EQ(firsts, expected) << from;
  }
}

}  // namespace
}  // namespace loyalty::persistence
