// SPDX-License-Identifier: Apache-2.0
#include "actors/shard_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "persistence/faults.hpp"
#include "persistence/write_rules.hpp"
#include "tests/support/noise.hpp"

namespace loyalty::actors {
namespace {

using namespace persistence;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A store of one shard that remembers all its past and can go back to it.
class FickleStore final : public Store {
 public:
  enum class Mishap : std::uint8_t { none, answer_lost, request_lost, full, down };

  FickleStore() { past_.emplace_back(); }

  Mishap mishap = Mishap::none;
  std::uint64_t stable_until = 0;
  std::optional<StoreFault> owner_fault;
  std::vector<std::string> snapshots_written;
  std::vector<std::string> blocks_written;

  /// As a failover to a replica does that had not heard of the last `writes` writes.
  void go_back(std::size_t writes) { past_.resize(past_.size() - writes); }
  void be_claimed_by(OwnerNonce other, std::uint64_t epoch) {
    OwnerRecord next = past_.back();
    next.fence = {epoch, other};
    past_.push_back(next);
  }
  const OwnerRecord& now() const { return past_.back(); }

  ShardId shards() const override { return 1; }
  std::string describe() const override { return "fickle"; }
  bool may_regress() const override { return true; }
  StoreResult<OwnerRecord> owner(ShardId) override {
    if (owner_fault) return Fault{*owner_fault};
    return now();
  }
  StoreResult<OwnerRecord> claim(ShardId shard, const Fence& seen, OwnerNonce me,
                                 std::int64_t now_ms) override {
    const auto next = claimed(shard, now(), seen, me, now_ms);
    if (next) past_.push_back(*next);
    return next;
  }
  StoreResult<bool> release(ShardId, const Fence&) override { return true; }
  std::vector<CommitResult> commit(std::span<const Commit> commits) override {
    std::vector<CommitResult> results;
    for (const auto& one : commits) results.push_back(commit_one(one));
    return results;
  }
  StoreResult<Loaded> load(ShardId, std::span<const std::string>) override { return Loaded{}; }
  StoreResult<std::vector<Snapshot>> pinned(ShardId) override { return std::vector<Snapshot>{}; }
  StoreResult<bool> entities(ShardId, const std::function<bool(const std::string&)>&) override {
    return true;
  }
  StoreResult<bool> blocks(ShardId, std::uint64_t,
                           const std::function<bool(const Block&)>&) override {
    return true;
  }
  StoreResult<bool> history(ShardId, std::string_view,
                            const std::function<bool(const Segment&)>&) override {
    return true;
  }
  StoreResult<std::vector<DueEntry>> due(ShardId, std::int64_t, std::int64_t,
                                         std::size_t) override {
    return std::vector<DueEntry>{};
  }
  StoreResult<bool> trim(ShardId, std::uint64_t) override { return true; }
  StoreResult<std::uint64_t> stable(ShardId) override { return stable_until; }
  StoreResult<std::optional<Head>> projection_cursor(ShardId, std::string_view) override {
    return std::optional<Head>{};
  }
  StoreResult<bool> put_projection_cursor(ShardId, std::string_view, Head) override { return true; }

 private:
  CommitResult commit_one(const Commit& one) {
    const Mishap what = std::exchange(mishap, Mishap::none);
    if (what == Mishap::full) return {.status = CommitStatus::full, .head = {}, .detail = "full"};
    if (what == Mishap::down) {
      return {.status = CommitStatus::unavailable, .head = {}, .detail = "down"};
    }
    const CommitResult unknown{.status = CommitStatus::unknown, .head = {}, .detail = "timeout"};
    if (what == Mishap::request_lost) return unknown;
    if (auto refused = refusal(one, now())) return *std::move(refused);
    past_.push_back(after(one, now()));
    if (one.block) blocks_written.push_back(one.block->bytes);
    for (const auto& snapshot : one.snapshots) snapshots_written.push_back(snapshot.entity);
    if (what == Mishap::answer_lost) return unknown;
    return {.status = CommitStatus::ok, .head = now().head, .detail = {}};
  }

  std::vector<OwnerRecord> past_;
};

/// Does everything at once, on the caller's thread.
class ImmediateLane final : public StoreLane {
 public:
  explicit ImmediateLane(Store& store) : store_(store) {}
  void commit(Commit commit, Committed done) override {
    auto result = store_.commit({&commit, 1}).front();
    done(std::move(result), std::move(commit));
  }
  void read(Job job) override { job(store_); }

