// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "actors/entity_key.hpp"
#include "actors/segment.hpp"
#include "actors/shard.hpp"
#include "persistence/failpoint.hpp"

/// How the journal of a shard stays short: snapshots with what they make history, trimming, merging
/// small segments, and who leaves memory.
namespace loyalty::actors {
namespace {

/// Of entities that were used since they got their place in the order of use, at a time.
constexpr std::size_t most_put_last = 256;

/// Snapshots of what is old are spread out, oldest first: after many enrolments at once they would
/// take the time that calls need. So a record that waits among n others for its snapshot gets it n
/// / 128 s after it is old, and as n never exceeds SnapshotPace::max_backlog by more than what one
/// write adds (from there on every write brings its snapshots along), after 65,536 / 128 s, eight
/// and a half minutes, at the latest. That also bounds for how long a block stays in the journal.
constexpr std::int64_t old_snapshots_per_second = 128;
constexpr std::chrono::milliseconds old_snapshots_interval{250};
constexpr std::chrono::milliseconds old_snapshots_at_most{1000};

/// Of a history, at a time, when its end is looked for.
constexpr std::size_t past_page_bytes = std::size_t{4} << 20;
/// The checkpoint moves by so many records where more effects than that are under way.
constexpr std::uint64_t min_step = 2'048;
constexpr std::size_t small_outbox = 64;
/// Fewer are not worth a call to the store, unless they have been waiting for so long: tables of
/// the journal have blocks of all shards, and stay as long as any of them needs them.
constexpr std::uint64_t min_trim_records = 500;
constexpr std::chrono::seconds max_trim_age{10};

using persistence::failpoint;

}  // namespace

void Shard::add_snapshots(persistence::Commit& commit) {
  const std::uint64_t end = commit.block ? commit.block->last_position : journal().durable();
  for (const auto& key : std::exchange(wanted_snapshots_, {})) {
    Slot* slot = table_.find(key);
    if (slot != nullptr && slot->actor) take_snapshot(*slot, commit);
  }
  const std::size_t due =
      snapshot_pace_.due(end - checkpoint_, dirty_.size(), commit.block ? commit.block->count : 0);
  std::size_t seen = 0;
  for (const auto& [since, key] : dirty_) {
    if (commit.snapshots.size() >= SnapshotPace::max_in_write || ++seen > due) break;
    Slot* slot = table_.find(key);
    if (slot == nullptr) {
      slot = &table_.add(key);  // it is loaded now, and snapshotted with a later write
      load(*slot);
    } else if (slot->actor) {
      take_snapshot(*slot, commit);
    }
  }
  save_reports(commit, end);
  if (commit.snapshots.empty()) return;

  // What is still dirty bounds the checkpoint, and so does the outbox, which knows all blocks but
  // the one that is being written.
  std::uint64_t oldest = end + 1;
  for (const auto& [since, key] : dirty_) {
    const Slot* slot = table_.find(key);
    if (slot != nullptr && slot->snapshot_until != 0) continue;
    oldest = since;
    break;
  }
  oldest = std::min(oldest, reports_.unsaved_since());
  const std::uint64_t durable = journal().durable();
  const std::uint64_t checkpoint = std::max(checkpoint_, std::min(oldest - 1, durable));
  // The outbox is written whole: where much waits in it, not for every few records.
  if (outbox_.unconfirmed_effects() > small_outbox && checkpoint < checkpoint_ + min_step) return;
  commit.snapshots.push_back({outbox_key(id()), durable, outbox_.snapshot(), true});
  commit.checkpoint = checkpoint;
}

void Shard::save_reports(persistence::Commit& commit, std::uint64_t end) {
  // Some pieces change with nearly every record: they are written when they are old, or when they
  // alone would hold up the checkpoint.
  const std::uint64_t since = reports_.unsaved_since();
  const bool behind =
      since != UINT64_MAX && end > since && end - since > SnapshotPace::max_backlog / 2;
  const bool first = !reports_.saved_once();
  if (first || behind || std::exchange(reports_due_, false)) reports_.save(commit, end);
}

void Shard::take_snapshot(Slot& slot, persistence::Commit& commit) {
  const std::uint64_t end = commit.block ? commit.block->last_position : journal().durable();
  if (slot.tail.empty() || slot.tail.back().position > end || slot.snapshot_until != 0) return;
  if (slot.actor->broken()) return;
  std::vector<std::string_view> records;
  for (const auto& record : slot.tail) records.push_back(record.bytes);
  const auto first = decode_record(slot.tail.front().bytes);
  commit.snapshots.push_back(
      {slot.key, end, slot.actor->entity().snapshot(), type_of(slot.key) == EntityType::program});
  slot.snapshot_bytes = commit.snapshots.back().bytes.size();
  failpoint("segment.before");
  commit.segments.push_back({slot.key, first->number, pack_segment(records)});
  failpoint("snapshot.taken");
  slot.snapshot_until = end;
}

void Shard::note_age(Time now) {
  recent_ends_.emplace_back(now, journal().newest());
  while (!recent_ends_.empty() && recent_ends_.front().first <= now - services_.snapshot_age) {
    old_until_ = recent_ends_.front().second;
    recent_ends_.pop_front();
  }
}

void Shard::snapshot_old(Time now) {
  if (now < last_old_snapshots_ + old_snapshots_interval) return;
  const auto since_last = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::min<Time::duration>(now - last_old_snapshots_, old_snapshots_at_most));
  const auto share = static_cast<std::size_t>(old_snapshots_per_second * since_last.count() / 1000);
  if (reports_.unsaved_since() <= old_until_ && !lost()) reports_due_ = true;
  last_old_snapshots_ = now;
  std::size_t seen = 0;
  for (const auto& [since, key] : dirty_) {
    if (since > old_until_ || seen >= share || lost()) break;
    Slot* slot = table_.find(key);
    // What can never be snapshotted does not stand in the way of the rest.
    if (unloadable_.count(key) > 0) continue;
    if (slot != nullptr && slot->actor && slot->actor->broken()) continue;
    ++seen;
    if (slot == nullptr) {
      load(table_.add(key));
    } else if (slot->actor) {
      wanted_snapshots_.insert(key);
    }
  }
}

