// SPDX-License-Identifier: Apache-2.0
#include "actors/shard_writer.hpp"

#include <algorithm>
#include <utility>

#include "actors/clock.hpp"
#include "domain/invariant.hpp"
#include "persistence/packed_block.hpp"

namespace loyalty::actors {
namespace {

using persistence::Commit;
using persistence::CommitResult;
using persistence::CommitStatus;
using persistence::Head;
using persistence::OwnerRecord;
using persistence::Store;
using persistence::StoreFault;
using persistence::StoreResult;

Head end_of(const Commit& commit) {
  if (!commit.block) return commit.expected;
  return {commit.block->last_position, commit.block->chain};
}

std::size_t size_of(const Commit& commit) {
  std::size_t size = sizeof(Commit) + (commit.block ? commit.block->bytes.size() : 0);
  for (const auto& snapshot : commit.snapshots) size += snapshot.bytes.size();
  for (const auto& segment : commit.segments) size += segment.bytes.size();
  return size;
}

/// The block of a kept commit as it was written.
persistence::Block whole(persistence::Block kept) {
  if (!persistence::is_packed_block(kept.bytes)) return kept;
  auto bytes = persistence::unpack_block(kept.bytes);
  domain::invariant(bytes.has_value(), "what was packed in memory can be unpacked");
  kept.bytes = *std::move(bytes);
  return kept;
}

std::string at(const Head& head) { return "position " + std::to_string(head.position); }

}  // namespace

ShardWriter::ShardWriter(persistence::ShardId shard, const OwnerRecord& owner, Services services)
    : services_(std::move(services)), journal_(shard, owner) {}

void ShardWriter::write(Commit commit) {
  domain::invariant(!lost_ && !stalled_, "a shard writes only while its store takes writes");
  send(std::move(commit));
}

void ShardWriter::send(Commit commit) {
  services_.lane.commit(std::move(commit), [this](CommitResult result, Commit sent) {
    services_.leave([this, result = std::move(result), sent = std::move(sent)]() mutable {
      answered(result, std::move(sent));
    });
  });
}

void ShardWriter::answered(const CommitResult& result, Commit commit) {
  if (lost_) return;
  const bool was_written =
      result.status == CommitStatus::ok ||
      (result.status == CommitStatus::head && commit.block && result.head == end_of(commit));
  if (was_written) {
    written(std::move(commit));
    return;
  }
  stall(result);
  switch (result.status) {
    case CommitStatus::ok: return;
    case CommitStatus::full:
    case CommitStatus::unavailable:
    case CommitStatus::unknown:
      services_.later([this, commit = std::move(commit)]() mutable { send(std::move(commit)); });
      return;
    case CommitStatus::head:
      if (result.head == commit.expected) {  // it contradicts itself: never again
        lose("the store refuses a write: " + result.detail);
        return;
      }
      if (!again_) set_aside_ = std::move(commit);
      write_again_from(result.head);
      return;
    case CommitStatus::fenced:
      if (!again_) set_aside_ = std::move(commit);
      look_at_owner();
      return;
  }
}

void ShardWriter::written(Commit commit) {
  if (again_) {
    ++*again_;
    write_next_again();
    return;
  }
  journal_.confirm();
  resume();
  if (!services_.may_regress) {
    services_.confirmed(commit);
    return;
  }
  const Head end = end_of(commit);
  kept_bytes_ += size_of(commit);
  kept_.push_back(std::move(commit));
  services_.confirmed(kept_.back());
  // Which may have lost the shard.
  if (!kept_.empty() && end_of(kept_.back()) == end) pack(kept_.back());
}

void ShardWriter::pack(Commit& kept) {
  if (!kept.block) return;
  auto packed = persistence::pack_block(kept.block->bytes);
  if (!packed) return;
  packed->shrink_to_fit();
  kept_bytes_ -= kept.block->bytes.size() - packed->size();
  kept.block->bytes = *std::move(packed);
}

void ShardWriter::stall(const CommitResult& result) {
  stalled_ = true;
  services_.stalled(result);
}

void ShardWriter::resume() {
  if (std::exchange(stalled_, false)) services_.resumed();
}

CommitResult ShardWriter::no_answer(const std::string& detail) const {
  return {.status = CommitStatus::unavailable, .head = {}, .detail = detail};
}

void ShardWriter::look_at_owner() {
  services_.lane.read([this](Store& store) {
    auto seen = store.owner(journal_.shard());
    services_.post([this, seen = std::move(seen)] { owner_seen(seen); });
  });
}

void ShardWriter::owner_seen(const StoreResult<OwnerRecord>& seen) {
  if (lost_) return;
  if (!seen) {
    if (seen.error().kind != StoreFault::Kind::unavailable) {
      lose(seen.error().message);
      return;
    }
    stall(no_answer(seen.error().message));
    services_.later([this] { look_at_owner(); });
    return;
  }
  const auto& mine = journal_.fence();
  if (seen->fence == mine) {
    write_again_from(seen->head);
  } else if (tried_nonce_ && seen->fence.owner == *tried_nonce_) {
    claimed_back(*seen);  // the claim was made, only its answer was lost
  } else if (seen->fence.epoch < mine.epoch) {
    if (services_.may_claim && !services_.may_claim()) {
      stall(no_answer("the store went back, and this node may not claim at present"));
      services_.later([this] { look_at_owner(); });
      return;
    }
    claim_back(*seen);  // the store went back to a time before this shard was claimed
  } else {
    depose("another server took it under epoch " + std::to_string(seen->fence.epoch));
  }
}

void ShardWriter::claim_back(const OwnerRecord& seen) {
  tried_nonce_ = services_.nonce();
  services_.lane.read([this, seen, nonce = *tried_nonce_](Store& store) {
    auto claimed = store.claim(journal_.shard(), seen.fence, nonce, RealClock().now().ms);
    services_.post([this, claimed = std::move(claimed)] {
      if (lost_) return;
      if (claimed) {
        claimed_back(*claimed);
        return;
      }
      stall(no_answer(claimed.error().message));
      services_.later([this] { look_at_owner(); });
    });
  });
}

void ShardWriter::claimed_back(const OwnerRecord& mine) {
  journal_.renew(mine.fence);
  for (auto& commit : kept_) commit.fence = mine.fence;
  if (set_aside_) set_aside_->fence = mine.fence;
  write_again_from(mine.head);
}

void ShardWriter::write_again_from(const Head& head) {
  const auto first = std::find_if(kept_.begin(), kept_.end(),
                                  [&](const Commit& commit) { return commit.expected == head; });
  if (first == kept_.end() && head != journal_.durable_head()) {
    lose("the store ends at " + at(head) + ", but everything up to " + at(journal_.durable_head()) +
         " was acknowledged" +
         (kept_.empty() ? std::string() : "; kept is what follows " + at(kept_.front().expected)));
    return;
  }
  again_ = static_cast<std::size_t>(first - kept_.begin());
  write_next_again();
}

void ShardWriter::write_next_again() {
  if (*again_ < kept_.size()) {
    Commit commit = kept_[*again_];
    if (commit.block) commit.block = whole(*std::move(commit.block));
    send(std::move(commit));
    return;
  }
  again_.reset();
  if (set_aside_) {
    send(*std::exchange(set_aside_, std::nullopt));
  } else {
    resume();
  }
}

void ShardWriter::probe() {
  if (probing_ || lost_ || stalled_) return;
  probing_ = true;
  services_.lane.read([this, known = journal_.durable_head()](Store& store) {
    auto owner = store.owner(journal_.shard());
    auto stable = store.stable(journal_.shard());
    services_.post([this, known, owner = std::move(owner), stable = std::move(stable)] {
      probing_ = false;
      probed(known, owner, stable);
    });
  });
}

void ShardWriter::probed(const Head& known, const StoreResult<OwnerRecord>& owner,
                         const StoreResult<std::uint64_t>& stable) {
  if (lost_ || stalled_) return;
  if (!owner && owner.error().kind == StoreFault::Kind::unavailable) return;  // a write will tell
  const bool as_known = owner && owner->fence == journal_.fence() &&
                        (owner->head == known || owner->head.position > known.position);
  if (as_known) {
    if (stable) let_go(*stable);
  } else if (!journal_.in_flight()) {  // the answer to a write under way says the same
    stall(no_answer("the store is not as it was left"));
    owner_seen(owner);
  }
}

void ShardWriter::let_go(std::uint64_t stable) {
  while (!kept_.empty() && end_of(kept_.front()).position <= stable) {
    kept_bytes_ -= size_of(kept_.front());
    kept_.pop_front();
  }
}

// Whoever has it now went on from what the store had. What was acknowledged here is in there,
// unless the store had gone back before.
void ShardWriter::depose(const std::string& reason) {
  if (lost_) return;
  lost_ = true;
  set_aside_.reset();  // it was not acknowledged
  const std::string text = "shard " + std::to_string(journal_.shard()) + " is lost: " + reason;
  services_.lost({.reason = text, .blocks = {}});
  if (kept_.empty()) return;
  services_.lane.read([this, text, after = kept_.front().expected](Store& store) {
    std::vector<Head> found;
    const auto owner = store.owner(journal_.shard());
    const auto read = store.blocks(journal_.shard(), after.position, [&](const auto& block) {
      found.push_back({block.last_position, block.chain});
      return found.size() < kept_.size();
    });
    const std::uint64_t covered = owner ? owner->checkpoint : 0;
    services_.post([this, text, found = std::move(found), covered, known = owner && read] {
      Loss loss{.reason = text + "; acknowledged writes are missing in the store", .blocks = {}};
      for (auto& commit : kept_) {
        const bool there = end_of(commit).position <= covered ||
                           std::find(found.begin(), found.end(), end_of(commit)) != found.end();
        if (commit.block && !there) loss.blocks.push_back(whole(*std::move(commit.block)));
      }
      kept_.clear();
      if (!known) loss.reason = text + "; whether its last writes are there cannot be seen";
      if (!loss.blocks.empty()) services_.lost(loss);
    });
  });
}

void ShardWriter::lose(const std::string& reason) {
  lost_ = true;
  Loss loss{.reason = "shard " + std::to_string(journal_.shard()) + " is lost: " + reason,
            .blocks = {}};
  for (auto& commit : kept_) {
    if (commit.block) loss.blocks.push_back(whole(*std::move(commit.block)));
  }
  if (set_aside_ && set_aside_->block) loss.blocks.push_back(std::move(*set_aside_->block));
  kept_.clear();
  services_.lost(loss);
}

}  // namespace loyalty::actors
