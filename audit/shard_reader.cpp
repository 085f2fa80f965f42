// SPDX-License-Identifier: Apache-2.0
#include "audit/shard_reader.hpp"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <utility>

#include "actors/entity_key.hpp"
#include "actors/segment.hpp"
#include "audit/entity_name.hpp"
#include "codec/msgpack_reader.hpp"

namespace loyalty::audit {
namespace {

using domain::Unexpected;
using persistence::Snapshot;
using persistence::StoreFault;
using persistence::StoreResult;

constexpr std::size_t snapshots_per_read = 64;

std::string record_name(std::uint64_t number) { return "record " + std::to_string(number); }

/// Puts the segments and the journal of one entity together.
class EntityWalk {
 public:
  EntityWalk(Place place, const Cover& cover, const std::vector<JournalRecord>* tail,
             const std::function<bool(const StoredRecord&)>& visit)
      : place_(place), cover_(cover), tail_(tail), visit_(visit) {
    if (tail_ == nullptr) return;
    for (const auto& record : *tail_) by_number_.emplace(record.number, &record);
  }

  /// False ends the walk.
  bool segment(const persistence::Segment& segment) {
    std::vector<std::string_view> encoded;
    const auto unpacked = actors::unpack_segment(segment.bytes);
    if (!unpacked || !actors::split_segment(*unpacked, encoded) || encoded.empty()) {
      return lost("a segment of records", "other bytes");
    }
    bool first = true;
    for (const auto bytes : encoded) {
      const auto record = actors::decode_record(bytes);
      if (!record) return lost("a segment of records", "other bytes");
      if (std::exchange(first, false) && record->number != segment.first_sequence) {
        at(record->number, 0)
            .report(Invariant::gapless, "a segment under the number of its first record",
                    "one under " + std::to_string(segment.first_sequence));
      }
      const auto twin = by_number_.find(record->number);
      const bool is_in_journal = twin != by_number_.end();
      if (is_in_journal && twin->second->bytes != bytes) {
        at(record->number, twin->second->position)
            .report(Invariant::gapless, "the same record in the journal and in the history",
                    "two that differ");
      }
      if (!take({bytes, *record, is_in_journal ? twin->second->position : 0})) return false;
    }
    return true;
  }

  void end_of_segments() {
    if (next_ - 1 == cover_.records || ended_) return;
    place_.report(Invariant::gapless, "history up to the snapshot's " + record_name(cover_.records),
                  "history up to " + record_name(next_ - 1));
  }

  void journal(const Journal& journal) {
    if (tail_ == nullptr) return;
    if (journal.first_position == 1 && tail_->front().number != 1) {
      at(0, tail_->front().position)
          .report(Invariant::gapless, "record 1 first, since the journal has its beginning",
                  record_name(tail_->front().number));
    }
    check_order();
    for (const auto& record : *tail_) {
      check_cover(record, journal.owner.checkpoint);
      if (ended_ || record.number < next_) continue;
      (void)take({record.bytes, *actors::decode_record(record.bytes), record.position});
    }
  }

  bool whole() const { return whole_; }
  bool ended() const { return ended_; }

 private:
  bool take(const StoredRecord& record) {
    if (record.view.entity != place_.entity) {
      return lost("a record of this entity", "one of " + std::string(record.view.entity));
    }
    if (record.view.number != next_) {
      return lost(record_name(next_), record_name(record.view.number), record.position);
    }
    ++next_;
    ended_ = !visit_(record);
    return !ended_;
  }

  /// Numbers in the journal follow each other, also where segments hold the records too.
  void check_order() const {
    for (std::size_t i = 1; i < tail_->size(); ++i) {
      const auto& record = (*tail_)[i];
      const std::uint64_t expected = (*tail_)[i - 1].number + 1;
      if (record.number == expected) continue;
      at(0, record.position)
          .report(Invariant::gapless, record_name(expected), record_name(record.number));
    }
  }

