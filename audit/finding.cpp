// SPDX-License-Identifier: Apache-2.0
#include "audit/finding.hpp"

#include <utility>

namespace loyalty::audit {

std::string to_string(const Finding& finding) {
  std::string text(domain::name_of(finding.invariant));
  text += " shard " + std::to_string(finding.shard);
  if (!finding.entity.empty()) text += " " + finding.entity;
  if (finding.record) text += " record " + std::to_string(*finding.record);
  if (finding.position) text += " position " + std::to_string(*finding.position);
  return text + ": expected " + finding.expected + "; found " + finding.found;
}

void Place::report(Invariant invariant, std::string expected, std::string found) const {
  const auto known = [](std::uint64_t number) {
    return number == 0 ? std::nullopt : std::optional(number);
  };
  findings.add({.invariant = invariant,
                .shard = shard,
                .entity = std::string(entity),
                .record = known(record),
                .position = known(position),
                .expected = std::move(expected),
                .found = std::move(found)});
}

}  // namespace loyalty::audit
