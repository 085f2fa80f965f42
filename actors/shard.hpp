// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/clock.hpp"
#include "actors/due_window.hpp"
#include "actors/entity_table.hpp"
#include "actors/neighbours.hpp"
#include "actors/outbound.hpp"
#include "actors/outbox.hpp"
#include "actors/output_gate.hpp"
#include "actors/portions.hpp"
#include "actors/report_book.hpp"
#include "actors/segment.hpp"
#include "actors/shard_writer.hpp"
#include "actors/snapshot_pace.hpp"
#include "actors/subscriptions.hpp"
#include "actors/work.hpp"
#include "domain/expected.hpp"

namespace loyalty::actors {

/// What a shard needs from the executor that runs it and from the node around it. Everything but
/// `post` is called on the executor's thread.
struct ShardServices {
  StoreLane& lane;
  ActorHost& host;
  const Clock& clock;
  Outbound& outbound;
  std::size_t max_active = 0;        ///< entities in memory, per shard
  std::chrono::seconds max_idle{0};  ///< an entity not used for so long leaves memory
  /// An entity is snapshotted when a record is this old: what stands in the journal is then bounded
  /// by what happened lately, and the rest is compressed history.
  std::chrono::seconds snapshot_age{30};
  bool store_may_regress = false;  ///< Store::may_regress
  std::size_t max_kept_bytes = 0;  ///< of commits that are not known to be stable
  /// Effects on others that these have not confirmed. While there are more, members take no writes:
  /// a receiver that is away for long must not fill the memory of those who owe it something.
  std::size_t max_unconfirmed_effects = 100'000;
  /// What is owed to partners waits for company (Outbox), unless somebody asks for it.
  bool gather_effects = false;

  std::function<void(std::function<void()>)> post;   ///< to the executor's thread, from any thread
  std::function<void(std::function<void()>)> leave;  ///< the same, woken when the lane told a group
  std::function<void(std::function<void()>)> later;  ///< the same, after a short while
  std::function<ProgramRegistry::View(std::string_view)> program;
  std::function<void(ProgramRegistry::View)> publish;
  // In a cluster, else null; the answers come on the executor's thread:
  /// Brings a program into force on the other nodes; `done` when it is.
  std::function<void(ProgramState, std::function<void()> done)> spread;
  /// Gets a program that this node does not know.
  std::function<void(const std::string& program, std::function<void(Neighbours::Found)>)> fetch;
  std::function<void(OutboxMessage)> send;
  std::function<void(OutboxReceipt)> confirm;
  std::function<void(BudgetAsk)> ask;
  std::function<void(BudgetGrant)> grant;
  std::function<std::vector<ProgramRegistry::View>()> programs;  ///< all that are in force
  /// Asks a member, wherever it lives, whether it can be given something.
  std::function<void(std::string member, std::function<void(std::optional<domain::Peer>)>)> look_at;
  /// Wakes everybody who waits for a batch run, on all shards; `done` when that is durable.
  std::function<void(std::function<void()> done)> wake_batch;
  std::function<persistence::OwnerNonce()> nonce;
  /// In a cluster: whether this node may speak for its shards at present (its lease). Null: always.
  std::function<bool()> may_speak;
  std::function<void(const ShardWriter::Loss&)> lost;  ///< acknowledged writes are missing
  std::function<void(const std::string&)> log;
};

/// Where members that wait for a batch run stand in the due index: before all real times.
inline constexpr std::int64_t waiting_for_batch_ms = -1;

/// One shard: its entities, its journal and whatever must happen in the order of the journal. All
/// of it lives on one executor's thread; there is no lock.
class Shard {
 public:
  Shard(persistence::ShardId id, const persistence::OwnerRecord& owner, ShardServices services);

  /// Reads what the store holds beyond the checkpoint and brings programs into force. Before the
  /// first message. The error names shard and position.
  persistence::StoreResult<bool> recover(persistence::Store& store);
  /// The same in two steps, the first of which may be taken for several shards at the same time. It
  /// returns the keys of the programs that the second brings into force.
  persistence::StoreResult<std::vector<std::string>> read_journal(persistence::Store& store);
  persistence::StoreResult<bool> take_up(persistence::Store& store,
                                         const std::vector<std::string>& programs);

  /// Makes the reports where there are none yet, or of another version, or if they are wanted
  /// `anew`: from the whole history, which takes its time. When all shards are recovered.
  persistence::StoreResult<bool> complete_reports(persistence::Store& store, bool anew);

