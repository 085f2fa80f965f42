// SPDX-License-Identifier: Apache-2.0
#include "cluster/protocol.hpp"

#include <algorithm>
#include <utility>

#include "cluster/placement.hpp"

namespace loyalty::cluster {

using persistence::Fence;
using persistence::OwnerNonce;

Protocol::Protocol(Self self, const Timings& timings, ShardId shards,
                   std::function<std::uint64_t()> random)
    : self_(std::move(self)),
      timings_(timings),
      random_(std::move(random)),
      liveness_(timings),
      fences_(shards),
      places_(shards),
      holdings_(shards) {
  enter_anew();
}

void Protocol::enter_anew() {
  incarnation_ = {random_() | 1, random_()};  // never all zero, which means nobody
  phase_ = Phase::entering;
  lease_.end();
  view_known_ = false;
  holdings_.clear();
  // Answers that are under way are for the one before.
  join_pending_ = beat_pending_ = enter_pending_ = leave_pending_ = false;
}

NodeRecord Protocol::record() const {
  return {.name = self_.name,
          .incarnation = incarnation_,
          .peer_address = self_.peer_address,
          .client_address = self_.client_address,
          .state = NodeState::joining,
          .heartbeat = 0,
          .protocol_min = self_.protocol_min,
          .protocol_max = self_.protocol_max};
}

std::vector<Action> Protocol::step(Time now) {
  std::vector<Action> wanted = std::exchange(wanted_, {});
  if (phase_ == Phase::left || phase_ == Phase::refused) return wanted;
  const bool in_table = phase_ != Phase::entering;
  if (!in_table && !join_pending_ && now >= next_join_) {
    if (leave_wanted_) {
      phase_ = Phase::left;
      return wanted;
    }
    join_pending_ = true;
    wanted.emplace_back(JoinTable{record()});
  }
  if (in_table && !beat_pending_ && now >= next_beat_) {
    beat_pending_ = true;
    next_beat_ = now + timings_.heartbeat;
    wanted.emplace_back(SendBeat{incarnation_});
  }
  if (!look_pending_ && now >= next_look_) {
    look_pending_ = true;
    look_begun_as_ = in_table ? incarnation_ : Incarnation{};
    looked_at_ = now;
    next_look_ = now + timings_.look();
    wanted.emplace_back(LookAround{});
  }
  if (in_table && view_known_) plan(wanted, now);
  return wanted;
}

Protocol::Time Protocol::next(Time now) const {
  if (!wanted_.empty()) return now;
  Time soonest = now + timings_.heartbeat;
  const auto consider = [&](bool pending, Time when) {
    if (!pending) soonest = std::min(soonest, std::max(when, now));
  };
  if (phase_ == Phase::left || phase_ == Phase::refused) return soonest;
  consider(phase_ != Phase::entering || join_pending_, next_join_);
  consider(phase_ == Phase::entering || beat_pending_, next_beat_);
  consider(look_pending_, next_look_);
  if (phase_ != Phase::up && phase_ != Phase::draining) return soonest;
  // Shards that are waited for, or that are tried again after a failure.
  return std::min(soonest, now + timings_.watch);
}

void Protocol::plan(std::vector<Action>& wanted, Time now) {
  if (phase_ == Phase::joining && ready_ && !enter_pending_ && now >= next_enter_) {
    enter_pending_ = true;
    wanted.emplace_back(EnterState{NodeState::up});
  }
  if (drain_wanted_ && phase_ == Phase::up && !enter_pending_ && now >= next_enter_) {
    enter_pending_ = true;
    wanted.emplace_back(EnterState{NodeState::draining});
  }
  give(wanted, now);
  take(wanted, now);
  watch(wanted, now);
  if (leave_wanted_ && !leave_pending_ && leaving_is_over(now)) {
    leave_pending_ = true;
    wanted.emplace_back(LeaveTable{});
  }
}

bool Protocol::leaving_is_over(Time now) const {
  if (now >= leave_by_ || phase_ == Phase::joining) return true;
  if (phase_ != Phase::draining || holdings_.count(State::taking) > 0) return false;
  if (holdings_.count(State::giving) > 0) return false;
  // Nobody to give them to: they are released when the node ends.
  for (ShardId shard = 0; shard < holdings_.size(); ++shard) {
    if (holdings_[shard].state == State::mine && !places_[shard].empty()) return false;
  }
  return true;
}

void Protocol::give(std::vector<Action>& wanted, Time now) {
  std::size_t under_way = holdings_.count(State::giving);
  for (ShardId shard = 0; shard < holdings_.size(); ++shard) {
    if (under_way >= timings_.handover_shards) return;
    auto& holding = holdings_[shard];
    const bool belongs_elsewhere = !places_[shard].empty() && places_[shard] != self_.name;
    if (holding.state != State::mine || !belongs_elsewhere || now < holding.not_before) continue;
    holding.state = State::giving;
    ++under_way;
    wanted.emplace_back(GiveShard{shard});
  }
}

void Protocol::take(std::vector<Action>& wanted, Time now) {
  if (phase_ != Phase::up || drain_wanted_ || now >= speaks_until()) return;
  for (ShardId shard = 0; shard < holdings_.size(); ++shard) {
    auto& holding = holdings_[shard];
    // A release that the store has forgotten is made good: taken again, and given away again.
    const bool forgotten = fences_[shard].owner.high == incarnation_.high;
    if (holding.state != State::none || (places_[shard] != self_.name && !forgotten)) continue;
    if (now < holding.not_before || !may_take(shard, now)) continue;
    holding = {.state = State::taking};
    wanted.emplace_back(TakeShard{.shard = shard, .seen = fences_[shard], .nonce = nonce()});
  }
}

bool Protocol::may_take(ShardId shard, Time now) const {
  const Fence& seen = fences_[shard];
  if (seen.owner == OwnerNonce{}) return true;
  const NodeRecord* const owner = find_owner(view_, seen.owner);
  if (owner == nullptr) {
    const auto since = strangers_.find(seen.owner.high);
    return since != strangers_.end() && now - since->second >= timings_.silence();
  }
  // The answer to a claim was lost; or the shard was, see Holdings.
  if (owner->incarnation == incarnation_) return !holdings_[shard].lost;
  if (owner->state != NodeState::dead) return false;
  const Time* const since = liveness_.silent_since(owner->incarnation);
  return since != nullptr && now - *since >= timings_.silence();
}

void Protocol::watch(std::vector<Action>& wanted, Time now) {
  if (phase_ != Phase::up || watch_pending_ || now < next_watch_) return;
  WatchShards watched;
  for (ShardId shard = 0; shard < holdings_.size(); ++shard) {
    const bool awaited = holdings_[shard].state == State::none && places_[shard] == self_.name &&
                         !may_take(shard, now);
    const NodeRecord* const owner = find_owner(view_, fences_[shard].owner);
    const bool expected =
        owner != nullptr && owner->state != NodeState::dead && owner->incarnation != incarnation_;
    if (awaited && expected) {
      watched.shards.push_back(shard);
    }
  }
  if (watched.shards.empty()) return;
  watch_pending_ = true;
  next_watch_ = now + timings_.watch;
  wanted.emplace_back(std::move(watched));
}

void Protocol::joined(const Incarnation& me, std::optional<bool> entered, Time now) {
  if (me != incarnation_) return;
  join_pending_ = false;
  next_join_ = now + timings_.retry;
  if (phase_ != Phase::entering || !entered.value_or(false)) return;
  phase_ = Phase::joining;
  view_known_ = false;
  next_beat_ = now;
  next_look_ = now;
}

void Protocol::beaten(const Incarnation& me, std::optional<persistence::Beat> beat, Time sent,
                      Time now) {
  if (me != incarnation_) return;
  beat_pending_ = false;
  if (phase_ == Phase::entering || phase_ == Phase::left) return;
  if (!beat) {
    next_beat_ = std::min(next_beat_, std::max(sent + timings_.heartbeat, now + timings_.retry));
  } else if (beat->alive) {
    lease_.confirm(sent);
  } else {
    die();
  }
}

void Protocol::die() {
  wanted_.emplace_back(DropShards{});
  if (leave_wanted_) {
    phase_ = Phase::left;
    lease_.end();
    holdings_.clear();
  } else {
    enter_anew();
  }
}

void Protocol::looked(std::optional<std::pair<View, std::vector<Fence>>> seen, Time now) {
  look_pending_ = false;
  if (!seen) return;
  view_ = std::move(seen->first);
  places_ = placement(view_, holdings_.size());
  fences_ = std::move(seen->second);
  fences_.resize(holdings_.size());
  std::map<std::uint64_t, Time> strangers;
  for (const auto& fence : fences_) {
    if (fence.owner == OwnerNonce{} || find_owner(view_, fence.owner) != nullptr) continue;
    const auto known = strangers_.find(fence.owner.high);
    strangers.emplace(fence.owner.high, known == strangers_.end() ? now : known->second);
  }
  strangers_ = std::move(strangers);
  for (auto& silent : liveness_.judge(view_, phase_ == Phase::entering ? "" : self_.name, now)) {
    wanted_.emplace_back(ExpireNode{silent.name, silent.incarnation, silent.heartbeat});
  }
  const NodeRecord* const me = find_node(view_, self_.name);
  if (phase_ == Phase::entering) {
    if (me == nullptr || me->state == NodeState::dead) {
      namesake_heartbeat_.reset();
    } else if (namesake_heartbeat_.value_or(me->heartbeat) != me->heartbeat) {
      phase_ = Phase::refused;
    } else {
      namesake_heartbeat_ = me->heartbeat;
    }
    return;
  }
  if (look_begun_as_ != incarnation_) return;  // what it saw was before that
  if (me == nullptr || me->incarnation != incarnation_ || me->state == NodeState::dead) {
    die();
    return;
  }
  view_known_ = true;
  if (me->state == NodeState::up && phase_ == Phase::joining) phase_ = Phase::up;
  if (me->state == NodeState::draining) phase_ = Phase::draining;
}

void Protocol::look_soon(Time now) {
  next_look_ = std::min(next_look_, std::max(now, looked_at_ + timings_.watch));
}

void Protocol::watched(const std::vector<std::pair<ShardId, Fence>>& seen) {
  watch_pending_ = false;
  for (const auto& [shard, fence] : seen) {
    if (holdings_[shard].state == State::none) fences_[shard] = fence;
  }
}

void Protocol::entered(std::optional<bool> done, Time now) {
  enter_pending_ = false;
  next_enter_ = now + timings_.retry;
  if (done) next_look_ = now;  // what it is now stands in the table
}

void Protocol::expired() { next_look_ = {}; }

void Protocol::left() {
  leave_pending_ = false;
  phase_ = Phase::left;
  lease_.end();
}

void Protocol::taken(ShardId shard, std::optional<Fence> fence, Time now) {
  auto& holding = holdings_[shard];
  if (!fence) {
    if (holding.state == State::taking) holding.state = State::none;
    holding.not_before = now + timings_.retry;
    next_look_ = std::min(next_look_, now);
    return;
  }
  if (holding.state != State::taking || fence->owner.high != incarnation_.high) {
    // It was asked for under another name; whoever needs it claims it.
    wanted_.emplace_back(GiveShard{shard});
    return;
  }
  fences_[shard] = *fence;
  holding = {.state = State::mine};
}

void Protocol::given(ShardId shard, bool gone, Time now) {
  auto& holding = holdings_[shard];
  if (holding.state != State::giving) return;
  holding.state = gone ? State::none : State::mine;
  holding.not_before = now + timings_.retry;
  if (gone) fences_[shard].owner = {};
}

void Protocol::lost(ShardId shard, Time now) {
  auto& holding = holdings_[shard];
  if (holding.state == State::giving) return;  // the end of that tells the same
  holding.state = State::none;
  holding.lost = true;
  holding.not_before = now + timings_.retry;
  next_look_ = std::min(next_look_, now);
}

void Protocol::drain(bool leave, Time now) {
  drain_wanted_ = true;
  if (!leave || leave_wanted_) return;
  leave_wanted_ = true;
  leave_by_ = now + timings_.handover_total;
}

OwnerMap Protocol::owners() const {
  OwnerMap map{.version = view_.version, .shards = std::vector<ShardOwner>(holdings_.size())};
  for (ShardId shard = 0; shard < holdings_.size(); ++shard) {
    ShardOwner& owner = map.shards[shard];
    const bool here = holdings_[shard].state != State::none;
    const NodeRecord* node = here ? nullptr : find_owner(view_, fences_[shard].owner);
    if (here) {
      owner = {.kind = ShardOwner::Kind::mine,
               .name = self_.name,
               .incarnation = incarnation_,
               .peer_address = self_.peer_address,
               .client_address = self_.client_address};
      continue;
    }
    const bool served =
        node != nullptr && node->state != NodeState::dead && node->incarnation != incarnation_;
    if (served) owner.kind = ShardOwner::Kind::other;
    // Where it will be, where it is not yet.
    if (!served) node = find_node(view_, places_[shard]);
    if (node == nullptr) continue;
    owner.name = node->name;
    owner.incarnation = node->incarnation;
    owner.peer_address = node->peer_address;
    owner.client_address = node->client_address;
  }
  return map;
}

}  // namespace loyalty::cluster
