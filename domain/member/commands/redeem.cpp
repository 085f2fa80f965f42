// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/obtain.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/views.hpp"

/// Exchanging points for what an offer gives, in one step (domain.md F24).
namespace loyalty::domain {

Decision decide(const Redeem& command, MemberTurn& turn) {
  const Offer* offer = turn.catalogue().offer(command.offer);
  if (offer == nullptr) {
    return refuse(RefusalCode::unknown_offer, "offer",
                  "the program has no offer '" + command.offer + "'");
  }
  const auto quantity = quantity_of(*offer, command.quantity, command.points);
  if (!quantity) return Unexpected{quantity.error()};
  const OfferUse use{command.category, command.product, command.price, command.channel,
                     command.reference};
  if (auto refusal = check_use(turn, *offer, use, *quantity)) return Unexpected{*refusal};
  const Currency& currency = *turn.catalogue().currency(offer->currency);
  std::vector<std::string> categories;
  if (!command.category.empty()) categories.push_back(command.category);
  const Spending spending = points_for(currency, *offer, categories);
  const Points points{offer->cost.value * *quantity};
  if (auto refusal = check_spending(turn, spending, points)) return Unexpected{*refusal};
  const auto owed = owed_to_partner(turn, *offer, points);
  if (!owed) return Unexpected{owed.error()};

  const Sequence journal = turn.state(redemption_journal(turn, *offer, use));
  PointsDebited fact;
  fact.journal = journal;
  fact.points = points;
  fact.offer = offer->id;
  fact.partner = offer->partner;
  debit(turn, spending, std::move(fact));
  hand_over(turn, *offer, *quantity, points, journal, *owed);
  return Answer([journal](const MemberTurn& t, std::size_t first) {
    return redeem_result(t, first, journal);
  });
}

}  // namespace loyalty::domain
