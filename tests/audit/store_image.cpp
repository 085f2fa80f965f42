// SPDX-License-Identifier: Apache-2.0
#include "tests/audit/store_image.hpp"

#include <algorithm>
#include <limits>

#include "actors/entity_key.hpp"
#include "actors/segment.hpp"
#include "codec/msgpack_reader.hpp"
#include "persistence/block.hpp"
#include "persistence/faults.hpp"

namespace loyalty::audit {

using namespace persistence;

namespace {

Fault read_only() { return unavailable("an image is read only"); }

void copy_snapshots(Store& original, ShardId id, StoreImage::Shard& shard) {
  std::vector<std::string> names{actors::outbox_key(id)};
  (void)original.entities(id, [&](const std::string& name) {
    names.push_back(name);
    return true;
  });
  auto found = original.load(id, names);
  for (auto& snapshot : found->snapshots) {
    if (snapshot) shard.snapshots[snapshot->entity] = *snapshot;
  }
  for (const auto& name : names) {
    (void)original.history(id, name, [&](const Segment& segment) {
      shard.segments[{name, segment.first_sequence}] = segment;
      return true;
    });
  }
}

}  // namespace

StoreImage::StoreImage(Store& original) : content(original.shards()) {
  for (ShardId id = 0; id < shards(); ++id) {
    Shard& shard = content[id];
    shard.owner = *original.owner(id);
    (void)original.blocks(id, 0, [&](const Block& block) {
      shard.blocks.push_back(block);
      return true;
    });
    copy_snapshots(original, id, shard);
    const auto entries = original.due(id, -1, std::numeric_limits<std::int64_t>::max(), 1'000'000);
    for (const auto& entry : *entries) shard.due.emplace(entry.at_ms, entry.entity);
  }
}

StoreImage::OpenJournal StoreImage::open(ShardId id) const {
  OpenJournal journal;
  const Shard& shard = content[id];
  if (shard.blocks.empty()) {
    journal.before = shard.owner.head;
    return journal;
  }
  journal.before = announced_previous(shard.blocks.front());
  Head previous = journal.before;
  for (const auto& block : shard.blocks) {
    const auto parsed = parse_block(id, previous, block);
    OpenBlock opened{.epoch = parsed->epoch, .records = {}};
    for (const auto record : parsed->records) opened.records.emplace_back(record);
    journal.blocks.push_back(std::move(opened));
    previous = {block.last_position, block.chain};
  }
  return journal;
}

void StoreImage::close(ShardId id, const OpenJournal& journal) {
  Shard& shard = content[id];
  shard.blocks.clear();
  shard.owner.head = journal.before;
  for (const auto& opened : journal.blocks) {
    if (opened.records.empty()) continue;
    BlockBuilder builder;
    for (const auto& record : opened.records) builder.add(record);
    shard.blocks.push_back(std::move(builder).finish(id, opened.epoch, shard.owner.head));
    shard.owner.head = {shard.blocks.back().last_position, shard.blocks.back().chain};
  }
}

std::vector<std::string> StoreImage::open(const Segment& segment) {
  std::vector<std::string> records;
  const auto unpacked = actors::unpack_segment(segment.bytes);
  codec::Reader in(*unpacked);
  std::uint32_t count = 0;
  (void)in.read_array(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::string_view rest = in.rest();
    const std::size_t start = in.position();
    (void)in.skip();
    records.emplace_back(rest.substr(0, in.position() - start));
  }
  return records;
}

void StoreImage::close(ShardId id, const std::string& entity, std::uint64_t first,
                       const std::vector<std::string>& records) {
  const std::vector<std::string_view> views(records.begin(), records.end());
  content[id].segments[{entity, first}] = {entity, first, actors::pack_segment(views)};
}

void StoreImage::trim_all() {
  for (auto& shard : content) {
    std::erase_if(shard.blocks, [&](const Block& block) {
      return block.last_position <= shard.owner.checkpoint;
    });
  }
}

ShardId StoreImage::home(const std::string& entity) const {
  return actors::shard_of(entity, shards());
}

ShardId StoreImage::shards() const { return static_cast<ShardId>(content.size()); }
StoreResult<OwnerRecord> StoreImage::owner(ShardId shard) { return content[shard].owner; }
StoreResult<OwnerRecord> StoreImage::claim(ShardId, const Fence&, OwnerNonce, std::int64_t) {
  return read_only();
}
StoreResult<bool> StoreImage::release(ShardId, const Fence&) { return read_only(); }
std::vector<CommitResult> StoreImage::commit(std::span<const Commit> commits) {
  return std::vector<CommitResult>(commits.size(), {CommitStatus::unavailable, {}, "read only"});
}

StoreResult<Loaded> StoreImage::load(ShardId shard, std::span<const std::string> names) {
  Loaded loaded{.head = content[shard].owner.head, .snapshots = {}};
  for (const auto& name : names) {
    const auto found = content[shard].snapshots.find(name);
    loaded.snapshots.push_back(
        found == content[shard].snapshots.end() ? std::nullopt : std::optional(found->second));
  }
  return loaded;
}

StoreResult<std::vector<Snapshot>> StoreImage::pinned(ShardId shard) {
  std::vector<Snapshot> found;
  for (const auto& [name, snapshot] : content[shard].snapshots) {
    if (snapshot.pinned) found.push_back(snapshot);
  }
  return found;
}

StoreResult<bool> StoreImage::entities(ShardId shard,
                                       const std::function<bool(const std::string&)>& visit) {
  for (const auto& [name, snapshot] : content[shard].snapshots) {
    if (!visit(name)) break;
  }
  return true;
}

StoreResult<bool> StoreImage::blocks(ShardId shard, std::uint64_t after,
                                     const std::function<bool(const Block&)>& visit) {
  if (content[shard].damaged) return persistence::damaged("its checksum does not match");
  for (const auto& block : content[shard].blocks) {
    if (block.last_position > after && !visit(block)) break;
  }
  return true;
}

StoreResult<bool> StoreImage::history(ShardId shard, std::string_view entity,
                                      const std::function<bool(const Segment&)>& visit) {
  for (const auto& [key, segment] : content[shard].segments) {
    if (key.first == entity && !visit(segment)) break;
  }
  return true;
}

StoreResult<std::vector<DueEntry>> StoreImage::due(ShardId shard, std::int64_t from_ms,
                                                   std::int64_t until_ms, std::size_t limit) {
  std::vector<DueEntry> found;
  for (const auto& [at_ms, entity] : content[shard].due) {
    if (at_ms < from_ms || at_ms > until_ms) continue;
    if (found.size() == limit) break;
    found.push_back({at_ms, entity});
  }
  return found;
}

StoreResult<bool> StoreImage::trim(ShardId, std::uint64_t) { return read_only(); }
StoreResult<std::uint64_t> StoreImage::stable(ShardId shard) {
  return content[shard].owner.head.position;
}
StoreResult<std::optional<Head>> StoreImage::projection_cursor(ShardId, std::string_view) {
  return std::optional<Head>();
}
StoreResult<bool> StoreImage::put_projection_cursor(ShardId, std::string_view, Head) {
  return read_only();
}

}  // namespace loyalty::audit
