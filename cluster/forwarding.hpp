// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "actors/neighbours.hpp"
#include "cluster/listeners.hpp"
#include "cluster/messages.hpp"
#include "cluster/owners.hpp"
#include "cluster/peer_link.hpp"
#include "cluster/relays.hpp"

namespace loyalty::cluster {

struct ForwardingLimits {
  /// How long a call waits for a shard that is on its way, before it is answered NOT_OWNER.
  std::chrono::milliseconds patience{1500};
  std::chrono::milliseconds again{20};         ///< between two tries
  std::chrono::milliseconds deadline{5000};    ///< of a call whose client has set none
  std::size_t waiting = 4000;                  ///< calls that wait for a shard; more are refused
  std::chrono::milliseconds lost_way{50};      ///< between two times that the way is asked for
  std::chrono::milliseconds tell_again{50};    ///< between two tries with what shards say
  std::size_t untold = 1000;                   ///< of that, what waits; more is dropped
  std::chrono::milliseconds refresh{1000};     ///< each node asks so often for newer programs
  std::chrono::milliseconds relays{100};       ///< subscriptions are looked after so often
  std::chrono::milliseconds everywhere{3000};  ///< until what concerns all shards has reached them
};

/// The way from a node's door to shards of other nodes, and from these to its own shards: calls
/// are passed on as they came and answered on the session that they came from; what shards say to
/// each other travels the same way (runtime.md 2.4). Any thread.
class Forwarding final : public actors::Neighbours {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Forwarding(Owners& owners, PeerLink& links, ForwardingLimits limits,
             std::function<void(const std::string&)> log);

  /// Whose shards the others may reach. Before the first envelope; it ends after the links.
  void serve(actors::Here& here) { here_ = &here; }
  /// Called, not more often than every 50 ms, while calls wait because nobody is known to have
  /// their shard: a look at the store may tell. Before the first call.
  void on_lost_way(std::function<void()> look) { lost_way_ = std::move(look); }
  /// The nodes that are alive, without this one: a program is in force when all of them have it.
  void follow(std::vector<Incarnation> others);
  /// Tells the others that they should look at the table.
  void table_changed();

  // From the links.
  void received(const Incarnation& from, std::vector<Envelope>&& envelopes);
  void up(const Incarnation& who);
  void down(const Incarnation& who);

  /// Tries again what waits. To be called every 20 ms or so.
  void tick(Time now);

  // From the node.
  bool is_here(ShardId shard) const override;
  void call(ShardId shard, api::Call call) override;
  void send(ShardId shard, actors::OutboxMessage message) override;
  void confirm(actors::OutboxReceipt receipt) override;
  void ask(ShardId shard, actors::BudgetAsk ask) override;
  void grant(actors::BudgetGrant grant) override;
  void look_at(ShardId shard, std::string member, Told tell) override;
  void everywhere(actors::Everywhere what,
                  std::function<void(actors::EverywhereAnswer)> done) override;
  void spread(actors::ProgramState program, std::function<void()> done) override;
  void fetch(const std::string& program, std::function<void(Found)> done) override;
  std::optional<std::string> client_address(ShardId shard) override;

 private:
  struct Passing;
  struct Sweep;
  struct Spreading;

  ShardOwner owner_of(ShardId shard) const;
  std::vector<Incarnation> others() const;
  /// Runs `job` after a while.
  void later(std::chrono::milliseconds delay, std::function<void()> job);
  void tell(ShardId shard, const Message& message);
  void tell(ShardId shard, std::shared_ptr<const std::string> message, Time until);
  void look_at(ShardId shard, const std::string& member, const Told& tell, Time until);
  void looked_at(ShardId shard, const std::string& member, const Told& tell, Time until,
                 std::optional<domain::Peer> found);

  void pass(const std::shared_ptr<Passing>& passing);
  void pass_again(const std::shared_ptr<Passing>& passing);
  void ask_the_way(Time now);
  void passed(const std::shared_ptr<Passing>& passing, PeerLink::Outcome outcome);
  static void answer(const Passing& passing,
                     boost::variant2::variant<api::Result, api::Error> outcome);

  void take_call(const Incarnation& from, const Envelope& envelope, std::vector<api::Call>& calls);
  void take_message(const Incarnation& from, const Envelope& envelope, Message message);
  void sweep(const std::shared_ptr<Sweep>& sweep);
  void swept(const std::shared_ptr<Sweep>& sweep, actors::EverywhereAnswer part);
  void push(const std::shared_ptr<Spreading>& spreading, const Incarnation& to);
  void pushed(const std::shared_ptr<Spreading>& spreading, const Incarnation& to);
  void remember(const actors::ProgramState& program);
  void refresh();

  Owners& owners_;
  PeerLink& links_;
  const ForwardingLimits limits_;
  const std::function<void(const std::string&)> log_;
  actors::Here* here_ = nullptr;
  Listeners listeners_;  ///< of other nodes, at members of this one
  Relays relays_;        ///< of this node's clients

  mutable std::mutex mutex_;
  std::vector<Incarnation> others_;
  std::multimap<Time, std::function<void()>> later_;
  std::size_t waiting_ = 0;                               ///< calls among them
  std::size_t untold_ = 0;                                ///< messages of shards among them
  std::map<std::string, actors::ProgramState> programs_;  ///< the newest that is known
  Time refreshed_{};
  Time relayed_{};
  std::function<void()> lost_way_;
  Time lost_way_at_{};
};

}  // namespace loyalty::cluster
