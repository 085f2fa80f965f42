// SPDX-License-Identifier: Apache-2.0
#include "audit/verify.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <optional>
#include <unordered_set>

#include "actors/entity.hpp"
#include "actors/entity_key.hpp"
#include "audit/due_index.hpp"
#include "audit/entity_audit.hpp"
#include "audit/shard_reader.hpp"
#include "codec/stored.hpp"

namespace loyalty::audit {
namespace {

using domain::Unexpected;
using persistence::Snapshot;
using persistence::StoreFault;

/// The key fingerprints of a snapshot must ascend: they are searched by halves.
bool keys_ascend(std::string_view snapshot) {
  codec::Reader in(snapshot);
  std::uint32_t count = 0;
  std::vector<std::uint64_t> keys;
  return in.read_array(count) && in.skip() && in.skip() && in.skip() && in.skip() &&
         codec::read_stored(in, keys) && std::is_sorted(keys.begin(), keys.end());
}

/// One entity: its whole history is replayed, and compared with its snapshot on the way.
class EntityVerifier {
 public:
  EntityVerifier(std::string name, AuditContext context, Place place)
      : name_(std::move(name)), live_(actors::make_entity(name_)), place_(place) {
    place_.entity = name_;
    audit_ = make_audit(*live_, context);
  }

  /// What the snapshot covers.
  Cover take(const std::optional<Snapshot>& snapshot, const persistence::OwnerRecord& owner) {
    if (!snapshot) return {};
    if (snapshot->position > owner.head.position) {
      place_.report(Invariant::gapless,
                    "a snapshot as of a position up to " + std::to_string(owner.head.position),
                    "one as of position " + std::to_string(snapshot->position));
    }
    auto restored = actors::make_entity(name_);
    if (!restored->restore(snapshot->bytes)) {
      place_.report(Invariant::replay, "a snapshot that can be read", "other bytes");
      return {0, snapshot->position};
    }
    if (!keys_ascend(snapshot->bytes)) {
      place_.report(Invariant::keys, "key fingerprints in ascending order", "another order");
    }
    snapshot_ = std::move(restored);
    return {snapshot_->records(), snapshot->position};
  }

  /// False when the rest cannot be replayed.
  bool replay(const StoredRecord& stored) {
    const actors::RecordView& record = stored.view;
    place_.record = record.number;
    place_.position = stored.position;
    check_key(record);
    if (record.first_sequence != live_->sequence() + 1) {
      place_.report(Invariant::gapless, "facts from " + std::to_string(live_->sequence() + 1),
                    "facts from " + std::to_string(record.first_sequence));
    }
    audit_->before(record, place_);
    if (!apply(record)) return false;
    audit_->after(record, place_);
    if (snapshot_ && snapshot_->records() == live_->records()) compare();
    return true;
  }

  void finish(DueIndex& due, bool whole) {
    place_.record = 0;
    place_.position = 0;
    if (!whole || broken_) return;
    if (snapshot_ && snapshot_->records() > live_->records()) {
      place_.report(
          Invariant::replay,
          "a history of the snapshot's " + std::to_string(snapshot_->records()) + " records",
          std::to_string(live_->records()));
    }
    due.expect(name_, live_->due_ms(), live_->waits_for_batch(), place_);
    audit_->finish(place_);
  }

 private:
  void check_key(const actors::RecordView& record) {
    const bool answered = record.kind != actors::OutcomeKind::none;
    if (answered != !record.key.empty()) {
      place_.report(Invariant::one_key, "a key with each answer and with nothing else",
                    answered ? "an answer without a key" : "a key without an answer");
    }
    if (!record.key.empty() && !keys_.emplace(record.key).second) {
      place_.report(Invariant::one_key, "one record of key " + std::string(record.key),
                    "a second one");
    }
  }

  bool apply(const actors::RecordView& record) {
    try {
      if (live_->replay(record)) return true;
      place_.report(Invariant::replay, "a record that follows", "one that cannot be applied");
    } catch (const std::exception& bug) {
      place_.report(Invariant::replay, bug.what(), "a fact that breaks it");
    }
    broken_ = true;
    return false;
  }

  void compare() {
    if (!(snapshot_->keys() == live_->keys())) {
      place_.report(
          Invariant::keys,
          "a snapshot with the fingerprints of " + std::to_string(live_->keys().size()) + " keys",
          std::to_string(snapshot_->keys().size()) + " that are not the same");
    }
    if (snapshot_->state() != live_->state() || snapshot_->due_ms() != live_->due_ms() ||
        snapshot_->waits_for_batch() != live_->waits_for_batch()) {
      place_.report(Invariant::replay, "a snapshot that equals the replay of its records",
                    "another state");
    }
    audit_->check_snapshot(*snapshot_, place_);
  }

  std::string name_;
  std::unique_ptr<actors::Entity> live_;
  std::unique_ptr<actors::Entity> snapshot_;
  std::unique_ptr<EntityAudit> audit_;
  std::unordered_set<std::string> keys_;
  Place place_;
  bool broken_ = false;
};

class Verifier {
 public:
  Verifier(persistence::Store& store, const VerifyOptions& options, Programs programs)
      : store_(store), options_(options), programs_(std::move(programs)) {}

  persistence::StoreResult<Report> run() {
    progress_.shards = store_.shards();
    for (persistence::ShardId shard = 0; shard < store_.shards(); ++shard) {
      if (auto fault = verify_shard(shard)) return Unexpected{*std::move(fault)};
    }
    effects_.judge(findings_);
    check_totals();
    return finish();
  }

