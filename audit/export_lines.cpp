// SPDX-License-Identifier: Apache-2.0
#include "audit/export_lines.hpp"

#include <algorithm>
#include <tuple>

#include "actors/entity_key.hpp"
#include "actors/member_entity.hpp"
#include "codec/readable.hpp"
#include "codec/stored_entities.hpp"
#include "domain/partner/partner.hpp"
#include "domain/program/program.hpp"

namespace loyalty::audit {
namespace {

using actors::EntityType;

/// The fields by which each line says whose it is.
std::size_t name_fields(std::string_view entity) {
  return actors::type_of(entity) == EntityType::program ? 2 : 3;
}

void write_name(codec::Writer& out, std::string_view entity) {
  std::string_view kind = "program";
  if (actors::type_of(entity) == EntityType::member) kind = "member";
  if (actors::type_of(entity) == EntityType::partner) kind = "partner";
  out.string("entity");
  out.string(kind);
  out.string("program");
  out.string(actors::program_of(entity));
  if (actors::type_of(entity) == EntityType::program) return;
  out.string(kind);
  out.string(actors::id_of(entity));
}

/// An array of facts; false when they cannot be read.
template <class Event>
bool write_facts(codec::Writer& out, const actors::RecordView& record,
                 const domain::Symbols& symbols) {
  std::vector<actors::Stamped<Event>> facts;
  const bool good = actors::decode_facts<Event>(record, [&](domain::Instant at, Event event) {
    facts.push_back({at, std::move(event)});
  });
  if (!good) return false;
  codec::ReadableWriter writer(out, symbols);
  out.array(facts.size());
  for (std::size_t i = 0; i < facts.size(); ++i) {
    out.map(4);
    out.string("sequence");
    out.unsigned_integer(record.first_sequence + i);
    out.string("at");
    out.integer(facts[i].at.ms);
    visit(
        [&](const auto& event) {
          out.string("event");
          out.string(event.name);
          out.string("fields");
          writer.write(event);
        },
        facts[i].event);
  }
  return true;
}

/// {"result": {...}}, {"refusal": {...}} or nothing at all; false when it cannot be read.
bool write_outcome(codec::Writer& out, const actors::RecordView& record,
                   const domain::Catalogue* decided_with) {
  if (record.kind == actors::OutcomeKind::none) {
    out.nil();
    return true;
  }
  out.map(1);
  if (record.kind == actors::OutcomeKind::result) {
    const auto result = actors::wire_result(record, decided_with);
    if (!result) return false;
    out.string("result");
    out.raw(*result);
    return true;
  }
  const auto outcome = actors::stored_outcome(record, decided_with);
  if (!outcome) return false;
  const auto& error = get<api::Error>(*outcome);
  out.string("refusal");
  out.map(3);
  out.string("code");
  out.string(error.code);
  out.string("param");
  out.string(error.param);
  out.string("text");
  out.string(error.text);
  return true;
}

bool write_owed(codec::Writer& out, const actors::RecordView& record,
                const domain::Symbols& symbols) {
  std::vector<actors::OutboxEntry> owed;
  codec::Reader in(record.owed);
  if (!codec::read_stored(in, owed)) return false;
  codec::ReadableWriter writer(out, symbols);
  out.array(owed.size());
  for (const auto& entry : owed) {
    visit([&](const auto& effect) { writer.write(effect); }, entry.effect);
  }
  return true;
}

/// The sums or the statement of a month.
template <class OfMonth>
void write_month(codec::Writer& out, const OfMonth& value, const domain::Symbols& symbols) {
  codec::ReadableWriter writer(out, symbols);
  out.map(codec::ReadableWriter::count(value));
  OfMonth::fields(value, [&](const domain::Field& info, const auto& field) {
    // Stored as a count of months.
    const bool is_month = info.name == "month";
    if (!is_month && !codec::ReadableWriter::says(field)) return;
    out.string(info.name);
    if (is_month) {
      out.string(domain::month_name(value.month));
    } else {
      writer.write(field);
    }
  });
}

}  // namespace

std::string header_line() {
  codec::Writer out;
  out.map(2);
  out.string("format");
  out.string(export_format);
  out.string("version");
  out.unsigned_integer(export_version);
  return out.take();
}

std::string state_line(const actors::Entity& entity, const domain::Symbols& symbols) {
  codec::Writer out;
  out.map(name_fields(entity.key()) + 1);
  write_name(out, entity.key());
  out.string("state");
  codec::ReadableWriter writer(out, symbols);
  if (actors::type_of(entity.key()) == EntityType::member) {
    writer.write(static_cast<const actors::MemberEntity&>(entity).member());
    return out.take();
  }
  domain::Program program;
  const std::string state = entity.state();
  codec::Reader in(state);
  if (!codec::read_stored(in, program)) return {};
  writer.write(program);
  return out.take();
}

std::string record_line(std::string_view entity, const actors::RecordView& record,
                        const domain::Symbols& symbols, const domain::Catalogue* decided_with) {
  codec::Writer out;
  out.map(name_fields(entity) + 7);
  write_name(out, entity);
  out.string("record");
  out.unsigned_integer(record.number);
  out.string("at");
  out.integer(record.at.ms);
  out.string("version");
  out.unsigned_integer(record.version);
  out.string("key");
  out.string(record.key);
  out.string("outcome");
  if (!write_outcome(out, record, decided_with)) return {};
  out.string("facts");
  const bool is_member = actors::type_of(entity) == EntityType::member;
  const bool good = is_member ? write_facts<domain::MemberEvent>(out, record, symbols)
                              : write_facts<domain::ProgramEvent>(out, record, symbols);
  if (!good) return {};
  out.string("owed");
  if (!write_owed(out, record, symbols)) return {};
  return out.take();
}

void PartnerAccount::take(domain::Instant at, const domain::PartnerEvent& event) {
  domain::evolve(ledger, at, event);
  if (const auto* booked = get_if<domain::PartnerEntriesBooked>(&event)) {
    entries.insert(entries.end(), booked->entries.begin(), booked->entries.end());
  }
}

std::vector<std::string> partner_lines(std::string_view entity, PartnerAccount account,
                                       const domain::Symbols& symbols) {
  auto& [ledger, entries] = account;
  std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
    return std::tie(a.member, a.fact) < std::tie(b.member, b.fact);
  });
  std::vector<std::string> lines;
  codec::Writer state;
  state.map(name_fields(entity) + 1);
  write_name(state, entity);
  state.string("state");
  state.map(4);
  state.string("entries");
  state.unsigned_integer(entries.size());
  state.string("periods");
  state.array(ledger.periods.size());
  for (const auto& period : ledger.periods) write_month(state, period, symbols);
  state.string("statements");
  state.array(ledger.statements.size());
  for (const auto& statement : ledger.statements) write_month(state, statement, symbols);
  state.string("paid");
  state.integer(ledger.paid.value);
  lines.push_back(state.take());
  for (const auto& entry : entries) {
    codec::Writer out;
    out.map(name_fields(entity) + 1);
    write_name(out, entity);
    out.string("entry");
    codec::ReadableWriter(out, symbols).write(entry);
    lines.push_back(out.take());
  }
  return lines;
}

}  // namespace loyalty::audit
