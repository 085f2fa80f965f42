// SPDX-License-Identifier: Apache-2.0
#include "audit/export.hpp"

#include <algorithm>
#include <boost/variant2/variant.hpp>
#include <exception>
#include <iterator>
#include <map>
#include <optional>
#include <queue>
#include <vector>

#include "actors/entity.hpp"
#include "actors/entity_key.hpp"
#include "audit/entity_name.hpp"
#include "audit/export_lines.hpp"
#include "audit/shard_reader.hpp"
#include "codec/stored_entities.hpp"
#include "domain/partner/partner.hpp"
#include "domain/program/program.hpp"

namespace loyalty::audit {
namespace {

using domain::Unexpected;
using persistence::StoreFault;

/// Nothing more is wanted: the sink refused.
struct Stop {};
using Problem = boost::variant2::variant<Stop, StoreFault>;

class Exporter {
 public:
  Exporter(persistence::Store& store, const ExportOptions& options, const LineSink& sink)
      : store_(store), options_(options), sink_(sink) {}

  persistence::StoreResult<bool> run() {
    auto problem = run_all();
    if (!problem) return true;
    if (auto* fault = get_if<StoreFault>(&*problem)) return Unexpected{std::move(*fault)};
    return false;
  }

 private:
  /// The next entity of one shard.
  struct Cursor {
    ShardReader* reader = nullptr;
    std::size_t index = 0;
    const std::string& name() const { return reader->entities()[index]; }
  };
  struct Later {
    bool operator()(const Cursor& a, const Cursor& b) const {
      return comes_before(b.name(), a.name());
    }
  };

  std::optional<Problem> run_all() {
    std::priority_queue<Cursor, std::vector<Cursor>, Later> next;
    readers_.reserve(store_.shards());
    for (persistence::ShardId shard = 0; shard < store_.shards(); ++shard) {
      auto reader = ShardReader::open(store_, shard, JournalPart::beyond_checkpoint,
                                      options_.program, findings_);
      if (!reader) return reader.error();
      if (findings_.count() > 0) return damage();
      take_lanes(reader->journal());
      progress_.entities += reader->entities().size();
      readers_.push_back(std::move(*reader));
    }
    for (auto& reader : readers_) {
      if (!reader.entities().empty()) next.push({&reader, 0});
    }
    if (auto problem = put(header_line())) return problem;
    while (!next.empty()) {
      const Cursor cursor = next.top();
      next.pop();
      if (auto problem = write_partners_before(cursor.name())) return problem;
      if (auto problem = write_entity(*cursor.reader, cursor.index)) return problem;
      if (cursor.index + 1 < cursor.reader->entities().size()) {
        next.push({cursor.reader, cursor.index + 1});
      }
    }
    return write_partners_before({});
  }

  /// Effects that the partner has not booked yet count as its own: whether they are under way says
  /// nothing about what members did.
  void take_lanes(const Journal& journal) {
    for (const auto& lane : journal.lanes) {
      const bool wanted =
          actors::type_of(lane.destination) == actors::EntityType::partner &&
          (options_.program.empty() || actors::program_of(lane.destination) == options_.program);
      if (!wanted || lane.open.empty()) continue;
      auto& open = under_way_[lane.destination];
      open.insert(open.end(), lane.open.begin(), lane.open.end());
    }
  }

  /// Partners that have never booked anything, up to where the others are.
  std::optional<Problem> write_partners_before(std::string_view name) {
    while (!under_way_.empty()) {
      const std::string first = under_way_.begin()->first;
      if (!name.empty() && !comes_before(first, name)) break;
      if (auto problem = write_partner(first, {})) return problem;
    }
    return std::nullopt;
  }

  std::optional<Problem> write_entity(ShardReader& reader, std::size_t index) {
    const std::string& name = reader.entities()[index];
    // What members used of it is told by what they got.
    if (actors::type_of(name) == actors::EntityType::budget) return std::nullopt;
    const auto snapshot = reader.snapshot(index, findings_);
    if (!snapshot) return snapshot.error();
    auto entity = actors::make_entity(name);
    if (*snapshot && !entity->restore((*snapshot)->bytes)) {
      return damaged(name + ": its snapshot cannot be read");
    }
    Cover cover;
    if (*snapshot) cover = {entity->records(), (*snapshot)->position};
    auto problem = actors::type_of(name) == actors::EntityType::partner
                       ? write_partner_of(reader, name, cover)
                       : write_history(reader, *entity, cover);
    if (problem) return problem;
    if (findings_.count() > 0) return damage();
    ++progress_.entity;
    if (options_.progress) options_.progress(progress_);
    return std::nullopt;
  }