bool Shard::snapshot_dirty(std::uint64_t until) {
  if (!writer_.ready() || !wanted_snapshots_.empty()) return lost();
  for (const auto& [since, key] : dirty_) {
    if (since > until || wanted_snapshots_.size() >= SnapshotPace::max_in_write) break;
    const Slot* slot = table_.find(key);
    const bool can = slot != nullptr && slot->actor && !slot->actor->broken() &&
                     slot->snapshot_until == 0 && !slot->tail.empty() &&
                     slot->tail.back().position <= journal().durable();
    if (can) wanted_snapshots_.insert(key);
  }
  return wanted_snapshots_.empty();
}

void Shard::trim(Time now) {
  const bool old = now >= last_trim_ + max_trim_age;
  if (checkpoint_ < trimmed_ + (old ? 1 : min_trim_records)) return;
  trimmed_ = checkpoint_;
  last_trim_ = now;
  services_.lane.read([this, up_to = trimmed_](persistence::Store& store) {
    failpoint("trim.before");
    (void)store.trim(id(), up_to);  // one that fails is made good by the next
    failpoint("trim.after");
  });
}

void Shard::after_snapshots(const persistence::Commit& commit) {
  for (const auto& snapshot : commit.snapshots) {
    Slot* slot = table_.find(snapshot.entity);
    if (slot == nullptr) continue;
    if (!slot->tail.empty()) dirty_.erase(slot->tail.front().position);
    const auto kept = std::ranges::find_if(
        slot->tail, [&](const TailRecord& r) { return r.position > slot->snapshot_until; });
    for (auto& reader : slot->readers) reader->insert(reader->end(), slot->tail.begin(), kept);
    slot->tail.erase(slot->tail.begin(), kept);
    if (slot->tail.empty()) slot->tail = {};  // and its memory, where entities are many
    slot->snapshot_until = 0;
    if (!slot->tail.empty()) dirty_.emplace(slot->tail.front().position, slot->key);
  }
  if (commit.checkpoint) checkpoint_ = *commit.checkpoint;
}

void Shard::note_segments(const persistence::Commit& commit) {
  for (const auto& segment : commit.segments) {
    const persistence::SegmentKey name{segment.entity, segment.first_sequence};
    const bool from_merge =
        std::find(commit.merged.begin(), commit.merged.end(), name) != commit.merged.end();
    const Slot* slot = table_.find(segment.entity);
    if (from_merge || slot == nullptr || !slot->actor) continue;
    if (segment.first_sequence == 1) pasts_[segment.entity] = {.from = 1, .small = 0};
    const auto known = pasts_.find(segment.entity);
    if (known == pasts_.end()) {
      // How many came before is not known. To look each time would be too much: it is done whenever
      // the number of its records passes a multiple, and so at least once for as many segments.
      const std::uint64_t next = slot->actor->entity().records() + 1;
      if (segment.first_sequence / SegmentMerge::most_small != next / SegmentMerge::most_small) {
        to_merge_.insert(segment.entity);
      }
    } else if (segment.bytes.size() >= SegmentMerge::big_bytes) {
      known->second = {.from = segment.first_sequence + 1, .small = 0};
    } else if (++known->second.small > SegmentMerge::most_small) {
      to_merge_.insert(segment.entity);
    }
  }
}

