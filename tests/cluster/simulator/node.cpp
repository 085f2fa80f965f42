// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/simulator/node.hpp"

#include <numeric>
#include <utility>

#include "actors/handing.hpp"
#include "persistence/membership_rules.hpp"

namespace loyalty::cluster::simulator {
namespace {

constexpr Duration tend_interval{1000};
constexpr Duration rest_look{10};

}  // namespace

Node::Node(std::string name, Scheduler& time, Chance& chance, Redis& redis, const Weather& weather,
           Services services)
    : name_(std::move(name)),
      machine_(time, chance, redis, weather),
      services_(std::move(services)),
      store_(make_store(machine_)),
      lane_(machine_, *store_),
      places_(store_->shards()) {}

void Node::start() {
  protocol_ = std::make_unique<Protocol>(
      Protocol::Self{.name = name_, .peer_address = "p-" + name_, .client_address = "c-" + name_},
      Timings{}, store_->shards(), [this] { return machine_.chance().word(); });
  protocol_->ready();
  machine_.later(tend_interval, [this] { tend(); });
  wake(Duration(0));
}

void Node::crash() {
  machine_.end();
  protocol_.reset();
  for (auto& place : places_) {
    if (place.bank) gone_.push_back(std::move(place.bank));
    place = {};
  }
}

void Node::leave() {
  protocol_->drain(true, machine_.now());
  wake(Duration(0));
}

void Node::tend() {
  for (auto& place : places_) {
    if (place.bank) place.bank->tend();
  }
  machine_.later(tend_interval, [this] { tend(); });
}

/// Each wake makes those before it void: one chain of steps, as one thread has.
void Node::wake(Duration delay) {
  machine_.later(delay, [this, turn = ++wakes_] {
    if (turn == wakes_) step();
  });
}

void Node::step() {
  for (const auto& action : protocol_->step(machine_.now())) perform(action);
  if (protocol_->phase() == Protocol::Phase::left) {
    crash();
    return;
  }
  const auto next = protocol_->next(machine_.now()) - machine_.now();
  wake(std::max(std::chrono::duration_cast<Duration>(next), Duration(1)));
}

template <class Answer>
void Node::ask(std::function<Answer(RedisState&)> change, bool confirmed,
               std::function<void(std::optional<Answer>)> tell) {
  auto answer = std::make_shared<std::optional<Answer>>();
  const auto there = [this, change = std::move(change), confirmed, answer] {
    // What the primary and the replica make of it is the same: the rules have no chance in them.
    Redis& redis = machine_.redis();
    redis.write([change, answer, first = std::make_shared<bool>(true)](RedisState& state) {
      const Answer made = change(state);
      if (std::exchange(*first, false)) *answer = made;
    });
    if (confirmed && machine_.weather().replicated && !redis.wait()) answer->reset();
  };
  machine_.ask(there, [this, answer, tell = std::move(tell)](bool answered) {
    tell(answered ? *answer : std::nullopt);
    wake(Duration(0));
  });
}

void Node::perform(const Action& action) {
  using persistence::Beat;
  const std::string name = name_;
  const Incarnation me = protocol_->incarnation();
  if (const auto* join = get_if<JoinTable>(&action)) {
    ask<bool>([record = join->me](RedisState& s) { return persistence::join(s.members, record); },
              true,
              [this, who = join->me.incarnation](auto done) {
                protocol_->joined(who, done, machine_.now());
              });
  } else if (holds_alternative<SendBeat>(action)) {
    ask<Beat>([=](RedisState& s) { return persistence::heartbeat(s.members, name, me); }, true,
              [this, me, sent = machine_.now()](auto beat) {
                protocol_->beaten(me, beat, sent, machine_.now());
              });
  } else if (holds_alternative<LookAround>(action)) {
    std::vector<ShardId> all(store_->shards());
    std::iota(all.begin(), all.end(), ShardId{0});
    look(std::move(all), true);
  } else if (const auto* watched = get_if<WatchShards>(&action)) {
    look(watched->shards, false);
  } else if (const auto* silent = get_if<ExpireNode>(&action)) {
    ask<bool>(
        [one = *silent](RedisState& s) {
          return persistence::expire(s.members, one.name, one.incarnation, one.heartbeat);
        },
        true, [this](auto) { protocol_->expired(); });
  } else if (const auto* entry = get_if<EnterState>(&action)) {
    ask<bool>([=, to = entry->state](
                  RedisState& s) { return persistence::enter(s.members, name, me, to); },
              true, [this](auto done) { protocol_->entered(done, machine_.now()); });
  } else if (holds_alternative<LeaveTable>(action)) {
    for (ShardId shard = 0; shard < store_->shards(); ++shard) {
      if (places_[shard].bank) (void)store_->release(shard, places_[shard].bank->fence());
    }
    ask<bool>([=](RedisState& s) { return persistence::leave(s.members, name, me); }, true,
              [this](auto) { protocol_->left(); });
  } else if (const auto* order = get_if<TakeShard>(&action)) {
    take_shard(*order);
  } else if (const auto* gift = get_if<GiveShard>(&action)) {
    give_shard(gift->shard);
  } else {
    for (ShardId shard = 0; shard < store_->shards(); ++shard) drop(shard);
  }
}

void Node::look(std::vector<ShardId> shards, bool with_view) {
  struct Seen {
    View view;
    std::vector<persistence::Fence> fences;
  };
  auto seen = std::make_shared<Seen>();
  const auto there = [this, shards, seen] {
    const RedisState& state = machine_.redis().state();
    seen->view = state.members;
    for (const auto shard : shards) seen->fences.push_back(state.shards[shard].record.fence);
  };
  machine_.ask(there, [this, shards, seen, with_view](bool answered) {
    if (with_view) {
      protocol_->looked(
          answered ? std::optional(std::pair(seen->view, seen->fences)) : std::nullopt,
          machine_.now());
    } else {
      std::vector<std::pair<ShardId, persistence::Fence>> found;
      for (std::size_t i = 0; answered && i < shards.size(); ++i) {
        found.emplace_back(shards[i], seen->fences[i]);
      }
      protocol_->watched(found);
    }
    wake(Duration(0));
  });
}

void Node::take_shard(const TakeShard& order) {
  lane_.read([this, order](persistence::Store& store) {
    const ShardId shard = order.shard;
    const std::int64_t wall =
        machine_.weather().clocks_lie
            ? 0
            : std::chrono::duration_cast<Duration>(machine_.now().time_since_epoch()).count();
    const auto claimed = actors::claim_for_good(store, shard, order.seen, order.nonce, wall);
    std::unique_ptr<Bank> bank;
    if (claimed) {
      bank = std::make_unique<Bank>(
          shard, *claimed,
          Bank::Services{
              .machine = machine_,
              .lane = lane_,
              .nonce = [this] { return protocol_->nonce(); },
              .may_speak = [this] { return machine_.now() < protocol_->speaks_until(); },
              .send = [this](auto message) { services_.send(*this, std::move(message)); },
              .confirm = [this](auto receipt) { services_.confirm(*this, std::move(receipt)); },
              .lost =
                  [this, shard, fence = claimed->fence] {
                    machine_.later(Duration(0), [this, shard] {
                      if (!places_[shard].bank || !places_[shard].bank->lost()) return;
                      drop(shard);
                      protocol_->lost(shard, machine_.now());
                      wake(Duration(0));
                    });
                  }});
      if (!bank->recover(store)) {
        (void)store.release(shard, claimed->fence);
        bank.reset();
      }
    }
    const bool good = bank != nullptr;
    if (good) {
      drop(shard);
      places_[shard] = {.bank = std::move(bank)};
    }
    protocol_->taken(shard, good ? std::optional(claimed->fence) : std::nullopt, machine_.now());
    wake(Duration(0));
  });
}

void Node::give_shard(ShardId shard) {
  places_[shard].held = true;
  release(shard);
}

void Node::release(ShardId shard) {
  Place& place = places_[shard];
  const auto end = [this, shard](bool gone) {
    places_[shard].held = false;
    if (gone) drop(shard);
    protocol_->given(shard, gone, machine_.now());
    wake(Duration(0));
  };
  if (!place.bank || place.bank->lost()) return end(true);
  if (!place.bank->at_rest()) {
    machine_.later(rest_look, [this, shard] { release(shard); });
    return;
  }
  lane_.read([this, shard, end, fence = place.bank->fence(),
              head = place.bank->durable_head()](persistence::Store& store) {
    const auto released = actors::release_for_good(store, shard, fence, head);
    end(static_cast<bool>(released));
  });
}

void Node::drop(ShardId shard) {
  auto& bank = places_[shard].bank;
  if (!bank) return;
  bank->close();
  gone_.push_back(std::move(bank));
}

void Node::submit(const Operation& wanted, const Tell& tell) {
  Place& place = places_[shard_of_account(wanted.account, store_->shards())];
  const bool open = protocol_ && machine_.now() < protocol_->begins_until();
  if (!open || !place.bank || place.held) return tell({});
  place.bank->submit(wanted, tell);
}

bool Node::take(const actors::OutboxMessage& message) {
  Place& place = places_[shard_of_account(account_of(message.destination), store_->shards())];
  if (!place.bank || place.held) return false;
  place.bank->take(message);
  return true;
}

void Node::confirmed(const actors::OutboxReceipt& receipt) {
  Place& place = places_[receipt.source];
  if (place.bank) place.bank->confirmed(receipt);
}

}  // namespace loyalty::cluster::simulator
