// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "actors/entity_key.hpp"
#include "actors/segment.hpp"
#include "tests/actors/shard_fixture.hpp"

/// The segments of an entity's history: few, however many snapshots were taken.
namespace loyalty::actors {
namespace {

using persistence::Segment;

const std::string entity = "m:shop:ada";

/// A segment of `count` records from `first` on, each filled up with what takes about so many
/// `bytes` when it is compressed.
Segment segment(std::uint64_t first, std::uint64_t count, std::size_t bytes = 0) {
  std::mt19937_64 random(first);
  std::vector<std::string> records;
  for (std::uint64_t number = first; number < first + count; ++number) {
    Record record;
    record.number = number;
    record.key = std::to_string(number) + ":";
    for (std::size_t i = 0; i < bytes * 4 / 3; ++i) {  // 6 bits in each
      record.key += static_cast<char>('0' + random() % 64);
    }
    records.push_back(encode_record(entity, record));
  }
  return {entity, first,
          pack_segment(std::vector<std::string_view>(records.begin(), records.end()))};
}

/// With this in it a segment is not big, and two of them are.
constexpr std::size_t filler = SegmentMerge::big_bytes / 2;

std::vector<std::uint64_t> numbers_in(const std::vector<Segment>& segments) {
  std::vector<std::uint64_t> numbers;
  for (const auto& one : segments) {
    const auto unpacked = unpack_segment(one.bytes);
    std::vector<RecordView> records;
    EXPECT_TRUE(unpacked && records_of_segment(*unpacked, records));
    EXPECT_EQ(records.front().number, one.first_sequence);
    for (const auto& record : records) numbers.push_back(record.number);
  }
  return numbers;
}

std::vector<std::uint64_t> up_to(std::uint64_t last) {
  std::vector<std::uint64_t> numbers;
  for (std::uint64_t i = 1; i <= last; ++i) numbers.push_back(i);
  return numbers;
}

TEST(SegmentMerge, LeavesFewAlone) {
  SegmentMerge merge;
  for (std::uint64_t i = 0; i < SegmentMerge::most_small; ++i) {
    EXPECT_TRUE(merge.see(segment(1 + 2 * i, 2)));
  }
  EXPECT_FALSE(merge.merge());
  EXPECT_EQ(merge.small(), SegmentMerge::most_small);
  EXPECT_EQ(merge.begin(), 1U);
}

TEST(SegmentMerge, MakesOneOfManySmallOnes) {
  SegmentMerge merge;
  for (std::uint64_t i = 0; i < 17; ++i) merge.see(segment(1 + 2 * i, 2));
  const auto outcome = merge.merge();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->merged.size(), 17U);
  ASSERT_EQ(outcome->segments.size(), 1U);
  EXPECT_EQ(numbers_in(outcome->segments), up_to(34));
  EXPECT_EQ(outcome->small, 1U);
  EXPECT_EQ(outcome->begin, 1U);
}

TEST(SegmentMerge, NeverTouchesABigOneAgain) {
  SegmentMerge merge;
  const Segment big = segment(1, 1, SegmentMerge::big_bytes + 1);
  merge.see(big);
  EXPECT_EQ(merge.begin(), 2U);
  for (std::uint64_t i = 0; i < 20; ++i) merge.see(segment(2 + i, 1));
  const auto outcome = merge.merge();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->merged.front().first_sequence, 2U);
  EXPECT_EQ(outcome->begin, 2U);
}

TEST(SegmentMerge, MakesNoneThatIsTooBig) {
  SegmentMerge merge;
  for (std::uint64_t i = 0; i < 18; ++i) EXPECT_TRUE(merge.see(segment(1 + i, 1, filler)));
  const auto outcome = merge.merge();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->segments.size(), 2U) << "eleven fit into one";
  for (const auto& one : outcome->segments) {
    EXPECT_LE(one.bytes.size(), SegmentMerge::most_merged_bytes);
  }
  EXPECT_EQ(numbers_in(outcome->segments), up_to(18));
  EXPECT_EQ(outcome->small, 0U);
  EXPECT_EQ(outcome->begin, 13U) << "behind the start of the last, which is big";
}

TEST(SegmentMerge, HoldsABoundedPieceInMemory) {
  SegmentMerge merge;
  std::uint64_t seen = 1;
  while (merge.see(segment(seen, 1, filler))) ++seen;
  EXPECT_TRUE(merge.full());
  EXPECT_LE(merge.small() * filler, SegmentMerge::most_kept_bytes + 2 * filler);
  EXPECT_TRUE(merge.merge());
}

