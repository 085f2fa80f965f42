// SPDX-License-Identifier: Apache-2.0
#include "replay/shard_past.hpp"

#include <algorithm>
#include <span>
#include <utility>

#include "actors/entity.hpp"
#include "actors/segment.hpp"
#include "persistence/block.hpp"
#include "persistence/faults.hpp"

namespace loyalty::replay {
namespace {

using actors::RecordView;
using persistence::Block;
using persistence::Fault;
using persistence::Head;
using persistence::StoreFault;
using persistence::StoreResult;

constexpr std::size_t snapshots_per_read = 64;
constexpr int most_attempts = 5;

Fault unreadable(std::string_view entity) {
  return persistence::damaged(std::string(entity) + ": its history is not whole");
}

}  // namespace

StoreResult<ShardPast> ShardPast::open(persistence::Store& store, persistence::ShardId shard,
                                       const Wanted& wanted) {
  ShardPast past(store, shard);
  // The journal first: what leaves it meanwhile is then found in the histories.
  if (auto fault = past.read_journal(wanted)) return domain::Unexpected{*std::move(fault)};
  if (auto fault = past.read_names(wanted)) return domain::Unexpected{*std::move(fault)};
  return past;
}

std::optional<StoreFault> ShardPast::read_journal(const Wanted& wanted) {
  const auto owner = store_->owner(shard_);
  if (!owner) return owner.error();
  std::optional<StoreFault> fault;
  std::optional<Head> previous;
  const auto read = store_->blocks(shard_, owner->checkpoint, [&](const Block& next) {
    const Block& block = blocks_.emplace_back(next);
    const auto parsed = persistence::parse_block(
        shard_, previous.value_or(persistence::announced_previous(block)), block);
    if (!parsed) {
      fault = parsed.error();
      return false;
    }
    previous = Head{block.last_position, block.chain};
    for (const auto bytes : parsed->records) {
      const auto record = actors::decode_record(bytes);
      if (!record) {
        fault = unreadable("shard " + std::to_string(shard_)).error;
        return false;
      }
      if (wanted(record->entity)) tails_[record->entity].push_back(*record);
    }
    return true;
  });
  if (!read) return read.error();
  return fault;
}

std::optional<StoreFault> ShardPast::read_names(const Wanted& wanted) {
  std::vector<std::string> stored;
  const auto read = store_->entities(shard_, [&](const std::string& name) {
    if (wanted(name)) stored.push_back(name);
    return true;
  });
  if (!read) return read.error();
  std::ranges::sort(stored);
  entities_ = stored;
  for (const auto& [name, records] : tails_) entities_.emplace_back(name);
  std::ranges::sort(entities_);
  entities_.erase(std::unique(entities_.begin(), entities_.end()), entities_.end());
  for (const auto& name : entities_) {
    has_snapshot_.push_back(std::ranges::binary_search(stored, name));
  }
  return std::nullopt;
}

StoreResult<std::optional<std::uint64_t>> ShardPast::covered(std::size_t index) {
  // One that comes meanwhile is of what the journal held.
  if (!has_snapshot_[index]) return std::optional<std::uint64_t>();
  if (index < window_begin_ || index >= window_begin_ + window_.size()) {
    const std::size_t count = std::min(snapshots_per_read, entities_.size() - index);
    auto ahead = store_->load(shard_, std::span(entities_).subspan(index, count));
    if (!ahead) return Fault{ahead.error()};
    window_begin_ = index;
    window_ = std::move(ahead->snapshots);
  }
  const auto& snapshot = window_[index - window_begin_];
  if (!snapshot) return std::optional<std::uint64_t>();
  const auto records = actors::records_of_snapshot(snapshot->bytes);
  if (!records) return persistence::damaged(entities_[index] + ": its snapshot cannot be read");
  return records;
}

StoreResult<bool> ShardPast::records(std::size_t index, const std::function<void()>& restart,
                                     const std::function<bool(const RecordView&)>& visit) {
  const std::string& entity = entities_[index];
  // The snapshot before the history, which then has all that it covers. Without one there is none.
  const auto wanted = covered(index);
  if (!wanted) return Fault{wanted.error()};
  std::uint64_t next = 1;
  for (int attempt = 1; *wanted; ++attempt) {
    const auto read = segments(entity, visit);
    if (read) {
      next = *read;
      break;
    }
    // Segments that were merged while they were read are read again.
    if (read.error().kind != StoreFault::Kind::unavailable || attempt == most_attempts) {
      return Fault{read.error()};
    }
    restart();
  }
  const auto tail = tails_.find(entity);
  if (tail != tails_.end()) {
    for (const RecordView& record : tail->second) {
      if (record.number < next) continue;
      if (record.number != next || !visit(record)) return unreadable(entity);
      ++next;
    }
  }
  if (next <= wanted->value_or(0)) return unreadable(entity);
  return true;
}

StoreResult<std::uint64_t> ShardPast::segments(
    const std::string& entity, const std::function<bool(const RecordView&)>& visit) const {
  std::uint64_t next = 1;
  bool good = true;
  std::vector<RecordView> records;
  const auto read = store_->history(shard_, entity, [&](const persistence::Segment& segment) {
    records.clear();
    const auto unpacked = actors::unpack_segment(segment.bytes);
    good = unpacked && actors::records_of_segment(*unpacked, records);
    for (std::size_t i = 0; good && i < records.size(); ++i) {
      good = records[i].number == next && records[i].entity == entity && visit(records[i]);
      ++next;
    }
    return good;
  });
  if (!read) return Fault{read.error()};
  if (!good) return unreadable(entity);
  return next;
}

}  // namespace loyalty::replay
