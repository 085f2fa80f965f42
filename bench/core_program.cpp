// SPDX-License-Identifier: Apache-2.0
#include "bench/core_program.hpp"

#include <cstdlib>

namespace loyalty::bench {

using namespace domain;

std::string partner_name(int number) { return "partner-" + std::to_string(number); }

RuleDefinition rule(const std::string& id, const char* activity, const char* currency,
                    Crediting when) {
  RuleDefinition result;
  result.id = id;
  result.when.activities = {activity};
  result.currency = currency;
  result.rate = one;
  result.crediting = when;
  return result;
}

PromotionDefinition promotion(int number) {
  PromotionDefinition result;
  result.id = "promotion-" + std::to_string(number);
  result.when.activities = {"purchase"};
  result.target = 10'000'000;
  result.milestones = {{MilestoneKind::percent, 50}};
  result.reward.points = 100;
  result.repeatable = true;
  return result;
}

ProgramDefinition plain_program() {
  ProgramDefinition program;
  program.id = "bench";
  program.active = true;
  program.currencies = {{.id = "points",
                         .name = "",
                         .kind = CurrencyKind::non_qualifying,
                         .expiry = ExpiryModel::fixed,
                         .expiry_period = {1, PeriodUnit::years},
                         .primary = true},
                        {.id = "stars",
                         .name = "",
                         .kind = CurrencyKind::qualifying,
                         .expiry = ExpiryModel::none,
                         .expiry_period = {},
                         .primary = false}};
  TierGroupDefinition group;
  group.id = "club";
  group.model = TierModel::fixed;
  group.qualification_period = {1, PeriodUnit::years};
  group.tier_period = {1, PeriodUnit::years};
  group.currencies = {"stars"};
  group.tiers = {{"silver", "", {{"stars", 0}}}, {"gold", "", {{"stars", 5'000}}}};
  program.tier_groups = {group};
  program.benefit_types = {{"shipping", "", true}};
  program.benefits = {{"ground", "", "shipping", 2, {"silver"}},
                      {"express", "", "shipping", 1, {"gold"}}};
  program.rules = {rule("base", "purchase", "points", Crediting::real_time),
                   rule("stars", "purchase", "stars", Crediting::real_time),
                   rule("review", "review", "points", Crediting::next_day)};
  program.rules[0].multipliers = {{"gold", Decimal{15, 1}}};
  program.rules[2].measure = Measure::journals;
  OfferDefinition mug;
  mug.id = "mug";
  mug.currency = "points";
  mug.cost = 5;
  program.offers = {mug};
  for (int i = 0; i < partner_count; ++i) {
    PartnerDefinition partner;
    partner.id = partner_name(i);
    PartnerRateDefinition rate;
    rate.currency = "points";
    rate.accrual_price = Decimal{1, 2};
    rate.redemption_price = Decimal{1, 2};
    partner.rates = {rate};
    program.partners.push_back(partner);
  }
  return program;
}

std::shared_ptr<const ProgramView> view_of_program(const ProgramDefinition& what) {
  Program program;
  program.id = what.id;
  if (!execute(program, ApplyProgram{what}, start).result) std::abort();
  return view_of(program);
}

MemberOutcome must(Member& member, const MemberCommand& command, const MemberContext& context) {
  auto outcome = execute(member, command, context);
  if (!outcome.result) std::abort();
  return outcome;
}

Member enrolled(const ProgramView& view, int number) {
  Member member;
  member.id = "m-" + std::to_string(number);
  must(member, EnrollMember{}, {view.catalogue, view.batch_runs, start});
  return member;
}

std::vector<Member> crowd(const ProgramView& view, std::int64_t size) {
  std::vector<Member> members;
  members.reserve(static_cast<std::size_t>(size));
  for (std::int64_t i = 0; i < size; ++i) {
    members.push_back(enrolled(view, static_cast<int>(i)));
    must(members.back(), CreditPoints{.points = 100'000}, {view.catalogue, view.batch_runs, start});
  }
  return members;
}

}  // namespace loyalty::bench
