// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/return_rewards.hpp"
#include "domain/member/take_back.hpp"
#include "domain/member/tiers.hpp"
#include "domain/member/unwind.hpp"
#include "domain/member/views.hpp"

/// Returns, in full or in part (domain.md F28, F29, F44).
namespace loyalty::domain {
namespace {

/// A return is worked out in whole before any of it is stated.
struct Return {
  Granted granted;
  std::vector<ProgressPast> progress;
  Kept kept;
};

/// The points of all grants that a liability is for, when so much is kept.
Points owed_points(const Granted& granted, const PartnerLiabilityArisen& booked, const Kept& kept) {
  Points sum;
  for (const auto& grant : granted.grants) {
    if (grant.currency == booked.currency && grant.promotion == booked.promotion) {
      sum += points_kept(granted, grant, kept);
    }
  }
  return sum;
}

void give_caps_back(MemberTurn& turn, const Return& what, RuleId rule, Points points) {
  for (const auto& cap : what.granted.caps) {
    if (cap.rule == rule) turn.state(CapUsed{rule, cap.window, -std::min(points, cap.points)});
  }
}

void reverse_liabilities(MemberTurn& turn, const Return& what) {
  for (const auto& [fact, booked] : what.granted.owed) {
    const Points before = owed_points(what.granted, booked, what.granted.kept);
    const Points after = owed_points(what.granted, booked, what.kept);
    reverse_liability(
        turn, fact, booked, after - before,
        money_kept(what.granted, booked, after) - money_kept(what.granted, booked, before));
  }
}

/// Whether a voucher was given for the activity as such, by a rule or a standard promotion; what
/// reached a target is another matter (F44).
bool is_for_activity(const Voucher& voucher, const Granted& granted) {
  if (voucher.journal != granted.journal) return false;
  if (!voucher.promotion) return true;
  const Promotion* promotion = granted.rules->promotion(voucher.promotion);
  return promotion != nullptr && promotion->kind == PromotionKind::standard;
}

/// Vouchers for an activity that did not take place, as long as they are unused.
void cancel_vouchers(MemberTurn& turn, const Return& what) {
  if (!what.kept.nothing) return;
  for (std::size_t i = 0; i < turn.member().vouchers.size(); ++i) {
    const Voucher& voucher = turn.member().vouchers[i];
    if (!is_for_activity(voucher, what.granted)) continue;
    if (voucher.status == VoucherStatus::issued || voucher.status == VoucherStatus::reserved) {
      turn.state(VoucherCancelled{voucher.id});
    }
  }
}

void reassess_groups(MemberTurn& turn, const std::vector<CurrencyId>& taken) {
  for (const auto& group : turn.catalogue().tier_groups) {
    const bool concerned = std::ranges::any_of(group.currencies, [&](CurrencyId currency) {
      return std::ranges::find(taken, currency) != taken.end();
    });
    if (concerned && group.reassess_on_return) reassess(turn, group);
  }
}

void state_return(MemberTurn& turn, const Return& what, const ReverseActivity& command) {
  turn.state(JournalReversed{.journal = what.granted.journal,
                             .kept_amount = what.kept.amount,
                             .kept_units = what.kept.units,
                             .full = what.kept.nothing,
                             .reference = command.reference,
                             .actor = command.actor,
                             .returned_amount = what.granted.kept.amount - what.kept.amount,
                             .category = what.granted.activity.category,
                             .partner = what.granted.activity.partner});
  std::vector<CurrencyId> qualifying;
  for (const auto& grant : what.granted.grants) {
    const Points claw = points_kept(what.granted, grant, what.granted.kept) -
                        points_kept(what.granted, grant, what.kept);
    if (claw <= Points{0}) continue;
    const Points before = turn.member().balance(grant.currency);
    take_back(turn, grant, claw, what.granted.journal);
    give_caps_back(turn, what, grant.rule, claw);
    // What was held, or reset with its period, counted for no tier of now.
    const bool counted = turn.member().balance(grant.currency) < before;
    if (grant.qualifying && counted) qualifying.push_back(grant.currency);
  }
  give_limits_back(turn, what.granted, what.kept);
  cancel_vouchers(turn, what);
  if (what.kept.nothing) revoke_benefits(turn, what.granted);
  reverse_liabilities(turn, what);
  for (const auto& progress : what.progress) unwind(turn, progress, what.granted, what.kept);
  reassess_groups(turn, qualifying);
}

Expected<Return, Refusal> plan(const MemberTurn& turn, const ReverseActivity& command,
                               Sequence journal) {
  const Past past(turn);
  auto granted = find_granted(past, journal);
  if (!granted) {
    return refuse(RefusalCode::unknown_journal, "journal", "no activity has this journal");
  }
  if (granted->kept.nothing) {
    return refuse(RefusalCode::already_reversed, "journal", "all of it has been returned before");
  }
  const Kept now = granted->kept;
  const bool in_part = command.kept_amount || command.kept_units;
  Kept kept;
  if (in_part) {
    kept.amount = {command.kept_amount.value_or(now.amount.value)};
    kept.units = command.kept_units.value_or(now.units);
    // One of the two alone says that nothing is kept.
    if (command.kept_amount == 0 && !command.kept_units) kept.units = 0;
    if (command.kept_units == 0 && !command.kept_amount) kept.amount = {0};
  }
  if (kept.amount < Money{0} || kept.amount > now.amount) {
    return refuse(RefusalCode::invalid_param, "kept_amount",
                  "expected 0 to " + std::to_string(now.amount.value) + ", which is kept now");
  }
  if (kept.units < 0 || kept.units > now.units) {
    return refuse(RefusalCode::invalid_param, "kept_units",
                  "expected 0 to " + std::to_string(now.units) + ", which are kept now");
  }
  kept.nothing = !in_part || kept == Kept{};
  auto progress = find_progress(past, journal);
  return Return{std::move(*granted), std::move(progress), kept};
}

/// The journals with the caller's reference that can be returned.
Expected<std::vector<Sequence>, Refusal> with_reference(const MemberTurn& turn,
                                                        const std::string& reference) {
  std::vector<Sequence> journals;
  std::vector<Sequence> returned;
  Past(turn).each([&](const MemberFact& fact) {
    if (const auto* recorded = get_if<JournalRecorded>(&fact.event)) {
      if (recorded->reference == reference && is_activity(*recorded)) {
        journals.push_back(fact.sequence);
      }
    } else if (const auto* reversed = get_if<JournalReversed>(&fact.event)) {
      if (reversed->full) returned.push_back(reversed->journal);
    }
  });
  if (journals.empty()) {
    return refuse(RefusalCode::unknown_journal, "reference", "no activity has this reference");
  }
  std::erase_if(journals, [&](Sequence journal) {
    return std::ranges::find(returned, journal) != returned.end();
  });
  if (journals.empty()) {
    return refuse(RefusalCode::already_reversed, "reference", "all of it has been returned before");
  }
  return journals;
}

Expected<std::vector<Sequence>, Refusal> journals_of(const MemberTurn& turn,
                                                     const ReverseActivity& command) {
  if (command.journal.has_value() != command.reference.empty()) {
    return refuse(RefusalCode::invalid_param, "journal", "expected either journal or reference");
  }
  if (command.journal) {
    return std::vector{static_cast<Sequence>(std::max<std::int64_t>(*command.journal, 0))};
  }
  if (command.kept_amount || command.kept_units) {
    return refuse(RefusalCode::invalid_param, command.kept_amount ? "kept_amount" : "kept_units",
                  "expected only with a journal");
  }
  return with_reference(turn, command.reference);
}

}  // namespace

Decision decide(const ReverseActivity& command, MemberTurn& turn) {
  if (auto refusal = check_actor(command.actor)) return Unexpected{*refusal};
  const auto journals = journals_of(turn, command);
  if (!journals) return Unexpected{journals.error()};
  // One after the other: each return changes the past of the next. Of several, found by their
  // reference, none can be refused.
  for (const Sequence journal : *journals) {
    const auto planned = plan(turn, command, journal);
    if (!planned) return Unexpected{planned.error()};
    state_return(turn, *planned, command);
  }
  return Answer([all = *journals](const MemberTurn& t, std::size_t first) {
    return reverse_result(t, first, all);
  });
}

}  // namespace loyalty::domain
