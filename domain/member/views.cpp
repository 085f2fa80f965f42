// SPDX-License-Identifier: Apache-2.0
#include "domain/member/views.hpp"

#include <algorithm>

#include "domain/member/stated.hpp"
#include "domain/member/streaks.hpp"

namespace loyalty::domain {
namespace {

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

}  // namespace

std::vector<TierMove> tier_moves(const MemberTurn& turn, std::size_t first) {
  std::vector<TierMove> moves;
  const auto add = [&](const auto& e, Sequence) {
    moves.push_back({turn.catalogue().text(e.group), turn.catalogue().text(e.from),
                     turn.catalogue().text(e.to)});
  };
  for_each<TierUpgraded>(turn, first, add);
  for_each<TierDowngraded>(turn, first, add);
  for_each<TierOverridden>(turn, first, add);
  return moves;
}

std::string voucher_name(Sequence id) { return "v" + std::to_string(id); }

void derive(ProgressView& view, const Promotion& promotion) {
  view.name = promotion.name;
  view.unit = promotion.units;
  view.target = promotion.target;
  view.remaining = promotion.target - view.completed;
  view.percent = promotion.target > 0 ? 100 * view.completed / promotion.target : 0;
  view.text = progress_text(promotion, view.completed);
}

ProgressView progress_view(const Promotion& promotion, const Member& member,
                           const Catalogue& catalogue, LocalDay today) {
  static const Participation none{};
  const Participation* known = member.participation(promotion.id);
  const Participation& part = known ? *known : none;
  auto lapses = streak_lapses(promotion, part);
  const bool lapsed = lapses && today >= *lapses;
  if (lapsed) lapses.reset();
  const std::int64_t done = lapsed ? 0 : std::min(part.completed, promotion.target);
  const bool standard = promotion.kind == PromotionKind::standard;
  ProgressView view{.promotion = catalogue.text(promotion.id),
                    .completed = done,
                    .cycle = part.cycle,
                    .completions = standard ? part.rewards_given : part.completions,
                    .enrolled = part.enrolled,
                    .finished = part.finished,
                    .milestones = {},
                    .text = {},
                    .lapses = lapses};
  derive(view, promotion);
  for (std::size_t i = 0; i < promotion.milestones.size(); ++i) {
    if (!lapsed && (part.milestones >> i & 1U) != 0)
      view.milestones.push_back(promotion.mark(promotion.milestones[i]));
  }
  return view;
}

bool derive(MemberResult& stored, const Catalogue* decided_with) {
  const auto derive_one = [&](ProgressView& view) {
    const Promotion* promotion =
        decided_with != nullptr ? decided_with->promotion(view.promotion) : nullptr;
    if (promotion != nullptr) derive(view, *promotion);
    return promotion != nullptr;
  };
  const auto derive_all = [&](std::vector<ProgressView>& views) {
    return std::ranges::all_of(views, derive_one);
  };
  return visit(
      [&](auto& result) {
        if constexpr (requires { derive_all(result.progress); }) {
          return derive_all(result.progress);
        } else if constexpr (requires { derive_one(result.progress); }) {
          return derive_one(result.progress);
        } else {
          return true;
        }
      },
      stored);
}

HoldView hold_view(const Hold& hold, const Catalogue& catalogue) {
  return {.hold = "h" + std::to_string(hold.id),
          .offer = catalogue.text(hold.offer),
          .quantity = hold.quantity,
          .currency = catalogue.text(hold.currency),
          .points = hold.points,
          .expires = hold.expires,
          .trace = trace_view(hold.lots)};
}

TierView tier_view(const TierStanding& standing, const Catalogue& catalogue) {
  const TierGroup* group = catalogue.tier_group(standing.group);
  const int rank = group ? group->rank(standing.tier) : -1;
  return {.group = catalogue.text(standing.group),
          .tier = catalogue.text(standing.tier),
          .name = rank < 0 ? std::string_view() : group->tiers[static_cast<std::size_t>(rank)].name,
          .effective = standing.effective,
          .expires = standing.expires == never ? std::nullopt : std::optional(standing.expires),
          .overridden = standing.overridden};
}

VoucherView voucher_view(const Voucher& voucher, const Catalogue& catalogue) {
  const VoucherDef* definition = catalogue.voucher(voucher.definition);
  return {.voucher = voucher_name(voucher.id),
          .definition = catalogue.text(voucher.definition),
          .name = definition ? std::string_view(definition->name) : std::string_view(),
          .status = voucher.status,
          .remaining = voucher.remaining,
          .issued = voucher.issued,
          .expires = voucher.expires == never ? std::nullopt : std::optional(voucher.expires),
          .reserved_until = voucher.status == VoucherStatus::reserved
                                ? std::optional(voucher.reserved_until)
                                : std::nullopt};
}

std::vector<LotUseView> trace_view(const std::vector<LotUse>& uses) {
  std::vector<LotUseView> trace;
  for (const auto& use : uses) trace.push_back({use.lot, use.points});
  return trace;
}

std::vector<LotUseView> trace_view(const std::vector<Lot>& parts) {
  std::vector<LotUseView> trace;
  for (const auto& part : parts) trace.push_back({part.id, part.remaining});
  return trace;
}

std::vector<BenefitView> benefits_view(const Member& member, const Catalogue& catalogue) {
  std::vector<BenefitView> views;
  for (const BenefitId id : member.benefits) {
    const Benefit* benefit = catalogue.benefit(id);
    if (benefit == nullptr) continue;
    const auto end = std::ranges::find(member.benefit_ends, id, &BenefitEnd::benefit);
    views.push_back(
        {.benefit = catalogue.text(id),
         .name = benefit->name,
         .type = benefit->type,
         .payload = benefit->payload,
         .until = end == member.benefit_ends.end() ? std::nullopt : std::optional(end->until)});
  }
  return views;
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
                      .sequence = turn.member().sequence,
                      .arrears = {}};
  for_each<ArrearsCreated>(turn, first,
                           [&](const ArrearsCreated& e, Sequence) { result.arrears += e.points; });
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

ReleaseResult release_result(const MemberTurn& turn, std::size_t first) {
  ReleaseResult result{.released = {},
                       .balances = balances_view(turn.member(), turn.catalogue()),
                       .tiers = {},
                       .tier_changes = tier_moves(turn, first),
                       .sequence = turn.member().sequence};
  for_each<EscrowReleased>(turn, first, [&](const EscrowReleased& e, Sequence) {
    result.released.push_back({e.credit, e.points});
  });
  for (const auto& standing : turn.member().tiers) {
    result.tiers.emplace_back(turn.catalogue().text(standing.group),
                              turn.catalogue().text(standing.tier));
  }
  return result;
}

TierResult tier_result(const MemberTurn& turn, std::size_t first) {
  TierResult result{.tiers = {},
                    .tier_changes = tier_moves(turn, first),
                    .benefits = benefits_granted(turn, first),
                    .vouchers = vouchers_issued(turn, first),
                    .sequence = turn.member().sequence};
  for (const auto& standing : turn.member().tiers) {
    result.tiers.push_back(tier_view(standing, turn.catalogue()));
  }
  return result;
}

}  // namespace loyalty::domain
