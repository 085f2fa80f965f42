// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "actors/budget_messages.hpp"
#include "actors/program_registry.hpp"
#include "actors/record.hpp"
#include "api/call.hpp"
#include "domain/member/events.hpp"
#include "domain/member/turn.hpp"
#include "domain/partner/partner.hpp"
#include "domain/report/counts.hpp"

/// What goes to an entity and what comes back. All of it lives on the executor's thread.
namespace loyalty::actors {

/// Effects on one entity that one block of one shard caused.
struct OutboxMessage {
  std::uint32_t source = 0;
  domain::OutboxId id;
  domain::OutboxId previous;  ///< the one before it to this destination; {}: all were confirmed
  std::string destination;
  std::vector<domain::Effect> effects;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("source", "sending shard"), self.source);
    visit(required("id", "identity"), self.id);
    visit(required("previous", "the one before it, to the same destination"), self.previous);
    visit(required("destination", "entity that takes it"), self.destination);
    visit(required("effects", "what it takes"), self.effects);
  }
};

/// What the receiver of an outbox message says once its effect is durable.
struct OutboxReceipt {
  std::uint32_t source = 0;
  std::string destination;
  domain::OutboxId applied;  ///< everything up to here is applied

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("source", "sending shard"), self.source);
    visit(required("destination", "entity that took it"), self.destination);
    visit(required("applied", "everything up to here"), self.applied);
  }
};

/// Something may be due (runtime.md 1.7).
struct WakeUp {};

/// Whether a member can be given something; nullopt when that cannot be found out just now.
struct PeerQuestion {
  std::function<void(std::optional<domain::Peer>)> tell;
};

using Answer = boost::variant2::variant<boost::variant2::monostate, api::Result, api::Error>;

/// The records of an entity's past, oldest first, with the bytes they are views into.
struct History {
  std::vector<std::string> bytes;
  std::vector<RecordView> records;
};

struct Slot;

/// One message to one entity.
struct Work {
  std::string entity;
  boost::variant2::variant<api::Call, OutboxMessage, WakeUp, PeerQuestion, BudgetAsk> task;
  std::function<void()> heard;  ///< told when whatever it did is durable
  Slot* slot = nullptr;         ///< its entity's, when that was looked up; until it is submitted
  bool passed_on = false;       ///< it is no call, and came from another node
  domain::Instant now;
  ProgramRegistry::View program;  ///< null when there is no such program (yet)
  /// Present when the message comes for the second time, because it needed the past.
  std::shared_ptr<const History> history;
  /// What is known of the other member that the command names; of the one asked, its own answer.
  domain::Peer peer = domain::Peer::unasked;
  /// What it may use of budgets that all members share.
  std::vector<Reserved> reserved;

  // What the entity makes of it:
  std::optional<Record> record;
  Answer answer;
  std::uint64_t sequence = 0;  ///< of the entity's newest fact, after this message
  /// The answer needs the records of the past: the executor reads them and asks again.
  bool needs_history = false;
  /// The entity key of a member to be asked about first: the executor asks and comes again.
  std::string needs_peer;
  /// More is wanted of budgets: `reserved` says what. The executor gets it and comes again.
  bool needs_budget = false;
  std::optional<BudgetGrant> grant;
  /// The answer waits until this entity has taken what was sent to it.
  std::string awaits;
  domain::ReportCounts counts;    ///< of the record, for reports
  ProgramRegistry::View publish;  ///< to be in force when the record is durable
  bool runs_batch = false;        ///< wake those who wait for a batch run
  std::optional<OutboxReceipt> receipt;
};
/// As it is handed around within a shard.
using WorkPtr = std::unique_ptr<Work>;

}  // namespace loyalty::actors
