// SPDX-License-Identifier: Apache-2.0
#include "cluster/forwarding.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "actors/entity_key.hpp"
#include "api/errors.hpp"
#include "api/methods.hpp"

/// Calls on their way. What shards say to each other is in shard_talk.cpp, what concerns all of
/// them in everywhere.cpp.
namespace loyalty::cluster {
namespace {

using std::chrono::steady_clock;
using Fate = PeerLink::Fate;

api::Error outcome_unknown() {
  return {.code = "OUTCOME_UNKNOWN",
          .text = "the node that has the member was lost: repeat the call with its key",
          .param = {},
          .callers_fault = false,
          .retryable = true,
          .retry_after_ms = 1000};
}

bool is_subscription(const api::Call& call) {
  return holds_alternative<api::Subscribe>(call.operation) ||
         holds_alternative<api::Unsubscribe>(call.operation);
}

}  // namespace

/// A client's call on its way.
struct Forwarding::Passing {
  ShardId shard = 0;
  api::Call call;
  Time until;  ///< to wait for an owner
  bool waits = false;
};

Forwarding::Forwarding(Owners& owners, PeerLink& links, ForwardingLimits limits,
                       std::function<void(const std::string&)> log)
    : owners_(owners),
      links_(links),
      limits_(limits),
      log_(std::move(log)),
      listeners_(links),
      relays_({.owner_of = [this](ShardId shard) { return owner_of(shard); },
               .here =
                   [this](api::Call call) {
                     std::vector<api::Call> calls;
                     calls.push_back(std::move(call));
                     here_->submit(std::move(calls));
                   },
               .there =
                   [this](const Incarnation& to, Envelope envelope, PeerLink::Done done) {
                     links_.request(to, std::move(envelope), std::move(done));
                   },
               .tell =
                   [this](const Incarnation& to, const Message& message) {
                     Envelope envelope;
                     envelope.bytes = encode(message);
                     (void)links_.tell(to, std::move(envelope));
                   },
               .patience = limits.patience,
               .deadline = limits.deadline}) {}

ShardOwner Forwarding::owner_of(ShardId shard) const {
  const auto map = owners_.map();
  return shard < map->shards.size() ? map->shards[shard] : ShardOwner{};
}

void Forwarding::follow(std::vector<Incarnation> others) {
  const std::lock_guard lock(mutex_);
  others_ = std::move(others);
}

std::vector<Incarnation> Forwarding::others() const {
  const std::lock_guard lock(mutex_);
  return others_;
}

void Forwarding::table_changed() {
  const std::string bytes = encode(Message(TableChanged{}));
  for (const auto& other : others()) {
    Envelope envelope;
    envelope.bytes = bytes;
    (void)links_.tell(other, std::move(envelope));  // who does not hear of it looks a little later
  }
}

void Forwarding::later(std::chrono::milliseconds delay, std::function<void()> job) {
  const std::lock_guard lock(mutex_);
  later_.emplace(steady_clock::now() + delay, std::move(job));
}

void Forwarding::tick(Time now) {
  std::vector<std::function<void()>> due;
  bool refreshes = false;
  bool relays = false;
  {
    const std::lock_guard lock(mutex_);
    while (!later_.empty() && later_.begin()->first <= now) {
      due.push_back(std::move(later_.begin()->second));
      later_.erase(later_.begin());
    }
    refreshes = now - refreshed_ >= limits_.refresh;
    if (refreshes) refreshed_ = now;
    relays = now - relayed_ >= limits_.relays;
    if (relays) relayed_ = now;
  }
  for (const auto& job : due) job();
  if (relays) relays_.tick(now);
  if (refreshes) refresh();
}

void Forwarding::up(const Incarnation& who) {
  // It may have come just now: whatever is known here saves it a question.
  std::vector<actors::ProgramState> programs;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, program] : programs_) programs.push_back(program);
  }
  for (auto& program : programs) {
    Envelope envelope;
    envelope.bytes = encode(Message(std::move(program)));
    (void)links_.tell(who, std::move(envelope));
  }
}

void Forwarding::down(const Incarnation& who) {
  listeners_.remove(who);
  relays_.lost(who);
}

// --- calls of this node's clients ----------------------------------------------------------------

bool Forwarding::is_here(ShardId shard) const {
  const auto map = owners_.map();
  return shard < map->shards.size() && map->shards[shard].kind == ShardOwner::Kind::mine;
}

void Forwarding::call(ShardId shard, api::Call call) {
  if (is_subscription(call)) {
    if (holds_alternative<api::Subscribe>(call.operation)) {
      relays_.subscribe(shard, std::move(call));
    } else {
      relays_.unsubscribe(shard, call);
    }
    return;
  }
  auto passing = std::make_shared<Passing>();
  passing->shard = shard;
  passing->call = std::move(call);
  passing->until = steady_clock::now() + limits_.patience;
  pass(passing);
}

void Forwarding::answer(const Passing& passing,
                        boost::variant2::variant<api::Result, api::Error> outcome) {
  const auto& to = passing.call.reply;
  if (!to.peer) return;
  std::vector<api::Outgoing> messages;
  messages.push_back(api::Reply{to.msgid, std::move(outcome)});
  to.peer->send(std::move(messages));
}