TEST(SegmentMerge, NeverGuessesWhereRecordsAreMissingOrCannotBeRead) {
  const auto merged_with = [](const Segment& odd) {
    SegmentMerge merge;
    for (std::uint64_t i = 0; i < 17; ++i) merge.see(i == 8 ? odd : segment(1 + 2 * i, 2));
    return merge.merge().has_value();
  };
  EXPECT_TRUE(merged_with(segment(17, 2)));
  EXPECT_FALSE(merged_with(segment(17, 1))) << "record 18 is missing";
  EXPECT_FALSE(merged_with(segment(17, 3))) << "record 19 is there twice";
  EXPECT_FALSE(merged_with({entity, 17, "nonsense"}));
  auto wrong_name = segment(17, 2);
  wrong_name.entity = "m:shop:bob";
  EXPECT_FALSE(merged_with(wrong_name));
}

class History : public ShardTest {
 protected:
  std::vector<Segment> segments() {
    std::vector<Segment> found;
    EXPECT_TRUE(store_.history(0, entity, [&](const Segment& one) {
      found.push_back(one);
      return true;
    }));
    return found;
  }
  /// Everybody is snapshotted and leaves memory.
  void all_leave() {
    for (int i = 0; i < 3; ++i) {
      shard_->tend();
      settle();
    }
  }
  void expect_whole_history(std::uint64_t records) {
    EXPECT_EQ(numbers_in(segments()), up_to(records));
    for (const auto& key : {std::string("0"), std::to_string(records / 2)}) {
      EXPECT_TRUE(must("purchase", "ada", {{"key", key}, {"amount", 100}}).replayed) << key;
    }
  }
  void purchases(int from, int until) {
    for (int i = from; i < until; ++i) {
      must("purchase", "ada", {{"key", std::to_string(i)}, {"amount", 100}});
    }
  }
};

TEST_F(History, IsNotReadForACallThatComesTwiceWithinAMoment) {
  start();
  enroll("ada");
  purchases(0, 20);
  const auto again = send("purchase", "ada", {{"key", "7"}, {"amount", 100}});
  const auto other = send("purchase", "ada", {{"key", "8"}, {"amount", 200}});
  settle_without_store();
  EXPECT_EQ(lane_.reads_waiting(), 0U);
  const auto outcome = peer_->reply(again).outcome;
  ASSERT_TRUE(holds_alternative<api::Result>(outcome));
  EXPECT_TRUE(get<api::Result>(outcome).replayed);
  EXPECT_EQ(code_of(other), "IDEMPOTENCY_CONFLICT");
}

TEST_F(History, IsReadFromItsEndForACallThatComesTwice) {
  start();
  enroll("ada");
  purchases(0, 3000);
  const auto read_for = [&](int key) {
    const std::size_t before = store_.segments_read();
    EXPECT_TRUE(must("purchase", "ada", {{"key", std::to_string(key)}, {"amount", 100}}).replayed);
    return store_.segments_read() - before;
  };
  EXPECT_LE(read_for(2850), 3U);
  EXPECT_LE(read_for(2300), 15U);
  EXPECT_GE(read_for(3), segments().size()) << "the oldest are found as well";
  const auto other = send("purchase", "ada", {{"key", "2850"}, {"amount", 200}});
  settle();
  EXPECT_EQ(code_of(other), "IDEMPOTENCY_CONFLICT");
}

TEST_F(History, ThatCannotBeReadFromItsEndIsReadWhole) {
  start();
  enroll("ada");
  purchases(0, 1000);
  store_.fail_history();
  EXPECT_TRUE(must("purchase", "ada", {{"key", "800"}, {"amount", 100}}).replayed);
}

TEST_F(History, IsReadAgainWhereItGrewAndWasWrittenMeanwhile) {
  start();
  enroll("ada");
  purchases(0, 200);
  const auto query = send("get_ledger", "ada", {{"limit", 1000}});
  settle_without_store();
  ASSERT_EQ(lane_.reads_waiting(), 1U);
  store_.after_history([&] { purchases(200, 400); });  // snapshots among them
  settle();
  const auto outcome = peer_->reply(query).outcome;
  ASSERT_TRUE(holds_alternative<api::Result>(outcome)) << get<api::Error>(outcome).text;
  EXPECT_TRUE(log_.empty()) << log_.front();
}

TEST_F(History, ThatCannotBeReadIsUnavailable) {
  start();
  enroll("ada");
  store_.fail_history();
  const auto query = send("get_ledger", "ada");
  settle();
  EXPECT_EQ(code_of(query), "UNAVAILABLE");
  must("get_ledger", "ada");
}

