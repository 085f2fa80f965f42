// SPDX-License-Identifier: Apache-2.0
#include "audit/effects.hpp"

#include <xxhash.h>

#include <algorithm>

#include "actors/entity_key.hpp"
#include "codec/stored.hpp"

namespace loyalty::audit {
namespace {

using domain::OutboxCursor;
using domain::OutboxId;

std::string text_of(const EntryTally& tally) {
  return std::to_string(tally.entries) + " entries of " + std::to_string(tally.points.value) +
         " points and " + std::to_string(tally.money.value) + " minor units";
}
std::string text_of(const OutboxId& id) {
  return "position " + std::to_string(id.position) + " of epoch " + std::to_string(id.epoch);
}

}  // namespace

void EntryTally::add(const domain::Effect& effect) {
  const std::string bytes = codec::to_stored(effect);
  ++entries;
  if (const auto* entry = get_if<domain::PartnerEntry>(&effect)) {
    points += entry->points;
    money += entry->money;
  }
  fingerprint += XXH3_64bits(bytes.data(), bytes.size());
}

void EntryTally::add(const EntryTally& other) {
  entries += other.entries;
  points += other.points;
  money += other.money;
  fingerprint += other.fingerprint;
}

void Effects::owed(persistence::ShardId source, const std::string& receiver,
                   const domain::Effect& effect) {
  lanes_[{receiver, source}].owed.add(effect);
}

void Effects::booked(const std::string& receiver, const OutboxCursor& cursor,
                     const std::vector<domain::Effect>& effects) {
  Lane& lane = lanes_[{receiver, cursor.shard}];
  for (const auto& effect : effects) lane.booked.add(effect);
  lane.cursor = std::max(lane.cursor, cursor.last);
}

void Effects::in_outbox(persistence::ShardId source, const actors::Outbox::Lane& lane) {
  Lane& mine = lanes_[{lane.destination, source}];
  mine.last_sent = lane.last_sent;
  mine.open = lane.open;
}

void Effects::journal_ends(persistence::ShardId source, const persistence::OwnerRecord& owner) {
  ends_[source] = owner;
}

std::uint64_t Effects::under_way(std::string_view partner) const {
  std::uint64_t count = 0;
  for (const auto& [key, lane] : lanes_) {
    if (key.first != partner) continue;
    for (const auto& message : lane.open) {
      if (message.id > lane.cursor) count += message.effects.size();
    }
  }
  return count;
}

void Effects::judge(Findings& findings) const {
  for (const auto& [key, lane] : lanes_) {
    judge_lane(static_cast<persistence::ShardId>(key.second), key.first, lane, findings);
  }
}

void Effects::judge_lane(persistence::ShardId source, const std::string& partner, const Lane& lane,
                         Findings& findings) const {
  const Place place{findings, source, partner, 0, 0};
  // A lane to a member is forgotten once all of it is confirmed.
  const bool forgotten = actors::type_of(partner) == actors::EntityType::member;
  // What is beyond the cursor follows it without a gap; otherwise the partner would refuse it.
  EntryTally accounted = lane.booked;
  OutboxId end = lane.cursor;
  for (const auto& message : lane.open) {
    if (message.id <= lane.cursor) continue;  // booked, and not confirmed yet
    if (message.previous != end && !(forgotten && message.previous == OutboxId{})) {
      place.report(Invariant::effects_once,
                   "the next message to the receiver to follow " + text_of(end),
                   "one that follows " + text_of(message.previous));
    }
    end = message.id;
    for (const auto& effect : message.effects) accounted.add(effect);
  }
  if (end != lane.last_sent && !(forgotten && lane.last_sent == OutboxId{})) {
    place.report(
        Invariant::effects_once,
        "everything sent to the receiver taken or in the outbox, up to " + text_of(lane.last_sent),
        "up to " + text_of(end));
  }
  const auto known = ends_.find(source);
  if (known == ends_.end() || lane.cursor.position > known->second.head.position ||
      lane.cursor.epoch > known->second.fence.epoch) {
    place.report(Invariant::effects_once, "a cursor within the journal of its shard",
                 text_of(lane.cursor));
  }
  if (accounted == lane.owed) return;
  const bool count = accounted.entries != lane.owed.entries;
  place.report(count ? Invariant::effects_once : Invariant::partner_ledgers,
               "what members of this shard owe: " + text_of(lane.owed),
               "booked or under way: " + text_of(accounted) +
                   (text_of(accounted) == text_of(lane.owed) ? ", not the same ones" : ""));
  if (count && (accounted.points != lane.owed.points || accounted.money != lane.owed.money)) {
    place.report(Invariant::partner_ledgers,
                 "sums that members of this shard owe: " + text_of(lane.owed), text_of(accounted));
  }
}

}  // namespace loyalty::audit
