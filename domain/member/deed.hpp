// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "domain/member/activity_events.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

namespace loyalty::domain {

/// What a member did, as conditions, rules and promotions look at it. The texts are borrowed.
struct Deed {
  std::string_view type;
  std::string_view subtype;
  std::string_view category;
  std::string_view product;
  std::string_view channel;
  PartnerId partner;
  Money eligible_amount;
  std::int64_t units = 0;
  LocalDay day;
};

inline Deed deed_of(const JournalRecorded& journal) {
  return {.type = journal.type,
          .subtype = journal.subtype,
          .category = journal.category,
          .product = journal.product,
          .channel = journal.channel,
          .partner = journal.partner,
          .eligible_amount = journal.eligible_amount,
          .units = journal.units,
          .day = journal.day};
}

}  // namespace loyalty::domain
