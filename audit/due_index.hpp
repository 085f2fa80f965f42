// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "audit/finding.hpp"
#include "persistence/store.hpp"

namespace loyalty::audit {

/// The due index of one shard against the entities: a member that is not in it is never woken, and
/// its points never expire.
class DueIndex {
 public:
  /// Reads it. A fault is for a store that cannot be reached.
  std::optional<persistence::StoreFault> read(persistence::Store& store, persistence::ShardId shard,
                                              Findings& findings);

  /// An entity stands there at `due_ms` (0: nowhere), and among those who wait for a batch run.
  void expect(const std::string& entity, std::int64_t due_ms, bool waits_for_batch,
              const Place& place);

  /// Reports what nobody was expected at. `program` limits it to the entities of one.
  void finish(std::string_view program, const Place& place) const;

 private:
  void expect_at(std::int64_t at_ms, const std::string& entity, const Place& place);

  std::set<std::pair<std::int64_t, std::string>> entries_;
  bool known_ = false;
};

}  // namespace loyalty::audit
