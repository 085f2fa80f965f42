// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>

#include "domain/member/events.hpp"
#include "domain/member/member.hpp"
#include "domain/quantity.hpp"
#include "replay/tally.hpp"

/// What the past of members adds up to under one set of rules.
namespace loyalty::replay {

/// Points of one currency: how they came and went in the time that is looked at, and what there is
/// at its end. Over a whole past: credited - taken_back - spent - expired + transferred = available
/// + waiting.
struct CurrencyFigures {
  domain::Points credited;     ///< escrow included
  domain::Points taken_back;   ///< by returns
  domain::Points spent;        ///< less what was cancelled
  domain::Points expired;      ///< at their end or a reset, less what was given back
  domain::Points transferred;  ///< from other members, less what was sent
  domain::Points available;
  domain::Points waiting;    ///< in escrow, or set aside by holds
  domain::Points scheduled;  ///< decided and not yet credited

  CurrencyFigures& operator+=(const CurrencyFigures& other);
  friend bool operator==(const CurrencyFigures&, const CurrencyFigures&) = default;
};

/// Points that cost the same each.
struct CostFigures {
  domain::Points credited;
  domain::Points outstanding;  ///< available and waiting

  CostFigures& operator+=(const CostFigures& other);
};
using CostKey = std::pair<domain::CurrencyId, domain::SubtypeId>;

struct PromotionFigures {
  std::uint64_t rewards = 0;
  domain::Points points;

  PromotionFigures& operator+=(const PromotionFigures& other);
};

/// The figures of one member, or of many.
struct Figures {
  std::uint64_t activities = 0;
  std::uint64_t redemptions = 0;
  std::uint64_t vouchers = 0;
  std::uint64_t upgrades = 0;
  std::uint64_t downgrades = 0;
  Tally<domain::CurrencyId, CurrencyFigures> currencies;
  Tally<CostKey, CostFigures> costs;
  Tally<domain::PromotionId, PromotionFigures> promotions;
  Tally<domain::PartnerId, domain::Money> partners;  ///< positive: the partner owes the program
  Tally<domain::TierId, std::uint64_t> tiers;        ///< members that hold it at the end

  /// Counts a fact.
  void add(const domain::MemberEvent& event);
  /// Counts where a member stands at the end.
  void close(const domain::Member& member);
  Figures& operator+=(const Figures& other);
  void clear();
};

}  // namespace loyalty::replay