 private:
  std::optional<StoreFault> verify_shard(persistence::ShardId shard) {
    auto reader =
        ShardReader::open(store_, shard, JournalPart::retained, options_.program, findings_);
    if (!reader) return reader.error();
    const Place place{findings_, shard, {}, 0, 0};
    effects_.journal_ends(shard, reader->journal().owner);
    for (const auto& lane : reader->journal().lanes) {
      const bool wanted =
          options_.program.empty() || actors::program_of(lane.destination) == options_.program;
      if (wanted) effects_.in_outbox(shard, lane);
    }
    DueIndex due;
    if (auto fault = due.read(store_, shard, findings_)) return fault;
    std::vector<Snapshot> pinned;
    bool knows_pinned = false;
    if (auto found = store_.pinned(shard)) {
      pinned = std::move(*found);
      knows_pinned = true;
    } else if (!report_damage(found.error(), place)) {
      return found.error();
    }
    reports_.clear();
    progress_.shard = shard;
    progress_.entities = reader->entities().size();
    for (std::size_t i = 0; i < reader->entities().size(); ++i) {
      progress_.entity = i;
      if (options_.progress) options_.progress(progress_);
      if (auto fault = verify_entity(*reader, i, pinned, due)) return fault;
    }
    due.finish(options_.program, place);
    if (knows_pinned) {
      check_reports(pinned, reader->journal(), reports_, options_.program, place);
    }
    entities_ += reader->entities().size();
    return std::nullopt;
  }

  std::optional<StoreFault> verify_entity(ShardReader& reader, std::size_t index,
                                          const std::vector<Snapshot>& pinned, DueIndex& due) {
    const std::string& name = reader.entities()[index];
    const Place place{findings_, reader.shard(), name, 0, 0};
    const auto home = actors::shard_of(name, store_.shards());
    if (home != reader.shard()) {
      place.report(Invariant::one_writer, "this entity in shard " + std::to_string(home),
                   "it in another");
    }
    const auto snapshot = reader.snapshot(index, findings_);
    if (!snapshot) return snapshot.error();
    if (actors::type_of(name) == actors::EntityType::program) {
      check_pinned(*snapshot, pinned, place);
    }
    EntityVerifier entity(name, {programs_, effects_, totals_, reports_}, place);
    const Cover cover = entity.take(*snapshot, reader.journal().owner);
    const auto whole = reader.records(name, cover, findings_, [&](const StoredRecord& record) {
      ++progress_.records;
      return entity.replay(record);
    });
    if (!whole) return whole.error();
    entity.finish(due, *whole);
    return std::nullopt;
  }

  /// Programs are read when a shard is claimed, and then from among the pinned snapshots.
  void check_pinned(const std::optional<Snapshot>& snapshot, const std::vector<Snapshot>& pinned,
                    const Place& place) {
    if (!snapshot) return;
    const bool found = std::find(pinned.begin(), pinned.end(), *snapshot) != pinned.end();
    if (!found) {
      place.report(Invariant::replay, "the program among the pinned snapshots",
                   "none there that is the same");
    }
  }

  /// What was issued is outstanding, spent, expired or reset; members hold what the ledger says.
  void check_totals() {
    for (const auto& [program, totals] : totals_.programs) {
      const std::string name = actors::program_key(program);
      const Place place{findings_, actors::shard_of(name, store_.shards()), name, 0, 0};
      for (const auto& [currency, sums] : totals.currencies) {
        domain::Points sum;
        for (const auto& [account, points] : sums.accounts) sum += points;
        const auto members = sums.accounts.find(members_account);
        const domain::Points held =
            members == sums.accounts.end() ? domain::Points{} : members->second;
        if (sum != domain::Points{} || held != sums.outstanding) {
          place.report(
              Invariant::double_entry,
              "all accounts of " + currency + " to sum to 0, and members' to " +
                  std::to_string(held.value),
              std::to_string(sum.value) + ", and " + std::to_string(sums.outstanding.value));
        }
      }
    }
  }

  Report finish() {
    Report report{.store = store_.describe(),
                  .shards = store_.shards(),
                  .entities = entities_,
                  .records = progress_.records,
                  .facts = totals_.facts,
                  .programs = {},
                  .findings = findings_.kept(),
                  .more_findings = findings_.count() - findings_.kept().size(),
                  .ok = findings_.count() == 0};
    for (const auto& [id, totals] : totals_.programs) {
      ProgramTotals line = describe(id, totals);
      const auto known = programs_.find(id);
      if (known != programs_.end()) line.version = known->second.state().version;
      for (auto& partner : line.partners) {
        partner.under_way = effects_.under_way(actors::partner_key(id, partner.partner));
      }
      report.programs.push_back(std::move(line));
    }
    return report;
  }

  persistence::Store& store_;
  const VerifyOptions& options_;
  Programs programs_;
  Findings findings_;
  Effects effects_;
  Totals totals_;
  ScannedReports reports_;
  Progress progress_;
  std::uint64_t entities_ = 0;
};

}  // namespace

persistence::StoreResult<Report> verify(persistence::Store& store, const VerifyOptions& options) {
  auto programs = read_programs(store, options.program);
  if (!programs) return Unexpected{programs.error()};
  return Verifier(store, options, std::move(*programs)).run();
}

}  // namespace loyalty::audit
