// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/ledger/ledger.hpp"
#include "domain/member/commands/decide.hpp"
#include "domain/member/conditions.hpp"
#include "domain/member/execute.hpp"
#include "domain/member/explain.hpp"
#include "domain/member/tiers.hpp"
#include "domain/member/views.hpp"

/// Queries about one member. They change nothing.
namespace loyalty::domain {
namespace {

using QueryResult = Expected<MemberAnswer, Refusal>;

struct Ask {
  const Member& member;
  const Catalogue& catalogue;
  Instant now;
  std::span<const MemberFact> history;
  const CatalogueVersions* versions;

  QueryResult operator()(const Explain& query) const {
    auto result = explain(query, member.id, history, catalogue, versions);
    if (!result) return Unexpected{result.error()};
    return MemberAnswer(std::move(*result));
  }

  QueryResult operator()(const GetMember&) const {
    MemberResultView view{.member = member.id,
                          .program = catalogue.id,
                          .enrolled_at = member.enrolled_at,
                          .last_activity = member.last_activity,
                          .balances = balance_details(member, catalogue),
                          .tiers = {},
                          .benefits = benefits_view(member, catalogue),
                          .promotions = {},
                          .vouchers = {},
                          .sequence = member.sequence};
    for (const auto& standing : member.tiers) view.tiers.push_back(tier_view(standing, catalogue));
    for (const auto& part : member.promotions) {
      if (const Promotion* promotion = catalogue.promotion(part.promotion)) {
        view.promotions.push_back(progress_view(*promotion, member, catalogue, today()));
      }
    }
    for (const auto& voucher : member.vouchers) {
      if (voucher.status == VoucherStatus::issued || voucher.status == VoucherStatus::reserved) {
        view.vouchers.push_back(voucher_view(voucher, catalogue));
      }
    }
    return MemberAnswer(std::move(view));
  }

  QueryResult operator()(const GetBalances&) const {
    return MemberAnswer(BalancesResult{balance_details(member, catalogue), member.sequence});
  }

  QueryResult operator()(const GetHolds&) const {
    HoldsResult result;
    for (const auto& hold : member.set_aside) result.holds.push_back(hold_view(hold, catalogue));
    return MemberAnswer(std::move(result));
  }

  QueryResult operator()(const GetBenefits&) const {
    return MemberAnswer(BenefitsResult{benefits_view(member, catalogue)});
  }

  QueryResult operator()(const GetVouchers&) const {
    VouchersResult result;
    for (const auto& voucher : member.vouchers) {
      result.vouchers.push_back(voucher_view(voucher, catalogue));
    }
    return MemberAnswer(std::move(result));
  }

  QueryResult operator()(const GetTierProgress&) const {
    TierProgressResult result;
    for (const auto& group : catalogue.tier_groups) result.groups.push_back(tier_progress(group));
    return MemberAnswer(std::move(result));
  }

  QueryResult operator()(const GetExpirySchedule& query) const {
    CurrencyId only;
    if (!query.currency.empty()) {
      const Currency* currency = catalogue.currency(query.currency);
      if (currency == nullptr) return unknown_currency();
      only = currency->id;
    }
    ExpiryResult result;
    for (const auto& purse : member.purses) {
      const Currency* currency = catalogue.currency(purse.currency);
      if (purse.qualifying || currency == nullptr || (only && purse.currency != only)) continue;
      add_expiries(*currency, purse, result.expiries);
    }
    std::stable_sort(result.expiries.begin(), result.expiries.end(),
                     [](const ExpiryLine& a, const ExpiryLine& b) { return a.at < b.at; });
    return MemberAnswer(std::move(result));
  }

  QueryResult operator()(const ListPromotions&) const {
    PromotionsResult result;
    for (const auto& promotion : catalogue.promotions) {
      result.promotions.push_back(listing(promotion));
    }
    return MemberAnswer(std::move(result));
  }