  /// Takes a message for an entity of this shard. It is executed when the host runs.
  void submit(WorkPtr work);
  /// The same in steps for many messages, each step for all of them: looks up where the entity is;
  /// then asks for what the message will touch.
  void look_up(Work& work) { work.slot = table_.find(work.entity); }
  static void prefetch(const Work& work);

  /// Answers a message that is not executed. What it has to bring about all the same is tried
  /// again.
  void refuse(const Work& work, api::Error error);

  /// Before the host runs: asks for what the entities will touch.
  void prefetch_round() const;

  /// After the host has run: journals what the entities stated, holds their answers at the gate.
  void finish_round();

  /// Sends the next block on its way when none is, and there is something to write.
  void ship();

  /// Lets idle entities go and looks after the store, when it is time to; cheap when it is not.
  void tend();

  /// Wakes what is due by now.
  void wake_due();
  /// Makes all that is due by `now` happen; `done` when it is durable.
  void advance_to(domain::Instant now, std::function<void()> done);
  /// Wakes all that wait for a batch run; `done` when that is durable.
  void wake_batch(std::function<void()> done);

  /// Calls `done` with true when the effects for this destination that are durable now are applied
  /// there; with false when that takes too long.
  void when_effects_applied(const std::string& destination, Outbox::Cleared done);
  void confirmed(const OutboxReceipt& receipt);
  void granted(const BudgetGrant& grant);

  /// Before it goes to another node: asks for snapshots of what is in memory and dirty since before
  /// this position, some with each write; true when there is nothing left to ask for.
  bool snapshot_dirty(std::uint64_t until);
  std::uint64_t newest() const { return journal().newest(); }
  /// Nothing is under way: no message, no write, nobody who waits for an answer.
  bool at_rest() const;
  /// Another node has it, or may: as when the store says so with a write.
  void depose(const std::string& reason) { writer_.depose(reason); }
  /// The shard is not this node's any more: nothing is written, whoever waits is told so.
  void close();

  using ReportDone = std::function<void(domain::Expected<domain::ReportRows, api::Error>)>;
  /// What this shard has for a report, as of now, once that is durable.
  void report(const std::string& program, const domain::ReportSelection& wanted,
              const ProgramRegistry::View& view, ReportDone done);

  /// When `wake_due` wants to be called next, epoch ms.
  std::int64_t next_wake_ms() const { return due_.next_ms(); }

  persistence::ShardId id() const { return journal().shard(); }
  const persistence::Fence& fence() const { return journal().fence(); }
  const persistence::Head& durable_head() const { return journal().durable_head(); }
  bool lost() const { return writer_.lost(); }
  /// Messages wait to be run by the host.
  bool has_round() const { return !round_.empty(); }

 private:
  using Done = std::function<void()>;
  using Time = std::chrono::steady_clock::time_point;

  ShardJournal& journal() { return writer_.journal(); }
  const ShardJournal& journal() const { return writer_.journal(); }
  ShardWriter::Services writer_services();

  void load(Slot& slot);
  void load(const std::string& wanted, Time begin);
  void load_next();
  void refuse_loads();
  void cannot_load(Slot& slot, const std::string& fault);
  void refuse_waiting(Slot& slot);
  void loaded(const std::string& key, std::optional<persistence::Snapshot> snapshot,
              const std::optional<persistence::StoreFault>& fault);
  bool revive(Slot& slot, const std::optional<persistence::Snapshot>& snapshot);
  void start(WorkPtr work, Slot& slot);
  void begin(WorkPtr work, Slot& slot);
  void fetch_program(WorkPtr work, Slot& slot);
  ProgramState program_state(const Slot& slot) const;
  void bring_into_force(const Work& work, const Slot& slot);
  void run_batch(const api::ReplySlot& to, const Answer& said);
  void deliver(WorkPtr work, Slot& slot);
  void emit(WorkPtr work, Slot& slot);
  void write(Work& work, Slot& slot);
  void reply(Work& work, const Slot& slot);
  void answer(const api::ReplySlot& to, Answer&& answer, bool durable);
  void ask_peer(WorkPtr work, Slot& slot);
  void ask_for_budget(WorkPtr work, Slot& slot);
  void go_on(WorkPtr work);
  void ask_owners();
  void disown_budgets();
  bool answer_from_tail(Work& work, const Slot& slot);
  void read_history(WorkPtr work, Slot& slot);
  Slot& end_reading(const Work& work, const std::shared_ptr<std::vector<TailRecord>>& left);
  void history_read(WorkPtr work, Slot& slot, std::vector<std::string> segments,
                    std::vector<TailRecord> left, const std::string& fault);
  void without_history(WorkPtr work, Slot& slot, const std::string& fault);
  void subscribe(WorkPtr work, Slot& slot);
  void announce(const std::string& entity, const std::string& record);
  std::size_t push(Subscription& subscription, const RecordView& record,
                   const domain::Catalogue& catalogue);
  void catch_up(const std::string& entity);
  void extend_window(std::int64_t until_ms, Done done);
  void read_due(std::int64_t from_ms, std::int64_t until_ms, const Done& done);
  void wake(const std::string& entity, Done done);

