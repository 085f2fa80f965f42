// SPDX-License-Identifier: Apache-2.0
#include "cluster/agent.hpp"

#include <pthread.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <random>
#include <utility>

#include "api/errors.hpp"
#include "api/server_results.hpp"
#include "cluster/placement.hpp"
#include "codec/wire.hpp"

namespace loyalty::cluster {
namespace {

using Clock = std::chrono::steady_clock;
using Phase = Protocol::Phase;

std::uint64_t random_word() {
  thread_local std::random_device random;
  return std::uint64_t{random()} << 32U | random();
}

std::int64_t ns_of(Clock::time_point time) { return time.time_since_epoch().count(); }

template <class T>
std::optional<T> value_of(const persistence::StoreResult<T>& result) {
  return result ? std::optional<T>(*result) : std::nullopt;
}

constexpr std::array<std::string_view, 4> state_names = {"joining", "up", "draining", "dead"};

}  // namespace

Agent::Agent(const Timings& timings, ShardId shards, Services services)
    : timings_(timings), shards_(shards), services_(std::move(services)) {}

Agent::~Agent() { stop(); }

void Agent::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

actors::ClusterServices Agent::services() {
  return {
      .may_speak = [this] { return ns_of(Clock::now()) < speaks_until_; },
      .may_begin = [this] { return ns_of(Clock::now()) < begins_until_; },
      .address_of =
          [this](ShardId shard) {
            const auto map = services_.owners.map();
            const auto& owner = map->shards[shard];
            return owner.kind == ShardOwner::Kind::mine ? std::string() : owner.client_address;
          },
      .nonce =
          [this] {
            return persistence::OwnerNonce{nonce_high_, random_word()};
          },
      .administer =
          [this](api::Call call) { post([this, call = std::move(call)] { administer(call); }); },
      .lost =
          [this](ShardId shard) { post([this, shard] { protocol_->lost(shard, Clock::now()); }); }};
}

void Agent::start(actors::Node& node, Protocol::Self self) {
  node_ = &node;
  name_ = self.name;
  protocol_.emplace(std::move(self), timings_, shards_, random_word);
  publish();
  thread_ = std::thread([this] { run(); });
}

Agent::Entry Agent::wait(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  const bool settled = changed_.wait_for(
      lock, patience, [&] { return phase_ != Phase::entering && phase_ != Phase::joining; });
  if (!settled) return Entry::under_way;
  return phase_ == Phase::refused ? Entry::refused : Entry::done;
}

void Agent::leave() {
  post([this] { protocol_->drain(true, Clock::now()); });
  std::unique_lock lock(mutex_);
  // The protocol gives up by itself; a store that does not answer costs a little more.
  changed_.wait_for(lock, timings_.handover_total + std::chrono::seconds(5),
                    [&] { return phase_ == Phase::left || phase_ == Phase::refused || stopping_; });
}

void Agent::link_down(const Incarnation& node) {
  post([this, node] { protocol_->link_down(node); });
}

void Agent::look_soon() {
  post([this] { protocol_->look_soon(Clock::now()); });
}

Incarnation Agent::incarnation() const { return {nonce_high_, nonce_low_}; }

void Agent::post(std::function<void()> event) {
  {
    const std::lock_guard lock(mutex_);
    events_.push_back(std::move(event));
  }
  changed_.notify_all();
}

void Agent::run() {
  ::pthread_setname_np(::pthread_self(), "cluster-agent");
  bool prepared = false;
  while (true) {
    const Time next = protocol_->next(Clock::now());
    std::vector<std::function<void()>> events;
    {
      std::unique_lock lock(mutex_);
      changed_.wait_until(lock, next, [&] { return stopping_ || !events_.empty(); });
      if (stopping_) return;
      events.swap(events_);
    }
    for (const auto& event : events) event();
    if (!prepared && protocol_->phase() == Phase::joining) {
      prepared = services_.prepare();
      if (prepared) protocol_->ready();
    }
    for (const auto& action : protocol_->step(Clock::now())) {
      perform(action);
      publish();
    }
    publish();
  }
}

void Agent::publish() {
  speaks_until_ = ns_of(protocol_->speaks_until());
  begins_until_ = ns_of(protocol_->begins_until());
  nonce_high_ = protocol_->incarnation().high;
  nonce_low_ = protocol_->incarnation().low;
  OwnerMap owners = protocol_->owners();
  if (owners.version != published_.version || owners.shards != published_.shards) {
    published_ = owners;
    services_.owners.publish(std::move(owners));
  }
  const std::lock_guard lock(mutex_);
  if (std::exchange(phase_, protocol_->phase()) != protocol_->phase()) changed_.notify_all();
}

void Agent::complain(const std::string& what, const std::string& why) {
  // Once for each trouble: a store that is away is asked every second.
  if (std::exchange(last_complaint_, why) != why) services_.log("cluster: " + what + ": " + why);
}

void Agent::perform(const Action& action) {
  visit([this](const auto& one) { perform(one); }, action);
}

void Agent::perform(const JoinTable& action) {
  const auto joined = services_.members.join(action.me);
  if (!joined) complain("cannot join", joined.error().message);
  protocol_->joined(action.me.incarnation, value_of(joined), Clock::now());
}

void Agent::perform(const SendBeat& action) {
  const Time sent = Clock::now();
  const auto beat = services_.members.heartbeat(name_, action.me);
  if (!beat) complain("no heartbeat", beat.error().message);
  if (beat) last_complaint_.clear();
  if (beat && !beat->alive) {
    services_.log("cluster: this node was declared dead; it begins anew");
  }
  protocol_->beaten(action.me, value_of(beat), sent, Clock::now());
}

void Agent::perform(const LookAround&) {
  std::vector<ShardId> all(shards_);
  std::iota(all.begin(), all.end(), ShardId{0});
  const auto view = services_.members.view();
  const auto fences = view ? services_.members.fences(all)
                           : persistence::StoreResult<std::vector<persistence::Fence>>(
                                 domain::Unexpected{view.error()});
  if (!fences) {
    complain("cannot look around", fences.error().message);
    protocol_->looked(std::nullopt, Clock::now());
    return;
  }
  protocol_->looked(std::pair(*view, *fences), Clock::now());
  tell_viewed(*view);
}

/// The version alone does not tell: a store that failed over counts again from where it was, and
/// comes to the same number with other nodes. A link to one that is no more would stay wanted.
void Agent::tell_viewed(View view) {
  for (auto& node : view.nodes) node.heartbeat = 0;
  const Incarnation me = incarnation();
  if (!services_.viewed || (told_ && *told_ == std::pair(view, me))) return;
  services_.viewed(view);
  told_.emplace(std::move(view), me);
}

void Agent::tell_changed() {
  if (services_.changed) services_.changed();
}

void Agent::perform(const WatchShards& action) {
  std::vector<std::pair<ShardId, persistence::Fence>> seen;
  if (const auto fences = services_.members.fences(action.shards)) {
    for (std::size_t i = 0; i < action.shards.size(); ++i) {
      seen.emplace_back(action.shards[i], (*fences)[i]);
    }
  }
  protocol_->watched(seen);
}

void Agent::perform(const ExpireNode& action) {
  const auto expired = services_.members.expire(action.name, action.incarnation, action.heartbeat);
  if (expired && *expired) services_.log("cluster: node " + action.name + " is dead");
  protocol_->expired();
}

void Agent::perform(const EnterState& action) {
  const auto done = services_.members.enter(name_, protocol_->incarnation(), action.state);
  protocol_->entered(value_of(done), Clock::now());
  if (done) tell_changed();
}

void Agent::perform(const LeaveTable&) {
  // A record that stays is found to be dead by the others.
  (void)services_.members.leave(name_, protocol_->incarnation());
  protocol_->left();
}

void Agent::perform(const TakeShard& action) {
  node_->take(
      action.shard, action.seen, action.nonce,
      [this, shard = action.shard](const persistence::StoreResult<persistence::Fence>& got) {
        post([this, shard, got] {
          if (!got) complain("cannot take a shard", got.error().message);
          protocol_->taken(shard, value_of(got), Clock::now());
          if (got) tell_changed();
        });
      });
}

void Agent::perform(const GiveShard& action) {
  node_->give(action.shard, timings_.handover_drain,
              [this, shard = action.shard](const persistence::StoreResult<bool>& gone) {
                post([this, shard, gone] {
                  if (!gone) complain("cannot give a shard away", gone.error().message);
                  protocol_->given(shard, gone && *gone, Clock::now());
                  if (gone && *gone) tell_changed();
                });
              });
}

void Agent::perform(const DropShards&) { node_->drop_all(); }

void Agent::administer(const api::Call& call) {
  if (!call.reply.peer) return;
  std::vector<api::Outgoing> messages;
  messages.push_back(api::Reply{call.reply.msgid, obey(call)});
  call.reply.peer->send(std::move(messages));
}

boost::variant2::variant<api::Result, api::Error> Agent::obey(const api::Call& call) {
  const auto unknown = [](const std::string& node) {
    return api::Error{
        .code = "UNKNOWN_NODE", .text = "no node " + node + " is up", .param = "node"};
  };
  const auto find_up = [&](const std::string& name) {
    const NodeRecord* const node = find_node(protocol_->view(), name);
    return node != nullptr && node->state == NodeState::up ? node : nullptr;
  };
  persistence::StoreResult<bool> done = true;
  if (const auto* order = get_if<api::DrainNode>(&call.operation)) {
    const NodeRecord* const node = find_up(order->node);
    if (node == nullptr) return unknown(order->node);
    done = services_.members.enter(node->name, node->incarnation, NodeState::draining);
  } else if (const auto* move = get_if<api::MoveShard>(&call.operation)) {
    if (move->shard >= shards_) {
      return api::Error{.code = "INVALID_PARAM",
                        .text = "shard: there are " + std::to_string(shards_) + " shards",
                        .param = "shard"};
    }
    if (!move->node.empty() && find_up(move->node) == nullptr) return unknown(move->node);
    done = services_.members.pin(static_cast<ShardId>(move->shard), move->node);
  }
  if (!done) return api::unavailable(done.error().message);
  if (!holds_alternative<api::GetCluster>(call.operation)) {
    tell_changed();
    perform(LookAround{});
  }
  return api::Result{.body = codec::to_wire(status())};
}

api::ClusterResult Agent::status() const {
  const View& view = protocol_->view();
  const OwnerMap owners = protocol_->owners();
  const auto places = placement(view, shards_);
  api::ClusterResult result{.node = name_, .version = view.version, .nodes = {}, .shards = {}};
  for (const auto& node : view.nodes) {
    result.nodes.push_back({.name = node.name,
                            .state = std::string(state_names[static_cast<std::size_t>(node.state)]),
                            .client_address = node.client_address,
                            .peer_address = node.peer_address,
                            .shards = 0});
  }
  for (ShardId shard = 0; shard < shards_; ++shard) {
    const auto& owner = owners.shards[shard];
    const bool served = owner.kind != ShardOwner::Kind::nobody;
    const bool pinned = std::ranges::find(view.pins, shard, &Pin::shard) != view.pins.end();
    result.shards.push_back({.shard = shard,
                             .node = served ? owner.name : std::string(),
                             .belongs = places[shard],
                             .pinned = pinned});
    if (!served) continue;
    const auto node = std::ranges::find(result.nodes, owner.name, &api::ClusterNodeView::name);
    if (node != result.nodes.end()) ++node->shards;
  }
  return result;
}

}  // namespace loyalty::cluster
