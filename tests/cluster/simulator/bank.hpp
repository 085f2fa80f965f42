// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "actors/outbox.hpp"
#include "actors/output_gate.hpp"
#include "actors/shard_writer.hpp"
#include "tests/cluster/simulator/account.hpp"
#include "tests/cluster/simulator/machine.hpp"

namespace loyalty::cluster::simulator {

/// What a client hears.
struct Answer {
  enum class Kind : std::uint8_t { done, unknown, not_here };
  Kind kind = Kind::not_here;
  Result result;
};
using Tell = std::function<void(Answer)>;

/// One shard of accounts: writer, journal, gate and outbox are those of the server; the accounts
/// are of this test. It does in small what actors/shard does.
class Bank {
 public:
  struct Services {
    Machine& machine;
    actors::StoreLane& lane;
    std::function<persistence::OwnerNonce()> nonce;
    std::function<bool()> may_speak;
    std::function<void(actors::OutboxMessage)> send;
    std::function<void(actors::OutboxReceipt)> confirm;
    std::function<void()> lost;
  };

  Bank(persistence::ShardId id, const persistence::OwnerRecord& owner, Services services);

  /// Reads the journal; false when that cannot be done now.
  bool recover(persistence::Store& store);

  void submit(const Operation& wanted, const Tell& tell);
  void take(const actors::OutboxMessage& message);
  void confirmed(const actors::OutboxReceipt& receipt);
  /// About once a second.
  void tend();
  void close();

  bool at_rest() const {
    return writer_.ready() && gate_.size() == 0 && !writer_.journal().has_waiting();
  }
  bool lost() const { return writer_.lost(); }
  const persistence::Fence& fence() const { return writer_.journal().fence(); }
  const persistence::Head& durable_head() const { return writer_.journal().durable_head(); }

 private:
  actors::ShardWriter::Services writer_services();
  void write(const Operation& happened);
  void ship();
  void written(const persistence::Commit& commit);
  static std::vector<actors::OutboxEntry> owed(const Operation& happened);

  Services services_;
  actors::ShardWriter writer_;
  actors::OutputGate gate_;
  actors::Outbox outbox_;
  std::map<std::uint32_t, Account> accounts_;
  std::map<std::uint32_t, std::uint64_t> last_write_;
  std::vector<std::pair<std::uint64_t, actors::OutboxEntry>> effects_;
};

}  // namespace loyalty::cluster::simulator
