// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "domain/expected.hpp"
#include "domain/member/commands.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

namespace loyalty::domain {

/// What a caller sent, whatever the command; the texts are the command's.
struct ReportedActivity {
  std::string_view type;
  std::string_view subtype = {};
  std::string_view category = {};
  std::string_view product = {};
  std::string_view partner = {};
  std::string_view channel = {};
  std::string_view reference = {};
  std::optional<Instant> at = {};
  std::int64_t amount = 0;
  std::optional<std::int64_t> eligible_amount = {};
  std::int64_t units = 1;
};

/// Records an activity and everything that follows from it: rules, partner liability, promotions.
/// Returns the id of its journal. Refuses before anything is stated: what was sent is checked and
/// completed first (times, partner and product known, amounts in bounds).
Expected<Sequence, Refusal> record(MemberTurn& turn, const ReportedActivity& input);

}  // namespace loyalty::domain
