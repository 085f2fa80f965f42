// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/past.hpp"
#include "domain/member/views.hpp"

/// Corrections by hand: balances adjusted, expired points given back (domain.md F14, F30).
namespace loyalty::domain {
namespace {

Unexpected<Refusal> unknown_currency() {
  return refuse(RefusalCode::unknown_currency, "currency", "the program has no such currency");
}

const Subtype* subtype_named(const MemberTurn& turn, const Currency& currency,
                             const std::string& name) {
  for (const auto& subtype : currency.subtypes) {
    if (turn.catalogue().text(subtype.id) == name) return &subtype;
  }
  return nullptr;
}

/// Staff may take a balance no further down than the member could; points that count for tiers
/// not below zero.
std::optional<Refusal> check_taking(const MemberTurn& turn, const Currency& currency,
                                    Points points) {
  if (!currency.qualifying()) return check_spending(turn, any_points(currency), points);
  const Points balance = turn.member().balance(currency.id);
  if (balance >= points) return std::nullopt;
  return Refusal{RefusalCode::insufficient_points, "points",
                 std::to_string(balance.value) + " available"};
}

Sequence adjustment(MemberTurn& turn, const std::string& type, const std::string& reason,
                    const std::string& actor) {
  JournalRecorded journal = plain_journal(turn, type, reason);
  journal.actor = actor;
  journal.restarts_clock = false;
  return turn.state(std::move(journal));
}

/// Expired points of one lot that have not come back.
struct Lapsed {
  Lot lot;
  Instant at;
};

/// What has expired of a currency, oldest first, with the lots as they were then.
std::vector<Lapsed> lapsed_points(const Past& past, CurrencyId currency) {
  std::vector<Lapsed> result;
  past.relive([&](const MemberFact& fact, const Member& before) {
    if (const auto* expired = get_if<PointsExpired>(&fact.event)) {
      if (expired->currency != currency) return;
      for (const auto& part : parts_of(before, currency, expired->uses)) {
        result.push_back({part, fact.at});
      }
    } else if (const auto* back = get_if<PointsReinstated>(&fact.event)) {
      for (const auto& lot : back->lots) {
        Points left = lot.remaining;
        for (auto entry = result.rbegin(); entry != result.rend() && left > Points{0}; ++entry) {
          if (entry->lot.id != lot.id) continue;
          const Points taken = std::min(left, entry->lot.remaining);
          entry->lot.remaining -= taken;
          left -= taken;
        }
      }
    }
  });
  std::erase_if(result, [](const Lapsed& entry) { return entry.lot.remaining == Points{0}; });
  return result;
}

/// The end of the new life of points that expired at `at`: the latest that the tiers held give;
/// nothing when no window is open.
std::optional<Instant> new_end(const MemberTurn& turn, const Currency& currency, Instant at) {
  std::optional<Instant> end;
  for (const auto& entry : currency.reinstatements) {
    if (!turn.member().holds(entry.tier)) continue;
    const Zone& zone = turn.zone();
    if (zone.start_of(add(zone.day_of(at), entry.window)) <= turn.at()) continue;
    const Instant until = zone.start_of(add(turn.today(), entry.valid));
    end = std::max(end.value_or(until), until);
  }
  return end;
}

}  // namespace

Decision decide(const AdjustPoints& command, MemberTurn& turn) {
  const Currency* currency = currency_for(turn, command.currency);
  if (currency == nullptr) return unknown_currency();
  const bool adds = command.points > 0;
  if (command.points < -max_amount_per_operation || command.points > max_amount_per_operation ||
      command.points == 0) {
    return refuse(RefusalCode::invalid_param, "points", "expected 1 to 10^12 points, or negative");
  }
  if (command.reason.empty() || command.reason.size() > 256) {
    return refuse(RefusalCode::invalid_param, "reason", "expected 1 to 256 bytes");
  }
  if (auto refusal = check_actor(command.actor)) return Unexpected{*refusal};
  const Subtype* subtype = subtype_named(turn, *currency, command.subtype);
  if (!command.subtype.empty() && subtype == nullptr) {
    return refuse(RefusalCode::unknown_subtype, "subtype", "the currency has no such subtype");
  }
  if (!command.subtype.empty() && !adds) {
    return refuse(RefusalCode::invalid_param, "subtype", "expected only with points to add");
  }
  if (adds && turn.member().balance(currency->id).value > max_balance - command.points) {
    return refuse(RefusalCode::limit_exceeded, "points", "the balance would exceed 10^15");
  }
  if (!adds) {
    if (auto refusal = check_taking(turn, *currency, {-command.points})) {
      return Unexpected{*refusal};
    }
  }

  const Sequence journal = adjustment(turn, "adjustment", command.reason, command.actor);
  if (adds) {
    Credit what;
    what.journal = journal;
    what.currency = currency->id;
    what.points = {command.points};
    what.earned = turn.today();
    what.subtype = subtype ? subtype->id : SubtypeId{};
    credit(turn, what);
  } else {
    PointsDebited fact;
    fact.journal = journal;
    fact.points = {-command.points};
    fact.correction = true;
    if (currency->qualifying()) {
      fact.currency = currency->id;
      fact.qualifying = true;
      turn.state(std::move(fact));
    } else {
      debit(turn, any_points(*currency), std::move(fact));
    }
  }
  return Answer([journal, id = currency->id, points = Points{command.points}](const MemberTurn& t,
                                                                              std::size_t first) {
    return adjust_result(t, first, journal, id, points);
  });
}

Decision decide(const ReinstatePoints& command, MemberTurn& turn) {
  const Currency* currency = currency_for(turn, command.currency);
  if (currency == nullptr) return unknown_currency();
  if (auto refusal = check_actor(command.actor)) return Unexpected{*refusal};
  PointsReinstated fact;
  fact.currency = currency->id;
  for (auto& [lot, at] : lapsed_points(Past(turn), currency->id)) {
    const auto end = new_end(turn, *currency, at);
    if (!end) continue;
    lot.expires = *end;
    add_part(fact.lots, lot);
  }
  fact.points = total(fact.lots);
  if (fact.lots.empty()) {
    return refuse(RefusalCode::not_eligible, "currency",
                  "no tier that is held gives expired points back, or none expired in time");
  }

  // Where points live by activity, giving them back is one: else they would be gone at once.
  JournalRecorded journal = plain_journal(turn, "reinstatement", {});
  journal.actor = command.actor;
  journal.restarts_clock = currency->expiry == ExpiryModel::activity;
  const Sequence id = turn.state(std::move(journal));
  const Points points = fact.points;
  const std::vector<Lot> lots = fact.lots;
  turn.state(std::move(fact));
  repay_arrears(turn, currency->id, lots);
  return Answer([id, given = currency->id, points](const MemberTurn& t, std::size_t first) {
    return adjust_result(t, first, id, given, points);
  });
}

}  // namespace loyalty::domain
