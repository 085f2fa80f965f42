// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "domain/expected.hpp"
#include "domain/member/turn.hpp"
#include "domain/refusal.hpp"

/// Obtaining what an offer gives, be it by a redemption or by capturing a hold (domain.md F24).
namespace loyalty::domain {

/// On what an offer is used.
struct OfferUse {
  const std::string& category;
  const std::string& product;
  std::optional<std::int64_t> price;
  const std::string& channel;
  const std::string& reference;
};

/// How many of an offer are wanted: by quantity, or by points in whole multiples.
Expected<std::int64_t, Refusal> quantity_of(const Offer& offer,
                                            std::optional<std::int64_t> quantity,
                                            std::optional<std::int64_t> points);

/// Refuses what the offer is not good for, and texts that are too long.
std::optional<Refusal> check_use(const MemberTurn& turn, const Offer& offer, const OfferUse& use,
                                 std::int64_t quantity);

/// What the program will owe the offer's partner for these points (domain.md F49); nothing where
/// no rate is agreed. Refuses what cannot be expressed.
Expected<std::optional<Money>, Refusal> owed_to_partner(const MemberTurn& turn, const Offer& offer,
                                                        Points points);

JournalRecorded redemption_journal(const MemberTurn& turn, const Offer& offer, const OfferUse& use);

/// Hands over what was paid for: states the redemption, its vouchers and what the partner is owed.
void hand_over(MemberTurn& turn, const Offer& offer, std::int64_t quantity, Points points,
               Sequence journal, std::optional<Money> owed);

}  // namespace loyalty::domain