void Forwarding::pass(const std::shared_ptr<Passing>& passing) {
  const auto& call = passing->call;
  const ShardOwner owner = owner_of(passing->shard);
  const Time now = steady_clock::now();
  if (call.deadline < now) return answer(*passing, api::deadline_passed());
  switch (owner.kind) {
    case ShardOwner::Kind::nobody: return pass_again(passing);
    case ShardOwner::Kind::mine: {
      // It is here after all. Should it leave before the call is begun, it comes back to `call`.
      std::vector<api::Call> calls;
      calls.push_back(call);
      here_->submit(std::move(calls));
      return;
    }
    case ShardOwner::Kind::other: break;
  }
  if (!call.text) return answer(*passing, api::not_owner(owner.client_address));
  const auto left = std::min<steady_clock::duration>(call.deadline - now, limits_.deadline);
  Envelope envelope{.shard = passing->shard};
  envelope.deadline_ms =
      static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
  envelope.bytes = encode(PassedCall{call.text->method, call.target.program, 0, call.text->params});
  links_.request(
      owner.incarnation, std::move(envelope),
      [this, passing](PeerLink::Outcome outcome) { passed(passing, std::move(outcome)); });
}

/// A shard that has moved is looked for at once: the others would learn of it with their next look
/// only, and callers would wait for that.
void Forwarding::ask_the_way(Time now) {
  {
    const std::lock_guard lock(mutex_);
    if (!lost_way_ || now - lost_way_at_ < limits_.lost_way) return;
    lost_way_at_ = now;
  }
  lost_way_();
}

void Forwarding::pass_again(const std::shared_ptr<Passing>& passing) {
  const Time now = steady_clock::now();
  ask_the_way(now);
  {
    const std::lock_guard lock(mutex_);
    const bool may_wait = now < passing->until && (passing->waits || waiting_ < limits_.waiting);
    if (may_wait) {
      if (!std::exchange(passing->waits, true)) ++waiting_;
      later_.emplace(now + limits_.again, [this, passing] { pass(passing); });
      return;
    }
    if (std::exchange(passing->waits, false)) --waiting_;
  }
  answer(*passing, api::not_owner(owner_of(passing->shard).client_address));
}

void Forwarding::passed(const std::shared_ptr<Passing>& passing, PeerLink::Outcome outcome) {
  if (outcome.fate == Fate::not_sent) return pass_again(passing);
  std::optional<CallAnswer> said;
  if (outcome.fate == Fate::answered) said = decode_answer(outcome.bytes);
  if (said && !*said) return pass_again(passing);  // it is not the owner
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(passing->waits, false)) --waiting_;
  }
  if (said) return answer(*passing, std::move(**said));
  if (outcome.fate == Fate::full) {
    return answer(*passing,
                  api::overloaded("too many calls on the way to the node that has it", 100));
  }
  // What is no write has changed nothing.
  passing->call.key.empty()
      ? answer(*passing, api::unavailable("the node that has the member was lost"))
      : answer(*passing, outcome_unknown());
}

std::optional<std::string> Forwarding::client_address(ShardId shard) {
  const ShardOwner owner = owner_of(shard);
  switch (owner.kind) {
    case ShardOwner::Kind::mine: return "";
    case ShardOwner::Kind::other: return owner.client_address;
    case ShardOwner::Kind::nobody: break;
  }
  return std::nullopt;
}

// --- what other nodes ask of this one ------------------------------------------------------------

void Forwarding::received(const Incarnation& from, std::vector<Envelope>&& envelopes) {
  std::vector<api::Call> calls;
  for (const auto& envelope : envelopes) {
    if (envelope.kind == Envelope::Kind::tell && envelope.correlation != 0) {
      relays_.notice(from, envelope.correlation, envelope.bytes);
    } else if (holds_call(envelope.bytes)) {
      take_call(from, envelope, calls);
    } else if (auto message = decode_message(envelope.bytes)) {
      take_message(from, envelope, *std::move(message));
    } else if (envelope.kind == Envelope::Kind::request) {
      // A later protocol's: its sender does without.
      links_.reply(from, envelope.correlation, {});
    }
  }
  if (!calls.empty()) here_->submit(std::move(calls));
}

void Forwarding::take_call(const Incarnation& from, const Envelope& envelope,
                           std::vector<api::Call>& calls) {
  const auto passed = decode_call(envelope.bytes);
  if (!passed) {
    links_.reply(from, envelope.correlation, encode(CallAnswer(api::internal("no call"))));
    return;
  }
  const Time now = steady_clock::now();
  auto call = api::decode_call(passed->method, passed->params, now);
  if (!call) {
    links_.reply(from, envelope.correlation, encode(CallAnswer(call.error())));
    return;
  }
  call->target.program = passed->program;
  call->passed_on = true;
  // Its sender waits no longer, so it is not begun later.
  call->deadline = std::min(call->deadline, now + std::chrono::milliseconds(envelope.deadline_ms));
  call->reply = {listeners_.peer(from, passed->listener),
                 static_cast<std::uint32_t>(envelope.correlation)};
  calls.push_back(*std::move(call));
}

}  // namespace loyalty::cluster
