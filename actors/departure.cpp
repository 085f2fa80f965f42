// SPDX-License-Identifier: Apache-2.0
#include "actors/departure.hpp"

#include <utility>

#include "persistence/faults.hpp"

namespace loyalty::actors {

Departure::Departure(Shard& shard, Time now, std::chrono::milliseconds drain, Services services)
    : shard_(shard),
      id_(shard.id()),
      services_(std::move(services)),
      dirty_until_(shard.newest()),
      prepared_by_(now + drain),
      over_by_(now + 2 * drain) {}

bool Departure::advance(Time now) {
  // Whoever lost it meanwhile has nothing to give. Its executor has seen to the rest.
  if (phase_ != Phase::over && phase_ != Phase::releasing && shard_.lost()) {
    if (phase_ == Phase::flushing) services_.let_go(id_);
    end(persistence::unavailable(persistence::shard_name(id_) + " was lost"));
  }
  if (phase_ == Phase::preparing && (shard_.snapshot_dirty(dirty_until_) || now >= prepared_by_)) {
    phase_ = Phase::flushing;
    services_.hold(id_);
  }
  if (phase_ == Phase::flushing) {
    if (shard_.at_rest()) {
      phase_ = Phase::releasing;
      services_.release(id_, shard_.fence(), shard_.durable_head(),
                        [this](const auto& outcome) { released(outcome); });
    } else if (now >= over_by_) {
      services_.let_go(id_);
      end(persistence::unavailable(persistence::shard_name(id_) +
                                   " has not come to rest within the time"));
    }
  }
  return phase_ == Phase::over;
}

void Departure::released(const persistence::StoreResult<bool>& outcome) {
  // Released, or somebody else's already: both mean that it is not here any more. One whose answer
  // is not known is fenced with its next write if it was released.
  if (outcome) services_.retire(id_);
  services_.let_go(id_);
  end(outcome ? persistence::StoreResult<bool>(true) : outcome);
}

void Departure::end(persistence::StoreResult<bool> outcome) {
  phase_ = Phase::over;
  services_.ended(std::move(outcome));
}

}  // namespace loyalty::actors
