// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "actors/shard_journal.hpp"
#include "actors/store_lane.hpp"

namespace loyalty::actors {

/// Gets the writes of one shard into the store, one after the other, and knows what to do when the
/// store does not take one (runtime.md R3 and 2.5):
///
/// * full, unavailable, unknown: the same commit is tried again until it is answered. Fence and
///   head are compared inside the write, so that nothing is ever written twice.
/// * head: either the commit was written and its answer was lost, or the store went back to an
///   older state. Then everything since is written again from what was kept until it was stable.
/// * fenced: somebody else has the shard, or the store went back to an older owner.
///
/// Where it cannot be mended the shard is lost, and what exactly is missing is told. Everything
/// runs on the thread of the shard's executor.
class ShardWriter {
 public:
  /// What can no longer be said to be durable.
  struct Loss {
    std::string reason;                      ///< one line, names shard and positions
    std::vector<persistence::Block> blocks;  ///< acknowledged or under way, and not in the store
  };

  struct Services {
    StoreLane& lane;
    std::function<void(std::function<void()>)> post;  ///< to the executor's thread, from any
    std::function<void(std::function<void()>)>
        leave;  ///< the same, for what a group of commits became
    std::function<void(std::function<void()>)> later;  ///< the same, after a short while
    std::function<persistence::OwnerNonce()> nonce;
    /// The store may go back behind what it acknowledged: commits are kept until they are stable.
    bool may_regress = false;
    std::size_t max_kept_bytes = 0;

    /// A commit is durable, for the first time.
    std::function<void(const persistence::Commit&)> confirmed;
    /// The store does not take writes at present; called with every attempt that failed.
    std::function<void(const persistence::CommitResult&)> stalled;
    /// It does again.
    std::function<void()> resumed;
    std::function<void(const Loss&)> lost;
    /// Whether a shard that the store has forgotten to be this node's may be claimed again; null:
    /// always.
    std::function<bool()> may_claim{};
  };

  ShardWriter(persistence::ShardId shard, const persistence::OwnerRecord& owner, Services services);

  ShardJournal& journal() { return journal_; }
  const ShardJournal& journal() const { return journal_; }

  /// Whether `write` may be called.
  bool ready() const { return !lost_ && !stalled_ && !journal_.in_flight(); }
  bool lost() const { return lost_; }
  /// So much is kept that no more should be taken in until the store has caught up.
  bool overfull() const { return kept_bytes_ > services_.max_kept_bytes; }

  /// Somebody else has the shard: nothing is written any more, and what was acknowledged and is not
  /// in the store is told once that is known.
  void depose(const std::string& reason);
  /// The shard was given away: from now on nothing is written.
  void close() { lost_ = true; }

  /// Writes what `ShardJournal::ship` returned, with what belongs to it.
  void write(persistence::Commit commit);

  /// Compares the store with what this shard knows, and lets go of what has become stable. To be
  /// called about once a second while `keeps_any`, and when something read looks too old.
  void probe();
  bool keeps_any() const { return !kept_.empty(); }

 private:
  void send(persistence::Commit commit);
  void answered(const persistence::CommitResult& result, persistence::Commit commit);
  void written(persistence::Commit commit);
  void pack(persistence::Commit& kept);
  void stall(const persistence::CommitResult& result);
  void resume();
  void look_at_owner();
  void owner_seen(const persistence::StoreResult<persistence::OwnerRecord>& seen);
  void claim_back(const persistence::OwnerRecord& seen);
  void claimed_back(const persistence::OwnerRecord& mine);
  void write_again_from(const persistence::Head& head);
  void write_next_again();
  void probed(const persistence::Head& known,
              const persistence::StoreResult<persistence::OwnerRecord>& owner,
              const persistence::StoreResult<std::uint64_t>& stable);
  void let_go(std::uint64_t stable);
  void lose(const std::string& reason);
  persistence::CommitResult no_answer(const std::string& detail) const;

  Services services_;
  ShardJournal journal_;
  std::deque<persistence::Commit> kept_;  ///< acknowledged, not known to be stable; packed
  std::size_t kept_bytes_ = 0;
  std::optional<std::size_t> again_;              ///< index into kept_ of what is written again
  std::optional<persistence::Commit> set_aside_;  ///< waits until that is done
  std::optional<persistence::OwnerNonce> tried_nonce_;  ///< of a claim whose answer may be lost
  bool stalled_ = false;
  bool probing_ = false;
  bool lost_ = false;
};

}  // namespace loyalty::actors