  QueryResult operator()(const GetProgress& query) const {
    const Promotion* promotion = catalogue.promotion(query.promotion);
    if (promotion == nullptr) {
      return refuse(RefusalCode::unknown_promotion, "promotion",
                    "the program has no such promotion");
    }
    ProgressResult result{progress_view(*promotion, member, catalogue, today()), {}, {}};
    const Participation* part = member.participation(promotion->id);
    const std::int64_t completed = result.progress.completed;
    if (part == nullptr || !part->finished) {
      for (const auto& milestone : promotion->milestones) {
        const std::int64_t mark = promotion->mark(milestone);
        if (mark > completed && mark < promotion->target) result.ahead.push_back(mark);
      }
      result.ahead.push_back(promotion->target);
    }
    for (const auto& fact : history) {
      if (auto step = step_of(fact, promotion->id)) result.steps.push_back(*step);
    }
    return MemberAnswer(std::move(result));
  }

  QueryResult operator()(const GetLedger& query) const {
    CurrencyId only;
    if (!query.currency.empty()) {
      const Currency* currency = catalogue.currency(query.currency);
      if (currency == nullptr) return unknown_currency();
      only = currency->id;
    }
    if (query.limit < 1 || query.limit > 1000) {
      return refuse(RefusalCode::invalid_param, "limit", "expected 1 to 1000");
    }
    if (query.after < 0) return refuse(RefusalCode::invalid_param, "after", "expected 0 or more");
    return MemberAnswer(ledger_lines(history, member.id, catalogue, only,
                                     static_cast<Sequence>(query.after),
                                     static_cast<std::size_t>(query.limit)));
  }

  QueryResult operator()(const VerifyLedger&) const {
    return MemberAnswer(verify_ledger(history, member, catalogue));
  }

  QueryResult operator()(const GetTrace& query) const {
    if (query.debit.has_value() == query.credit.has_value()) {
      return refuse(RefusalCode::invalid_param, "debit", "expected either debit or credit");
    }
    const auto as_sequence = [](const std::optional<std::int64_t>& number) {
      return number ? std::optional(static_cast<Sequence>(*number)) : std::nullopt;
    };
    return MemberAnswer(trace_links(history, as_sequence(query.debit), as_sequence(query.credit)));
  }

 private:
  LocalDay today() const { return catalogue.zone.day_of(now); }

  static QueryResult unknown_currency() {
    return refuse(RefusalCode::unknown_currency, "currency", "the program has no such currency");
  }

  Named<Points> missing(const Tier& tier) const {
    Named<Points> result;
    for (const auto& threshold : tier.thresholds) {
      const Points gap = Points{threshold.minimum} - member.balance(threshold.currency);
      result.emplace_back(catalogue.text(threshold.currency), std::max(gap, Points{0}));
    }
    return result;
  }

  TierProgressView tier_progress(const TierGroup& group) const {
    const TierId held = member.tier(group.id);
    const int rank = group.rank(held);
    TierProgressView view{.group = catalogue.text(group.id),
                          .tier = catalogue.text(held),
                          .next = {},
                          .missing_to_reach = {},
                          .missing_to_keep = {},
                          .expires = std::nullopt,
                          .resets = std::nullopt};
    if (const auto next = static_cast<std::size_t>(rank) + 1; next < group.tiers.size()) {
      view.next = catalogue.text(group.tiers[next].id);
      view.missing_to_reach = missing(group.tiers[next]);
    }
    if (rank >= 0) view.missing_to_keep = missing(group.tiers[static_cast<std::size_t>(rank)]);
    for (const auto& standing : member.tiers) {
      if (standing.group == group.id && standing.expires != never) view.expires = standing.expires;
    }
    view.resets = next_reset(group, member, catalogue.zone, now);
    return view;
  }

  void add_expiries(const Currency& currency, const Purse& purse,
                    std::vector<ExpiryLine>& lines) const {
    const auto add_line = [&](Instant at, Points points) {
      if (!lines.empty() && lines.back().at == at &&
          lines.back().currency == catalogue.text(currency.id)) {
        lines.back().points += points;
        return;
      }
      lines.push_back({catalogue.text(currency.id), at, catalogue.zone.day_of(at), points});
    };
    // What has no earlier end of its own lapses with the last activity (domain.md F12).
    Instant lapse = never;
    if (currency.expiry == ExpiryModel::activity && purse.available > Points{0}) {
      lapse = catalogue.zone.start_of(add(member.last_activity, currency.expiry_period));
    }
    for (const auto& lot : purse.lots) {
      const Instant end = std::min(lot.expires, lapse);
      if (end != never) add_line(end, lot.remaining);
    }
  }

