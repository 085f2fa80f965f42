// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace loyalty::actors {

/// How many snapshots the records of a shard bring along, so that its journal stays short and no
/// moment brings many. In numbers of records: the backlog is what stands in the journal behind the
/// oldest record of which there is no snapshot yet.
class SnapshotPace {
 public:
  /// A longer backlog brings as many snapshots as a write takes.
  static constexpr std::uint64_t max_backlog = 65'536;
  /// Snapshots in one write, so that none takes long.
  static constexpr std::size_t max_in_write = 64;
  /// Below this nothing has to be done: a load that is soon over costs no snapshot.
  static constexpr std::uint64_t low_backlog = max_backlog / 4;
  /// Within so many records everybody has a turn. From such a backlog on, which is there when more
  /// and more have records, each record brings more, and one at the maximum.
  static constexpr std::uint64_t round = max_backlog / 4 * 3;

  /// Snapshots due with a write of `records` records. `waiting`: who has records without a
  /// snapshot.
  ///
  /// Entities that were enrolled one after the other have their oldest record one after the other.
  /// If each were snapshotted when that is old, all of them would be in a row, in a wave that comes
  /// again with each round. So they take their turns from the low backlog on, evenly.
  std::size_t due(std::uint64_t backlog, std::size_t waiting, std::uint64_t records) {
    if (backlog > max_backlog) return max_in_write;
    std::uint64_t of_a_round = backlog > low_backlog ? waiting : 0;
    if (backlog > round) {
      of_a_round = std::max(of_a_round, (backlog - round) * round / (max_backlog - round));
    }
    debt_ = std::min(debt_ + records * of_a_round, max_in_write * round);
    return std::exchange(debt_, debt_ % round) / round;
  }

 private:
  std::uint64_t debt_ = 0;  ///< in parts of a snapshot, `round` to one
};

}  // namespace loyalty::actors
