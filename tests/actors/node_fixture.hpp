// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "actors/node.hpp"
#include "codec/msgpack_reader.hpp"
#include "codec/writer.hpp"
#include "domain/program/definition.hpp"
#include "persistence/store.hpp"

namespace loyalty::actors {

/// A client inside the process: what is sent to it can be waited for.
class TestPeer final : public api::Peer {
 public:
  void send(std::vector<api::Outgoing>&& messages) override;
  std::size_t backlog() const override { return backlog_; }
  void set_backlog(std::size_t bytes) { backlog_ = bytes; }

  /// The reply to a call; fails the test when none comes within some seconds.
  api::Reply reply(std::uint32_t msgid);
  bool has_reply(std::uint32_t msgid);
  api::Notice next_notice();
  bool has_notice();

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<api::Reply> replies_;
  std::deque<api::Notice> notices_;
  std::atomic<std::size_t> backlog_{0};
};

/// A store whose commits and reads can be held back, refused or counted. Everything else is the
/// store behind it: one in memory where nothing else is said.
class ScriptedStore final : public persistence::Store {
 public:
  explicit ScriptedStore(persistence::ShardId shards);
  explicit ScriptedStore(std::unique_ptr<persistence::Store> inner) : inner_(std::move(inner)) {}

  /// Commits wait from now on until `let_commits_pass`.
  void hold_commits();
  void let_commits_pass();
  /// Returns when at least one commit waits.
  void wait_for_held_commit();
  /// The next commits with a block are answered with this, and not written.
  void answer_commits(std::optional<persistence::CommitStatus> status);
  std::size_t commits() const;
  /// So many of the next loads, and reads of a shard's due index, are answered `unavailable`.
  void fail_loads(std::size_t next) { failing_loads_ = next; }
  void fail_due(persistence::ShardId shard, std::size_t next) {
    shard_of_failing_due_ = shard;
    failing_due_ = next;
  }
  /// The next read of a history fails, or ends with this: something that happens meanwhile.
  void fail_history() { fails_history_ = true; }
  void after_history(std::function<void()> happens) { after_history_ = std::move(happens); }
  /// Segments that were shown to readers of histories.
  std::size_t segments_read() const { return segments_read_; }
  std::size_t failing_loads() const { return failing_loads_; }
  std::size_t failing_due() const { return failing_due_; }
  /// What `owner` answers; nullopt: the truth.
  void pretend_owner(std::optional<persistence::OwnerRecord> owner) { pretended_owner_ = owner; }
  /// Loads wait from now on until `let_loads_pass`.
  void hold_loads();
  void let_loads_pass();
  void wait_for_held_load();
  std::size_t loads() const { return loads_; }
  /// From now on no snapshot of a member is found, or not the first block behind the checkpoint.
  void lose_snapshots() { without_snapshots_ = true; }
  void lose_first_block() { without_first_block_ = true; }

  persistence::ShardId shards() const override { return inner_->shards(); }
  std::string describe() const override { return "scripted"; }
  bool may_regress() const override { return inner_->may_regress(); }
  persistence::StoreResult<persistence::OwnerRecord> owner(persistence::ShardId shard) override;
  persistence::StoreResult<persistence::OwnerRecord> claim(persistence::ShardId shard,
                                                           const persistence::Fence& seen,
                                                           persistence::OwnerNonce me,
                                                           std::int64_t now_ms) override;
  persistence::StoreResult<bool> release(persistence::ShardId shard,
                                         const persistence::Fence& fence) override;
  std::vector<persistence::CommitResult> commit(
      std::span<const persistence::Commit> commits) override;
  persistence::StoreResult<persistence::Loaded> load(
      persistence::ShardId shard, std::span<const std::string> entities) override;
  persistence::StoreResult<bool> entities(
      persistence::ShardId shard, const std::function<bool(const std::string&)>& visit) override;
  persistence::StoreResult<std::vector<persistence::Snapshot>> pinned(
      persistence::ShardId shard) override;
  persistence::StoreResult<bool> blocks(
      persistence::ShardId shard, std::uint64_t after,
      const std::function<bool(const persistence::Block&)>& visit) override;
  persistence::StoreResult<bool> history(
      persistence::ShardId shard, std::string_view entity,
      const std::function<bool(const persistence::Segment&)>& visit) override;
  persistence::StoreResult<bool> history_from(
      persistence::ShardId shard, std::string_view entity, std::uint64_t first_sequence,
      const std::function<bool(const persistence::Segment&)>& visit) override;
  persistence::StoreResult<std::vector<persistence::DueEntry>> due(persistence::ShardId shard,
                                                                   std::int64_t from_ms,
                                                                   std::int64_t until_ms,
                                                                   std::size_t limit) override;
  persistence::StoreResult<bool> trim(persistence::ShardId shard, std::uint64_t up_to) override;
  persistence::StoreResult<std::uint64_t> stable(persistence::ShardId shard) override;
  persistence::StoreResult<std::optional<persistence::Head>> projection_cursor(
      persistence::ShardId shard, std::string_view name) override;
  persistence::StoreResult<bool> put_projection_cursor(persistence::ShardId shard,
                                                       std::string_view name,
                                                       persistence::Head cursor) override;

