// SPDX-License-Identifier: Apache-2.0
#include "replay/counterparts.hpp"

#include <algorithm>

namespace loyalty::replay {
namespace {

using namespace domain;

/// Facts that later commands name.
bool is_named_later(const MemberEvent& event) {
  return holds_alternative<JournalRecorded>(event) || holds_alternative<VoucherIssued>(event) ||
         holds_alternative<PointsHeld>(event) || holds_alternative<PointsEscrowed>(event);
}

/// Both are of one type, of those that later commands name.
bool same_kind(const MemberEvent& a, const MemberEvent& b) {
  if (const auto* journal = get_if<JournalRecorded>(&a)) {
    return journal->type == get<JournalRecorded>(b).type;
  }
  if (const auto* voucher = get_if<VoucherIssued>(&a)) {
    const auto& other = get<VoucherIssued>(b);
    return voucher->definition == other.definition && voucher->promotion == other.promotion;
  }
  if (const auto* escrowed = get_if<PointsEscrowed>(&a)) {
    const auto& other = get<PointsEscrowed>(b);
    return escrowed->currency == other.currency && escrowed->rule == other.rule &&
           escrowed->promotion == other.promotion;
  }
  return holds_alternative<PointsHeld>(a);
}

}  // namespace

void Counterparts::match(std::span<const MemberFact> then, std::span<const MemberFact> now) {
  taken_.assign(now.size(), false);
  for (const auto& fact : then) {
    if (!is_named_later(fact.event)) continue;
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (taken_[i] || now[i].event.index() != fact.event.index()) continue;
      if (!same_kind(fact.event, now[i].event)) continue;
      taken_[i] = true;
      pairs_.emplace_back(fact.sequence, now[i].sequence);
      break;
    }
  }
}

std::optional<Sequence> Counterparts::of(Sequence then) const {
  if (then <= shared_) return then;
  const auto found =
      std::ranges::lower_bound(pairs_, then, {}, [](const auto& pair) { return pair.first; });
  if (found == pairs_.end() || found->first != then) return std::nullopt;
  return found->second;
}

void Counterparts::clear() {
  shared_ = 0;
  pairs_.clear();
}

}  // namespace loyalty::replay
