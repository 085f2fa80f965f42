// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "actors/entity_key.hpp"
#include "actors/program_entity.hpp"
#include "actors/segment.hpp"
#include "actors/shard.hpp"
#include "api/errors.hpp"
#include "persistence/block.hpp"
#include "persistence/failpoint.hpp"
#include "persistence/faults.hpp"

/// What a shard does with its store: recover, load, write, snapshot, passivate.
namespace loyalty::actors {
namespace {

/// An entity is snapshotted when this many records have gathered,
constexpr std::size_t snapshot_after_records = 100;
/// or when the journal beyond the checkpoint grows longer than this.
constexpr std::uint64_t max_backlog_records = 65'536;
/// Snapshots in one write, so that none takes long.
constexpr std::size_t max_snapshots_per_write = 64;

/// How long a caller waits for a store that does not answer before it is told so.
constexpr std::chrono::seconds answer_patience{2};
/// Messages to other nodes that are sent again at a time.
constexpr std::size_t max_repeated_messages = 1000;
/// How often a shard looks after its store and its snapshots.
constexpr std::chrono::seconds look_interval{1};
/// Snapshots of what is old are spread out, oldest first: after many enrolments at once they would
/// take the time that calls need. So a record that waits among n others for its snapshot gets it n
/// / 128 s after it is old, and as n never exceeds max_backlog_records by more than what one write
/// adds (from there on every write brings its snapshots along), after 65,536 / 128 s, eight and a
/// half minutes, at the latest. That also bounds for how long a block stays in the journal.
constexpr std::int64_t old_snapshots_per_second = 128;
constexpr std::chrono::milliseconds old_snapshots_interval{250};
constexpr std::chrono::milliseconds old_snapshots_at_most{1000};

/// Loads under way at once, per shard; more wait in the order in which they were asked for.
constexpr std::size_t max_loads = 64;
/// Of a history, at a time, when its end is looked for.
constexpr std::size_t past_page_bytes = std::size_t{4} << 20;
/// Fewer are not worth a call to the store.
constexpr std::uint64_t min_trim_records = 500;

using domain::Unexpected;
using persistence::failpoint;

/// A record of nothing: it moves the head.
std::string mark(persistence::ShardId shard) { return encode_record(outbox_key(shard), {}); }

std::vector<OutboxEntry> read_owed(const RecordView& record) {
  std::vector<OutboxEntry> entries;
  codec::Reader in(record.owed);
  codec::read_stored(in, entries);
  return entries;
}

/// An entity has a snapshot exactly when it has a history: both come in one write. A snapshot that
/// is missing is damage, and not an entity that nobody has heard of.
persistence::StoreResult<persistence::Loaded> load_one(persistence::Store& store,
                                                       persistence::ShardId shard,
                                                       const std::string& key) {
  auto found = store.load(shard, std::vector{key});
  if (!found || found->snapshots.front()) return found;
  bool has_history = false;
  const auto read = store.history(shard, key, [&](const persistence::Segment&) {
    has_history = true;
    return false;
  });
  if (!read) return Unexpected{read.error()};
  if (has_history) {
    return persistence::damaged("shard " + std::to_string(shard) + ": the snapshot of " + key +
                                " is missing");
  }
  return found;
}

}  // namespace

persistence::StoreResult<bool> Shard::recover(persistence::Store& store) {
  const auto pinned = store.pinned(id());
  if (!pinned) return Unexpected{pinned.error()};
  std::uint64_t outbox_position = 0;
  std::vector<std::string> programs;
  for (const auto& snapshot : *pinned) {
    if (type_of(snapshot.entity) == EntityType::program) programs.push_back(snapshot.entity);
    if (type_of(snapshot.entity) == EntityType::report && !reports_.restore(snapshot)) {
      return persistence::damaged("shard " + std::to_string(id()) + ": " + snapshot.entity +
                                  " cannot be read");
    }
    if (snapshot.entity != outbox_key(id())) continue;
    if (!outbox_.restore(snapshot.bytes))
      return persistence::damaged("shard " + std::to_string(id()) + ": its outbox cannot be read");
    outbox_position = snapshot.position;
  }

  const auto missing_blocks = [&](std::uint64_t after, std::uint64_t until) {
    return "shard " + std::to_string(id()) + ": the blocks from position " +
           std::to_string(after + 1) + " to " + std::to_string(until) + " are missing";
  };
  std::string problem;
  persistence::Head previous;
  bool first = true;
  const auto read = store.blocks(id(), checkpoint_, [&](const persistence::Block& block) {
    if (std::exchange(first, false)) {
      previous = persistence::announced_previous(block);
      if (previous.position > checkpoint_) {
        problem = missing_blocks(checkpoint_, previous.position);
        return false;
      }
    }
    const auto parsed = persistence::parse_block(id(), previous, block);
    if (!parsed) {
      problem = parsed.error().message;
      return false;
    }
    std::vector<OutboxEntry> owed;
    std::uint64_t position = parsed->first_position;
    for (const auto bytes : parsed->records) {
      const auto record = decode_record(bytes);
      if (!record) {
        problem = "shard " + std::to_string(id()) + ", position " + std::to_string(position) +
                  ": not a record";
        return false;
      }
      const std::string entity(record->entity);
      if (type_of(entity) == EntityType::outbox) {  // a mark
        ++position;
        continue;
      }
      if (type_of(entity) == EntityType::report) {
        if (!reports_.replay(position, *record)) {
          problem = "shard " + std::to_string(id()) + ", position " + std::to_string(position) +
                    ": counts that cannot be read";
          return false;
        }
        ++position;
        continue;
      }
      if (type_of(entity) == EntityType::program &&
          std::find(programs.begin(), programs.end(), entity) == programs.end()) {
        programs.push_back(entity);
      }
      unloaded_tails_[entity].push_back({position++, std::string(bytes)});
      for (auto& entry : read_owed(*record)) owed.push_back(std::move(entry));
    }
    if (block.last_position > outbox_position) {
      outbox_.add(parsed->epoch, block.last_position, std::move(owed));
    }
    previous = {block.last_position, block.chain};
    return true;
  });
  if (!read) return Unexpected{read.error()};
  if (!problem.empty()) return persistence::damaged(problem);
  if (first && journal().durable() > checkpoint_) {
    return persistence::damaged(missing_blocks(checkpoint_, journal().durable()));
  }
  if (!first && previous.position != journal().durable()) {
    return persistence::damaged("shard " + std::to_string(id()) +
                                ": the journal ends at position " +
                                std::to_string(previous.position) + ", the owner record says " +
                                std::to_string(journal().durable()));
  }
  for (const auto& [entity, tail] : unloaded_tails_) {
    dirty_.emplace(tail.front().position, entity);
    dirty_since_.emplace(entity, tail.front().position);
  }

  for (const auto& key : programs) {
    const auto snapshots = load_one(store, id(), key);
    if (!snapshots) return Unexpected{snapshots.error()};
    Slot& slot = table_.add(key);
    if (!revive(slot, snapshots->snapshots.front()))
      return persistence::damaged("shard " + std::to_string(id()) + ": " + key +
                                  ": its records do not fit its snapshot");
    services_.publish(static_cast<ProgramEntity&>(slot.actor->entity()).view());
    // Its former owner may have ended before all nodes had heard of it.
    if (services_.spread) services_.spread(program_state(slot), [] {});
  }
  for (auto& message : outbox_.unconfirmed()) services_.send(std::move(message));
  return true;
}

void Shard::load(Slot& slot) {
  to_load_.push_back(slot.key);
  load_next();
}

void Shard::load_next() {
  while (loading_ < max_loads && !to_load_.empty()) {
    const std::string key = std::move(to_load_.front());
    to_load_.pop_front();
    ++loading_;
    load(key, std::chrono::steady_clock::now());
  }
}

void Shard::load(const std::string& wanted, Time begin) {
  services_.lane.read(
      [this, key = wanted, begin, known = journal().durable()](persistence::Store& store) {
        auto found = load_one(store, id(), key);
        services_.post([this, key, begin, known, found = std::move(found)] {
          if (!found) {
            loaded(key, std::nullopt, found.error());
            return;
          }
          if (found->head.position >= known) {
            loaded(key, found->snapshots.front(), {});
            return;
          }
          // The store went back: what it holds now is older than what is known.
          writer_.probe();
          if (lost() || std::chrono::steady_clock::now() - begin > answer_patience) {
            loaded(key, std::nullopt,
                   persistence::StoreFault{persistence::StoreFault::Kind::unavailable,
                                           "the store is older than what it acknowledged"});
          } else {
            services_.later([this, key, begin] { load(key, begin); });
          }
        });
      });
}

void Shard::loaded(const std::string& key, std::optional<persistence::Snapshot> snapshot,
                   const std::optional<persistence::StoreFault>& fault) {
  --loading_;
  Slot& slot = *table_.find(key);
  if (fault) {
    cannot_load(slot, fault->message);
    // Nobody gets anything from the store now: whoever waits for a turn is told so at once, and not
    // after each one before has found out for itself.
    if (fault->kind == persistence::StoreFault::Kind::unavailable) refuse_loads();
  } else if (lost()) {
    cannot_load(slot, "the shard is lost");
  } else if (!revive(slot, snapshot)) {
    unloadable_.insert(key);
    cannot_load(slot, "its records do not fit");
  } else {
    for (auto& work : std::exchange(slot.waiting, {})) start(std::move(work), slot);
  }
  load_next();
}

void Shard::refuse_loads() {
  if (to_load_.empty()) return;
  services_.log("nor " + std::to_string(to_load_.size()) + " others of shard " +
                std::to_string(id()));
  for (const auto& key : std::exchange(to_load_, {})) refuse_waiting(*table_.find(key));
}

void Shard::cannot_load(Slot& slot, const std::string& fault) {
  services_.log("cannot load " + slot.key + ": " + fault);
  refuse_waiting(slot);
}

void Shard::refuse_waiting(Slot& slot) {
  const std::vector<WorkPtr> waiting = std::exchange(slot.waiting, {});
  table_.drop(slot);
  for (const auto& work : waiting) refuse(*work, api::unavailable("the entity cannot be loaded"));
}

bool Shard::revive(Slot& slot, const std::optional<persistence::Snapshot>& snapshot) {
  auto entity = make_entity(slot.key);
  if (snapshot && !entity->restore(snapshot->bytes)) return false;
  const auto known = unloaded_tails_.find(slot.key);
  if (known != unloaded_tails_.end()) {
    try {
      for (auto& stored : known->second) {
        const auto record = decode_record(stored.bytes);
        if (!record) return false;
        if (record->number <= entity->records()) continue;  // the snapshot has it
        if (!entity->replay(*record)) return false;
        slot.tail.push_back(std::move(stored));
      }
    } catch (const std::exception& bug) {
      services_.log(slot.key + ": " + bug.what());
      return false;
    }
    unloaded_tails_.erase(known);
  }
  slot.indexed_due_ms = entity->due_ms();
  slot.indexed_waiting = entity->waits_for_batch();
  slot.actor = services_.host.spawn(std::move(entity));
  return true;
}

void Shard::write(Work& work, Slot& slot) {
  const Record record = std::move(*work.record);
  work.record.reset();
  failpoint("encode.before");
  std::string bytes = encode_record(work.entity, record);
  failpoint("encode.after");
  const std::size_t size = bytes.size();
  const std::uint64_t position = journal().append(bytes, true);
  if (slot.tail.empty() && dirty_since_.emplace(work.entity, position).second) {
    dirty_.emplace(position, work.entity);
  }
  slot.tail.push_back({position, std::move(bytes)});
  // Who may not stay is snapshotted with what it stated, and leaves before that is answered.
  const bool may_stay = services_.max_idle > std::chrono::seconds(0);
  if (!may_stay || slot.tail.size() >= snapshot_after_records) {
    wanted_snapshots_.insert(work.entity);
  }
  for (const auto& entry : record.owed) effects_.emplace_back(position, entry);
  if (record.due_ms != slot.indexed_due_ms) {
    const persistence::DueMove move{work.entity, slot.indexed_due_ms, record.due_ms};
    due_.move(move);
    due_moves_.emplace_back(position, move);
    slot.indexed_due_ms = record.due_ms;
  }
  if (record.waits_for_batch != slot.indexed_waiting) {
    due_moves_.emplace_back(position,
                            record.waits_for_batch
                                ? persistence::DueMove{work.entity, 0, waiting_for_batch_ms}
                                : persistence::DueMove{work.entity, waiting_for_batch_ms, 0});
    slot.indexed_waiting = record.waits_for_batch;
  }
  announce(work.entity, slot.tail.back().bytes);
  count(work, size);
  work.counts.clear();
}

void Shard::ship() {
  if (!writer_.ready()) return;
  gate_.open(journal().durable());
  if (!journal().has_waiting() && wanted_snapshots_.empty() && !merge_to_write_ && !reports_due_) {
    return;
  }
  end_group();
  // Snapshots alone would leave the head where it is, and a store that lost them would not be found
  // out by its head.
  if (!journal().has_waiting() && services_.store_may_regress) journal().append(mark(id()));
  persistence::Commit commit = journal().ship();
  const std::uint64_t end = commit.block ? commit.block->last_position : journal().durable();
  reports_.advance(end);
  while (!due_moves_.empty() && due_moves_.front().first <= end) {
    commit.due.push_back(std::move(due_moves_.front().second));
    due_moves_.pop_front();
  }
  add_snapshots(commit);
  if (auto merge = std::exchange(merge_to_write_, std::nullopt)) {
    commit.merged = std::move(merge->merged);
    for (auto& segment : merge->segments) commit.segments.push_back(std::move(segment));
  }
  writer_.write(std::move(commit));
}

void Shard::add_snapshots(persistence::Commit& commit) {
  const std::uint64_t end = commit.block ? commit.block->last_position : journal().durable();
  for (const auto& key : std::exchange(wanted_snapshots_, {})) {
    Slot* slot = table_.find(key);
    if (slot != nullptr && slot->actor) take_snapshot(*slot, commit);
  }
  std::size_t seen = 0;
  for (const auto& [since, key] : dirty_) {
    if (commit.snapshots.size() >= max_snapshots_per_write) break;
    if (end - checkpoint_ <= max_backlog_records || ++seen > max_snapshots_per_write) break;
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
  commit.snapshots.push_back({outbox_key(id()), durable, outbox_.snapshot(), true});
  commit.checkpoint = std::max(checkpoint_, std::min(oldest - 1, durable));
}

void Shard::save_reports(persistence::Commit& commit, std::uint64_t end) {
  // Some pieces change with nearly every record: they are written when they are old, or when they
  // alone would hold up the checkpoint.
  const std::uint64_t since = reports_.unsaved_since();
  const bool behind = since != UINT64_MAX && end > since && end - since > max_backlog_records / 2;
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
  failpoint("segment.before");
  commit.segments.push_back({slot.key, first->number, pack_segment(records)});
  failpoint("snapshot.taken");
  slot.snapshot_until = end;
}

void Shard::confirmed(const persistence::Commit& commit) {
  if (!commit.snapshots.empty()) failpoint("snapshot.written");
  after_snapshots(commit);
  note_segments(commit);
  if (!commit.merged.empty()) merged();
  merge_next();
  dispatch_effects(commit);
  gate_.open(journal().durable());
  ship();
}

void Shard::stalled(const persistence::CommitResult& result) {
  const Time now = std::chrono::steady_clock::now();
  ++stalls_;
  if (!stalled_) {
    stalled_ = {now, result.status};
    services_.log("shard " + std::to_string(id()) +
                  ": the store takes no writes: " + result.detail);
  }
  stalled_->second = result.status;
  if (now - stalled_->first > answer_patience) gate_.give_up_answers();
}

void Shard::resumed() {
  stalled_.reset();
  services_.log("shard " + std::to_string(id()) + ": the store takes writes again");
}

void Shard::lose(const ShardWriter::Loss& loss) {
  services_.lost(loss);
  gate_.fail();
  subscriptions_.end();
}

std::optional<api::Error> Shard::not_writable(const Work& work) const {
  if (writer_.overfull()) {
    return api::overloaded("the store's replicas are too far behind", 200);
  }
  // Whether a call owes somebody something is known only when it has been executed.
  if (type_of(work.entity) == EntityType::member &&
      outbox_.unconfirmed_effects() + effects_.size() >= services_.max_unconfirmed_effects) {
    return api::unavailable("too many effects on others are under way; nothing was changed");
  }
  if (!stalled_) return std::nullopt;
  if (stalled_->second != persistence::CommitStatus::full) {
    return api::unavailable("the store takes no writes at present; nothing was changed");
  }
  return api::Error{.code = "STORAGE_FULL",
                    .text = "the store has no space; nothing was changed",
                    .param = {},
                    .callers_fault = false,
                    .retryable = true,
                    .retry_after_ms = 1000};
}

void Shard::tend() {
  passivate();
  const Time now = std::chrono::steady_clock::now();
  if (now >= next_look_) look(now);
  if (now >= last_old_snapshots_ + old_snapshots_interval) snapshot_old(now);
}

void Shard::look(Time now) {
  next_look_ = now + look_interval;
  outbox_.give_up_waiting(now - answer_patience);
  for (const auto& work : portions_.give_up(now - answer_patience)) {
    --table_.find(work.entity)->busy;
    refuse(work, api::unavailable("what it would use of a budget cannot be reserved just now"));
  }
  if (lost()) return;
  if (services_.spread) {  // what goes to other nodes, and what comes from there, may be lost
    for (auto& message : outbox_.overdue(max_repeated_messages)) services_.send(std::move(message));
  }
  portions_.ask_again(now - answer_patience / 4);
  disown_budgets();
  ask_owners();
  if (writer_.keeps_any()) writer_.probe();
  note_age(now);
  trim();
}

void Shard::note_age(Time now) {
  recent_ends_.emplace_back(now, journal().newest());
  while (!recent_ends_.empty() && recent_ends_.front().first <= now - services_.snapshot_age) {
    old_until_ = recent_ends_.front().second;
    recent_ends_.pop_front();
  }
}

void Shard::snapshot_old(Time now) {
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
    if (since > until || wanted_snapshots_.size() >= max_snapshots_per_write) break;
    const Slot* slot = table_.find(key);
    const bool can = slot != nullptr && slot->actor && !slot->actor->broken() &&
                     slot->snapshot_until == 0 && !slot->tail.empty() &&
                     slot->tail.back().position <= journal().durable();
    if (can) wanted_snapshots_.insert(key);
  }
  return wanted_snapshots_.empty();
}

bool Shard::at_rest() const {
  const auto busy = [](const Slot* slot) { return slot->busy > 0 || !slot->waiting.empty(); };
  const auto& slots = table_.in_order_of_use();
  return writer_.ready() && round_.empty() && gate_.size() == 0 && !journal().has_waiting() &&
         wanted_snapshots_.empty() && loading_ == 0 && to_load_.empty() && !merge_ &&
         !merge_to_write_ && std::none_of(slots.begin(), slots.end(), busy);
}

void Shard::close() {
  writer_.close();
  gate_.fail();
  refuse_loads();
  subscriptions_.end();
}

void Shard::trim() {
  if (checkpoint_ < trimmed_ + min_trim_records) return;
  trimmed_ = checkpoint_;
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
    std::erase_if(slot->tail,
                  [&](const TailRecord& r) { return r.position <= slot->snapshot_until; });
    slot->snapshot_until = 0;
    const auto since = dirty_since_.find(slot->key);
    if (since == dirty_since_.end()) continue;
    dirty_.erase(since->second);
    if (slot->tail.empty()) {
      dirty_since_.erase(since);
    } else {
      since->second = slot->tail.front().position;
      dirty_.emplace(since->second, slot->key);
    }
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

void Shard::dispatch_effects(const persistence::Commit& commit) {
  if (!commit.block) return;
  const std::uint64_t end = commit.block->last_position;
  std::vector<OutboxEntry> entries;
  while (!effects_.empty() && effects_.front().first <= end) {
    entries.push_back(std::move(effects_.front().second));
    effects_.pop_front();
  }
  // As recovery will find it: the shard may have been claimed again since the block was made.
  const std::uint64_t epoch = persistence::announced_epoch(*commit.block);
  for (auto& message : outbox_.add(epoch, end, std::move(entries))) {
    portions_.reported(message);
    services_.send(std::move(message));
  }
}

bool Shard::may_leave(const Slot& slot) const {
  return slot.actor && slot.busy == 0 && !slot.actor->broken() &&
         type_of(slot.key) != EntityType::program;
}

void Shard::passivate() {
  std::size_t excess =
      table_.size() > services_.max_active ? table_.size() - services_.max_active : 0;
  const Time idle_since = std::chrono::steady_clock::now() - services_.max_idle;
  std::vector<Slot*> leaving;
  for (Slot* slot : table_.in_order_of_use()) {
    if (leaving.size() == max_snapshots_per_write) break;
    if (excess == 0 && slot->last_used > idle_since) break;
    if (!may_leave(*slot)) continue;
    if (excess > 0) --excess;
    leaving.push_back(slot);
  }
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
