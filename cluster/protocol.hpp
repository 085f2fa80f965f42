// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cluster/action.hpp"
#include "cluster/holdings.hpp"
#include "cluster/lease.hpp"
#include "cluster/liveness.hpp"
#include "cluster/owners.hpp"
#include "cluster/timings.hpp"
#include "cluster/view.hpp"

namespace loyalty::cluster {

/// What one node does to be one of many (runtime.md 2.2 to 2.4), without a thread, a clock or any
/// input or output: it is told what time it is and what came of what it wanted, and says what it
/// wants next. It keeps the cluster alive; that nothing is lost rests on the fences of the store.
class Protocol {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Self {
    std::string name;
    std::string peer_address;
    std::string client_address;
    std::uint32_t protocol_min = 1;
    std::uint32_t protocol_max = 1;
  };

  enum class Phase : std::uint8_t {
    entering,  ///< wants to be in the table
    joining,   ///< is in it, and has no shards yet
    up,
    draining,
    left,
    refused,  ///< another live node has this name
  };

  Protocol(Self self, const Timings& timings, ShardId shards,
           std::function<std::uint64_t()> random);

  /// What is to be done now.
  std::vector<Action> step(Time now);
  /// When `step` wants to be called at the latest, if nothing happens before.
  Time next(Time now) const;

  // What came of it; nullopt where the store did not answer.
  void joined(const Incarnation& me, std::optional<bool> entered, Time now);
  void beaten(const Incarnation& me, std::optional<persistence::Beat> beat, Time sent, Time now);
  void looked(std::optional<std::pair<View, std::vector<persistence::Fence>>> seen, Time now);
  void watched(const std::vector<std::pair<ShardId, persistence::Fence>>& seen);
  void entered(std::optional<bool> done, Time now);
  void expired();
  void left();
  void taken(ShardId shard, std::optional<persistence::Fence> fence, Time now);
  void given(ShardId shard, bool gone, Time now);

  // What else happens.
  /// A shard was fenced, or is not as it was left.
  void lost(ShardId shard, Time now);
  /// The link to a node broke.
  void link_down(const Incarnation& node) { liveness_.hint(node); }
  /// Somebody waits for a shard that is not where this node thinks: looks as soon as it may.
  void look_soon(Time now);
  /// What has to be there before the node takes shards is: rules, links.
  void ready() { ready_ = true; }
  /// Gives everything away; with `leave` it is not in the table any more after that.
  void drain(bool leave, Time now);

  Phase phase() const { return phase_; }
  const Incarnation& incarnation() const { return incarnation_; }
  const View& view() const { return view_; }
  const Holdings& holdings() const { return holdings_; }
  Time speaks_until() const { return lease_.speaks_until(timings_); }
  Time begins_until() const { return lease_.begins_until(timings_); }
  /// Where every shard is, as far as this node knows.
  OwnerMap owners() const;
  /// A nonce that names this node, for a claim.
  persistence::OwnerNonce nonce() { return {incarnation_.high, random_()}; }

 private:
  using State = Holdings::State;

  void enter_anew();
  void die();
  void plan(std::vector<Action>& wanted, Time now);
  void give(std::vector<Action>& wanted, Time now);
  void take(std::vector<Action>& wanted, Time now);
  void watch(std::vector<Action>& wanted, Time now);
  bool may_take(ShardId shard, Time now) const;
  bool leaving_is_over(Time now) const;
  NodeRecord record() const;

  const Self self_;
  const Timings timings_;
  const std::function<std::uint64_t()> random_;
  Phase phase_ = Phase::entering;
  Incarnation incarnation_;
  Lease lease_;
  Liveness liveness_;
  View view_;
  bool view_known_ = false;  ///< of this incarnation
  std::vector<persistence::Fence> fences_;
  std::vector<std::string> places_;
  Holdings holdings_;
  /// Owners that are in no record: since when.
  std::map<std::uint64_t, Time> strangers_;
  std::vector<Action> wanted_;  ///< by what was told
  bool ready_ = false;
  bool drain_wanted_ = false;
  bool leave_wanted_ = false;
  Time leave_by_ = Time::max();
  std::optional<std::uint64_t> namesake_heartbeat_;

  bool join_pending_ = false;
  bool beat_pending_ = false;
  bool look_pending_ = false;
  Incarnation look_begun_as_;  ///< nobody: before it was in the table
  bool watch_pending_ = false;
  bool enter_pending_ = false;
  bool leave_pending_ = false;
  Time next_join_{};
  Time next_beat_{};
  Time next_look_{};
  Time looked_at_{};
  Time next_watch_{};
  Time next_enter_{};
};

}  // namespace loyalty::cluster
