// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "domain/member/turn.hpp"

namespace loyalty::domain {

/// All that has happened to a member so far, the facts of the present turn included, for commands
/// that look back. A copy of nothing: it is used before the turn states more.
class Past {
 public:
  explicit Past(const MemberTurn& turn)
      : turn_(turn), history_(turn.context().history), now_(turn.facts()) {}

  /// Shows each fact, oldest first.
  template <class See>
  void each(See see) const {
    for (const auto& fact : history_) see(fact);
    for (const auto& fact : now_) see(fact);
  }

  /// Shows each fact with the member as it was just before it: the state is rebuilt from nothing.
  template <class See>
  void relive(See see) const {
    Member member;
    member.id = turn_.member().id;
    each([&](const MemberFact& fact) {
      see(fact, static_cast<const Member&>(member));
      evolve(member, fact.at, fact.event);
    });
  }

  /// Facts are numbered from 1 without a gap; null when there is none of that number.
  const MemberFact* fact(Sequence sequence) const {
    if (sequence == 0) return nullptr;
    if (sequence <= history_.size()) return &history_[sequence - 1];
    const Sequence later = sequence - history_.size();
    return later <= now_.size() ? &now_[later - 1] : nullptr;
  }
  template <class Event>
  const Event* find(Sequence sequence) const {
    const MemberFact* known = fact(sequence);
    return known ? get_if<Event>(&known->event) : nullptr;
  }

  /// The program as it was for a fact. Where that version is not at hand, the present one: names
  /// keep their numbers.
  const Catalogue& rules_of(const MemberFact& fact) const {
    const CatalogueVersions* versions = turn_.context().versions;
    const Catalogue* then = versions ? versions->find(fact.version) : nullptr;
    return then ? *then : turn_.catalogue();
  }

 private:
  const MemberTurn& turn_;
  std::span<const MemberFact> history_;
  std::span<const MemberFact> now_;
};

/// A part of a lot, as it is given back.
inline Lot part_of(const Lot& lot, Points points) {
  Lot part = lot;
  part.remaining = points;
  part.releases = never;
  return part;
}

/// The parts of a member's lots that a debit takes; called before it is stated.
/// Throws BrokenInvariant when the member has no such lots.
std::vector<Lot> parts_of(const Member& member, CurrencyId currency,
                          const std::vector<LotUse>& uses);

/// Adds a part to others, joining it with a part of the same lot.
void add_part(std::vector<Lot>& parts, const Lot& part);

}  // namespace loyalty::domain