  void count(const Work& work, std::size_t bytes);
  void end_group();
  void save_reports(persistence::Commit& commit, std::uint64_t end);
  void add_snapshots(persistence::Commit& commit);
  void take_snapshot(Slot& slot, persistence::Commit& commit);
  void confirmed(const persistence::Commit& commit);
  void stalled(const persistence::CommitResult& result);
  void resumed();
  void lose(const ShardWriter::Loss& loss);
  std::optional<api::Error> not_writable(const Work& work) const;
  void after_snapshots(const persistence::Commit& commit);
  void send_gathered();
  void dispatch_effects(const persistence::Commit& commit);
  void look(Time now);
  void note_age(Time now);
  void snapshot_old(Time now);
  void note_segments(const persistence::Commit& commit);
  void merge_next();
  void look_at_past(std::uint64_t from);
  void past_seen(bool good, std::optional<std::uint64_t> next,
                 std::optional<SegmentMerge::Outcome> outcome);
  void merged();
  void trim(Time now);
  void passivate();
  bool may_leave(const Slot& slot) const;

  ShardServices services_;
  ShardWriter writer_;
  OutputGate gate_;
  Outbox outbox_;
  bool sends_gathered_ = false;  ///< from time to time, as long as something waits
  Portions portions_;
  DueWindow due_;
  EntityTable table_;
  Subscriptions subscriptions_;
  ReportBook reports_;
  bool reports_due_ = false;  ///< to be saved
  std::size_t group_records_ = 0;
  std::size_t group_bytes_ = 0;
  /// What the host runs next; its slots are busy, and so they stay.
  std::vector<std::pair<WorkPtr, Slot*>> round_;
  std::vector<std::pair<WorkPtr, Slot*>> finished_;  ///< the round before, while it is gone through

  /// Records of entities that were not loaded since the journal was recovered.
  std::unordered_map<std::string, std::vector<TailRecord>> unloaded_tails_;
  /// Entities with records that no snapshot covers, by the position of the first of them.
  std::map<std::uint64_t, std::string> dirty_;
  std::set<std::string> wanted_snapshots_;
  std::set<std::string> unloadable_;  ///< records that do not fit: never guess
  std::size_t loading_ = 0;
  std::deque<std::string> to_load_;  ///< slots that wait until fewer are being loaded
  std::uint64_t checkpoint_ = 0;
  std::uint64_t trimmed_ = 0;
  Time last_trim_{};

  std::deque<std::pair<std::uint64_t, persistence::DueMove>> due_moves_;
  std::deque<std::pair<std::uint64_t, OutboxEntry>> effects_;
  bool extending_ = false;
  /// Since when the store takes no writes, and why; no new ones are let in.
  std::optional<std::pair<Time, persistence::CommitStatus>> stalled_;
  std::size_t stalls_ = 0;
  Time next_look_{};
  std::set<std::string> budgets_disowned_;  ///< of these programs
  Time last_old_snapshots_{};
  SnapshotPace snapshot_pace_;
  /// Where the journal ended at each look of the last while, and where it ended before that.
  std::deque<std::pair<Time, std::uint64_t>> recent_ends_;
  std::uint64_t old_until_ = 0;

  /// The end of an entity's history, where it is known; of entities in memory.
  struct Past {
    std::uint64_t from = 0;  ///< small segments begin here
    std::size_t small = 0;
  };
  /// One merge is under way at a time.
  struct Merge {
    std::string entity;
    std::size_t stalls = 0;  ///< when it began
    SegmentMerge plan;
    Past after;
  };
  std::unordered_map<std::string, Past> pasts_;
  std::set<std::string> to_merge_;
  std::shared_ptr<Merge> merge_;
  std::optional<SegmentMerge::Outcome> merge_to_write_;
};

}  // namespace loyalty::actors
