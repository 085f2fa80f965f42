// SPDX-License-Identifier: Apache-2.0
#include "actors/record.hpp"

#include "api/errors.hpp"
#include "codec/wire.hpp"
#include "domain/member/views.hpp"

namespace loyalty::actors {
namespace {

constexpr std::uint32_t record_fields = 13;

/// Reads one value and keeps its bytes.
bool read_raw(codec::Reader& in, std::string_view& bytes) {
  const std::string_view rest = in.rest();
  const std::size_t start = in.position();
  if (!in.skip()) return false;
  bytes = rest.substr(0, in.position() - start);
  return true;
}

}  // namespace

std::string encode_record(std::string_view entity, const Record& record, std::string_view answer) {
  codec::BorrowedWriter borrowed;
  codec::Writer& out = *borrowed;
  out.array(record_fields);
  out.string(entity);
  out.unsigned_integer(record.number);
  out.unsigned_integer(record.first_sequence);
  out.integer(record.at.ms);
  out.unsigned_integer(record.version);
  out.string(record.key);
  out.unsigned_integer(record.payload);
  out.unsigned_integer(static_cast<std::uint64_t>(record.kind));
  const std::string_view outcome = record.outcome.empty() ? answer : record.outcome;
  outcome.empty() ? out.nil() : out.raw(outcome);
  record.facts.empty() ? out.array(0) : out.raw(record.facts);
  codec::write_stored(out, record.owed);
  out.integer(record.due_ms);
  out.boolean(record.waits_for_batch);
  return borrowed.text();
}

std::optional<RecordView> decode_record(std::string_view bytes) {
  codec::Reader in(bytes);
  RecordView record;
  std::uint32_t count = 0;
  std::uint64_t version = 0;
  std::uint64_t kind = 0;
  const bool good = in.read_array(count) && count == record_fields && in.read(record.entity) &&
                    in.read(record.number) && in.read(record.first_sequence) &&
                    in.read(record.at.ms) && in.read(version) && in.read(record.key) &&
                    in.read(record.payload) && in.read(kind) && kind <= 2 &&
                    read_raw(in, record.outcome) && read_raw(in, record.facts) &&
                    read_raw(in, record.owed) && in.read(record.due_ms) &&
                    in.read(record.waits_for_batch) && in.at_end() && !record.entity.empty();
  if (!good) return std::nullopt;
  record.version = static_cast<std::uint32_t>(version);
  record.kind = static_cast<OutcomeKind>(kind);
  return record;
}

std::optional<std::string> wire_result(const RecordView& record,
                                       const domain::Catalogue* decided_with) {
  codec::Reader in(record.outcome);
  codec::Kind kind = codec::Kind::nil;
  if (record.kind != OutcomeKind::result || !in.peek(kind)) return std::nullopt;
  if (kind == codec::Kind::map) return std::string(record.outcome);
  domain::MemberResult result;
  const bool good =
      codec::read_stored(in, result) && in.at_end() && domain::derive(result, decided_with);
  if (!good) return std::nullopt;
  return codec::to_wire(result);
}

std::optional<boost::variant2::variant<api::Result, api::Error>> stored_outcome(
    const RecordView& record, const domain::Catalogue* decided_with) {
  if (record.kind == OutcomeKind::result) {
    auto body = wire_result(record, decided_with);
    if (!body) return std::nullopt;
    return api::Result{.body = *std::move(body), .replayed = true};
  }
  if (record.kind == OutcomeKind::refusal) {
    domain::Refusal refusal;
    codec::Reader in(record.outcome);
    if (codec::read_stored(in, refusal)) return api::to_error(refusal);
  }
  return std::nullopt;
}

}  // namespace loyalty::actors
