// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/budget_messages.hpp"
#include "actors/work.hpp"
#include "api/call.hpp"
#include "domain/report/counts.hpp"
#include "domain/report/queries.hpp"
#include "persistence/store.hpp"

/// What a node of a cluster and the other nodes are to each other. A node without a cluster has
/// none of this: all shards are its own.
namespace loyalty::actors {

/// Everybody who waits for a batch run is woken.
struct WakeBatch {
  static void fields(auto&, auto) {}
};
/// Whether the effects on an entity that are durable now are applied there.
struct EffectsApplied {
  std::string destination;
  static void fields(auto& self, auto visit) {
    visit(domain::required("destination", "entity that takes them"), self.destination);
  }
};
/// The rows of a report.
struct ReportPart {
  std::string program;
  domain::ReportQuery query;
  domain::Instant now;  ///< of whoever puts the parts together
  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("program", "program"), self.program);
    visit(required("query", "what is asked"), self.query);
    visit(required("now", "instant of the question"), self.now);
  }
};
/// The manual clock of each node moves; only then what is due is made to happen.
struct MoveClock {
  domain::Instant now;
  bool act = false;  ///< false: only the clocks
  static void fields(auto& self, auto visit) {
    visit(domain::required("now", "where to"), self.now);
    visit(domain::required("act", "make happen what is due"), self.act);
  }
};

/// What concerns all shards, wherever they are.
using Everywhere = boost::variant2::variant<WakeBatch, EffectsApplied, ReportPart, MoveClock>;

/// What came of it on some shards.
struct EverywhereAnswer {
  std::vector<persistence::ShardId> missed;  ///< these were not there, or cannot tell
  bool clear = true;                         ///< of EffectsApplied
  std::vector<domain::ReportRow> rows;       ///< of ReportPart

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("missed", "shards that are not there"), self.missed);
    visit(required("clear", "effects are applied"), self.clear);
    visit(required("rows", "of a report"), self.rows);
  }
};

/// A program as it is told to other nodes.
struct ProgramState {
  std::string id;
  std::uint64_t sequence = 0;       ///< of its newest fact: later states replace earlier ones
  std::vector<std::uint8_t> state;  ///< stored form of domain::Program

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("id", "program"), self.id);
    visit(required("sequence", "number of facts"), self.sequence);
    visit(required("state", "the whole program"), self.state);
  }
};

/// The shards that are not here, as a node reaches them. Implemented by cluster/. Any thread;
/// nothing waits, and answers may come on any thread.
class Neighbours {
 public:
  virtual ~Neighbours() = default;

  /// Whether this node has the shard, as far as it knows.
  virtual bool is_here(persistence::ShardId shard) const = 0;
  /// Passes a call on to whoever has the shard; it is answered exactly once. Subscriptions are
  /// passed on wherever the shard is, since that may change.
  virtual void call(persistence::ShardId shard, api::Call call) = 0;

  // These may be lost: their senders send them again.
  virtual void send(persistence::ShardId shard, OutboxMessage message) = 0;
  virtual void confirm(OutboxReceipt receipt) = 0;
  virtual void ask(persistence::ShardId shard, BudgetAsk ask) = 0;
  virtual void grant(BudgetGrant grant) = 0;

  using Told = std::function<void(std::optional<domain::Peer>)>;
  virtual void look_at(persistence::ShardId shard, std::string member, Told tell) = 0;

  /// Brings something to all shards of all nodes, this one included; what is missed at the end was
  /// not to be reached for some seconds.
  virtual void everywhere(Everywhere what, std::function<void(EverywhereAnswer)> done) = 0;

  /// Brings a program into force on all nodes that are alive; `done` when it is (runtime.md 1.8).
  virtual void spread(ProgramState program, std::function<void()> done) = 0;
  enum class Found : std::uint8_t { yes, no, unknown };
  /// Gets a program that this node does not know from the shard where it lives.
  virtual void fetch(const std::string& program, std::function<void(Found)> done) = 0;

  /// Where clients reach the owner of a shard; "" when it is this node, nullopt: nobody has it.
  virtual std::optional<std::string> client_address(persistence::ShardId shard) = 0;
};

/// What the other nodes may ask of this one. Implemented by Node. Any thread; nothing waits.
class Here {
 public:
  virtual ~Here() = default;
  virtual void submit(std::vector<api::Call>&& calls) = 0;
  /// A message of another node for an entity of this shard. When that is not here it is dropped,
  /// and whoever waits for an answer is told.
  virtual void take(persistence::ShardId shard, WorkPtr work) = 0;
  virtual void confirm(OutboxReceipt receipt) = 0;
  virtual void grant(BudgetGrant grant) = 0;
  virtual void on_shards(const Everywhere& what, const std::vector<persistence::ShardId>& shards,
                         std::function<void(EverywhereAnswer)> done) = 0;
  /// Brings a program into force here; false when it cannot be read.
  virtual bool adopt(const ProgramState& program) = 0;
};

}  // namespace loyalty::actors
