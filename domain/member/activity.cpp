// SPDX-License-Identifier: Apache-2.0
#include "domain/member/activity.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "domain/member/credit.hpp"
#include "domain/member/liability.hpp"
#include "domain/member/promotions.hpp"

namespace loyalty::domain {
namespace {

/// Clocks of tills run a little ahead; what is at most this far in the future happened now.
constexpr std::int64_t clock_tolerance_ms = 5 * 60 * 1000;
constexpr std::size_t max_text_bytes = 64;

template <class List, class Value>
bool allows(const List& list, const Value& value) {
  return list.empty() || std::find(list.begin(), list.end(), value) != list.end();
}

Decimal multiplier_of(const Rule& rule, const Member& member) {
  for (const auto& entry : rule.multipliers) {
    if (member.holds(entry.tier)) return entry.multiplier;
  }
  return one;
}

/// A rule that applies, with the points it gives.
struct Accrual {
  const Rule* rule = nullptr;
  Points points;
};

Expected<std::vector<Accrual>, Refusal> apply_rules(MemberTurn& turn,
                                                    const JournalRecorded& activity) {
  std::vector<Accrual> accruals;
  for (const auto& rule : turn.catalogue().rules) {
    if (!matches(rule.when, activity, turn.member())) continue;
    const std::int64_t base = measured(rule.measure, activity);
    const Decimal multiplier = multiplier_of(rule, turn.member());
    // A rate on money is per major unit: two decimals less.
    const std::uint8_t extra_scale = rule.measure == Measure::amount ? 2 : 0;
    const auto points = multiply(base, rule.rate, multiplier, extra_scale, rule.rounding);
    if (!points || *points > max_amount_per_operation) {
      return Unexpected{
          Refusal{RefusalCode::limit_exceeded, "amount", "the points it would give exceed 10^12"}};
    }
    if (turn.member().balance(rule.currency).value > max_balance - *points) {
      return Unexpected{
          Refusal{RefusalCode::limit_exceeded, "amount", "the balance would exceed 10^15"}};
    }
    turn.rules.push_back({.rule = turn.catalogue().text(rule.id),
                          .currency = turn.catalogue().text(rule.currency),
                          .base = base,
                          .rate = rule.rate.to_string(),
                          .multiplier = multiplier.to_string(),
                          .rounding = rule.rounding,
                          .points = {*points},
                          .crediting = rule.crediting,
                          .due = std::nullopt});
    accruals.push_back({&rule, {*points}});
  }
  return accruals;
}

std::uint32_t runs_at_this_instant(const MemberTurn& turn) {
  const auto runs = turn.batch_runs();
  const auto [first, last] = std::equal_range(runs.begin(), runs.end(), turn.at());
  return static_cast<std::uint32_t>(last - first);
}

void credit_accruals(MemberTurn& turn, const std::vector<Accrual>& accruals,
                     const JournalRecorded& activity, Sequence journal) {
  const Instant next_day = turn.zone().start_of(LocalDay{activity.day.days + 1});
  for (std::size_t i = 0; i < accruals.size(); ++i) {
    const auto& [rule, points] = accruals[i];
    if (points == Points{0}) continue;  // domain.md 2.1: no ledger entry
    if (rule->crediting == Crediting::real_time) {
      credit(turn, {.journal = journal,
                    .currency = rule->currency,
                    .points = points,
                    .earned = activity.day,
                    .rule = rule->id,
                    .issuer = activity.partner});
      continue;
    }
    const bool batch = rule->crediting == Crediting::batch;
    if (!batch) turn.rules[i].due = next_day;
    turn.state(PointsScheduled{.journal = journal,
                               .currency = rule->currency,
                               .points = points,
                               .due = batch ? never : next_day,
                               .rule = rule->id,
                               .issuer = activity.partner,
                               .earned = activity.day,
                               .qualifying = rule->qualifying,
                               .earlier_runs = batch ? runs_at_this_instant(turn) : 0});
  }
}

/// What the partner owes for the points earned there, one entry per currency (domain.md F49).
Expected<std::vector<PartnerLiabilityArisen>, Refusal> liabilities(
    const MemberTurn& turn, const std::vector<Accrual>& accruals, PartnerId partner_id) {
  std::vector<PartnerLiabilityArisen> result;
  const Partner* partner = turn.catalogue().partner(partner_id);
  if (partner == nullptr) return result;
  for (const auto& rate : partner->rates) {
    Points points;
    for (const auto& accrual : accruals) {
      if (accrual.rule->currency == rate.currency) points += accrual.points;
    }
    if (points == Points{0}) continue;
    const auto money = liability(points, rate.accrual_factor, rate.accrual_price);
    if (!money) {
      return Unexpected{
          Refusal{RefusalCode::limit_exceeded, "amount", "the partner's liability is too large"}};
    }
    result.push_back({.partner = partner_id,
                      .currency = rate.currency,
                      .points = points,
                      .money = *money,
                      .journal = 0});
  }
  return result;
}

Refusal invalid(std::string param, std::string detail) {
  return {RefusalCode::invalid_param, std::move(param), std::move(detail)};
}

}  // namespace

bool matches(const Condition& when, const JournalRecorded& activity, const Member& member) {
  if (!allows(when.activities, activity.type)) return false;
  if (activity.day < when.from || activity.day >= when.until) return false;
  if (!allows(when.subtypes, activity.subtype)) return false;
  if (!allows(when.categories, activity.category)) return false;
  if (!allows(when.products, activity.product)) return false;
  if (!allows(when.partners, activity.partner)) return false;
  if (!allows(when.channels, activity.channel)) return false;
  if (when.own_products_only && activity.partner) return false;
  const std::int64_t amount = activity.eligible_amount.value;
  if (amount < when.min_amount) return false;
  if (when.max_amount > 0 && amount > when.max_amount) return false;
  return when.tiers.empty() || std::any_of(when.tiers.begin(), when.tiers.end(),
                                           [&](TierId tier) { return member.holds(tier); });
}

std::int64_t measured(Measure measure, const JournalRecorded& activity) {
  switch (measure) {
    case Measure::journals: return 1;
    case Measure::units: return activity.units;
    case Measure::amount: return activity.eligible_amount.value;
  }
  return 0;
}

Expected<JournalRecorded, Refusal> checked_activity(const MemberTurn& turn,
                                                    const RecordActivity& input) {
  if (input.amount < 0 || input.amount > max_amount_per_operation) {
    return Unexpected{invalid("amount", "expected 0 to 10^12 minor units")};
  }
  const std::int64_t eligible = input.eligible_amount.value_or(input.amount);
  if (eligible < 0 || eligible > input.amount) {
    return Unexpected{invalid("eligible_amount", "expected 0 to the amount")};
  }
  if (input.units < 0 || input.units > 1'000'000'000) {
    return Unexpected{invalid("units", "expected 0 to 10^9 pieces")};
  }
  for (const auto& [param, text] :
       {std::pair{"subtype", &input.subtype}, std::pair{"category", &input.category},
        std::pair{"product", &input.product}, std::pair{"channel", &input.channel},
        std::pair{"reference", &input.reference}}) {
    if (text->size() > max_text_bytes) {
      return Unexpected{invalid(param, "expected at most 64 bytes")};
    }
  }
  if (!turn.catalogue().knows_activity(input.type)) {
    return Unexpected{Refusal{RefusalCode::unknown_activity, "type",
                              "the program has no activity '" + input.type + "'"}};
  }
  const Instant at = std::min(input.at.value_or(turn.at()), turn.at());
  if (input.at && input.at->ms > turn.at().ms + clock_tolerance_ms) {
    return Unexpected{invalid("at", "expected an instant that is not in the future")};
  }
  const LocalDay day = turn.zone().day_of(at);
  if (day < turn.member().enrolled_on) {
    return Unexpected{invalid("at", "expected an instant on or after the day of enrolment")};
  }
  PartnerId partner_id;
  if (!input.partner.empty()) {
    const Partner* partner = turn.catalogue().partner(input.partner);
    if (partner == nullptr) {
      return Unexpected{Refusal{RefusalCode::unknown_partner, "partner",
                                "the program has no partner '" + input.partner + "'"}};
    }
    if (!input.product.empty() && partner->product(input.product) == nullptr) {
      return Unexpected{Refusal{RefusalCode::unknown_product, "product",
                                "the partner has no product '" + input.product + "'"}};
    }
    partner_id = partner->id;
  }
  return JournalRecorded{.type = input.type,
                         .subtype = input.subtype,
                         .category = input.category,
                         .product = input.product,
                         .channel = input.channel,
                         .reference = input.reference,
                         .partner = partner_id,
                         .amount = {input.amount},
                         .eligible_amount = {eligible},
                         .units = input.units,
                         .at = at,
                         .day = day,
                         .late = day < turn.today(),
                         .pending = false};
}

Expected<Sequence, Refusal> record(MemberTurn& turn, JournalRecorded activity) {
  const Partner* partner = turn.catalogue().partner(activity.partner);
  const PartnerProduct* product = partner ? partner->product(activity.product) : nullptr;
  const bool earns = product == nullptr || product->earn;

  // Everything is decided on the tier held before the activity (domain.md F6), so all of it is
  // worked out, and refused if need be, before the first fact.
  std::vector<Accrual> accruals;
  if (earns) {
    auto applied = apply_rules(turn, activity);
    if (!applied) return Unexpected{applied.error()};
    accruals = std::move(*applied);
  }
  auto owed = liabilities(turn, accruals, activity.partner);
  if (!owed) return Unexpected{owed.error()};
  auto advances = plan_advances(turn, activity);
  if (!advances) return Unexpected{advances.error()};

  activity.pending = std::any_of(accruals.begin(), accruals.end(), [](const Accrual& accrual) {
    return accrual.rule->crediting != Crediting::real_time && accrual.points != Points{0};
  });
  const Sequence journal = turn.state(activity);
  credit_accruals(turn, accruals, activity, journal);
  for (auto& what : *owed) {
    what.journal = journal;
    owe(turn, what, false);
  }
  for (const auto& step : *advances) {
    advance(turn, *step.promotion, step.increment, journal, activity.day);
  }
  return journal;
}

}  // namespace loyalty::domain
