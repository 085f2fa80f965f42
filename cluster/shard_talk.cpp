// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "cluster/forwarding.hpp"
#include "codec/stored.hpp"

/// What shards say to each other.
namespace loyalty::cluster {

void Forwarding::tell(ShardId shard, const Message& message) {
  tell(shard, std::make_shared<const std::string>(encode(message)),
       std::chrono::steady_clock::now() + limits_.patience);
}

/// Whoever says it says it again after a second or two, for whatever reason it was lost. That its
/// way is not open yet, after a start or a cut, is known here at once, and costs nobody a second.
void Forwarding::tell(ShardId shard, std::shared_ptr<const std::string> message, Time until) {
  const ShardOwner owner = owner_of(shard);
  Envelope envelope{.shard = shard};
  if (owner.kind == ShardOwner::Kind::mine) {  // it has come here meanwhile
    if (auto read = decode_message(*message)) take_message({}, envelope, *std::move(read));
    return;
  }
  if (owner.kind == ShardOwner::Kind::other) {
    envelope.bytes = *message;
    if (links_.tell(owner.incarnation, std::move(envelope))) return;
  }
  const Time now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  if (now >= until || untold_ >= limits_.untold) return;
  ++untold_;
  later_.emplace(now + limits_.tell_again, [this, shard, message = std::move(message), until] {
    {
      const std::lock_guard one_less(mutex_);
      --untold_;
    }
    tell(shard, message, until);
  });
}

void Forwarding::send(ShardId shard, actors::OutboxMessage message) {
  tell(shard, Message(std::move(message)));
}

void Forwarding::confirm(actors::OutboxReceipt receipt) {
  const auto shard = static_cast<ShardId>(receipt.source);
  tell(shard, Message(std::move(receipt)));
}

void Forwarding::ask(ShardId shard, actors::BudgetAsk ask) { tell(shard, Message(std::move(ask))); }

void Forwarding::grant(actors::BudgetGrant grant) {
  const auto shard = static_cast<ShardId>(grant.source);
  tell(shard, Message(std::move(grant)));
}

void Forwarding::look_at(ShardId shard, std::string member, Told tell) {
  look_at(shard, member, tell, std::chrono::steady_clock::now() + limits_.patience);
}

void Forwarding::look_at(ShardId shard, const std::string& member, const Told& tell, Time until) {
  const ShardOwner owner = owner_of(shard);
  Told told = [this, shard, member, tell, until](std::optional<domain::Peer> found) {
    looked_at(shard, member, tell, until, found);
  };
  if (owner.kind == ShardOwner::Kind::nobody) return told(std::nullopt);
  if (owner.kind == ShardOwner::Kind::mine) {  // it has come here meanwhile
    auto work = std::make_unique<actors::Work>();
    work->entity = member;
    work->task = actors::PeerQuestion{std::move(told)};
    work->passed_on = true;
    return here_->take(shard, std::move(work));
  }
  Envelope envelope{.shard = shard};
  envelope.deadline_ms = static_cast<std::uint32_t>(limits_.deadline.count());
  envelope.bytes = encode(Message(LookAt{member}));
  links_.request(
      owner.incarnation, std::move(envelope), [told = std::move(told)](PeerLink::Outcome outcome) {
        codec::Reader in(outcome.bytes);
        LookedAt said;
        const bool read = outcome.fate == PeerLink::Fate::answered && codec::read_stored(in, said);
        if (!read || said.peer == 0 || said.peer > 4) return told(std::nullopt);
        told(static_cast<domain::Peer>(said.peer - 1));
      });
}

/// A question changes nothing, so it can be asked again whatever became of it.
void Forwarding::looked_at(ShardId shard, const std::string& member, const Told& tell, Time until,
                           std::optional<domain::Peer> found) {
  if (found || std::chrono::steady_clock::now() >= until) return tell(found);
  later(limits_.tell_again, [=, this] { look_at(shard, member, tell, until); });
}

}  // namespace loyalty::cluster
