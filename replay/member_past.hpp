// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "domain/member/events.hpp"
#include "replay/member_replay.hpp"
#include "replay/shard_past.hpp"

namespace loyalty::replay {

/// The past of one member at a time. Its memory is used again.
class MemberPast {
 public:
  /// Reads member `index` of the shard.
  persistence::StoreResult<bool> read(ShardPast& shard, std::size_t index);

  const std::vector<Turn>& turns() const { return turns_; }

 private:
  void clear();
  bool add(const actors::RecordView& record);

  struct Bound {
    domain::Instant now;
    bool asked;
    std::size_t begin;
  };
  std::vector<domain::MemberFact> facts_;
  std::vector<Bound> bounds_;
  std::vector<Turn> turns_;
};

}  // namespace loyalty::replay
