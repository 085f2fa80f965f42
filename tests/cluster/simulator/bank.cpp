// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/simulator/bank.hpp"

#include <utility>

#include "persistence/block.hpp"

namespace loyalty::cluster::simulator {

using actors::OutboxEntry;
using actors::OutboxMessage;
using actors::OutboxReceipt;

Bank::Bank(persistence::ShardId id, const persistence::OwnerRecord& owner, Services services)
    : services_(std::move(services)), writer_(id, owner, writer_services()), outbox_(id) {}

actors::ShardWriter::Services Bank::writer_services() {
  Machine& machine = services_.machine;
  return {.lane = services_.lane,
          .post = [&machine](std::function<void()> job) { machine.later(Duration(0), job); },
          .leave = [&machine](std::function<void()> job) { machine.later(Duration(0), job); },
          .later = [&machine](std::function<void()> job) { machine.later(Duration(50), job); },
          .nonce = services_.nonce,
          .may_regress = true,
          .max_kept_bytes = 1U << 20U,
          .confirmed = [this](const persistence::Commit& commit) { written(commit); },
          .stalled = [](const persistence::CommitResult&) {},
          .resumed = [this] { ship(); },
          .lost =
              [this](const actors::ShardWriter::Loss&) {
                gate_.fail();
                services_.lost();
              },
          .may_claim = services_.may_speak};
}

std::vector<OutboxEntry> Bank::owed(const Operation& happened) {
  if (happened.kind != Kind::transfer || !happened.done) return {};
  domain::BudgetUse effect;
  effect.quantities.points = happened.amount;
  return {{.destination = destination_of(happened.to), .effect = effect}};
}

bool Bank::recover(persistence::Store& store) {
  const auto id = writer_.journal().shard();
  persistence::Head previous;
  bool good = true;
  const auto read = store.blocks(id, 0, [&](const persistence::Block& block) {
    const auto parsed = persistence::parse_block(id, previous, block);
    good = static_cast<bool>(parsed);
    if (!good) return false;
    std::vector<OutboxEntry> entries;
    for (const auto bytes : parsed->records) {
      const auto happened = Operation::decoded(bytes);
      accounts_[happened->account].apply(*happened);
      for (auto& entry : owed(*happened)) entries.push_back(std::move(entry));
    }
    outbox_.add(parsed->epoch, block.last_position, std::move(entries));
    previous = {block.last_position, block.chain};
    return true;
  });
  return read && good && previous == writer_.journal().durable_head();
}

void Bank::submit(const Operation& wanted, const Tell& tell) {
  if (lost()) return tell({});
  Account& account = accounts_[wanted.account];
  const auto known = account.keys.find(wanted.key);
  Result result;
  if (wanted.kind == Kind::read) {
    result = {.done = true, .balance = account.balance, .version = account.version};
  } else if (known != account.keys.end()) {
    result = known->second;
  } else {
    if (writer_.overfull()) return tell({});
    const Operation happened = account.decide(wanted);
    account.apply(happened);
    result = account.keys[wanted.key];
    write(happened);
  }
  const bool durable = last_write_[wanted.account] <= writer_.journal().durable();
  if (durable) {
    tell(services_.may_speak() ? Answer{Answer::Kind::done, result} : Answer{});
  } else {
    gate_.hold(
        writer_.journal().newest(),
        [tell, result](bool good) {
          tell({good ? Answer::Kind::done : Answer::Kind::unknown, result});
        },
        actors::OutputGate::Kind::answer);
  }
  ship();
}

void Bank::write(const Operation& happened) {
  last_write_[happened.account] = writer_.journal().append(happened.encoded());
  for (auto& entry : owed(happened)) {
    effects_.emplace_back(last_write_[happened.account], std::move(entry));
  }
}

void Bank::ship() {
  if (!writer_.ready()) return;
  gate_.open(writer_.journal().durable());
  if (writer_.journal().has_waiting()) writer_.write(writer_.journal().ship());
}

void Bank::written(const persistence::Commit& commit) {
  const std::uint64_t end = commit.block->last_position;
  std::vector<OutboxEntry> entries;
  while (!effects_.empty() && effects_.front().first <= end) {
    entries.push_back(std::move(effects_.front().second));
    effects_.erase(effects_.begin());
  }
  const std::uint64_t epoch = persistence::announced_epoch(*commit.block);
  for (auto& message : outbox_.add(epoch, end, std::move(entries))) {
    services_.send(std::move(message));
  }
  ship();
}

void Bank::take(const OutboxMessage& message) {
  if (lost()) return;
  const std::uint32_t number = account_of(message.destination);
  Account& account = accounts_[number];
  const domain::OutboxId last = account.received[message.source];
  if (message.id > last && message.previous == last) {
    Operation happened{.kind = Kind::received, .account = number, .done = true};
    for (const auto& effect : message.effects) {
      happened.amount += get<domain::BudgetUse>(effect).quantities.points;
    }
    happened.source = message.source;
    happened.id = message.id;
    account.apply(happened);
    write(happened);
  }
  const OutboxReceipt receipt{.source = message.source,
                              .destination = message.destination,
                              .applied = account.received[message.source]};
  gate_.hold(writer_.journal().newest(), [this, receipt](bool durable) {
    if (durable) services_.confirm(receipt);
  });
  ship();
}

void Bank::confirmed(const OutboxReceipt& receipt) {
  if (lost()) return;
  for (auto& message : outbox_.confirm(receipt).again) services_.send(std::move(message));
}

void Bank::tend() {
  if (lost()) return;
  if (writer_.keeps_any()) writer_.probe();
  for (auto& message : outbox_.unconfirmed()) services_.send(std::move(message));
}

void Bank::close() {
  writer_.close();
  gate_.fail();
}

}  // namespace loyalty::cluster::simulator