 private:
  std::unique_ptr<persistence::Store> inner_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<bool> without_snapshots_{false};
  std::atomic<bool> without_first_block_{false};
  static bool take_one(std::atomic<std::size_t>& left);

  std::atomic<std::size_t> failing_loads_{0};
  std::atomic<std::size_t> failing_due_{0};
  std::atomic<persistence::ShardId> shard_of_failing_due_{0};
  std::atomic<std::size_t> loads_{0};
  std::atomic<bool> fails_history_{false};
  std::atomic<std::size_t> segments_read_{0};
  std::function<void()> after_history_;                      ///< for tests of one thread
  std::optional<persistence::OwnerRecord> pretended_owner_;  ///< for tests of one thread
  bool holding_loads_ = false;
  bool held_load_ = false;
  bool holding_ = false;
  bool held_ = false;
  std::size_t commits_ = 0;
  std::optional<persistence::CommitStatus> answer_;
};

/// A value of a decoded answer, reached by a dotted path; nullopt when it is not there.
std::optional<std::int64_t> number_at(std::string_view map, const std::string& path);
std::optional<std::string> text_at(std::string_view map, const std::string& path);

/// A parameter of a call: name and text, or name and number.
struct Param {
  std::string name;
  boost::variant2::variant<std::int64_t, std::string> value;
};
/// A call as a client sends it; fails the test where it cannot be decoded.
std::optional<api::Call> make_call(const std::string& method, const std::vector<Param>& params);

/// One small program ("shop"), and the call that brings a version of it into force.
domain::ProgramDefinition shop();
/// The same with "pot", a promotion that has 40 points for each survey, but no more than 100.
domain::ProgramDefinition shop_with_a_pot();
/// The same with "latte", which has 50 points for ten purchases.
domain::ProgramDefinition shop_with_a_latte();
api::Call apply_call(const domain::ProgramDefinition& program);

/// A node over a scripted store, with the shop in force.
class NodeTest : public testing::Test {
 protected:
  NodeTest();

  void start();
  void stop() { node_.reset(); }
  /// Ends the node and starts another on the same store.
  void restart();
  /// The reason why it does not start again.
  std::string failed_restart();
  NodeOptions options;

  using Param = actors::Param;
  /// Sends a call; returns its msgid.
  std::uint32_t send(const std::string& method, const std::vector<Param>& params);
  std::uint32_t send(const std::shared_ptr<TestPeer>& peer, const std::string& method,
                     const std::vector<Param>& params);
  api::Reply call(const std::string& method, const std::vector<Param>& params);
  /// The result map; fails the test when the call was refused.
  api::Result must(const std::string& method, const std::vector<Param>& params);
  /// The code of the error; "" when there was none.
  std::string code_of(const std::string& method, const std::vector<Param>& params);

  /// Brings another version of the shop into force.
  void apply(const domain::ProgramDefinition& program);
  void enroll(const std::string& member);
  std::int64_t points_of(const std::string& member);

  static constexpr std::int64_t day_ms = 86'400'000;
  static constexpr std::int64_t noon = 1'767'268'800'000;  // 2026-01-01T12:00Z

  ScriptedStore store_{4};
  ManualClock clock_{domain::Instant{noon}};
  std::shared_ptr<TestPeer> peer_ = std::make_shared<TestPeer>();
  std::unique_ptr<Node> node_;
  std::uint32_t next_msgid_ = 1;
};

}  // namespace loyalty::actors
