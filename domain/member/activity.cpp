// SPDX-License-Identifier: Apache-2.0
#include "domain/member/activity.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "domain/few.hpp"
#include "domain/member/accruals.hpp"
#include "domain/member/benefits.hpp"
#include "domain/member/budget_uses.hpp"
#include "domain/member/caps.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/liability.hpp"
#include "domain/member/promotions.hpp"
#include "domain/program/periods.hpp"

namespace loyalty::domain {
namespace {

/// Clocks of tills run a little ahead; what is at most this far in the future happened now.
constexpr std::int64_t clock_tolerance_ms = 5 * 60 * 1000;
constexpr std::size_t max_text_bytes = 64;

std::uint32_t runs_at_this_instant(const MemberTurn& turn) {
  const auto runs = turn.batch_runs();
  const auto [first, last] = std::equal_range(runs.begin(), runs.end(), turn.at());
  return static_cast<std::uint32_t>(last - first);
}

void explain(MemberTurn& turn, const Accruals& accruals) {
  for (const auto& accrual : accruals) {
    const Rule& rule = *accrual.rule;
    turn.rules.push_back({.rule = turn.catalogue().text(rule.id),
                          .currency = turn.catalogue().text(rule.currency),
                          .base = accrual.base,
                          .rate = rule.rate_text,
                          .multiplier = accrual.multiplier_text(),
                          .rounding = rule.rounding,
                          .points = accrual.points,
                          .crediting = rule.crediting,
                          .due = std::nullopt,
                          .cut = accrual.full - accrual.points});
  }
}

/// Credits the points of a rule now, or schedules them for the next day or the next batch run.
void give_points(MemberTurn& turn, const Accrual& accrual, const Deed& activity, Sequence journal,
                 RuleLine& line) {
  const Rule& rule = *accrual.rule;
  if (rule.crediting == Crediting::real_time) {
    credit(turn, {.journal = journal,
                  .currency = rule.currency,
                  .points = accrual.points,
                  .earned = activity.day,
                  .rule = rule.id,
                  .issuer = activity.partner,
                  .subtype = rule.subtype,
                  .by_activity = true});
    return;
  }
  const bool batch = rule.crediting == Crediting::batch;
  const Instant next_day = turn.zone().start_of(LocalDay{activity.day.days + 1});
  if (!batch) line.due = next_day;
  turn.state(PointsScheduled{.journal = journal,
                             .currency = rule.currency,
                             .points = accrual.points,
                             .due = batch ? never : next_day,
                             .rule = rule.id,
                             .issuer = activity.partner,
                             .earned = activity.day,
                             .qualifying = rule.qualifying,
                             .earlier_runs = batch ? runs_at_this_instant(turn) : 0,
                             .subtype = rule.subtype,
                             .category = std::string(activity.category)});
}

void join_segment(MemberTurn& turn, const std::string& segment) {
  std::vector<std::string> segments = turn.member().segments;
  const auto place = std::ranges::lower_bound(segments, segment);
  if (place != segments.end() && *place == segment) return;
  segments.insert(place, segment);
  turn.state(SegmentsChanged{std::move(segments)});
}

/// What a rule gives beside points comes at once, however its points are credited.
void act(MemberTurn& turn, const Rule& rule, Sequence journal) {
  if (const VoucherDef* voucher = turn.catalogue().voucher(rule.voucher)) {
    issue_voucher(turn, *voucher, journal, {});
  }
  if (rule.benefit) {
    turn.state(BenefitWon{.benefit = rule.benefit, .journal = journal, .rule = rule.id});
    update_benefits(turn, rule.benefit);
  }
  if (!rule.segment.empty()) join_segment(turn, rule.segment);
}

void give(MemberTurn& turn, const Accruals& accruals, const Deed& activity, Sequence journal) {
  const std::size_t first_line = turn.rules.size() - accruals.size();
  for (std::size_t i = 0; i < accruals.size(); ++i) {
    const Accrual& accrual = accruals[i];
    const Rule& rule = *accrual.rule;
    if (accrual.points > Points{0}) {  // domain.md 2.1: zero makes no ledger entry
      give_points(turn, accrual, activity, journal, turn.rules[first_line + i]);
      if (rule.cap.per_period > 0) {
        turn.state(CapUsed{rule.id, cap_window(rule.cap.period, activity.day), accrual.points});
      }
    }
    act(turn, rule, journal);
  }
}

using Liabilities = Few<PartnerLiabilityArisen, 2>;

/// What the partner owes for the points earned there, one entry per currency (domain.md F49).
Expected<Liabilities, Refusal> liabilities(const Accruals& accruals, const Partner* partner) {
  Liabilities result;
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
    result.push_back({.partner = partner->id,
                      .currency = rate.currency,
                      .points = points,
                      .money = *money,
                      .journal = 0});
  }
  return result;
}

/// A pre-paid partner gives away only what it has bought (domain.md F51).
std::optional<Refusal> check_pack(const MemberTurn& turn, const Liabilities& owed,
                                  const Partner* partner) {
  if (partner == nullptr || partner->billing != Billing::pre_paid) return std::nullopt;
  std::int64_t wanted = 0;
  for (const auto& entry : owed) wanted += pack_points(*partner, entry.currency, entry.points);
  if (wanted <= pack_left(turn, partner->id)) return std::nullopt;
  return Refusal{RefusalCode::partner_pack_exhausted, "partner",
                 "the partner's pack does not cover " + std::to_string(wanted) + " points"};
}

Refusal invalid(std::string param, std::string detail) {
  return {RefusalCode::invalid_param, std::move(param), std::move(detail)};
}

std::optional<Refusal> check_amounts(const ReportedActivity& input) {
  if (input.amount < 0 || input.amount > max_amount_per_operation) {
    return invalid("amount", "expected 0 to 10^12 minor units");
  }
  const std::int64_t eligible = input.eligible_amount.value_or(input.amount);
  if (eligible < 0 || eligible > input.amount) {
    return invalid("eligible_amount", "expected 0 to the amount");
  }
  if (input.units < 0 || input.units > 1'000'000'000) {
    return invalid("units", "expected 0 to 10^9 pieces");
  }
  return std::nullopt;
}

std::optional<Refusal> check_texts(const ReportedActivity& input) {
  const auto too_long = [](std::string_view text) { return text.size() > max_text_bytes; };
  const char* param = too_long(input.subtype)     ? "subtype"
                      : too_long(input.category)  ? "category"
                      : too_long(input.product)   ? "product"
                      : too_long(input.channel)   ? "channel"
                      : too_long(input.reference) ? "reference"
                                                  : nullptr;
  if (param == nullptr) return std::nullopt;
  return invalid(param, "expected at most 64 bytes");
}

/// `day`: the local day on which it happened.
std::optional<Refusal> check_time(const MemberTurn& turn, const ReportedActivity& input,
                                  LocalDay day) {
  if (input.at && input.at->ms > turn.at().ms + clock_tolerance_ms) {
    return invalid("at", "expected an instant that is not in the future");
  }
  if (day < turn.member().enrolled_on) {
    return invalid("at", "expected an instant on or after the day of enrolment");
  }
  return std::nullopt;
}

/// `partner` and `product`: what was found of those that are named.
std::optional<Refusal> check_place(const ReportedActivity& input, const Partner* partner,
                                   const PartnerProduct* product) {
  if (input.partner.empty()) return std::nullopt;
  if (partner == nullptr) {
    return Refusal{RefusalCode::unknown_partner, "partner",
                   "the program has no partner '" + std::string(input.partner) + "'"};
  }
  if (!input.product.empty() && product == nullptr) {
    return Refusal{RefusalCode::unknown_product, "product",
                   "the partner has no product '" + std::string(input.product) + "'"};
  }
  return std::nullopt;
}

/// Most texts of an activity are empty.
void keep(std::string& to, std::string_view text) {
  if (!text.empty()) to = text;
}

bool comes_later(const Accrual& accrual) {
  return accrual.rule->crediting != Crediting::real_time && accrual.points != Points{0};
}

}  // namespace

