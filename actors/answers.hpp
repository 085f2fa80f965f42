// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "actors/record.hpp"
#include "actors/work.hpp"
#include "api/errors.hpp"
#include "codec/stored.hpp"
#include "codec/wire.hpp"
#include "domain/expected.hpp"
#include "domain/refusal.hpp"

/// How what the domain says becomes an answer, and is kept for those who repeat their key.
namespace loyalty::actors {

template <class Result>
Answer answer_of(const domain::Expected<Result, domain::Refusal>& outcome) {
  if (outcome) return api::Result{.body = codec::to_wire(*outcome)};
  return api::to_error(outcome.error());
}

/// The record of a turn. A result that has no stored form of its own is stored as it is answered,
/// and not copied for that.
inline std::string encode_record(const Work& work) {
  const auto* result = get_if<api::Result>(&work.answer);
  const bool told = work.record->kind == OutcomeKind::result && result != nullptr;
  return encode_record(work.entity, *work.record, told ? result->body : std::string_view());
}

/// Answers a command, and puts how it ended into its record.
template <class Result>
void conclude(const domain::Expected<Result, domain::Refusal>& outcome, Work& work,
              Record& record) {
  work.answer = answer_of(outcome);
  if (outcome) {
    record.kind = OutcomeKind::result;
  } else {
    record.kind = OutcomeKind::refusal;
    record.outcome = codec::to_stored(outcome.error());
  }
}

}  // namespace loyalty::actors
