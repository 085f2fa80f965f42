// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "actors/answers.hpp"
#include "actors/entity_key.hpp"
#include "actors/program_entity.hpp"
#include "actors/segment.hpp"
#include "actors/shard.hpp"
#include "api/errors.hpp"
#include "persistence/block.hpp"
#include "persistence/failpoint.hpp"
#include "persistence/faults.hpp"

/// What a shard does with its store: recover, load, write. Snapshots are in shard_snapshots.cpp.
namespace loyalty::actors {
namespace {

/// An entity is snapshotted when this many records have gathered (or sooner, when they are old:
/// shard_snapshots.cpp), or one for each KiB of its last snapshot, within bounds: what takes longer
/// to write is written less often.
constexpr std::size_t snapshot_after_records = 100;
constexpr std::size_t snapshot_after_records_at_most = 4096;

std::size_t records_until_snapshot(const Slot& slot) {
  return std::clamp(slot.snapshot_bytes / 1024, snapshot_after_records,
                    snapshot_after_records_at_most);
}

/// How long a caller waits for a store that does not answer before it is told so.
constexpr std::chrono::seconds answer_patience{2};
/// Messages to other nodes that are sent again at a time.
constexpr std::size_t max_repeated_messages = 1000;
/// How often a shard looks after its store and its snapshots.
constexpr std::chrono::seconds look_interval{1};

/// Loads under way at once, per shard; more wait in the order in which they were asked for.
constexpr std::size_t max_loads = 64;

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
  const auto programs = read_journal(store);
  if (!programs) return Unexpected{programs.error()};
  return take_up(store, *programs);
}

persistence::StoreResult<std::vector<std::string>> Shard::read_journal(persistence::Store& store) {
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
  }
  return programs;
}

persistence::StoreResult<bool> Shard::take_up(persistence::Store& store,
                                              const std::vector<std::string>& programs) {
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
  slot.snapshot_bytes = snapshot ? snapshot->bytes.size() : 0;
  slot.indexed_due_ms = entity->due_ms();
  slot.indexed_waiting = entity->waits_for_batch();
  slot.actor = services_.host.spawn(std::move(entity));
  return true;
}

void Shard::write(Work& work, Slot& slot) {
  Record& record = *work.record;
  failpoint("encode.before");
  std::string bytes = encode_record(work);
  failpoint("encode.after");
  const std::size_t size = bytes.size();
  const std::uint64_t position = journal().append(bytes, true);
  if (slot.tail.empty()) dirty_.emplace(position, work.entity);
  slot.tail.push_back({position, std::move(bytes)});
  // Who may not stay is snapshotted with what it stated, and leaves before that is answered.
  const bool may_stay = services_.max_idle > std::chrono::seconds(0);
  if (!may_stay || slot.tail.size() >= records_until_snapshot(slot)) {
    wanted_snapshots_.insert(work.entity);
  }
  for (auto& entry : record.owed) effects_.emplace_back(position, std::move(entry));
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
  work.record.reset();
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
    return api::overloaded("too many writes wait for the disk or the replicas of the store", 200);
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
  snapshot_old(now);
}

void Shard::look(Time now) {
  next_look_ = now + look_interval;
  outbox_.give_up_waiting(now - answer_patience);
  for (const auto& work : portions_.give_up(now - answer_patience)) {
    --table_.find(work->entity)->busy;
    refuse(*work, api::unavailable("what it would use of a budget cannot be reserved just now"));
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
  trim(now);
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
  const auto now =
      services_.gather_effects ? std::optional(std::chrono::steady_clock::now()) : std::nullopt;
  for (auto& message : outbox_.add(epoch, end, std::move(entries), now)) {
    portions_.reported(message);
    services_.send(std::move(message));
  }
  if (outbox_.has_gathered() && !std::exchange(sends_gathered_, true)) {
    services_.later([this] { send_gathered(); });
  }
}

/// A message for each purchase would double the work of it.
void Shard::send_gathered() {
  for (auto& message : outbox_.take_gathered(std::chrono::steady_clock::now())) {
    services_.send(std::move(message));
  }
  sends_gathered_ = outbox_.has_gathered();
  if (sends_gathered_) services_.later([this] { send_gathered(); });
}

void Shard::when_effects_applied(const std::string& destination, Outbox::Cleared done) {
  if (auto message = outbox_.take_gathered(destination)) services_.send(*std::move(message));
  outbox_.when_clear(destination, std::chrono::steady_clock::now(), std::move(done));
}

}  // namespace loyalty::actors
