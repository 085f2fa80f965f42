// SPDX-License-Identifier: Apache-2.0
#include "replay/counterparts.hpp"

#include <algorithm>

namespace loyalty::replay {
namespace {

using namespace domain;

/// Facts that later commands name.
bool is_named_later(const MemberEvent& event) {
  return std::holds_alternative<JournalRecorded>(event) ||
         std::holds_alternative<VoucherIssued>(event) ||
         std::holds_alternative<PointsHeld>(event) || std::holds_alternative<PointsEscrowed>(event);
}

struct SameKind {
  bool operator()(const JournalRecorded& a, const JournalRecorded& b) const {
    return a.type == b.type;
  }
  bool operator()(const VoucherIssued& a, const VoucherIssued& b) const {
    return a.definition == b.definition && a.promotion == b.promotion;
  }
  bool operator()(const PointsHeld&, const PointsHeld&) const { return true; }
  bool operator()(const PointsEscrowed& a, const PointsEscrowed& b) const {
    return a.currency == b.currency && a.rule == b.rule && a.promotion == b.promotion;
  }
  bool operator()(const auto&, const auto&) const { return false; }
};

}  // namespace

void Counterparts::match(std::span<const MemberFact> then, std::span<const MemberFact> now) {
  taken_.assign(now.size(), false);
  for (const auto& fact : then) {
    if (!is_named_later(fact.event)) continue;
    for (std::size_t i = 0; i < now.size(); ++i) {
      if (taken_[i] || now[i].event.index() != fact.event.index()) continue;
      if (!std::visit(SameKind{}, fact.event, now[i].event)) continue;
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