TEST_F(History, ThatASubscriberIsToHearIsReadUntilItCanBe) {
  start();
  enroll("ada");
  purchases(0, 3);
  store_.fail_history();
  const auto subscription = send("subscribe", "ada", {{"from", 0}});
  settle();
  EXPECT_TRUE(holds_alternative<api::Result>(peer_->reply(subscription).outcome));
  EXPECT_FALSE(peer_->has_notice());
  pass_a_while();
  settle();
  for (std::int64_t sequence = 1; sequence <= 2 + 3 * 2; ++sequence) {
    ASSERT_TRUE(peer_->has_notice());
    EXPECT_EQ(number_at(peer_->next_notice().body, "sequence"), sequence);
  }
}

TEST_F(History, IsNotReadForASubscriberWhoHasGone) {
  start();
  enroll("ada");
  store_.fail_history();
  send("subscribe", "ada", {{"from", 0}});
  settle();
  peer_ = std::make_shared<TestPeer>();
  pass_a_while();
  settle_without_store();
  EXPECT_EQ(lane_.reads_waiting(), 0U);
}

TEST_F(History, OfAMemberWhoIsActiveStaysInFewSegments) {
  start();
  enroll("ada");
  std::size_t most = 0;
  for (int i = 0; i < 5000; i += 100) {  // each hundred is a snapshot
    purchases(i, i + 100);
    most = std::max(most, segments().size());
  }
  EXPECT_LE(most, 5000 / 100 + 2) << "these are big enough, and stay";
  max_idle_ = std::chrono::seconds(0);
  restart();
  send("get_balances", "ada");
  settle();
  all_leave();
  expect_whole_history(5001);
}

TEST_F(History, OfAMemberWithMuchToWriteIsWrittenLessOften) {
  start();
  enroll("ada");
  const auto written_with = [&](int from, int until) {
    const std::size_t before = segments().size();
    purchases(from, until);
    return segments().size() - before;
  };
  const std::size_t at_first = written_with(0, 1000);
  purchases(1000, 7000);  // each leaves a lot and a key
  EXPECT_GE(at_first, 9U);
  EXPECT_LE(written_with(7000, 8000), at_first / 2);
  expect_whole_history(segments().back().first_sequence - 1 +
                       numbers_in({segments().back()}).size());
}

TEST_F(History, OfAMemberWhoComesNowAndThenStaysInFewSegments) {
  max_idle_ = std::chrono::seconds(0);
  start();
  enroll("ada");
  all_leave();
  std::size_t most = 0;
  for (int i = 0; i < 120; ++i) {  // each time it is loaded, snapshotted, and leaves again
    purchases(i, i + 1);
    all_leave();
    most = std::max(most, segments().size());
  }
  EXPECT_LE(most, 2 * SegmentMerge::most_small + 2);
  EXPECT_GE(most, SegmentMerge::most_small);
  expect_whole_history(121);
}

/// The moment at which a history is read in order to be merged.
class MergeUnderWay : public History {
 protected:
  void SetUp() override {
    start();
    enroll("ada");
    for (int key = 0; lane_.reads_waiting() == 0; ++key) {
      ASSERT_LT(key, 10'000);
      send("purchase", "ada", {{"key", std::to_string(key)}, {"amount", 100}});
      settle_without_store();
      lane_.do_commit();
      settle_without_store();
      shard_->snapshot_dirty(UINT64_MAX);  // with the next purchase
    }
    before_ = segments().size();
    EXPECT_GT(before_, SegmentMerge::most_small);
  }
  std::size_t before_ = 0;
};

TEST_F(MergeUnderWay, IsWritten) {
  settle();
  EXPECT_LT(segments().size(), before_);
}

TEST_F(MergeUnderWay, IsGivenUpWhereTheStoreHasGoneBack) {
  auto old = *store_.owner(0);
  --old.head.position;
  store_.pretend_owner(old);
  settle();
  EXPECT_EQ(segments().size(), before_);
}

TEST_F(MergeUnderWay, IsGivenUpWhereTheStoreMayHaveGoneBackAndBeenMended) {
  send("purchase", "ada", {{"key", "one more"}, {"amount", 100}});
  settle_without_store();
  store_.answer_commits(persistence::CommitStatus::unavailable);
  lane_.do_commit();  // the writer stalls
  settle_without_store();
  lane_.do_read();
  settle_without_store();
  store_.answer_commits(std::nullopt);
  pass_a_while();
  settle();
  EXPECT_EQ(segments().size(), before_);
}

}  // namespace
}  // namespace loyalty::actors