 private:
  Store& store_;
};

constexpr OwnerNonce me{1, 1};
constexpr OwnerNonce me_again{1, 2};
constexpr OwnerNonce rival{2, 1};

class Writer : public testing::Test {
 protected:
  Writer() {
    const auto owner = store_.claim(0, {}, me, 1'000);
    writer_.emplace(0, *owner, services());
  }

  ShardWriter::Services services() {
    const auto enqueue = [this](std::function<void()> job) { jobs_.push_back(std::move(job)); };
    return {.lane = lane_,
            .post = enqueue,
            .leave = enqueue,
            .later = enqueue,
            .nonce = [] { return me_again; },
            .may_regress = true,
            .max_kept_bytes = 1'000'000,
            .confirmed = [this](const Commit& c) { confirmed_.push_back(c.block->last_position); },
            .stalled = [this](const CommitResult&) { ++stalls_; },
            .resumed = [this] { ++resumed_; },
            .lost = [this](const ShardWriter::Loss& loss) { loss_ = loss; }};
  }

  /// Writes one record, with a snapshot of that name.
  void write(const std::string& snapshot = "m", const std::string& record = "record") {
    writer_->journal().append(record);
    Commit commit = writer_->journal().ship();
    commit.snapshots = {{.entity = snapshot, .position = 1, .bytes = "s", .pinned = false}};
    writer_->write(std::move(commit));
    run();
  }
  void run() {
    for (int steps = 0; !jobs_.empty() && steps < 1'000; ++steps) {
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      job();
    }
    EXPECT_TRUE(jobs_.empty()) << "it goes round in circles";
  }

  FickleStore store_;
  ImmediateLane lane_{store_};
  std::deque<std::function<void()>> jobs_;
  std::optional<ShardWriter> writer_;
  std::vector<std::uint64_t> confirmed_;
  int stalls_ = 0;
  int resumed_ = 0;
  std::optional<ShardWriter::Loss> loss_;
};

TEST_F(Writer, ConfirmsWhatWasWrittenThoughItsAnswerWasLost) {
  write();
  store_.mishap = FickleStore::Mishap::answer_lost;
  write();
  EXPECT_THAT(confirmed_, ElementsAre(1, 2));
  EXPECT_EQ(store_.now().head.position, 2U);
  EXPECT_EQ(stalls_, 1);
  EXPECT_EQ(resumed_, 1);
}

TEST_F(Writer, TriesAgainWhatWasNotWritten) {
  for (const auto mishap :
       {FickleStore::Mishap::request_lost, FickleStore::Mishap::full, FickleStore::Mishap::down}) {
    store_.mishap = mishap;
    write();
  }
  EXPECT_THAT(confirmed_, ElementsAre(1, 2, 3));
  EXPECT_EQ(resumed_, 3);
  EXPECT_TRUE(writer_->ready());
}

TEST_F(Writer, WritesAgainWhatTheStoreHasForgotten) {
  for (const auto* name : {"a", "b", "c", "d"}) write(name);
  store_.go_back(3);
  write("e");
  EXPECT_THAT(confirmed_, ElementsAre(1, 2, 3, 4, 5)) << "each is confirmed once";
  EXPECT_THAT(store_.snapshots_written, ElementsAre("a", "b", "c", "d", "b", "c", "d", "e"));
  EXPECT_EQ(store_.now().head, writer_->journal().durable_head());
  EXPECT_FALSE(loss_);
}

TEST_F(Writer, WritesALongBlockAgainAsItWas) {
  for (const char letter : {'a', 'b', 'c'}) write("m", std::string(100'000, letter));
  const auto first = store_.blocks_written;
  store_.go_back(2);
  writer_->probe();
  run();
  ASSERT_EQ(store_.blocks_written.size(), 5U);
  EXPECT_EQ(store_.blocks_written[3], first[1]);
  EXPECT_EQ(store_.blocks_written[4], first[2]);
}

TEST_F(Writer, TellsALongBlockThatIsMissingAsItWas) {
  for (const char letter : {'a', 'b'}) write("m", std::string(100'000, letter));
  const auto first = store_.blocks_written;
  store_.go_back(1);
  store_.be_claimed_by(rival, store_.now().fence.epoch + 5);
  write();
  ASSERT_TRUE(loss_);
  ASSERT_EQ(loss_->blocks.size(), 2U);
  EXPECT_EQ(loss_->blocks[0].bytes, first[0]);
  EXPECT_EQ(loss_->blocks[1].bytes, first[1]);
}

TEST_F(Writer, TellsALongBlockThatIsLostAsItWas) {
  write("m", std::string(100'000, 'a'));
  store_.owner_fault = StoreFault{StoreFault::Kind::damaged, "the owner record is gone"};
  store_.be_claimed_by(rival, 1);
  write();
  ASSERT_TRUE(loss_);
  ASSERT_FALSE(loss_->blocks.empty());
  EXPECT_EQ(loss_->blocks[0].bytes, store_.blocks_written[0]);
}

TEST_F(Writer, KeepsMuchThatIsAlikeInLittleMemory) {
  for (int i = 0; i < 20; ++i) write("m", std::string(100'000, 'a'));
  EXPECT_FALSE(writer_->overfull());
  for (int i = 0; i < 11; ++i) write("m", test::noise(100'000));
  EXPECT_TRUE(writer_->overfull());
  store_.stable_until = 31;
  writer_->probe();
  run();
  EXPECT_FALSE(writer_->overfull());
}

TEST_F(Writer, GoesOnWhereTheStoreGoesBackOnceMoreMeanwhile) {
  for (int i = 0; i < 4; ++i) write();
  store_.go_back(2);
  store_.mishap = FickleStore::Mishap::answer_lost;
  write();
  EXPECT_EQ(store_.now().head.position, 5U);
  store_.go_back(4);
  write();
  EXPECT_EQ(store_.now().head, writer_->journal().durable_head());
  EXPECT_EQ(store_.now().head.position, 6U);
}

TEST_F(Writer, ClaimsTheShardAgainWhereTheStoreHasForgottenTheClaim) {
  for (int i = 0; i < 3; ++i) write();
  store_.go_back(4);
  write();
  EXPECT_EQ(store_.now().head.position, 4U);
  EXPECT_EQ(store_.now().fence.owner, me_again);
  EXPECT_EQ(writer_->journal().fence(), store_.now().fence);
  write();
  EXPECT_THAT(confirmed_, ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(Writer, IsDeposedByANewerOwnerAndTellsWhatIsMissing) {
  write();
  write();
  store_.go_back(1);
  store_.be_claimed_by(rival, store_.now().fence.epoch + 5);
  write();
  ASSERT_TRUE(loss_);
  EXPECT_THAT(loss_->reason, HasSubstr("shard 0 is lost: another server took it"));
  EXPECT_EQ(loss_->blocks.size(), 2U) << "what was acknowledged; the third never was";
  EXPECT_FALSE(writer_->ready());
}

// Two owners may come to the same epoch when a failover forgets a claim (runtime.md 2.5): only the
// nonce tells them apart.
TEST_F(Writer, DoesNotWriteUnderTheSameEpochOfAnotherOwner) {
  write();
  store_.be_claimed_by(rival, store_.now().fence.epoch);
  write();
  EXPECT_TRUE(loss_);
  EXPECT_EQ(store_.now().head.position, 1U);
}

TEST_F(Writer, IsLostWhereTheStoreForgotMoreThanWasKept) {
  for (int i = 0; i < 3; ++i) write();
  store_.stable_until = 2;
  writer_->probe();
  run();
  store_.go_back(2);
  write();
  ASSERT_TRUE(loss_);
  EXPECT_THAT(loss_->reason, HasSubstr("the store ends at position 1, but everything up to "
                                       "position 3 was acknowledged; kept is what follows "
                                       "position 2"));
}

TEST_F(Writer, IsLostWhereTheOwnerRecordIsDamaged) {
  write();
  store_.be_claimed_by(rival, 1);
  store_.owner_fault = StoreFault{StoreFault::Kind::damaged, "the owner record is gone"};
  write();
  ASSERT_TRUE(loss_);
  EXPECT_THAT(loss_->reason, HasSubstr("the owner record is gone"));
}

TEST_F(Writer, NoticesWithoutAWriteThatTheStoreWentBack) {
  for (int i = 0; i < 3; ++i) write();
  store_.go_back(2);
  writer_->probe();
  run();
  EXPECT_EQ(store_.now().head, writer_->journal().durable_head());
  EXPECT_THAT(confirmed_, ElementsAre(1, 2, 3));
  EXPECT_TRUE(writer_->ready());
}

TEST_F(Writer, KeepsCommitsUntilTheyAreStable) {
  for (int i = 0; i < 3; ++i) write();
  EXPECT_TRUE(writer_->keeps_any());
  store_.stable_until = 3;
  writer_->probe();
  run();
  EXPECT_FALSE(writer_->keeps_any());
  EXPECT_FALSE(writer_->overfull());
}

}  // namespace
}  // namespace loyalty::actors
