// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "domain/expected.hpp"

/// The one interface to durable state. Everything here is opaque bytes: what they mean is the
/// business of the codecs. Backends: memory, RocksDB (and Redis, for which the shape is chosen:
/// all keys of a shard can live in one hash slot, `commit` can be one script).
///
/// Threads: `commit` is called by one lane thread at a time; reads (`load`, `history`, `due`, ...)
/// may run at the same time from other threads.
namespace loyalty::persistence {

using ShardId = std::uint16_t;

/// 128 random bits that name one incarnation of an owner; all zero means "nobody".
struct OwnerNonce {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  friend bool operator==(const OwnerNonce&, const OwnerNonce&) = default;
};

/// Who may write a shard: compared inside every write (runtime.md 0.4).
struct Fence {
  std::uint64_t epoch = 0;
  OwnerNonce owner;
  friend bool operator==(const Fence&, const Fence&) = default;
};

/// The end of a shard's journal: the position of the last record, and the chain hash of the block
/// that holds it. A fresh shard has position 0 and chain 0.
struct Head {
  std::uint64_t position = 0;
  std::uint64_t chain = 0;
  friend bool operator==(const Head&, const Head&) = default;
};

struct OwnerRecord {
  Fence fence;
  Head head;
  /// Every record at or below this position is covered by snapshots and history segments.
  std::uint64_t checkpoint = 0;
};

/// A block of the journal: `count` records that end at `last_position`, encoded (see block.hpp).
struct Block {
  std::uint64_t last_position = 0;
  std::uint32_t count = 0;
  std::uint64_t chain = 0;
  std::string bytes;
};

/// The whole state of an entity as of journal `position`. Pinned entities (programs, the outbox)
/// are read when a shard is claimed, all others when somebody asks for them.
struct Snapshot {
  std::string entity;
  std::uint64_t position = 0;
  std::string bytes;
  bool pinned = false;
  friend bool operator==(const Snapshot&, const Snapshot&) = default;
};

/// Immutable stretch of one entity's records, keyed by the first of its event sequence numbers.
struct Segment {
  std::string entity;
  std::uint64_t first_sequence = 0;
  std::string bytes;
  friend bool operator==(const Segment&, const Segment&) = default;
};

/// Names a segment.
struct SegmentKey {
  std::string entity;
  std::uint64_t first_sequence = 0;
  friend bool operator==(const SegmentKey&, const SegmentKey&) = default;
};

/// What `Store::load` found, and where the journal ended at that moment: snapshots that are older
/// than what their reader knows tell of a store that was rolled back.
struct Loaded {
  Head head;
  std::vector<std::optional<Snapshot>> snapshots;
};

/// Moves an entity in the due index from one instant (epoch ms) to another; 0 means "not there".
struct DueMove {
  std::string entity;
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
};

struct DueEntry {
  std::int64_t at_ms = 0;
  std::string entity;
  friend bool operator==(const DueEntry&, const DueEntry&) = default;
};

/// One atomic write to one shard. `block` may be absent: snapshots and a checkpoint alone are
/// written under the same fence and head check.
struct Commit {
  ShardId shard = 0;
  Fence fence;
  Head expected;
  std::optional<Block> block;
  std::vector<Snapshot> snapshots;
  std::vector<SegmentKey> merged;  ///< go first: what `segments` replaces
  std::vector<Segment> segments;
  std::vector<DueMove> due;
  std::optional<std::uint64_t> checkpoint;
};

enum class CommitStatus : std::uint8_t {
  ok,           ///< durable at the level the store promises
  fenced,       ///< the shard has another owner now; nothing was written
  head,         ///< the journal does not end where expected; nothing was written
  full,         ///< no space; nothing was written, may be tried again
  unavailable,  ///< not reachable or not writable; nothing was written, may be tried again
  unknown,      ///< may or may not have been written. The same commit may be tried again: `head`
                ///< with its own end as the head says that it was
};

struct CommitResult {
  CommitStatus status = CommitStatus::unknown;
  Head head;           ///< the store's head after the call, where it is known
  std::string detail;  ///< for the log
};

struct StoreFault {
  enum class Kind : std::uint8_t {
    unavailable,  ///< not reachable, locked by another process, no permission
    damaged,      ///< a checksum, the chain or the watermark does not hold: never guess
    foreign,      ///< another format version or not our data
    invalid,      ///< asked for in a way that no store can answer
  };
  Kind kind = Kind::unavailable;
  std::string message;  ///< one line that names stream and position where there is one
};

template <class T>
using StoreResult = domain::Expected<T, StoreFault>;

class Store {
 public:
  virtual ~Store() = default;

