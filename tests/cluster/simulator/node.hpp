// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cluster/protocol.hpp"
#include "tests/cluster/simulator/bank.hpp"
#include "tests/cluster/simulator/machine.hpp"

namespace loyalty::cluster::simulator {

/// One node: the protocol as it is, with what cluster/agent and actors/shard_moves do for it done
/// over simulated time.
class Node {
 public:
  struct Services {
    std::function<void(Node& from, actors::OutboxMessage)> send;
    std::function<void(Node& from, actors::OutboxReceipt)> confirm;
  };

  Node(std::string name, Scheduler& time, Chance& chance, Redis& redis, const Weather& weather,
       Services services);

  void start();
  /// kill -9.
  void crash();
  bool running() const { return protocol_ != nullptr; }
  /// Gives everything away and ends.
  void leave();

  /// The link to another node broke.
  void link_down(const Incarnation& other) {
    if (protocol_) protocol_->link_down(other);
  }

  void submit(const Operation& wanted, const Tell& tell);
  /// False when the shard is not here.
  bool take(const actors::OutboxMessage& message);
  void confirmed(const actors::OutboxReceipt& receipt);

  Machine& machine() { return machine_; }
  const std::string& name() const { return name_; }
  const Protocol* protocol() const { return protocol_.get(); }

 private:
  struct Place {
    std::unique_ptr<Bank> bank;
    bool held = false;  ///< it is being given away
  };

  void step();
  void wake(Duration delay);
  void perform(const Action& action);
  template <class Answer>
  void ask(std::function<Answer(RedisState&)> change, bool confirmed,
           std::function<void(std::optional<Answer>)> tell);
  void look(std::vector<ShardId> shards, bool with_view);
  void take_shard(const TakeShard& order);
  void give_shard(ShardId shard);
  void release(ShardId shard);
  void drop(ShardId shard);
  void tend();

  const std::string name_;
  Machine machine_;
  const Services services_;
  const std::unique_ptr<persistence::Store> store_;
  Lane lane_;
  std::unique_ptr<Protocol> protocol_;
  std::vector<Place> places_;
  std::vector<std::unique_ptr<Bank>> gone_;  ///< somebody may come back to them
  std::uint64_t wakes_ = 0;
};

}  // namespace loyalty::cluster::simulator
