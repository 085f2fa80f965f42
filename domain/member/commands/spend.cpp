// SPDX-License-Identifier: Apache-2.0
#include "domain/member/commands/spend.hpp"

#include <charconv>

namespace loyalty::domain {
namespace {

std::optional<Refusal> check_kind(const Currency& currency) {
  if (!currency.qualifying()) return std::nullopt;
  return Refusal{RefusalCode::qualifying_not_redeemable, "currency",
                 "qualifying points count for tiers and cannot be spent"};
}

std::string shortfall(Points wanted, Points there) {
  return std::to_string(wanted.value) + " wanted, " + std::to_string(there.value) + " available";
}

}  // namespace

JournalRecorded plain_journal(const MemberTurn& turn, std::string type, std::string reference) {
  JournalRecorded journal;
  journal.type = std::move(type);
  journal.reference = std::move(reference);
  journal.at = turn.at();
  journal.day = turn.today();
  return journal;
}

const Currency* currency_for(const MemberTurn& turn, const std::string& name) {
  return name.empty() ? turn.catalogue().currency(turn.catalogue().primary)
                      : turn.catalogue().currency(name);
}

std::optional<Refusal> check_points(std::int64_t points, const std::string& text,
                                    const char* text_param) {
  if (points < 1 || points > max_amount_per_operation) {
    return Refusal{RefusalCode::invalid_param, "points", "expected 1 to 10^12 points"};
  }
  if (text.size() > 256) {
    return Refusal{RefusalCode::invalid_param, text_param, "expected at most 256 bytes"};
  }
  return std::nullopt;
}

std::optional<Refusal> check_actor(const std::string& actor) {
  if (actor.size() <= 64) return std::nullopt;
  return Refusal{RefusalCode::invalid_param, "actor", "expected at most 64 bytes"};
}

std::optional<Refusal> check_spending(const MemberTurn& turn, const Spending& what, Points points) {
  if (auto refusal = check_kind(*what.currency)) return refusal;
  const Points limit = negative_limit(*what.currency, turn.member());
  const Points balance = usable(turn.member().purse(what.currency->id), what);
  if (balance - points >= -limit) return std::nullopt;
  if (limit == Points{0}) {
    return Refusal{RefusalCode::insufficient_points, "points", shortfall(points, balance)};
  }
  return Refusal{RefusalCode::negative_limit_exceeded, "points",
                 shortfall(points, balance) + ", " + std::to_string(limit.value) + " below zero"};
}

std::optional<Refusal> check_balance(const MemberTurn& turn, const Spending& what, Points points) {
  if (auto refusal = check_kind(*what.currency)) return refusal;
  const Points balance = usable(turn.member().purse(what.currency->id), what);
  if (balance >= points) return std::nullopt;
  return Refusal{RefusalCode::insufficient_points, "points", shortfall(points, balance)};
}

Sequence debit(MemberTurn& turn, const Spending& what, PointsDebited fact) {
  fact.currency = what.currency->id;
  fact.uses = consume(turn.member().purse(fact.currency), what, fact.points);
  const Points owed = fact.points - total(fact.uses);
  const CurrencyId currency = fact.currency;
  const Sequence sequence = turn.state(std::move(fact));
  tell_arrears(turn, currency, sequence, owed);
  return sequence;
}

void tell_arrears(MemberTurn& turn, CurrencyId currency, Sequence debit, Points owed) {
  if (owed > Points{0}) turn.state(ArrearsCreated{currency, debit, owed});
}

Sequence number_of(std::string_view name, char letter) {
  Sequence number = 0;
  if (name.size() < 2 || name.front() != letter) return 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), number);
  return error == std::errc{} && end == name.data() + name.size() ? number : 0;
}

}  // namespace loyalty::domain
