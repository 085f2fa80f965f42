// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "actors/shard.hpp"
#include "actors/store_lane.hpp"
#include "tests/actors/node_fixture.hpp"

namespace loyalty::actors {

/// A lane without threads: what was asked of it is done when the test says so.
class ManualLane final : public StoreLane {
 public:
  explicit ManualLane(persistence::Store& store) : store_(store) {}

  void commit(persistence::Commit commit, Committed done) override {
    commits_.emplace_back(std::move(commit), std::move(done));
  }
  void read(Job job) override { reads_.push_back(std::move(job)); }

  std::size_t reads_waiting() const { return reads_.size(); }
  /// The commit under way, if any.
  const persistence::Commit* next_commit() const {
    return commits_.empty() ? nullptr : &commits_.front().first;
  }
  bool do_read();
  bool do_commit();
  void drop_all();

 private:
  persistence::Store& store_;
  std::deque<Job> reads_;
  std::deque<std::pair<persistence::Commit, Committed>> commits_;
};

/// One shard with everything around it done by hand, on one thread: nothing happens but what the
/// test asks for, and always in the same order. The shop is in force.
class ShardTest : public testing::Test {
 protected:
  ~ShardTest() override { stop(); }

  void start();
  void stop();
  void restart();

  /// Brings another version of the shop into force.
  void apply(const domain::ProgramDefinition& program);

  /// Hands a call to the shard, of a member unless that is empty; `settle` has to follow. Returns
  /// its msgid.
  std::uint32_t send(const std::string& method, const std::string& member,
                     std::vector<Param> params = {});
  /// Lets everything happen that can, but for what waits for time to pass.
  void settle();
  /// What was to be tried again after a short while is.
  void pass_a_while();
  /// The same as settle, but the lane does nothing.
  void settle_without_store();

  /// Sends, settles, and expects success; or tells the code of the refusal.
  api::Result must(const std::string& method, const std::string& member,
                   std::vector<Param> params = {});
  std::string code_of(std::uint32_t msgid);
  void enroll(const std::string& member);
  void purchase(const std::string& member, const std::string& key);
  const ProgramRegistry::View& program() const { return program_; }

  ScriptedStore store_{1};
  ManualLane lane_{store_};
  ManualClock clock_{domain::Instant{noon}};
  std::size_t max_active_ = 1'000'000;
  std::chrono::seconds max_idle_{600};
  std::chrono::seconds snapshot_age_{600};
  std::size_t max_unconfirmed_effects_ = 1'000'000;
  bool receivers_are_away_ = false;  ///< effects are not delivered
  bool grants_are_lost_ = false;     ///< what owners of budgets answer
  std::vector<std::string> log_;
  std::shared_ptr<TestPeer> peer_ = std::make_shared<TestPeer>();
  std::unique_ptr<Shard> shard_;

 private:
  static constexpr std::int64_t noon = 1'767'268'800'000;

  ShardServices services();
  bool run_round();
  void deliver(const std::string& entity, decltype(Work::task) task);

  ActorSystem system_;
  std::unique_ptr<ActorHost> host_;
  Outbound outbound_;
  ProgramRegistry::View program_;
  std::deque<std::function<void()>> posted_;
  std::vector<std::function<void()>> later_;
  std::vector<OutboxMessage> undelivered_;
  std::uint32_t next_msgid_ = 1;
};

}  // namespace loyalty::actors
