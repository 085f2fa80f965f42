// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <boost/variant2/variant.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "actors/node.hpp"
#include "actors/own_shards.hpp"
#include "actors/program_registry.hpp"
#include "actors/shard_executor.hpp"
#include "actors/shard_moves.hpp"
#include "actors/store_lane.hpp"
#include "api/server_results.hpp"

namespace loyalty::actors {

/// `node.cpp` makes it and its shards; `node_calls.cpp` takes calls; `node_messages.cpp` carries
/// what shards say to each other, here and on other nodes.
class Node::Impl final : public Here {
 public:
  Impl(NodeOptions options, persistence::Store& store, Clock& clock);
  ~Impl() override;
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  persistence::StoreResult<bool> recover();
  persistence::StoreResult<bool> learn_programs();
  void wait_until_quiet(std::chrono::milliseconds patience);
  ShardMoves& moves() { return *moves_; }
  std::span<const std::unique_ptr<ShardExecutor>> executors() const { return executors_; }
  std::uint32_t program_version(std::string_view id) const;

  void submit(std::vector<api::Call>&& calls) override;

  void take(persistence::ShardId shard, WorkPtr work) override;
  void confirm(OutboxReceipt receipt) override;
  void grant(BudgetGrant grant) override;
  void on_shards(const Everywhere& what, const std::vector<persistence::ShardId>& shards,
                 std::function<void(EverywhereAnswer)> done) override;
  bool adopt(const ProgramState& program) override;

 private:
  using Batches = std::vector<ShardExecutor::Batch>;
  using Programs = persistence::StoreResult<std::vector<std::string>>;

  // --- shards (node.cpp) ----------------------------------------------------------------------
  /// On all cores: this is what takes long, and shards do not depend on each other.
  std::vector<Programs> read_journals(const std::vector<Shard*>& shards);
  ShardExecutor::Services executor_services();
  std::unique_ptr<Resident> make_shard(persistence::ShardId id,
                                       const persistence::OwnerRecord& owner);
  /// Whatever may come back to the shard from elsewhere holds on to its life.
  ShardServices services_for(ShardExecutor& executor, StoreLane& lane, const Lifeline& life);
  /// Tells the operator, and keeps what is missing where an auditor can read it (docs/format.md).
  void tell_loss(const ShardWriter::Loss& loss);
  ShardExecutor& executor_of(persistence::ShardId id) {
    return *executors_[id % executors_.size()];
  }

  // --- calls (node_calls.cpp) -----------------------------------------------------------------
  /// The key of the entity a call is for; when there is none, the caller has been told.
  std::optional<std::string> entity_of(const api::Call& call);
  /// A program; when there is none, the caller has been told.
  ProgramRegistry::View program_for(std::string_view id, const api::ReplySlot& to);
  void route(std::string key, api::Call&& call, Batches& batches);
  /// Whether a call goes to the neighbours at once: its shard is theirs, or may become so while
  /// somebody listens.
  bool passes_on(persistence::ShardId id, const api::Call& call) const;
  void tell_route(persistence::ShardId id, const api::ReplySlot& to);
  /// Every shard tells what it has; the sum is put into words where the last one told it.
  void report(const std::string& key, api::Call call);
  void serve(api::Call call);
  void set_clock(const api::ReplySlot& to, domain::Instant now);
  api::ServerInfoResult server_info() const;
  void answer(const api::ReplySlot& to, boost::variant2::variant<api::Result, api::Error> outcome);

  // --- messages (node_messages.cpp) -----------------------------------------------------------
  /// A message for a shard that is not here.
  void pass_on(ShardExecutor& executor, persistence::ShardId id, Work& work);
  /// Brings something to all shards, of all nodes.
  void everywhere(Everywhere what, std::function<void(EverywhereAnswer)> done);
  /// Hands something that is no call to the shard of an entity.
  void submit(std::string entity, decltype(Work::task) task);
  void send(OutboxMessage message);
  void send(OutboxReceipt receipt);
  void send(BudgetGrant grant);
  /// Brings a word to the shard that waits for it: here, or else to the neighbours.
  template <class Word, class AtShard, class AtNeighbours>
  void tell_source(Word word, AtShard here, AtNeighbours there);

  NodeOptions options_;
  persistence::Store& store_;
  Clock& clock_;
  ProgramRegistry registry_;
  std::atomic<std::size_t> in_flight_{0};
  std::atomic<std::size_t> reports_{0};  ///< under way
  ActorSystem system_;
  const std::shared_ptr<std::atomic<bool>> ending_ = std::make_shared<std::atomic<bool>>(false);
  std::vector<std::unique_ptr<ShardExecutor>> executors_;
  OwnShards own_{executors_, registry_, clock_, ending_};
  std::vector<persistence::ShardId> all_shards_;
  ThreadedStoreLane lane_;
  std::optional<ShardMoves> moves_;  // in a cluster
  Neighbours* neighbours_ = nullptr;
};

}  // namespace loyalty::actors
