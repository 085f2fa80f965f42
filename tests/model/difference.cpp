// SPDX-License-Identifier: Apache-2.0
#include "tests/model/difference.hpp"

#include <algorithm>
#include <tuple>

#include "domain/program/catalogue.hpp"

namespace loyalty::model {

namespace {

std::string words(const std::optional<domain::RefusalCode>& refused) {
  return refused ? std::string(domain::EnumNames<domain::RefusalCode>::names[std::size_t(*refused)])
                 : "accepted";
}

/// What is not worth a cent is no difference, nor is the order of entries.
std::vector<Owed> in_order(std::vector<Owed> owed) {
  std::erase_if(owed, [](const Owed& entry) { return entry.cents == 0; });
  std::sort(owed.begin(), owed.end());
  return owed;
}

std::string words(const std::vector<Owed>& owed) {
  std::string text;
  for (const Owed& entry : owed) {
    text += " " + std::to_string(entry.cents) + " cents for " + currency_names[entry.currency];
  }
  return text.empty() ? " nothing" : text;
}

std::string differs(const std::string& what, std::int64_t expected, std::int64_t got) {
  return what + ": the model has " + std::to_string(expected) + ", the domain " +
         std::to_string(got);
}

using LotLine = std::tuple<Ms, Day, std::int64_t, std::int64_t, std::string>;

std::string words(const std::vector<LotLine>& lots, const Calendar& calendar) {
  std::string text;
  for (const auto& [expires, earned, original, left, subtype] : lots) {
    text += "\n    " + std::to_string(left) + " of " + std::to_string(original) + " " + subtype +
            " earned " + domain::to_string(domain::LocalDay{earned}) + ", expire " +
            calendar.words(expires);
  }
  return text.empty() ? " none" : text;
}

/// In the order in which they are kept: earliest expiry, earliest earned, first credited.
std::vector<LotLine> lots_of(const Ledger& ledger, Currency currency) {
  std::vector<LotLine> lots;
  for (const Lot& lot : ledger.lots) {
    if (lot.currency != currency || lot.available == 0) continue;
    lots.emplace_back(lot.expires, lot.earned, lot.original, lot.available,
                      subtype_names[lot.subtype]);
  }
  std::stable_sort(lots.begin(), lots.end(), [](const LotLine& a, const LotLine& b) {
    return std::tuple(std::get<0>(a), std::get<1>(a)) < std::tuple(std::get<0>(b), std::get<1>(b));
  });
  return lots;
}

std::vector<LotLine> lots_of(const domain::Purse* purse, const domain::Catalogue& catalogue) {
  std::vector<LotLine> lots;
  if (purse == nullptr) return lots;
  for (const domain::Lot& lot : purse->lots) {
    lots.emplace_back(lot.expires.ms, lot.earned.days, lot.original.value, lot.remaining.value,
                      std::string(catalogue.text(lot.subtype)));
  }
  return lots;
}

std::string of_currency(const MemberModel& model, const Life& life, Currency which,
                        const Calendar& calendar) {
  const std::string name = currency_names[which];
  const auto& catalogue = life.catalogue();
  const auto id = catalogue.currency(name)->id;
  const domain::Purse* purse = life.member().purse(id);
  const auto check = [&](const char* what, std::int64_t expected, std::int64_t got) {
    return expected == got ? std::string() : differs(name + " " + what, expected, got);
  };
  std::int64_t to_come = 0;
  for (const auto& credit : life.member().pending) {
    if (credit.what.currency == id) to_come += credit.what.points.value;
  }
  for (const std::string& found :
       {check("available", model.ledger.balance(which), purse ? purse->available.value : 0),
        check("in escrow", model.ledger.escrow(which), purse ? purse->escrowed().value : 0),
        check("in arrears", model.ledger.arrears(which), purse ? purse->owed().value : 0),
        check("to come", model.pending(which), to_come)}) {
    if (!found.empty()) return found;
  }
  if (which == stars) return {};
  const auto expected = lots_of(model.ledger, which);
  const auto got = lots_of(purse, catalogue);
  if (expected == got) return {};
  return name + " in lots:\n  the model has" + words(expected, calendar) + "\n  the domain" +
         words(got, calendar);
}

std::string of_holds(const MemberModel& model, const Life& life) {
  std::vector<std::pair<Ms, std::int64_t>> expected;
  for (const HeldPoints& hold : model.holds) {
    if (hold.open) expected.emplace_back(hold.expires, total(hold.uses));
  }
  std::vector<std::pair<Ms, std::int64_t>> got;
  for (const auto& hold : life.member().set_aside) {
    got.emplace_back(hold.expires.ms, hold.points.value);
  }
  std::sort(expected.begin(), expected.end());
  std::sort(got.begin(), got.end());
  return expected == got ? "" : "the open holds differ";
}

}  // namespace

std::string difference(const Answer& expected, const Answer& got) {
  if (expected.refused != got.refused) {
    return "the model says " + words(expected.refused) + ", the domain " + words(got.refused);
  }
  if (in_order(expected.owed) == in_order(got.owed)) return {};
  return "owed by the partner: the model says" + words(in_order(expected.owed)) + ", the domain" +
         words(in_order(got.owed));
}

std::string difference(const MemberModel& model, const Life& life, const Settings& settings) {
  const Calendar& calendar = calendar_of(settings.zone);
  for (const Currency currency : all_currencies) {
    if (auto found = of_currency(model, life, currency, calendar); !found.empty()) return found;
  }
  if (auto found = of_holds(model, life); !found.empty()) return found;

  const auto& group = life.catalogue().tier_groups.front();
  const auto& standing = life.member().tiers.front();
  if (group.rank(standing.tier) != model.tier) {
    return differs("tier", model.tier, group.rank(standing.tier));
  }
  if (standing.expires.ms != model.tier_expires) {
    return "the tier is held until " + calendar.words(model.tier_expires) + ", in the domain " +
           calendar.words(standing.expires.ms);
  }
  if (life.member().last_activity.days != model.ledger.last_activity) {
    return "the last activity was on " +
           domain::to_string(domain::LocalDay{model.ledger.last_activity}) + ", in the domain " +
           domain::to_string(life.member().last_activity);
  }
  const auto* part = life.member().participation(life.catalogue().promotion("laps")->id);
  const auto check = [](const char* what, std::int64_t expected, std::int64_t got) {
    return expected == got ? std::string() : differs(what, expected, got);
  };
  const auto counted = part ? part->period : std::nullopt;
  if (model.streak_period.has_value() != counted.has_value() ||
      (counted && counted->days != *model.streak_period)) {
    return "the streak has counted another period";
  }
  const std::int64_t marks = (model.first_mark ? 1 : 0) + (model.second_mark ? 2 : 0);
  for (const std::string& found :
       {check("progress", model.progress, part ? part->completed : 0),
        check("cycle", model.cycle, part ? static_cast<std::int64_t>(part->cycle) : 0),
        check("milestones", marks, part ? static_cast<std::int64_t>(part->milestones) : 0)}) {
    if (!found.empty()) return found;
  }
  return {};
}

}  // namespace loyalty::model
