// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/exchange.hpp"
#include "codec/stored_entities.hpp"
#include "domain/effect.hpp"
#include "domain/time.hpp"

/// One turn of one entity as it stands in the journal (docs/format.md): what was asked under which
/// key, what was answered, which facts it stated, what it owes to others, when something is due.
namespace loyalty::actors {

/// How a request ended, for ever: the result map, or the refusal.
enum class OutcomeKind : std::uint8_t { none, result, refusal };

/// An effect on another entity, carried by the outbox (runtime.md 1.6).
struct OutboxEntry {
  std::string destination;
  domain::Effect effect;

  static void fields(auto& self, auto visit) {
    visit(domain::required("destination", "entity that takes it"), self.destination);
    visit(domain::required("effect", "what it takes"), self.effect);
  }
};

/// The parts of a record that stay encoded are views into its bytes.
struct RecordView {
  std::string_view entity;
  std::uint64_t number = 0;          ///< counts the records of the entity from 1
  std::uint64_t first_sequence = 0;  ///< of its facts
  domain::Instant at;
  std::uint32_t version = 0;  ///< of the program
  std::string_view key;
  std::uint64_t payload = 0;
  OutcomeKind kind = OutcomeKind::none;
  /// Of a refusal or a member's result its stored form, an array; of another result the map that
  /// was sent, and so it was for members before 2026-11-23.
  std::string_view outcome;
  std::string_view facts;   ///< array of [at, event]
  std::string_view owed;    ///< array of OutboxEntry
  std::int64_t due_ms = 0;  ///< where the entity stands in the due index after it; 0: nowhere
  bool waits_for_batch = false;
};

/// What an entity's code puts together. Facts and outcome are encoded already.
struct Record {
  std::uint64_t number = 0;
  std::uint64_t first_sequence = 0;
  domain::Instant at;
  std::uint32_t version = 0;
  std::string key;
  std::uint64_t payload = 0;
  OutcomeKind kind = OutcomeKind::none;
  std::string outcome;  ///< empty where a result stands in the answer
  std::string facts;
  std::vector<OutboxEntry> owed;
  std::int64_t due_ms = 0;
  bool waits_for_batch = false;
};

/// `answer`: the outcome, where the record has none of its own.
std::string encode_record(std::string_view entity, const Record& record,
                          std::string_view answer = {});
/// nullopt when the bytes are not a record.
std::optional<RecordView> decode_record(std::string_view bytes);

/// A result as it was sent, a MessagePack map; nullopt when it cannot be read. `decided_with`: the
/// catalogue of the record's version, which tells what is not stored; null when it is not known.
std::optional<std::string> wire_result(const RecordView& record,
                                       const domain::Catalogue* decided_with);
/// The stored outcome as an answer; nullopt when it is none.
std::optional<boost::variant2::variant<api::Result, api::Error>> stored_outcome(
    const RecordView& record, const domain::Catalogue* decided_with);

/// An event with its time, for entities whose facts need no more.
template <class Event>
struct Stamped {
  domain::Instant at;
  Event event;
};

/// Facts as [at, event], each event a variant of type `Event`. In place of the time of the record,
/// which most have, stands nil.
template <class Fact>
std::string encode_facts(domain::Instant of_record, const std::vector<Fact>& facts) {
  codec::BorrowedWriter borrowed;
  codec::Writer& out = *borrowed;
  out.array(facts.size());
  for (const auto& fact : facts) {
    out.array(2);
    fact.at == of_record ? out.nil() : out.integer(fact.at.ms);
    codec::write_stored(out, fact.event);
  }
  return borrowed.text();
}

/// Calls `visit(at, event)` for each fact of a record; false when the bytes cannot be read.
template <class Event, class Visit>
bool decode_facts(const RecordView& record, Visit visit) {
  codec::Reader in(record.facts);
  std::uint32_t count = 0;
  if (!in.read_array(count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::uint32_t two = 0;
    domain::Instant at = record.at;
    Event event;
    const bool good = in.read_array(two) && two == 2 && (in.skip_nil() || in.read(at.ms)) &&
                      codec::read_stored(in, event);
    if (!good) return false;
    visit(at, std::move(event));
  }
  return in.at_end();
}

}  // namespace loyalty::actors
