// SPDX-License-Identifier: Apache-2.0
#include "domain/member/rewards.hpp"

#include <algorithm>

#include "domain/invariant.hpp"
#include "domain/member/benefits.hpp"
#include "domain/member/budget_uses.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/liability.hpp"

namespace loyalty::domain {
namespace {

/// A limit with what is left of it, by the name that people see.
struct Left {
  std::string_view points_name, rewards_name, vouchers_name, liability_name;
  std::int64_t points, rewards, vouchers, liability;
};

Left of_member(const MemberTurn& turn, const Promotion& promotion) {
  const LimitDefinition& limit = promotion.member_limits;
  static const Participation none{};
  const Participation* part = turn.member().participation(promotion.id);
  const Participation& given = part ? *part : none;
  const auto left = [](std::int64_t most, std::int64_t so_far) {
    return most == 0 ? INT64_MAX : most - so_far;
  };
  return {.points_name = "member_limits.points",
          .rewards_name = "member_limits.rewards",
          .vouchers_name = "member_limits.vouchers",
          .liability_name = "member_limits.liability",
          .points = left(limit.points, given.points_given.value),
          .rewards = left(limit.rewards, given.rewards_given),
          .vouchers = left(limit.vouchers, given.vouchers_given),
          .liability = left(limit.liability, given.liability_given.value)};
}

/// What is left of the allowance after the rewards of this very turn.
Left of_allowance(const MemberTurn& turn, const Allowance& allowance) {
  Left left{.points_name = "limits.points",
            .rewards_name = "limits.rewards",
            .vouchers_name = "limits.vouchers",
            .liability_name = "limits.liability",
            .points = allowance.points,
            .rewards = allowance.rewards,
            .vouchers = allowance.vouchers,
            .liability = allowance.liability};
  for (const auto& fact : turn.facts()) {
    const auto* given = get_if<RewardIssued>(&fact.event);
    if (given == nullptr || given->promotion != allowance.promotion) continue;
    left.points -= given->points.value;
    left.rewards -= 1;
    left.vouchers -= given->voucher ? 1 : 0;
    left.liability -= given->liability.value;
  }
  return left;
}

/// Whether the sponsor's pack, as far as this turn may use it, covers the points of a reward.
bool covered_by_sponsor(const MemberTurn& turn, const Promotion& promotion, Points points) {
  const Partner* sponsor =
      promotion.sponsor ? turn.catalogue().partner(promotion.sponsor) : nullptr;
  if (sponsor == nullptr || sponsor->billing != Billing::pre_paid) return true;
  return pack_points(*sponsor, promotion.reward.currency, points) <= pack_left(turn, sponsor->id);
}

const Decimal* cost_of(const Catalogue& catalogue, const Reward& reward) {
  const Currency* currency = catalogue.currency(reward.currency);
  if (currency == nullptr) return nullptr;
  const Subtype* subtype = reward.subtype ? currency->subtype(reward.subtype) : nullptr;
  const Decimal& cost = subtype ? subtype->cost_per_point : currency->cost_per_point;
  return cost.mantissa > 0 ? &cost : nullptr;
}

/// The most of `points` whose cost, as it is booked, is within `money` minor units.
std::int64_t points_within(std::int64_t money, const Decimal& cost, Points points) {
  std::int64_t most = 0;
  std::int64_t too_many = points.value + 1;
  while (too_many - most > 1) {
    const std::int64_t middle = most + (too_many - most) / 2;
    const auto booked = liability({middle}, one, cost);
    (booked && booked->value <= money ? most : too_many) = middle;
  }
  return most;
}

/// Takes from the reward what one set of limits does not allow.
void restrict(AllowedReward& reward, const Left& left, const Promotion& promotion,
              const Decimal* cost) {
  const auto withhold = [&](std::string_view name) {
    reward = {.points = {}, .cut = reward.points + reward.cut, .liability = {}, .limit = name};
  };
  const auto cut_to = [&](std::int64_t most, std::string_view name) {
    if (reward.points.value <= most || !reward.limit.empty()) return;
    if (most <= 0 || promotion.limit_policy == LimitPolicy::refuse) return withhold(name);
    reward.cut += reward.points - Points{most};
    reward.points = {most};
  };
  if (!reward.limit.empty()) return;
  if (left.rewards < 1) return withhold(left.rewards_name);
  if (promotion.reward.voucher && left.vouchers < 1) return withhold(left.vouchers_name);
  if (reward.points == Points{0}) return;
  cut_to(left.points, left.points_name);
  if (cost != nullptr && left.liability != INT64_MAX) {
    cut_to(points_within(left.liability, *cost, reward.points), left.liability_name);
  }
}

/// What the sponsor owes for points (domain.md F52); nothing without a rate for them.
std::optional<Money> owed_by_sponsor(const Catalogue& catalogue, const Promotion& promotion,
                                     Points points, bool& sponsored) {
  const Partner* sponsor = promotion.sponsor ? catalogue.partner(promotion.sponsor) : nullptr;
  const PartnerRate* rate = sponsor ? sponsor->rate(promotion.reward.currency) : nullptr;
  sponsored = rate != nullptr && points > Points{0};
  return sponsored ? liability(points, rate->accrual_factor, rate->accrual_price) : Money{};
}

}  // namespace

Money cost_of_reward(const Catalogue& catalogue, const Promotion& promotion, Points points) {
  const Decimal* cost = cost_of(catalogue, promotion.reward);
  return cost ? liability(points, one, *cost).value_or(Money{max_balance}) : Money{};
}

AllowedReward allowed_reward(const MemberTurn& turn, const Promotion& promotion, Points points) {
  AllowedReward reward{.points = points, .cut = {}, .liability = {}, .limit = {}};
  const Decimal* cost = cost_of(turn.catalogue(), promotion.reward);
  restrict(reward, of_member(turn, promotion), promotion, cost);
  const auto& allowances = turn.context().allowances;
  const auto allowance = std::ranges::find(allowances, promotion.id, &Allowance::promotion);
  if (allowance != allowances.end()) {
    restrict(reward, of_allowance(turn, *allowance), promotion, cost);
  }
  if (reward.limit.empty() && !covered_by_sponsor(turn, promotion, reward.points)) {
    reward = {.points = {}, .cut = points, .liability = {}, .limit = "sponsor.pack"};
  }
  reward.liability = cost_of_reward(turn.catalogue(), promotion, reward.points);
  return reward;
}

std::optional<Refusal> check_reward(const Catalogue& catalogue, const Promotion& promotion,
                                    Points points) {
  bool sponsored = false;
  if (owed_by_sponsor(catalogue, promotion, points, sponsored)) return std::nullopt;
  return Refusal{RefusalCode::limit_exceeded, "amount", "the sponsor's liability is too large"};
}

void give_reward(MemberTurn& turn, const Promotion& promotion, std::uint32_t cycle, Points points,
                 Sequence journal, LocalDay day) {
  const Reward& what = promotion.reward;
  const AllowedReward allowed = allowed_reward(turn, promotion, points);
  if (!allowed.limit.empty()) {
    turn.state(RewardWithheld{promotion.id, cycle, std::string(allowed.limit)});
    return;
  }
  turn.state(RewardIssued{.promotion = promotion.id,
                          .cycle = cycle,
                          .currency = allowed.points > Points{0} ? what.currency : CurrencyId{},
                          .points = allowed.points,
                          .voucher = what.voucher,
                          .benefit = what.benefit,
                          .cut = allowed.cut,
                          .liability = allowed.liability});
  if (allowed.points > Points{0}) {
    credit(turn, {.journal = journal,
                  .currency = what.currency,
                  .points = allowed.points,
                  .earned = day,
                  .promotion = promotion.id,
                  .issuer = promotion.sponsor,
                  .subtype = what.subtype,
                  .by_activity = journal != 0});
    bool sponsored = false;
    const auto owed = owed_by_sponsor(turn.catalogue(), promotion, allowed.points, sponsored);
    if (sponsored && owed) {
      owe(turn,
          {.partner = promotion.sponsor,
           .currency = what.currency,
           .points = allowed.points,
           .money = *owed,
           .journal = journal,
           .promotion = promotion.id},
          false);
    }
  }
  if (what.voucher) {
    const VoucherDef* voucher = turn.catalogue().voucher(what.voucher);
    invariant(voucher != nullptr, "a reward names a voucher of the program");
    issue_voucher(turn, *voucher, journal, promotion.id);
  }
  if (what.benefit) update_benefits(turn, what.benefit);
}

}  // namespace loyalty::domain
