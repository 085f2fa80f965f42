// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "domain/expected.hpp"
#include "domain/program/catalogue.hpp"
#include "domain/refusal.hpp"
#include "domain/report/queries.hpp"
#include "domain/report/rows.hpp"

/// From a question to the rows that answer it, and from these to the answer. Each shard selects
/// from its own rows; the sum of the selections is the selection from the sum, so it does not
/// matter on how many shards, or nodes, a program lives.
namespace loyalty::domain {

enum class ReportKind : std::uint8_t { report, outstanding, forecast };

/// A question that was checked.
struct ReportSelection {
  ReportKind kind = ReportKind::report;
  LocalDay from;
  LocalDay until;  ///< first day that is not in it
  ReportBy by = ReportBy::currency;
  ReportPer per = ReportPer::total;
  CurrencyId only;
};

Expected<ReportSelection, Refusal> check(const ReportQuery& query, const Catalogue& catalogue,
                                         Instant now);

/// Whether rows of this piece can be among those that are wanted.
bool wants(const ReportSelection& wanted, const ReportPiece& piece);

/// Adds what is wanted of `rows` to `selected`, in coarser rows: periods instead of days, and only
/// the parts of the key that were asked for. The stock is taken back to the end of the period.
void select(const ReportSelection& wanted, const Catalogue& catalogue, const ReportRows& rows,
            ReportRows& selected);

/// Where selected rows of the forecast stand that expire too late to be shown, or never.
inline constexpr std::int64_t expires_later = INT64_MAX - 1;
inline constexpr std::int64_t expires_never = INT64_MAX;

/// An answer of more lines is refused: it is for people.
inline constexpr std::size_t max_report_lines = 10'000;

/// Puts the selected rows of all shards into words.
Expected<ReportAnswer, Refusal> answer(const ReportSelection& wanted, const Catalogue& catalogue,
                                       const ReportRows& selected);

}  // namespace loyalty::domain
