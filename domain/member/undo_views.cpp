// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/member/stated.hpp"
#include "domain/member/views.hpp"

/// The answers to commands that undo or correct.
namespace loyalty::domain {
namespace {

/// Sums by currency.
class Sums {
 public:
  explicit Sums(const Catalogue& catalogue) : catalogue_(catalogue) {}

  void add(Named<Points>& sums, CurrencyId currency, Points points) const {
    const std::string_view name = catalogue_.text(currency);
    const auto known = std::ranges::find(sums, name, [](const auto& entry) { return entry.first; });
    if (known == sums.end()) {
      sums.emplace_back(name, points);
    } else {
      known->second += points;
    }
  }

 private:
  const Catalogue& catalogue_;
};

std::vector<VoucherView> vouchers_cancelled(const MemberTurn& turn, std::size_t first) {
  std::vector<VoucherView> views;
  for_each<VoucherCancelled>(turn, first, [&](const VoucherCancelled& e) {
    if (const Voucher* voucher = turn.member().voucher(e.voucher)) {
      views.push_back(voucher_view(*voucher, turn.catalogue()));
    }
  });
  return views;
}

/// The currency of a credit that was to come, found where it was before.
CurrencyId currency_of(const MemberTurn& turn, Sequence scheduled) {
  const auto history = turn.context().history;
  if (scheduled == 0 || scheduled > history.size()) return {};
  const auto* planned = get_if<PointsScheduled>(&history[scheduled - 1].event);
  return planned ? planned->currency : CurrencyId{};
}

template <class Result>
void add_standing(Result& result, const MemberTurn& turn, std::size_t first) {
  const Catalogue& catalogue = turn.catalogue();
  result.balances = balances_view(turn.member(), catalogue);
  result.sequence = turn.member().sequence;
  if constexpr (requires { result.tiers; }) {
    for (const auto& standing : turn.member().tiers) {
      result.tiers.emplace_back(catalogue.text(standing.group), catalogue.text(standing.tier));
    }
    const auto add = [&](const TierChange& e) {
      result.tier_changes.push_back(
          {catalogue.text(e.group), catalogue.text(e.from), catalogue.text(e.to)});
    };
    for_each<TierUpgraded>(turn, first, add);
    for_each<TierDowngraded>(turn, first, add);
  }
}

}  // namespace

CancelResult cancel_result(const MemberTurn& turn, std::size_t first, Sequence journal) {
  const Catalogue& catalogue = turn.catalogue();
  CancelResult result;
  result.journal = journal;
  for_each<RedemptionCancelled>(turn, first, [&](const RedemptionCancelled& e) {
    result.offer = catalogue.text(e.offer);
    result.currency = catalogue.text(e.currency);
    result.points = e.points;
    result.arrears = e.arrears;
    result.restored = trace_view(e.lots);
  });
  for_each<PointsExpired>(turn, first, [&](const PointsExpired& e) { result.expired += e.points; });
  result.vouchers = vouchers_cancelled(turn, first);
  add_standing(result, turn, first);
  return result;
}

ReverseResult reverse_result(const MemberTurn& turn, std::size_t first,
                             std::vector<Sequence> journals) {
  const Catalogue& catalogue = turn.catalogue();
  const Sums sums(catalogue);
  ReverseResult result;
  result.journals = std::move(journals);
  for_each<PointsClawedBack>(turn, first, [&](const PointsClawedBack& e) {
    sums.add(result.taken_back, e.currency, e.points);
  });
  for_each<EscrowCancelled>(turn, first, [&](const EscrowCancelled& e) {
    sums.add(result.cancelled, e.currency, e.points);
  });
  for_each<ScheduledCancelled>(turn, first, [&](const ScheduledCancelled& e) {
    sums.add(result.cancelled, currency_of(turn, e.scheduled), e.points);
  });
  for_each<ClawbackWaived>(turn, first, [&](const ClawbackWaived& e) {
    sums.add(e.lapsed ? result.lapsed : result.waived, e.currency, e.points);
  });
  for_each<ArrearsCreated>(turn, first, [&](const ArrearsCreated& e) {
    sums.add(result.arrears, e.currency, e.points);
  });
  std::vector<PromotionId> shown;
  const auto show = [&](PromotionId id) {
    const Promotion* promotion = catalogue.promotion(id);
    if (promotion == nullptr || std::ranges::find(shown, id) != shown.end()) return;
    shown.push_back(id);
    result.progress.push_back(progress_view(*promotion, turn.member(), catalogue, turn.today()));
  };
  for_each<ProgressUpdated>(turn, first, [&](const ProgressUpdated& e) { show(e.promotion); });
  for_each<CompletionRevoked>(turn, first, [&](const CompletionRevoked& e) { show(e.promotion); });
  result.vouchers = vouchers_cancelled(turn, first);
  add_standing(result, turn, first);
  return result;
}

AdjustResult adjust_result(const MemberTurn& turn, std::size_t first, Sequence journal,
                           CurrencyId currency, Points points) {
  AdjustResult result;
  result.journal = journal;
  result.currency = turn.catalogue().text(currency);
  result.points = points;
  for_each<PointsDebited>(turn, first,
                          [&](const PointsDebited& e) { result.trace = trace_view(e.uses); });
  for_each<PointsReinstated>(turn, first,
                             [&](const PointsReinstated& e) { result.trace = trace_view(e.lots); });
  add_standing(result, turn, first);
  return result;
}

}  // namespace loyalty::domain
