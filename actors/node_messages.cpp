// SPDX-License-Identifier: Apache-2.0
#include "actors/elsewhere.hpp"
#include "actors/entity_key.hpp"
#include "actors/node_impl.hpp"
#include "codec/stored.hpp"
#include "codec/stored_entities.hpp"
#include "persistence/failpoint.hpp"

/// What shards say to each other, on this node and on others.
namespace loyalty::actors {

using persistence::failpoint;

void Node::Impl::take(persistence::ShardId shard, WorkPtr work) {
  ShardExecutor& executor = executor_of(shard);
  executor.post([&executor, shard, work = std::move(work)]() mutable {
    executor.submit(shard, std::move(work));
  });
}

template <class Word, class AtShard, class AtNeighbours>
void Node::Impl::tell_source(Word word, AtShard here, AtNeighbours there) {
  const auto id = static_cast<persistence::ShardId>(word.source);
  ShardExecutor& executor = executor_of(id);
  executor.post([this, &executor, id, here, there, word = std::move(word)] {
    Shard* const shard = executor.shard(id);
    if (shard != nullptr) return here(*shard, word);
    if (neighbours_ != nullptr) there(*neighbours_, word);
  });
}

namespace {

const auto confirmed_here = [](Shard& shard, const OutboxReceipt& receipt) {
  shard.confirmed(receipt);
};
const auto granted_here = [](Shard& shard, const BudgetGrant& grant) { shard.granted(grant); };
/// What came from another node is not passed on once more.
const auto nowhere_else = [](Neighbours&, const auto&) {};

}  // namespace

void Node::Impl::confirm(OutboxReceipt receipt) {
  tell_source(std::move(receipt), confirmed_here, nowhere_else);
}

void Node::Impl::grant(BudgetGrant grant) {
  tell_source(std::move(grant), granted_here, nowhere_else);
}

void Node::Impl::on_shards(const Everywhere& what, const std::vector<persistence::ShardId>& shards,
                           std::function<void(EverywhereAnswer)> done) {
  own_.bring(what, shards, std::move(done));
}

bool Node::Impl::adopt(const ProgramState& program) {
  domain::Program read;
  const std::string bytes(program.state.begin(), program.state.end());
  codec::Reader in(bytes);
  if (!codec::read_stored(in, read) || !in.at_end()) return false;
  read.id = program.id;
  const auto programs = registry_.table();
  const auto known = programs->find(program.id);
  const domain::ProgramView* before = known == programs->end() ? nullptr : known->second.get();
  if (before == nullptr || before->sequence < read.sequence) {
    registry_.publish(domain::view_of(read, before));
  }
  return true;
}

void Node::Impl::pass_on(ShardExecutor& executor, persistence::ShardId id, Work& work) {
  auto* call = get_if<api::Call>(&work.task);
  const bool is_from_elsewhere = work.passed_on || (call != nullptr && call->passed_on);
  if (neighbours_ != nullptr && !is_from_elsewhere) {
    if (call != nullptr) {
      --in_flight_;  // it is answered past this node's executors
      call->target.program = program_of(work.entity);
      return neighbours_->call(id, std::move(*call));
    }
    if (auto* message = get_if<OutboxMessage>(&work.task)) {
      return neighbours_->send(id, std::move(*message));
    }
    if (auto* ask = get_if<BudgetAsk>(&work.task)) {
      return neighbours_->ask(id, std::move(*ask));
    }
    if (auto* question = get_if<PeerQuestion>(&work.task)) {
      return neighbours_->look_at(id, std::move(work.entity), std::move(question->tell));
    }
  }
  // What came from elsewhere is not passed on once more: its sender does that.
  if (work.passed_on && holds_alternative<OutboxMessage>(work.task)) return;
  if (work.passed_on && holds_alternative<BudgetAsk>(work.task)) return;
  const bool known = options_.cluster.has_value();
  turn_away(executor, work,
            {.owner = known ? options_.cluster->address_of(id) : std::string(),
             .send = [this](OutboxMessage message) { send(std::move(message)); },
             .grant = [this](const BudgetGrant& one) { grant(one); }});
}

void Node::Impl::everywhere(Everywhere what, std::function<void(EverywhereAnswer)> done) {
  if (neighbours_ != nullptr) {
    neighbours_->everywhere(std::move(what), std::move(done));
  } else {
    own_.bring(what, all_shards_, std::move(done));
  }
}

void Node::Impl::submit(std::string entity, decltype(Work::task) task) {
  const persistence::ShardId id = shard_of(entity, store_.shards());
  auto work = std::make_unique<Work>();
  work->entity = std::move(entity);
  work->task = std::move(task);
  take(id, std::move(work));
}

void Node::Impl::send(OutboxMessage message) {
  failpoint("outbox.send");
  std::string destination = message.destination;
  submit(std::move(destination), std::move(message));
}

void Node::Impl::send(OutboxReceipt receipt) {
  failpoint("outbox.confirm");
  tell_source(std::move(receipt), confirmed_here,
              [](Neighbours& others, const OutboxReceipt& word) { others.confirm(word); });
}

void Node::Impl::send(BudgetGrant grant) {
  tell_source(std::move(grant), granted_here,
              [](Neighbours& others, const BudgetGrant& word) { others.grant(word); });
}

}  // namespace loyalty::actors
