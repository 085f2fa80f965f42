// SPDX-License-Identifier: Apache-2.0
#include "audit/due_index.hpp"

#include <limits>

#include "actors/entity_key.hpp"
#include "actors/shard.hpp"
#include "audit/entity_name.hpp"
#include "audit/journal.hpp"

namespace loyalty::audit {
namespace {

constexpr std::size_t page = 10'000;

std::string moment(std::int64_t at_ms) {
  return at_ms == actors::waiting_for_batch_ms ? "the next batch run"
                                               : std::to_string(at_ms) + " ms";
}

}  // namespace

std::optional<persistence::StoreFault> DueIndex::read(persistence::Store& store,
                                                      persistence::ShardId shard,
                                                      Findings& findings) {
  std::int64_t from = actors::waiting_for_batch_ms;
  std::size_t limit = page;
  while (true) {
    const auto found = store.due(shard, from, std::numeric_limits<std::int64_t>::max(), limit);
    if (!found) {
      if (!report_damage(found.error(), {findings, shard, {}, 0, 0})) return found.error();
      return std::nullopt;
    }
    for (const auto& entry : *found) entries_.emplace(entry.at_ms, entry.entity);
    if (found->size() < limit) break;
    // A page that is one instant only would come again and again.
    if (found->back().at_ms == from) limit *= 2;
    from = found->back().at_ms;
  }
  known_ = true;
  return std::nullopt;
}

void DueIndex::expect(const std::string& entity, std::int64_t due_ms, bool waits_for_batch,
                      const Place& place) {
  if (due_ms != 0) expect_at(due_ms, entity, place);
  if (waits_for_batch) expect_at(actors::waiting_for_batch_ms, entity, place);
}

void DueIndex::expect_at(std::int64_t at_ms, const std::string& entity, const Place& place) {
  if (!known_ || entries_.erase({at_ms, entity}) == 1) return;
  place.report(Invariant::replay, "a place in the due index at " + moment(at_ms), "none");
}

void DueIndex::finish(std::string_view program, const Place& place) const {
  for (const auto& [at_ms, entity] : entries_) {
    const bool named = is_entity_name(entity);
    if (named && !program.empty() && actors::program_of(entity) != program) continue;
    Place there = place;
    there.entity = entity;
    there.report(Invariant::replay, "only entities in the due index that are due",
                 "this one at " + moment(at_ms));
  }
}

}  // namespace loyalty::audit
