// SPDX-License-Identifier: Apache-2.0
#include "domain/member/views.hpp"

#include <algorithm>

namespace loyalty::domain {
namespace {

template <class Event, class Visit>
void for_each(const MemberTurn& turn, std::size_t first, Visit visit) {
  for (std::size_t i = first; i < turn.facts().size(); ++i) {
    if (const auto* event = std::get_if<Event>(&turn.facts()[i].event)) {
      visit(*event, turn.facts()[i].sequence);
    }
  }
}

void add_to(Named<Points>& sums, std::string_view name, Points points) {
  for (auto& [known, sum] : sums) {
    if (known == name) {
      sum += points;
      return;
    }
  }
  sums.emplace_back(name, points);
}

Named<Points> credited(const MemberTurn& turn, std::size_t first) {
  Named<Points> sums;
  for_each<PointsCredited>(turn, first, [&](const PointsCredited& e, Sequence) {
    add_to(sums, turn.catalogue().text(e.currency), e.points);
  });
  return sums;
}

std::vector<std::string_view> completed(const MemberTurn& turn, std::size_t first) {
  std::vector<std::string_view> names;
  for_each<PromotionCompleted>(turn, first, [&](const PromotionCompleted& e, Sequence) {
    names.push_back(turn.catalogue().text(e.promotion));
  });
  return names;
}

std::vector<VoucherView> vouchers_issued(const MemberTurn& turn, std::size_t first) {
  std::vector<VoucherView> views;
  for_each<VoucherIssued>(turn, first, [&](const VoucherIssued&, Sequence id) {
    if (const Voucher* voucher = turn.member().voucher(id)) {
      views.push_back(voucher_view(*voucher, turn.catalogue()));
    }
  });
  return views;
}

std::vector<std::string_view> benefits_granted(const MemberTurn& turn, std::size_t first) {
  std::vector<std::string_view> names;
  for_each<BenefitGranted>(turn, first, [&](const BenefitGranted& e, Sequence) {
    names.push_back(turn.catalogue().text(e.benefit));
  });
  return names;
}

std::vector<TierMove> tier_moves(const MemberTurn& turn, std::size_t first) {
  std::vector<TierMove> moves;
  const auto add = [&](const TierChange& e, Sequence) {
    moves.push_back({turn.catalogue().text(e.group), turn.catalogue().text(e.from),
                     turn.catalogue().text(e.to)});
  };
  for_each<TierUpgraded>(turn, first, add);
  for_each<TierDowngraded>(turn, first, add);
  return moves;
}

}  // namespace

std::string voucher_name(Sequence id) { return "v" + std::to_string(id); }

std::string amount_text(const Promotion& promotion, std::int64_t amount) {
  const bool money = promotion.measure == Measure::amount;
  std::string number = std::to_string(amount);
  if (money) {  // minor units are not for people
    std::string cents = std::to_string(amount % 100);
    if (cents.size() < 2) cents.insert(0, "0");
    number = std::to_string(amount / 100) + "." + cents;
  }
  return number + " " + (amount == (money ? 100 : 1) ? promotion.unit : promotion.units);
}

std::string progress_text(const Promotion& promotion, std::int64_t completed) {
  const std::int64_t remaining = promotion.target - completed;
  if (remaining <= 0) return "complete";
  return amount_text(promotion, remaining) + " away, " +
         std::to_string(100 * completed / promotion.target) + " %";
}

ProgressView progress_view(const Promotion& promotion, const Member& member,
                           const Catalogue& catalogue) {
  const Participation* known = member.participation(promotion.id);
  const Participation part = known ? *known : Participation{};
  const std::int64_t done = std::min(part.completed, promotion.target);
  ProgressView view{.promotion = catalogue.text(promotion.id),
                    .name = promotion.name,
                    .unit = promotion.units,
                    .completed = done,
                    .target = promotion.target,
                    .remaining = promotion.target - done,
                    .percent = 100 * done / promotion.target,
                    .cycle = part.cycle,
                    .completions = part.completions,
                    .enrolled = part.enrolled,
                    .finished = part.finished,
                    .milestones = {},
                    .text = progress_text(promotion, done)};
  for (std::size_t i = 0; i < promotion.milestones.size(); ++i) {
    if (part.milestones >> i & 1U)
      view.milestones.push_back(promotion.mark(promotion.milestones[i]));
  }
  return view;
}

VoucherView voucher_view(const Voucher& voucher, const Catalogue& catalogue) {
  const VoucherDef* definition = catalogue.voucher(voucher.definition);
  return {.voucher = voucher_name(voucher.id),
          .definition = catalogue.text(voucher.definition),
          .name = definition ? std::string_view(definition->name) : std::string_view(),
          .status = voucher.status,
          .remaining = voucher.remaining,
          .issued = voucher.issued,
          .expires = voucher.expires == never ? std::nullopt : std::optional(voucher.expires)};
}

Named<Points> balances_view(const Member& member, const Catalogue& catalogue) {
  Named<Points> balances;
  for (const auto& currency : catalogue.currencies) {
    balances.emplace_back(catalogue.text(currency.id), member.balance(currency.id));
  }
  return balances;
}

Named<BalanceView> balance_details(const Member& member, const Catalogue& catalogue) {
  Named<BalanceView> balances;
  for (const auto& currency : catalogue.currencies) {
    BalanceView view{.available = member.balance(currency.id),
                     .pending = {},
                     .kind = currency.kind,
                     .before_reset = std::nullopt};
    for (const auto& pending : member.pending) {
      if (pending.what.currency == currency.id) view.pending += pending.what.points;
    }
    const Purse* purse = member.purse(currency.id);
    if (currency.qualifying()) view.before_reset = purse ? purse->before_reset : Points{0};
    balances.emplace_back(catalogue.text(currency.id), view);
  }
  return balances;
}

std::vector<LotUseView> trace_view(const std::vector<LotUse>& uses) {
  std::vector<LotUseView> trace;
  for (const auto& use : uses) trace.push_back({use.lot, use.points});
  return trace;
}

std::vector<BenefitView> benefits_view(const Member& member, const Catalogue& catalogue) {
  std::vector<BenefitView> views;
  for (const BenefitId id : member.benefits) {
    const Benefit* benefit = catalogue.benefit(id);
    if (benefit == nullptr) continue;
    views.push_back({catalogue.text(id), benefit->name, benefit->type});
  }
  return views;
}

ActivityResult activity_result(const MemberTurn& turn, std::size_t first, Sequence journal) {
  const Catalogue& catalogue = turn.catalogue();
  ActivityResult result{.journal = journal,
                        .status = JournalStatus::processed,
                        .late = false,
                        .credited = credited(turn, first),
                        .pending = {},
                        .rules = turn.rules,
                        .balances = balances_view(turn.member(), catalogue),
                        .tiers = {},
                        .tier_changes = tier_moves(turn, first),
                        .progress = {},
                        .skipped = turn.skipped,
                        .completed = completed(turn, first),
                        .vouchers = vouchers_issued(turn, first),
                        .benefits = benefits_granted(turn, first),
                        .sequence = turn.member().sequence};
  for_each<JournalRecorded>(turn, first,
                            [&](const JournalRecorded& e, Sequence) { result.late = e.late; });
  for (const auto& pending : turn.member().pending) {
    if (pending.what.journal != journal) continue;
    result.status = JournalStatus::pending;
    add_to(result.pending, catalogue.text(pending.what.currency), pending.what.points);
  }
  for (const auto& standing : turn.member().tiers) {
    result.tiers.emplace_back(catalogue.text(standing.group), catalogue.text(standing.tier));
  }
  for_each<ProgressUpdated>(turn, first, [&](const ProgressUpdated& e, Sequence) {
    if (const Promotion* promotion = catalogue.promotion(e.promotion)) {
      result.progress.push_back(progress_view(*promotion, turn.member(), catalogue));
    }
  });
  return result;
}

RedeemResult redeem_result(const MemberTurn& turn, std::size_t first, Sequence journal) {
  RedeemResult result{.journal = journal,
                      .offer = {},
                      .quantity = 0,
                      .currency = {},
                      .points = {},
                      .discount = {},
                      .trace = {},
                      .vouchers = vouchers_issued(turn, first),
                      .balances = balances_view(turn.member(), turn.catalogue()),
                      .sequence = turn.member().sequence};
  for_each<PointsDebited>(turn, first, [&](const PointsDebited& e, Sequence) {
    result.currency = turn.catalogue().text(e.currency);
    result.points = e.points;
    result.trace = trace_view(e.uses);
  });
  for_each<RedemptionMade>(turn, first, [&](const RedemptionMade& e, Sequence) {
    result.offer = turn.catalogue().text(e.offer);
    result.quantity = e.quantity;
    result.discount = e.discount;
  });
  return result;
}

PromotionResult promotion_result(const MemberTurn& turn, std::size_t first,
                                 const Promotion& promotion) {
  return {.progress = progress_view(promotion, turn.member(), turn.catalogue()),
          .completed = completed(turn, first),
          .credited = credited(turn, first),
          .vouchers = vouchers_issued(turn, first),
          .benefits = benefits_granted(turn, first),
          .balances = balances_view(turn.member(), turn.catalogue()),
          .sequence = turn.member().sequence};
}

}  // namespace loyalty::domain
