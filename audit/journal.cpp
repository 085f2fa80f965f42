// SPDX-License-Identifier: Apache-2.0
#include "audit/journal.hpp"

#include <algorithm>
#include <utility>

#include "actors/entity_key.hpp"
#include "actors/record.hpp"
#include "audit/entity_name.hpp"
#include "codec/stored.hpp"
#include "persistence/block.hpp"

namespace loyalty::audit {
namespace {

using persistence::Block;
using persistence::Head;
using persistence::ShardId;

std::string at_position(std::uint64_t position) { return "position " + std::to_string(position); }

class JournalReading {
 public:
  JournalReading(persistence::Store& store, ShardId shard, JournalPart part, Findings& findings)
      : store_(store), shard_(shard), part_(part), place_{findings, shard, {}, 0, 0}, box_(shard) {}

  persistence::StoreResult<Journal> run() {
    const auto owner = store_.owner(shard_);
    if (!owner) {
      if (!report_damage(owner.error(), place_)) return domain::Unexpected{owner.error()};
      return std::move(journal_);
    }
    journal_.owner = *owner;
    if (owner->checkpoint > owner->head.position) {
      place_.report(Invariant::gapless, "a checkpoint within the journal",
                    at_position(owner->checkpoint) + ", and the journal ends at " +
                        at_position(owner->head.position));
    }
    if (auto fault = restore_outbox()) return domain::Unexpected{*std::move(fault)};
    const std::uint64_t after = part_ == JournalPart::retained ? 0 : owner->checkpoint;
    const auto read = store_.blocks(shard_, after, [&](const Block& block) {
      take(block);
      return true;
    });
    if (!read && !report_damage(read.error(), place_)) return domain::Unexpected{read.error()};
    check_end();
    read_lanes();
    return std::move(journal_);
  }

 private:
  std::optional<persistence::StoreFault> restore_outbox() {
    const std::string name = actors::outbox_key(shard_);
    const Place place = at(name, 0);
    const auto found = store_.load(shard_, std::vector{name});
    if (!found) {
      if (report_damage(found.error(), place)) return std::nullopt;
      return found.error();
    }
    const auto& snapshot = found->snapshots.front();
    if (!snapshot) {
      if (journal_.owner.checkpoint > 0) {
        place.report(Invariant::effects_once, "an outbox, since there is a checkpoint", "none");
      }
      return std::nullopt;
    }
    if (!box_.restore(snapshot->bytes)) {
      place.report(Invariant::effects_once, "an outbox that can be read", "other bytes");
    }
    box_position_ = snapshot->position;
    if (box_position_ < journal_.owner.checkpoint || box_position_ > journal_.owner.head.position) {
      place.report(Invariant::effects_once,
                   "an outbox as of a position between the checkpoint and the journal's end",
                   "one as of " + at_position(box_position_));
    }
    return std::nullopt;
  }

  void take(const Block& block) {
    const Head announced = persistence::announced_previous(block);
    if (std::exchange(first_, false)) {
      previous_ = announced;
      journal_.first_position = announced.position + 1;
      check_begin(announced);
    }
    auto parsed = persistence::parse_block(shard_, previous_, block);
    if (!parsed) {
      place_.report(Invariant::gapless, "a block that follows the one before it",
                    parsed.error().message);
      // Where only the link is broken, its records can still be read.
      parsed = persistence::parse_block(shard_, announced, block);
    }
    previous_ = {block.last_position, block.chain};
    if (!parsed) return;
    check_epoch(parsed->epoch, parsed->first_position);
    std::uint64_t position = parsed->first_position;
    std::vector<actors::OutboxEntry> owed;
    for (const auto bytes : parsed->records) keep(position++, bytes, owed);
    if (block.last_position > box_position_) {
      (void)box_.add(parsed->epoch, block.last_position, std::move(owed));
    }
  }

  void check_begin(const Head& announced) {
    const std::uint64_t checkpoint = journal_.owner.checkpoint;
    if (announced.position > checkpoint) {
      place_.report(Invariant::gapless,
                    "a journal that begins at or below " + at_position(checkpoint + 1),
                    "one that begins at " + at_position(announced.position + 1));
    }
    if (announced.position == 0 && announced.chain != 0) {
      place_.report(Invariant::gapless, "a first block that follows nothing",
                    "one that follows another");
    }
  }

  void check_epoch(std::uint64_t epoch, std::uint64_t position) {
    if (epoch < epoch_ || epoch > journal_.owner.fence.epoch) {
      at({}, position)
          .report(Invariant::one_writer,
                  "an epoch from " + std::to_string(epoch_) + " to the owner's, " +
                      std::to_string(journal_.owner.fence.epoch),
                  "epoch " + std::to_string(epoch));
    }
    epoch_ = std::max(epoch_, epoch);
  }

  void keep(std::uint64_t position, std::string_view bytes,
            std::vector<actors::OutboxEntry>& owed) {
    const auto record = actors::decode_record(bytes);
    if (!record || !is_entity_name(record->entity)) {
      at({}, position).report(Invariant::gapless, "a record of an entity", "other bytes");
      return;
    }
    // A record of the outbox itself is a mark that says nothing: it only moved the head.
    if (actors::type_of(record->entity) == actors::EntityType::outbox) return;
    if (actors::type_of(record->entity) == actors::EntityType::report) {
      journal_.counts.push_back({position, 0, std::string(bytes)});
      return;
    }
    codec::Reader in(record->owed);
    std::vector<actors::OutboxEntry> entries;
    if (!codec::read_stored(in, entries)) {
      at(record->entity, position)
          .report(Invariant::effects_once, "effects that can be read", "other bytes");
    }
    for (auto& entry : entries) owed.push_back(std::move(entry));
    journal_.records[std::string(record->entity)].push_back(
        {position, record->number, std::string(bytes)});
  }

  void check_end() {
    const persistence::OwnerRecord& owner = journal_.owner;
    if (first_) {  // nothing but what snapshots cover
      if (owner.head.position > owner.checkpoint) {
        place_.report(Invariant::gapless, "a journal up to " + at_position(owner.head.position),
                      "nothing after the checkpoint, " + at_position(owner.checkpoint));
      }
      return;
    }
    if (previous_ == owner.head) return;
    const bool chain_only = previous_.position == owner.head.position;
    place_.report(
        Invariant::gapless,
        "a journal that ends where the owner record says, at " + at_position(owner.head.position),
        chain_only ? "another chain hash" : "an end at " + at_position(previous_.position));
  }

  void read_lanes() {
    const std::string bytes = box_.snapshot();
    codec::Reader in(bytes);
    (void)codec::read_stored(in, journal_.lanes);
  }

  Place at(std::string_view entity, std::uint64_t position) const {
    Place place = place_;
    place.entity = entity;
    place.position = position;
    return place;
  }

  persistence::Store& store_;
  ShardId shard_;
  JournalPart part_;
  Place place_;
  Journal journal_;
  actors::Outbox box_;
  std::uint64_t box_position_ = 0;
  Head previous_;
  std::uint64_t epoch_ = 0;
  bool first_ = true;
};

}  // namespace

bool report_damage(const persistence::StoreFault& fault, const Place& place) {
  if (fault.kind != persistence::StoreFault::Kind::damaged) return false;
  place.report(Invariant::gapless, "bytes that are as they were written", fault.message);
  return true;
}

persistence::StoreResult<Journal> read_journal(persistence::Store& store, ShardId shard,
                                               JournalPart part, Findings& findings) {
  return JournalReading(store, shard, part, findings).run();
}

}  // namespace loyalty::audit