void Shard::merge_next() {
  while (!merge_ && !lost() && !stalled_ && !to_merge_.empty()) {
    const std::string entity = to_merge_.extract(to_merge_.begin()).value();
    if (table_.find(entity) == nullptr) continue;  // when it is back
    merge_ = std::make_shared<Merge>(Merge{entity, stalls_, {}, {}});
    const auto known = pasts_.find(entity);
    look_at_past(known == pasts_.end() ? 0 : known->second.from);
  }
}

void Shard::look_at_past(std::uint64_t from) {
  services_.lane.read(
      [this, merge = merge_, from, known = journal().durable()](persistence::Store& store) {
        std::size_t seen = 0;
        std::optional<std::uint64_t> next;
        std::optional<SegmentMerge::Outcome> outcome;
        const auto read =
            store.history_from(id(), merge->entity, from, [&](const persistence::Segment& segment) {
              if (seen > past_page_bytes) {
                next = segment.first_sequence;
                return false;
              }
              seen += segment.bytes.size();
              return merge->plan.see(segment);
            });
        bool good = static_cast<bool>(read);
        if (good && !next) {
          outcome = merge->plan.merge();
          // A store that went back shows segments of the past.
          const auto owner = store.owner(id());
          good = owner && owner->head.position >= known;
        }
        services_.post([this, good, next, outcome = std::move(outcome)]() mutable {
          past_seen(good, next, std::move(outcome));
        });
      });
}

void Shard::past_seen(bool good, std::optional<std::uint64_t> next,
                      std::optional<SegmentMerge::Outcome> outcome) {
  // A store that went back and was mended since: what was read may be neither before nor after.
  if (!good || lost() || merge_->stalls != stalls_) {
    merge_.reset();  // a later segment asks again
    return;
  }
  if (next) {
    look_at_past(*next);
    return;
  }
  const SegmentMerge& plan = merge_->plan;
  if (table_.find(merge_->entity) != nullptr) {
    pasts_[merge_->entity] = {.from = plan.begin(), .small = plan.small()};
  }
  if (!outcome) {
    merge_.reset();
    merge_next();
    return;
  }
  merge_->after = {.from = outcome->begin, .small = outcome->small};
  merge_to_write_ = std::move(outcome);
}

void Shard::merged() {
  const auto done = std::exchange(merge_, nullptr);
  const auto known = pasts_.find(done->entity);
  if (known == pasts_.end()) return;
  const std::size_t before = done->plan.small();
  const std::size_t came = known->second.small > before ? known->second.small - before : 0;
  known->second = {.from = done->after.from, .small = done->after.small + came};
  if (done->plan.full()) to_merge_.insert(done->entity);  // there were more than it could take
}

bool Shard::may_leave(const Slot& slot) const {
  return slot.actor && slot.busy == 0 && !slot.actor->broken() &&
         type_of(slot.key) != EntityType::program;
}

void Shard::passivate() {
  std::size_t excess =
      table_.size() > services_.max_active ? table_.size() - services_.max_active : 0;
  const Time now = std::chrono::steady_clock::now();
  const Time idle_since = now - services_.max_idle;
  std::vector<Slot*> leaving;
  std::vector<Slot*> used_since;
  for (Slot* slot : table_.in_order_of_use()) {
    if (leaving.size() == SnapshotPace::max_in_write) break;
    if (excess == 0 && slot->last_used > idle_since) break;
    if (slot->last_used > slot->ordered && slot->last_used > idle_since) {
      used_since.push_back(slot);
      if (used_since.size() == most_put_last) break;
      continue;
    }
    if (!may_leave(*slot)) continue;
    if (excess > 0) --excess;
    leaving.push_back(slot);
  }
  for (Slot* slot : used_since) table_.put_last(*slot, now);
  for (Slot* slot : leaving) {
    if (slot->tail.empty() && slot->snapshot_until == 0) {
      pasts_.erase(slot->key);
      table_.drop(*slot);
    } else if (slot->snapshot_until == 0) {
      wanted_snapshots_.insert(slot->key);
    }
  }
}

}  // namespace loyalty::actors
