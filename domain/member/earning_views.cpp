// SPDX-License-Identifier: Apache-2.0
#include <boost/variant2/variant.hpp>
#include <string_view>
#include <utility>

#include "domain/member/views.hpp"

/// The answers to what earns: activities, and steps in promotions.
namespace loyalty::domain {
namespace {

/// Names are views into one catalogue: those of one currency begin at one place.
void add_to(Named<Points>& sums, std::string_view name, Points points) {
  for (auto& [known, sum] : sums) {
    if (known.data() == name.data()) {
      sum += points;
      return;
    }
  }
  sums.emplace_back(name, points);
}

RewardView reward_view(const RewardIssued& given, const Catalogue& catalogue) {
  return {.promotion = catalogue.text(given.promotion),
          .cycle = given.cycle,
          .currency = catalogue.text(given.currency),
          .points = given.points,
          .voucher = catalogue.text(given.voucher),
          .benefit = catalogue.text(given.benefit),
          .cut = given.cut,
          .withheld = {}};
}

RewardView reward_view(const RewardWithheld& withheld, const Catalogue& catalogue) {
  RewardView view;
  view.promotion = catalogue.text(withheld.promotion);
  view.cycle = withheld.cycle;
  view.withheld = withheld.limit;
  return view;
}

/// Adds what a fact says to an answer.
struct ToldBy {
  ActivityResult& result;
  const MemberTurn& turn;
  Sequence sequence = 0;
  bool tiers_moved = false;

  void operator()(const JournalRecorded& e) { result.late = e.late; }
  void operator()(const PointsCredited& e) { add_to(result.credited, text(e.currency), e.points); }
  void operator()(const PointsEscrowed& e) { add_to(result.escrowed, text(e.currency), e.points); }
  void operator()(const ProgressUpdated& e) {
    const Promotion* promotion = turn.catalogue().promotion(e.promotion);
    if (promotion == nullptr) return;
    if (result.progress.empty()) result.progress.reserve(3);
    result.progress.push_back(
        progress_view(*promotion, turn.member(), turn.catalogue(), turn.today()));
  }
  void operator()(const PromotionCompleted& e) { result.completed.push_back(text(e.promotion)); }
  void operator()(const RewardIssued& e) {
    result.rewards.push_back(reward_view(e, turn.catalogue()));
  }
  void operator()(const RewardWithheld& e) {
    result.rewards.push_back(reward_view(e, turn.catalogue()));
  }
  void operator()(const VoucherIssued&) {
    if (const Voucher* voucher = turn.member().voucher(sequence)) {
      result.vouchers.push_back(voucher_view(*voucher, turn.catalogue()));
    }
  }
  void operator()(const BenefitGranted& e) { result.benefits.push_back(text(e.benefit)); }
  void operator()(const TierUpgraded&) { tiers_moved = true; }
  void operator()(const TierDowngraded&) { tiers_moved = true; }
  void operator()(const TierOverridden&) { tiers_moved = true; }
  template <class Other>
  void operator()(const Other&) {}

 private:
  std::string_view text(auto symbol) const { return turn.catalogue().text(symbol); }
};

/// What the facts from index `first` on say, in one pass over them.
void tell_facts(ActivityResult& result, const MemberTurn& turn, std::size_t first) {
  ToldBy told{result, turn};
  for (const auto& fact : turn.facts_from(first)) {
    told.sequence = fact.sequence;
    visit(told, fact.event);
  }
  if (told.tiers_moved) result.tier_changes = tier_moves(turn, first);
}

}  // namespace

MemberResult activity_result(MemberTurn& turn, std::size_t first, Sequence journal) {
  const Catalogue& catalogue = turn.catalogue();
  MemberResult answer{boost::variant2::in_place_type<ActivityResult>};
  auto& result = get<ActivityResult>(answer);
  result.journal = journal;
  result.rules = std::move(turn.rules);
  result.balances = balances_view(turn.member(), catalogue);
  result.skipped = std::move(turn.skipped);
  result.sequence = turn.member().sequence;
  tell_facts(result, turn, first);
  for (const auto& pending : turn.member().pending) {
    if (pending.what.journal != journal) continue;
    result.status = JournalStatus::pending;
    add_to(result.pending, catalogue.text(pending.what.currency), pending.what.points);
  }
  for (const auto& standing : turn.member().tiers) {
    result.tiers.emplace_back(catalogue.text(standing.group), catalogue.text(standing.tier));
  }
  return answer;
}

PromotionResult promotion_result(const MemberTurn& turn, std::size_t first,
                                 const Promotion& promotion) {
  ActivityResult told;
  tell_facts(told, turn, first);
  return {.progress = progress_view(promotion, turn.member(), turn.catalogue(), turn.today()),
          .completed = std::move(told.completed),
          .credited = std::move(told.credited),
          .vouchers = std::move(told.vouchers),
          .benefits = std::move(told.benefits),
          .balances = balances_view(turn.member(), turn.catalogue()),
          .sequence = turn.member().sequence,
          .rewards = std::move(told.rewards)};
}

}  // namespace loyalty::domain