  std::optional<Problem> write_history(const ShardReader& reader, actors::Entity& entity,
                                       const Cover& cover) {
    if (!replay_tail(reader, entity)) return damaged(entity.key() + ": its records do not fit");
    const domain::Symbols* symbols = symbols_for(entity);
    if (symbols == nullptr) return damaged(entity.key() + ": its program is missing");
    const std::string state = state_line(entity, *symbols);
    if (state.empty()) return damaged(entity.key() + ": its state cannot be read");
    if (auto problem = put(state)) return problem;
    std::optional<Problem> problem;
    const auto read =
        reader.records(entity.key(), cover, findings_, [&](const StoredRecord& record) {
          const std::string line = record_line(entity.key(), record.view, *symbols,
                                               view_->of_version(record.view.version));
          problem = line.empty() ? damaged(entity.key() + ": a record cannot be read") : put(line);
          return !problem;
        });
    if (!read) return read.error();
    return problem;
  }

  static bool replay_tail(const ShardReader& reader, actors::Entity& entity) {
    const auto tail = reader.journal().records.find(entity.key());
    if (tail == reader.journal().records.end()) return true;
    try {
      for (const auto& record : tail->second) {
        if (record.number <= entity.records()) continue;
        if (!entity.replay(*actors::decode_record(record.bytes))) return false;
      }
    } catch (const std::exception&) {
      return false;
    }
    return true;
  }

  /// A program comes before its members, and brings the names.
  const domain::Symbols* symbols_for(const actors::Entity& entity) {
    if (actors::type_of(entity.key()) == actors::EntityType::program) {
      program_ = domain::Program();
      program_.id = actors::program_of(entity.key());
      const std::string state = entity.state();
      codec::Reader in(state);
      if (!codec::read_stored(in, program_)) return nullptr;
      try {
        view_ = domain::view_of(program_);
      } catch (const std::exception&) {
        return nullptr;
      }
    }
    return program_.id == actors::program_of(entity.key()) ? &program_.symbols : nullptr;
  }

  std::optional<Problem> write_partner_of(const ShardReader& reader, const std::string& name,
                                          const Cover& cover) {
    PartnerAccount account;
    bool good = true;
    const auto read = reader.records(name, cover, findings_, [&](const StoredRecord& record) {
      good = actors::decode_facts<domain::PartnerEvent>(
          record.view,
          [&](domain::Instant at, const domain::PartnerEvent& event) { account.take(at, event); });
      return good;
    });
    if (!read) return read.error();
    if (!good) return damaged(name + ": a record cannot be read");
    return write_partner(name, std::move(account));
  }

  std::optional<Problem> write_partner(const std::string& name, PartnerAccount account) {
    if (auto open = under_way_.extract(name)) {
      for (auto& message : open.mapped()) {
        if (message.id <= account.ledger.cursor(message.source)) continue;
        account.take({}, domain::booking_of({message.source, message.id}, message.effects));
      }
    }
    // Known only because everything it was told is booked: nothing to say about it.
    if (account.ledger.sequence == 0) return std::nullopt;
    if (program_.id != actors::program_of(name)) return damaged(name + ": its program is missing");
    for (const auto& line : partner_lines(name, std::move(account), program_.symbols)) {
      if (auto problem = put(line)) return problem;
    }
    return std::nullopt;
  }

  std::optional<Problem> put(const std::string& line) {
    ++progress_.lines;
    return sink_(line) ? std::nullopt : std::optional<Problem>(Stop{});
  }

  static StoreFault damaged(std::string what) {
    return {StoreFault::Kind::damaged, std::move(what)};
  }
  StoreFault damage() const { return damaged(to_string(findings_.kept().front())); }

  struct ByPlace {
    bool operator()(const std::string& a, const std::string& b) const { return comes_before(a, b); }
  };

  persistence::Store& store_;
  const ExportOptions& options_;
  const LineSink& sink_;
  std::vector<ShardReader> readers_;
  std::map<std::string, std::vector<actors::OutboxMessage>, ByPlace> under_way_;
  domain::Program program_;                          ///< the one whose entities are being written
  std::shared_ptr<const domain::ProgramView> view_;  ///< of it
  Findings findings_;
  ExportProgress progress_;
};

}  // namespace

persistence::StoreResult<bool> export_store(persistence::Store& store, const ExportOptions& options,
                                            const LineSink& sink) {
  return Exporter(store, options, sink).run();
}

}  // namespace loyalty::audit
