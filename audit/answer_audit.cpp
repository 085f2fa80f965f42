// SPDX-License-Identifier: Apache-2.0
#include "audit/answer_audit.hpp"

#include <algorithm>
#include <string>

#include "codec/msgpack_reader.hpp"
#include "codec/stored.hpp"
#include "domain/refusal.hpp"

namespace loyalty::audit {
namespace {

class AnswerReading {
 public:
  AnswerReading(std::string_view result, const domain::Member& after,
                const domain::Symbols& symbols, const std::vector<domain::Sequence>& journals,
                const Place& place)
      : in_(result), after_(after), symbols_(symbols), journals_(journals), place_(place) {}

  /// False when the bytes are no answer.
  bool read() {
    std::uint32_t count = 0;
    if (!in_.read_map(count)) return false;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::string_view name;
      if (!in_.read(name) || !field(name)) return false;
    }
    return in_.at_end();
  }

 private:
  bool field(std::string_view name) {
    if (name == "balances") return balances();
    std::uint64_t number = 0;
    if (name == "sequence") {
      if (!in_.read(number)) return false;
      if (number != after_.sequence) {
        differ("sequence " + std::to_string(after_.sequence), std::to_string(number));
      }
      return true;
    }
    if (name == "journal") {
      if (!in_.read(number)) return false;
      if (std::find(journals_.begin(), journals_.end(), number) == journals_.end()) {
        differ("a journal that this record made or undid", "journal " + std::to_string(number));
      }
      return true;
    }
    return in_.skip();
  }

  bool balances() {
    std::uint32_t count = 0;
    if (!in_.read_map(count)) return false;
    for (std::uint32_t i = 0; i < count; ++i) {
      std::string_view currency;
      std::int64_t points = 0;
      if (!in_.read(currency) || !in_.read(points)) return false;
      const auto balance = after_.balance({symbols_.find("currency", currency)});
      if (balance.value != points) {
        differ(std::to_string(balance.value) + " " + std::string(currency), std::to_string(points));
      }
    }
    return true;
  }

  void differ(const std::string& expected, const std::string& found) const {
    place_.report(Invariant::answers, "an answer that tells " + expected, found);
  }

  codec::Reader in_;
  const domain::Member& after_;
  const domain::Symbols& symbols_;
  const std::vector<domain::Sequence>& journals_;
  const Place& place_;
};

bool is_refusal(std::string_view outcome) {
  domain::Refusal refusal;
  codec::Reader in(outcome);
  return codec::read_stored(in, refusal) && in.at_end();
}

/// Walks over the map of a program's answer; false when the bytes are none.
bool read_program_answer(const actors::RecordView& record, std::uint32_t version,
                         const Place& place) {
  codec::Reader in(record.outcome);
  std::uint32_t count = 0;
  if (!in.read_map(count)) return false;
  for (std::uint32_t i = 0; i < count; ++i) {
    std::string_view name;
    if (!in.read(name)) return false;
    if (name != "version") {
      if (!in.skip()) return false;
      continue;
    }
    std::uint64_t told = 0;
    if (!in.read(told)) return false;
    if (told != version) {
      place.report(Invariant::answers, "an answer that tells version " + std::to_string(version),
                   std::to_string(told));
    }
  }
  return in.at_end();
}

}  // namespace

void check_answer(const actors::RecordView& record, const domain::Member& after,
                  const domain::Symbols& symbols, const domain::Catalogue* decided_with,
                  const std::vector<domain::Sequence>& journals, const Place& place) {
  bool good = true;
  if (record.kind == actors::OutcomeKind::result) {
    const auto result = actors::wire_result(record, decided_with);
    good = result && AnswerReading(*result, after, symbols, journals, place).read();
  } else if (record.kind == actors::OutcomeKind::refusal) {
    good = is_refusal(record.outcome);
  }
  if (!good) place.report(Invariant::answers, "an answer that can be read", "other bytes");
}

void check_program_answer(const actors::RecordView& record, std::uint32_t version,
                          const Place& place) {
  bool good = true;
  if (record.kind == actors::OutcomeKind::result) {
    good = read_program_answer(record, version, place);
  } else if (record.kind == actors::OutcomeKind::refusal) {
    good = is_refusal(record.outcome);
  }
  if (!good) place.report(Invariant::answers, "an answer that can be read", "other bytes");
}

}  // namespace loyalty::audit