Expected<Sequence, Refusal> record(MemberTurn& turn, const ReportedActivity& input) {
  if (auto refusal = check_amounts(input)) return Unexpected{*std::move(refusal)};
  if (auto refusal = check_texts(input)) return Unexpected{*std::move(refusal)};
  if (!turn.catalogue().knows_activity(input.type)) {
    return Unexpected{Refusal{RefusalCode::unknown_activity, "type",
                              "the program has no activity '" + std::string(input.type) + "'"}};
  }
  const Instant at = std::min(input.at.value_or(turn.at()), turn.at());
  const LocalDay day = at == turn.at() ? turn.today() : turn.zone().day_of(at);
  if (auto refusal = check_time(turn, input, day)) return Unexpected{*std::move(refusal)};
  const Partner* partner =
      input.partner.empty() ? nullptr : turn.catalogue().partner(input.partner);
  const PartnerProduct* product = partner ? partner->product(input.product) : nullptr;
  if (auto refusal = check_place(input, partner, product)) return Unexpected{*std::move(refusal)};
  const Deed deed{.type = input.type,
                  .subtype = input.subtype,
                  .category = input.category,
                  .product = input.product,
                  .channel = input.channel,
                  .partner = partner ? partner->id : PartnerId{},
                  .eligible_amount = {input.eligible_amount.value_or(input.amount)},
                  .units = input.units,
                  .day = day};

  // Everything is decided on the tier held before the activity (domain.md F6), so all of it is
  // worked out, and refused if need be, before the first fact.
  const bool earns = product == nullptr || product->earn;
  auto earned = earns ? accruals(turn.catalogue(), turn.member(), deed) : Accruals{};
  if (!earned) return Unexpected{std::move(earned.error())};
  auto owed = liabilities(*earned, partner);
  if (!owed) return Unexpected{std::move(owed.error())};
  if (auto refusal = check_pack(turn, *owed, partner)) return Unexpected{*std::move(refusal)};
  const auto advances = plan_advances(turn, deed);
  if (!advances) return Unexpected{advances.error()};

  explain(turn, *earned);
  const bool pending = std::any_of(earned->begin(), earned->end(), comes_later);
  const Sequence journal = turn.state_filled<JournalRecorded>([&](JournalRecorded& activity) {
    keep(activity.type, input.type);
    keep(activity.subtype, input.subtype);
    keep(activity.category, input.category);
    keep(activity.product, input.product);
    keep(activity.channel, input.channel);
    keep(activity.reference, input.reference);
    activity.partner = deed.partner;
    activity.amount = {input.amount};
    activity.eligible_amount = deed.eligible_amount;
    activity.units = input.units;
    activity.at = at;
    activity.day = day;
    activity.late = day < turn.today();
    activity.pending = pending;
  });
  give(turn, *earned, deed, journal);
  for (auto& what : *owed) {
    what.journal = journal;
    owe(turn, what, false);
  }
  for (const auto& step : *advances) advance(turn, step, journal, day);
  return journal;
}

}  // namespace loyalty::domain