  void check_cover(const JournalRecord& record, std::uint64_t checkpoint) const {
    const bool counted = record.number <= cover_.records;
    if (counted != (record.position <= cover_.position)) {
      at(record.number, record.position)
          .report(Invariant::replay,
                  "a snapshot of " + std::to_string(cover_.records) + " records as of position " +
                      std::to_string(cover_.position),
                  counted ? "one of them after that position" : "another one up to that position");
    }
    if (!counted && record.position <= checkpoint) {
      at(record.number, record.position)
          .report(
              Invariant::gapless,
              "everything up to the checkpoint, " + std::to_string(checkpoint) + ", in snapshots",
              "a record that is in none");
    }
  }

  bool lost(std::string expected, std::string found, std::uint64_t position = 0) {
    at(next_, position).report(Invariant::gapless, std::move(expected), std::move(found));
    whole_ = false;
    ended_ = true;
    return false;
  }

  Place at(std::uint64_t number, std::uint64_t position) const {
    Place place = place_;
    place.record = number;
    place.position = position;
    return place;
  }

  Place place_;
  Cover cover_;
  const std::vector<JournalRecord>* tail_;
  const std::function<bool(const StoredRecord&)>& visit_;
  std::unordered_map<std::uint64_t, const JournalRecord*> by_number_;
  std::uint64_t next_ = 1;
  bool whole_ = true;
  bool ended_ = false;
};

}  // namespace

StoreResult<ShardReader> ShardReader::open(persistence::Store& store, persistence::ShardId shard,
                                           JournalPart part, std::string_view program,
                                           Findings& findings) {
  ShardReader reader(store, shard);
  auto journal = read_journal(store, shard, part, findings);
  if (!journal) return Unexpected{journal.error()};
  reader.journal_ = std::move(*journal);
  if (auto fault = reader.read_names(program, findings)) return Unexpected{*std::move(fault)};
  return reader;
}

std::optional<StoreFault> ShardReader::read_names(std::string_view program, Findings& findings) {
  const Place place{findings, shard_, {}, 0, 0};
  const auto wanted = [&](const std::string& name) {
    return actors::is_actor(name) && (program.empty() || actors::program_of(name) == program);
  };
  const auto read = store_->entities(shard_, [&](const std::string& name) {
    if (!is_entity_name(name)) {
      place.report(Invariant::gapless, "snapshots of entities", "one under \"" + name + "\"");
    } else if (wanted(name)) {
      entities_.push_back(name);
    }
    return true;
  });
  if (!read && !report_damage(read.error(), place)) return read.error();
  for (const auto& [name, records] : journal_.records) {
    if (wanted(name)) entities_.push_back(name);
  }
  std::sort(entities_.begin(), entities_.end(), comes_before);
  entities_.erase(std::unique(entities_.begin(), entities_.end()), entities_.end());
  return std::nullopt;
}

StoreResult<std::optional<Snapshot>> ShardReader::snapshot(std::size_t index, Findings& findings) {
  if (index < window_begin_ || index >= window_begin_ + window_.size()) {
    const std::size_t count = std::min(snapshots_per_read, entities_.size() - index);
    auto ahead = store_->load(shard_, std::span(entities_).subspan(index, count));
    if (!ahead) {
      // One of them is damaged: this one alone is asked for, to tell which.
      ahead = store_->load(shard_, std::span(entities_).subspan(index, 1));
    }
    if (!ahead) {
      const Place place{findings, shard_, entities_[index], 0, 0};
      if (!report_damage(ahead.error(), place)) return Unexpected{ahead.error()};
      return std::optional<Snapshot>();
    }
    window_begin_ = index;
    window_ = std::move(ahead->snapshots);
  }
  return window_[index - window_begin_];
}

StoreResult<bool> ShardReader::records(
    const std::string& entity, const Cover& cover, Findings& findings,
    const std::function<bool(const StoredRecord&)>& visit) const {
  const Place place{findings, shard_, entity, 0, 0};
  const auto tail = journal_.records.find(entity);
  EntityWalk walk(place, cover, tail == journal_.records.end() ? nullptr : &tail->second, visit);
  const auto read = store_->history(
      shard_, entity, [&](const persistence::Segment& segment) { return walk.segment(segment); });
  if (!read && !report_damage(read.error(), place)) return Unexpected{read.error()};
  walk.end_of_segments();
  walk.journal(journal_);
  return walk.whole() && static_cast<bool>(read);
}

}  // namespace loyalty::audit
