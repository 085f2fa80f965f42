// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/refusal.hpp"
#include "tests/model/settings.hpp"

/// What is asked of the model and of the domain alike, and what the model answers.
namespace loyalty::model {

enum class Deed : std::uint8_t {
  wait,
  purchase,
  review,
  training,
  redeem,
  debit,
  hold,
  capture,
  release,
  cancel,
  bring_back,
  adjust,
  credit,
  progress,
  release_escrow,
  run_batch,
};

struct Ask {
  Deed deed = Deed::wait;
  Ms at = 0;  ///< when the activity happened: now or before
  std::int64_t amount = 0;
  std::int64_t units = 0;
  bool shoes = false;
  bool at_partner = false;
  std::string offer;
  Currency currency = coins;
  Subtype subtype = plain;
  std::int64_t quantity = 0;  ///< points, pieces of an offer, or an increment
  Ms ttl = 0;
  /// Which activity, redemption or hold, counted from 0 in the order in which they were accepted.
  std::optional<std::size_t> target;
  std::optional<std::int64_t> kept;  ///< a return: the amount that is kept
  bool by_staff = false;

  std::string words() const;
};

/// Money between partner and program, in minor units; positive: the partner owes it.
struct Owed {
  Currency currency = coins;
  std::int64_t cents = 0;
  friend auto operator<=>(const Owed&, const Owed&) = default;
};

struct Answer {
  std::optional<domain::RefusalCode> refused;
  std::vector<Owed> owed;
};

}  // namespace loyalty::model