  /// Number of shards, fixed when the store was created.
  virtual ShardId shards() const = 0;
  /// For people: "rocksdb:DIR (fsync)".
  virtual std::string describe() const = 0;
  /// Of this store and no other; "" for one that nobody shares.
  virtual std::string id() const { return {}; }
  /// Whether acknowledged writes can be taken back by what happens to the store (a failover, a
  /// restart of a server that syncs once a second): then their owner keeps them until `stable`.
  virtual bool may_regress() const { return false; }

  virtual StoreResult<OwnerRecord> owner(ShardId shard) = 0;
  /// Takes a shard: succeeds only while the fence still equals `seen`. The new epoch is
  /// max(seen.epoch + 1, now_ms). Fails with `unavailable` when somebody else claimed meanwhile.
  virtual StoreResult<OwnerRecord> claim(ShardId shard, const Fence& seen, OwnerNonce me,
                                         std::int64_t now_ms) = 0;
  /// Gives the shard up (clears the owner, keeps the epoch). No effect under another fence.
  virtual StoreResult<bool> release(ShardId shard, const Fence& fence) = 0;

  /// Returns true when what was written to this shard so far, its owner included, is on all
  /// replicas that are there: a failover does not take it back. Shards change hands only so
  /// (runtime.md 2.4).
  virtual StoreResult<bool> settle(ShardId) { return true; }

  /// The only write path. One result per commit, in order; commits of different shards are
  /// independent of each other. Returns when all are durable or decided.
  virtual std::vector<CommitResult> commit(std::span<const Commit> commits) = 0;

  /// The snapshots of these entities, in the order asked; nullopt where there is none.
  virtual StoreResult<Loaded> load(ShardId shard, std::span<const std::string> entities) = 0;
  virtual StoreResult<std::vector<Snapshot>> pinned(ShardId shard) = 0;

  /// Calls `visit` with the name of each entity that has a snapshot, in ascending order, until it
  /// returns false.
  virtual StoreResult<bool> entities(ShardId shard,
                                     const std::function<bool(const std::string&)>& visit) = 0;

  /// Calls `visit` for each block with last_position > `after`, in order, until it returns false.
  /// The bytes are verified by the caller (block.hpp).
  virtual StoreResult<bool> blocks(ShardId shard, std::uint64_t after,
                                   const std::function<bool(const Block&)>& visit) = 0;

  /// The segments of an entity in order of sequence, until `visit` returns false. Where a merge
  /// replaced what was visited last by something longer, the rest cannot be told without a gap or a
  /// repetition: that is answered `unavailable`, and reading again helps.
  virtual StoreResult<bool> history(ShardId shard, std::string_view entity,
                                    const std::function<bool(const Segment&)>& visit) = 0;
  /// The same, of those that start at or after `first_sequence`.
  virtual StoreResult<bool> history_from(ShardId shard, std::string_view entity,
                                         std::uint64_t first_sequence,
                                         const std::function<bool(const Segment&)>& visit) {
    return history(shard, entity, [&](const Segment& segment) {
      return segment.first_sequence < first_sequence || visit(segment);
    });
  }

  /// The entries of the due index with from_ms <= at_ms <= until_ms, earliest first, at most
  /// `limit`.
  virtual StoreResult<std::vector<DueEntry>> due(ShardId shard, std::int64_t from_ms,
                                                 std::int64_t until_ms, std::size_t limit) = 0;

  /// Forgets blocks whose last position is at or below min(up_to, checkpoint).
  virtual StoreResult<bool> trim(ShardId shard, std::uint64_t up_to) = 0;
  /// Acknowledged writes that could still be rolled back by a failover end here: positions at or
  /// below are stable. Embedded stores answer their head.
  virtual StoreResult<std::uint64_t> stable(ShardId shard) = 0;

  /// Cursor of a projection that lives outside the shard, with the epoch it was written under.
  virtual StoreResult<std::optional<Head>> projection_cursor(ShardId shard,
                                                             std::string_view name) = 0;
  virtual StoreResult<bool> put_projection_cursor(ShardId shard, std::string_view name,
                                                  Head cursor) = 0;
};

}  // namespace loyalty::persistence