  PromotionListing listing(const Promotion& promotion) const {
    PromotionListing result{progress_view(promotion, member, catalogue, today()), "eligible", {}};
    const LocalDay day = today();
    const Participation* part = member.participation(promotion.id);
    if (day < promotion.starts) result.reasons.push_back("NOT_STARTED");
    if (day >= promotion.ends) result.reasons.push_back("ENDED");
    if (const auto unmet = unmet_by(promotion.when, member); !unmet.empty()) {
      result.reasons.push_back(unmet);
    }
    if (part != nullptr && part->finished) result.reasons.push_back("COMPLETED");
    const bool enrolled = part != nullptr && part->enrolled;
    const bool needs_enrollment =
        !enrolled && (promotion.enrollment_required || (part != nullptr && part->left));
    if (needs_enrollment && (day < promotion.enroll_from || day >= promotion.enroll_until)) {
      result.reasons.push_back("ENROLLMENT_CLOSED");
    }
    if (!result.reasons.empty()) {
      result.eligibility = "ineligible";
    } else if (needs_enrollment) {
      result.eligibility = "eligible_but_not_enrolled";
    }
    return result;
  }

  std::optional<ProgressStep> step_of(const MemberFact& fact, PromotionId promotion) const {
    ProgressStep step{.sequence = fact.sequence,
                      .at = fact.at,
                      .day = catalogue.zone.day_of(fact.at),
                      .event = visit([](const auto& e) { return e.name; }, fact.event),
                      .increment = 0,
                      .completed = 0,
                      .cycle = 0};
    const auto concerns = [&](const auto& e) {
      if constexpr (requires { e.promotion; }) {
        if constexpr (requires { e.cycle; }) step.cycle = e.cycle;
        return e.promotion == promotion;
      } else {
        return false;
      }
    };
    if (!visit(concerns, fact.event)) return std::nullopt;
    if (holds_alternative<PointsCredited>(fact.event) ||
        holds_alternative<VoucherIssued>(fact.event)) {
      return std::nullopt;  // RewardIssued tells it already
    }
    if (const auto* progress = get_if<ProgressUpdated>(&fact.event)) {
      step.day = progress->day;
      step.increment = progress->increment;
      step.completed = progress->completed;
    }
    return step;
  }
};

}  // namespace

bool needs_history(const MemberQuery& query) {
  if (const auto* progress = get_if<GetProgress>(&query)) return progress->history;
  return holds_alternative<GetLedger>(query) || holds_alternative<GetTrace>(query) ||
         holds_alternative<Explain>(query) || holds_alternative<VerifyLedger>(query);
}

Expected<MemberAnswer, Refusal> answer(const MemberQuery& query, const Member& member,
                                       const Catalogue& catalogue, Instant now,
                                       std::span<const MemberFact> history,
                                       const CatalogueVersions* versions) {
  if (!member.exists) {
    return refuse(RefusalCode::unknown_member, "member", "no such member in this program");
  }
  const bool ledger = holds_alternative<GetLedger>(query) || holds_alternative<GetTrace>(query);
  if (member.status == MemberStatus::erased && !ledger) {
    return refuse(RefusalCode::member_not_active, "member", "the member is erased");
  }
  return visit(Ask{member, catalogue, now, history, versions}, query);
}

AsOf as_of(std::string_view member, std::span<const MemberFact> history, Instant instant) {
  AsOf result;
  result.member.id = member;
  for (const auto& fact : history) {
    if (fact.at > instant) break;
    evolve(result.member, fact.at, fact.event);
    result.version = fact.version;
    ++result.facts;
  }
  return result;
}

}  // namespace loyalty::domain
