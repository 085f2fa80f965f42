// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// What a replay found out, in names (domain.md U6). The same past, program and period give the
/// same report.
namespace loyalty::api {

struct CurrencyReport {
  std::string currency;
  domain::Points credited;
  domain::Points taken_back;
  domain::Points spent;
  domain::Points expired;
  domain::Points transferred;
  domain::Points available;
  domain::Points waiting;
  domain::Points scheduled;
  std::optional<domain::Money> cost;
  std::optional<domain::Money> liability;

  static void fields(auto& self, auto visit) {
    using domain::defaulted;
    using domain::required;
    visit(required("currency", "currency"), self.currency);
    visit(required("credited", "points credited, escrow included"), self.credited);
    visit(required("taken_back", "points taken back by returns"), self.taken_back);
    visit(required("spent", "points spent, less what was cancelled"), self.spent);
    visit(required("expired", "points expired or reset, less what was reinstated"), self.expired);
    visit(required("transferred", "points from other members, less what was sent"),
          self.transferred);
    visit(required("available", "balances at the end"), self.available);
    visit(required("waiting", "points in escrow or set aside by holds at the end"), self.waiting);
    visit(required("scheduled", "points decided and not yet credited at the end"), self.scheduled);
    visit(defaulted("cost",
                    "of the points credited, minor units; absent where a point costs "
                    "nothing"),
          self.cost);
    visit(defaulted("liability", "of the points outstanding at the end, minor units"),
          self.liability);
  }
};

struct PromotionReport {
  std::string promotion;
  std::uint64_t rewards = 0;
  domain::Points points;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("promotion", "promotion"), self.promotion);
    visit(required("rewards", "rewards given"), self.rewards);
    visit(required("points", "points in them"), self.points);
  }
};

struct PartnerReport {
  std::string partner;
  domain::Money owes;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("partner", "partner"), self.partner);
    visit(required("owes", "what the partner owes the program, minor units; negative: is owed"),
          self.owes);
  }
};

/// One set of rules.
struct SideReport {
  std::vector<CurrencyReport> currencies;
  std::vector<PromotionReport> promotions;
  std::vector<PartnerReport> partners;
  std::uint64_t redemptions = 0;
  std::uint64_t vouchers = 0;
  std::uint64_t upgrades = 0;
  std::uint64_t downgrades = 0;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("currencies", "points and money by currency"), self.currencies);
    visit(required("promotions", "rewards by promotion"), self.promotions);
    visit(required("partners", "money between program and partners"), self.partners);
    visit(required("redemptions", "redemptions made"), self.redemptions);
    visit(required("vouchers", "vouchers issued"), self.vouchers);
    visit(required("upgrades", "times that a tier rose"), self.upgrades);
    visit(required("downgrades", "times that a tier fell"), self.downgrades);
  }
};

/// How many members hold a tier at the end.
struct TierReport {
  std::string group;
  std::string tier;
  std::uint64_t actual = 0;
  std::uint64_t proposed = 0;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("group", "tier group"), self.group);
    visit(required("tier", "tier"), self.tier);
    visit(required("actual", "members that hold it"), self.actual);
    visit(required("proposed", "members that would hold it"), self.proposed);
  }
};

/// Members that hold one tier and would hold another.
struct TierMove {
  std::string group;
  std::string from;
  std::string to;
  std::uint64_t members = 0;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("group", "tier group"), self.group);
    visit(required("from", "tier held"), self.from);
    visit(required("to", "tier that would be held"), self.to);
    visit(required("members", "members"), self.members);
  }
};

struct NotCoveredReport {
  std::string currency;
  domain::Points points;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points that were spent and would not be there to spend"),
          self.points);
  }
};

struct RefusedReport {
  std::string command;
  std::string code;
  std::uint64_t times = 0;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("command", "what was accepted then"), self.command);
    visit(required("code", "why it would be refused (docs/errors.md)"), self.code);
    visit(required("times", "how often"), self.times);
  }
};

/// One member, in the currency by which members are ranked.
struct MemberRow {
  std::string member;
  domain::Points actual;
  domain::Points proposed;
  domain::Points difference;
  std::vector<std::string> actual_tiers;
  std::vector<std::string> proposed_tiers;

  static void fields(auto& self, auto visit) {
    using domain::required;
    visit(required("member", "member"), self.member);
    visit(required("actual", "points that the member has"), self.actual);
    visit(required("proposed", "points that the member would have"), self.proposed);
    visit(required("difference", "proposed - actual"), self.difference);
    visit(required("actual_tiers", "tiers held"), self.actual_tiers);
    visit(required("proposed_tiers", "tiers that would be held"), self.proposed_tiers);
  }
};

struct ReplayReport {
  std::string program;
  std::uint32_t version = 0;
  std::optional<domain::Instant> begin;
  std::optional<domain::Instant> end;
  domain::Instant until;
  std::uint64_t members = 0;
  std::uint64_t activities = 0;
  std::uint64_t commands = 0;
  SideReport actual;
  SideReport proposed;
  std::vector<TierReport> tiers;
  std::vector<TierMove> tier_moves;
  std::uint64_t tiers_up = 0;
  std::uint64_t tiers_down = 0;
  std::uint64_t changed = 0;
  std::uint64_t redemptions_not_covered = 0;
  std::vector<NotCoveredReport> not_covered;
  std::vector<RefusedReport> refused;
  std::uint64_t lost = 0;
  std::uint64_t deliveries = 0;
  std::string ranked_by;
  std::vector<MemberRow> gain;
  std::vector<MemberRow> lose;
  std::vector<std::string> notes;
  std::string digest;

  static void fields(auto& self, auto visit) {
    using domain::defaulted;
    using domain::required;
    visit(required("program", "program"), self.program);
    visit(required("version", "version in force, with which the file is compared"), self.version);
    visit(defaulted("begin", "the proposed rules hold from here; absent: always"), self.begin);
    visit(defaulted("end", "what was done at or after it is left out"), self.end);
    visit(required("until", "up to here timers have run; members with later commands to the last"),
          self.until);
    visit(required("members", "members enrolled"), self.members);
    visit(required("activities", "activities recorded in the period"), self.activities);
    visit(required("commands", "commands carried out again"), self.commands);
    visit(required("actual", "as it was"), self.actual);
    visit(required("proposed", "as it would have been"), self.proposed);
    visit(required("tiers", "members by tier at the end"), self.tiers);
    visit(required("tier_moves", "members that would hold another tier"), self.tier_moves);
    visit(required("tiers_up", "tiers that would be higher"), self.tiers_up);
    visit(required("tiers_down", "tiers that would be lower"), self.tiers_down);
    visit(required("changed", "members that would stand differently in points or tiers"),
          self.changed);
    visit(required("redemptions_not_covered", "redemptions and debits that could not be made"),
          self.redemptions_not_covered);
    visit(required("not_covered", "the points of them"), self.not_covered);
    visit(required("refused", "commands that would be refused"), self.refused);
    visit(required("lost", "commands about what would not have come about"), self.lost);
    visit(required("deliveries", "from other members, which arrive as they did"), self.deliveries);
    visit(required("ranked_by", "currency by which members are ranked"), self.ranked_by);
    visit(required("gain", "members that gain most"), self.gain);
    visit(required("lose", "members that lose most"), self.lose);
    visit(required("notes", "what to know about these figures"), self.notes);
    visit(required("digest", "of what all members would be"), self.digest);
  }
};

}  // namespace loyalty::api
