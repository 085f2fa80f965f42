// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <concepts>
#include <cstddef>

#include "domain/member/turn.hpp"

namespace loyalty::domain {

/// Shows the facts of one kind that a turn has stated from its index `first` on, for the answer
/// that is put together from them. `visit` takes the fact, and its sequence if it likes.
template <class Event, class Visit>
void for_each(const MemberTurn& turn, std::size_t first, Visit visit) {
  for (std::size_t i = first; i < turn.facts().size(); ++i) {
    const auto* event = get_if<Event>(&turn.facts()[i].event);
    if (event == nullptr) continue;
    if constexpr (std::invocable<Visit, const Event&>) {
      visit(*event);
    } else {
      visit(*event, turn.facts()[i].sequence);
    }
  }
}

}  // namespace loyalty::domain
