// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

#include "domain/fields.hpp"

/// How a receiver of effects knows what it has applied already (runtime.md 1.6). Stored.
namespace loyalty::domain {

/// The end of what one shard has sent: the identity of the last message whose effect is in this
/// state (runtime.md 1.6).
struct OutboxId {
  std::uint64_t epoch = 0;
  std::uint64_t position = 0;
  friend auto operator<=>(const OutboxId&, const OutboxId&) = default;

  static void fields(auto& self, auto visit) {
    visit(required("epoch", "epoch of the sending shard"), self.epoch);
    visit(required("position", "journal position of the cause"), self.position);
  }
};

struct OutboxCursor {
  std::uint32_t shard = 0;
  OutboxId last;

  static void fields(auto& self, auto visit) {
    visit(required("shard", "sending shard"), self.shard);
    visit(required("last", "last message applied"), self.last);
  }
};

/// The last message of a shard that was applied; {} when there was none.
inline OutboxId last_of(const std::vector<OutboxCursor>& cursors, std::uint32_t shard) {
  const auto known = std::ranges::find(cursors, shard, &OutboxCursor::shard);
  return known == cursors.end() ? OutboxId{} : known->last;
}

inline void move_on(std::vector<OutboxCursor>& cursors, const OutboxCursor& to) {
  const auto known = std::ranges::find(cursors, to.shard, &OutboxCursor::shard);
  if (known == cursors.end()) {
    cursors.push_back(to);
  } else {
    known->last = to.last;
  }
}

}  // namespace loyalty::domain
