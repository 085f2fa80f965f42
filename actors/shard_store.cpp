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
constexpr std::uint64_t max_backlog_records = 20'000;
/// Snapshots in one write, so that none takes long.
constexpr std::size_t max_snapshots_per_write = 64;

/// How long a caller waits for a store that does not answer before it is told so.
constexpr std::chrono::seconds answer_patience{2};
/// How often a shard looks after its store and its snapshots.
constexpr std::chrono::seconds look_interval{1};
/// At each look; more wait for the next.
constexpr std::size_t max_snapshots_per_look = 256;
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
  }
  for (auto& message : outbox_.unconfirmed()) services_.send(std::move(message));
  return true;
}

void Shard::load(Slot& slot) { load(slot.key, std::chrono::steady_clock::now()); }

void Shard::load(const std::string& wanted, Time begin) {
  services_.lane.read(
      [this, key = wanted, begin, known = journal().durable()](persistence::Store& store) {
        auto found = load_one(store, id(), key);
        services_.post([this, key, begin, known, found = std::move(found)] {
          if (!found) {
            loaded(key, std::nullopt, found.error().message);
            return;
          }
          if (found->head.position >= known) {
            loaded(key, found->snapshots.front(), {});
            return;
          }
          // The store went back: what it holds now is older than what is known.
          writer_.probe();
          if (lost() || std::chrono::steady_clock::now() - begin > answer_patience) {
            loaded(key, std::nullopt, "the store is older than what it acknowledged");
          } else {
            services_.later([this, key, begin] { load(key, begin); });
          }
        });
      });
}

void Shard::loaded(const std::string& key, std::optional<persistence::Snapshot> snapshot,
                   const std::string& fault) {
  Slot& slot = *table_.find(key);
  std::vector<Work> waiting = std::exchange(slot.waiting, {});
  const bool good = fault.empty() && !lost() && revive(slot, snapshot);
  if (!good) {
    services_.log("cannot load " + key +
                  (fault.empty() ? ": its records do not fit" : ": " + fault));
    for (const auto& work : waiting) refuse(work, api::unavailable("the entity cannot be loaded"));
    if (fault.empty() && !lost()) unloadable_.insert(key);
    table_.drop(slot);
    return;
  }
  for (auto& work : waiting) start(std::move(work), slot);
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
  const std::uint64_t position = journal().append(bytes);
  if (slot.tail.empty() && dirty_since_.emplace(work.entity, position).second) {
    dirty_.emplace(position, work.entity);
  }
  slot.tail.push_back({position, std::move(bytes)});
  if (slot.tail.size() >= snapshot_after_records) wanted_snapshots_.insert(work.entity);
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
  announce(work);
}

void Shard::ship() {
  if (!writer_.ready()) return;
  gate_.open(journal().durable());
  if (!journal().has_waiting() && wanted_snapshots_.empty()) return;
  // Snapshots alone would leave the head where it is, and a store that lost them would not be found
  // out by its head.
  if (!journal().has_waiting() && services_.store_may_regress) journal().append(mark(id()));
  persistence::Commit commit = journal().ship();
  const std::uint64_t end = commit.block ? commit.block->last_position : journal().durable();
  while (!due_moves_.empty() && due_moves_.front().first <= end) {
    commit.due.push_back(std::move(due_moves_.front().second));
    due_moves_.pop_front();
  }
  add_snapshots(commit);
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
  const std::uint64_t durable = journal().durable();
  commit.snapshots.push_back({outbox_key(id()), durable, outbox_.snapshot(), true});
  commit.checkpoint = std::max(checkpoint_, std::min(oldest - 1, durable));
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
  dispatch_effects(commit);
  gate_.open(journal().durable());
  ship();
}

void Shard::stalled(const persistence::CommitResult& result) {
  const Time now = std::chrono::steady_clock::now();
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
}

std::optional<api::Error> Shard::not_writable() const {
  if (writer_.overfull()) {
    return api::overloaded("the store's replicas are too far behind", 200);
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
  if (now < next_look_) return;
  next_look_ = now + look_interval;
  outbox_.give_up_waiting(now - answer_patience);
  if (lost()) return;
  if (writer_.keeps_any()) writer_.probe();
  note_age(now);
  snapshot_old();
  trim();
}

void Shard::note_age(Time now) {
  recent_ends_.emplace_back(now, journal().newest());
  while (!recent_ends_.empty() && recent_ends_.front().first <= now - services_.snapshot_age) {
    old_until_ = recent_ends_.front().second;
    recent_ends_.pop_front();
  }
}

void Shard::snapshot_old() {
  std::size_t seen = 0;
  for (const auto& [since, key] : dirty_) {
    if (since > old_until_ || ++seen > max_snapshots_per_look) break;
    Slot* slot = table_.find(key);
    if (slot == nullptr) {
      if (unloadable_.count(key) == 0) load(table_.add(key));
    } else if (slot->actor && !slot->actor->broken()) {
      wanted_snapshots_.insert(key);
    }
  }
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
      table_.drop(*slot);
    } else if (slot->snapshot_until == 0) {
      wanted_snapshots_.insert(slot->key);
    }
  }
}

}  // namespace loyalty::actors
