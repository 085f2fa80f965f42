// SPDX-License-Identifier: Apache-2.0
#include "audit/report_audit.hpp"

#include <algorithm>
#include <set>

#include "actors/entity_key.hpp"
#include "actors/report_book.hpp"

namespace loyalty::audit {
namespace {

using domain::ReportKey;
using domain::ReportRows;
using domain::ReportValues;

std::string row_text(const ReportKey& key, const ReportValues& values) {
  std::string text(domain::name_of(key.table));
  for (const std::int64_t part :
       {key.when, std::int64_t{key.first}, std::int64_t{key.second}, std::int64_t{key.third}}) {
    text += "/" + std::to_string(part);
  }
  if (!key.text.empty()) text += "/" + key.text;
  for (const auto& [measure, amount] : values.all()) {
    text += " " + std::to_string(static_cast<int>(measure)) + "=" + std::to_string(amount);
  }
  return text;
}

/// The first row of one that the other has not.
std::string first_difference(const ReportRows& rows, const ReportRows& other) {
  for (const auto& [key, values] : rows.all()) {
    const auto twin = other.all().find(key);
    if (twin == other.all().end() || !(twin->second == values)) return row_text(key, values);
  }
  return "nothing else";
}

bool has_other_categories(const ReportRows& rows) {
  return std::any_of(rows.all().begin(), rows.all().end(),
                     [](const auto& row) { return row.first.text == domain::other_categories; });
}

void compare(const domain::ReportPiece& piece, const ReportRows& scanned, const ReportRows& kept,
             const Place& place) {
  if (scanned == kept) return;
  // Which categories are told apart depends on which came first.
  if (has_other_categories(kept)) {
    const ReportRows plain = domain::without_categories(scanned);
    if (plain == domain::without_categories(kept)) return;
  }
  place.report(Invariant::reports,
               domain::to_string(piece) + " with " + first_difference(scanned, kept),
               first_difference(kept, scanned));
}

}  // namespace

void check_reports(const std::vector<persistence::Snapshot>& pinned, const Journal& journal,
                   const ScannedReports& scanned, std::string_view program, const Place& place) {
  actors::ReportBook book;
  for (const auto& snapshot : pinned) {
    if (actors::type_of(snapshot.entity) != actors::EntityType::report) continue;
    Place at = place;
    at.entity = snapshot.entity;
    if (snapshot.position > journal.owner.head.position) {
      at.report(Invariant::reports,
                "sums as of a position up to " + std::to_string(journal.owner.head.position),
                "some as of position " + std::to_string(snapshot.position));
    }
    if (!book.restore(snapshot)) at.report(Invariant::reports, "sums that can be read", "others");
  }
  if (journal.owner.head.position == 0) return;
  if (!book.complete()) {
    place.report(Invariant::reports, "reports", "none: a server makes them when it starts");
    return;
  }
  for (const auto& stored : journal.counts) {
    const auto record = actors::decode_record(stored.bytes);
    Place at = place;
    at.position = stored.position;
    if (!record || !book.replay(stored.position, *record)) {
      at.report(Invariant::reports, "counts that can be read", "other bytes");
    }
  }
  std::set<std::string> programs;
  for (const auto& name : book.programs()) programs.insert(name);
  for (const auto& [name, rows] : scanned) programs.insert(name);
  for (const auto& name : programs) {
    if (!program.empty() && name != program) continue;
    const std::string entity = actors::report_key(name);
    Place at = place;
    at.entity = entity;
    auto kept = book.pieces(name);
    std::map<domain::ReportPiece, ReportRows> told;
    const auto found = scanned.find(name);
    if (found != scanned.end()) {
      for (const auto& [key, values] : found->second.all()) {
        told[domain::piece_of(key)].add(key, values);
      }
    }
    for (const auto& [piece, rows] : kept) told[piece];
    for (const auto& [piece, rows] : told) compare(piece, rows, kept[piece], at);
  }
}

}  // namespace loyalty::audit
