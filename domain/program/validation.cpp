// SPDX-License-Identifier: Apache-2.0
#include "domain/program/validation.hpp"

#include "domain/program/validation/bounds.hpp"

namespace loyalty::domain {

namespace validation {

void check_program(Check& check) {
  const ProgramDefinition& program = check.program;
  check_bounds(check, "", program);
  Check::Seen none;
  check.id("id", program.id, none, "program");
  if (!Zone::find(program.time_zone)) {
    check.report("time_zone", "there is no time zone " + in_quotes(program.time_zone) +
                                  "; expected an IANA name such as America/Los_Angeles");
  }
  const std::string& money = program.money;
  if (money.size() != 3 ||
      !std::all_of(money.begin(), money.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) {
    check.report("money",
                 in_quotes(money) + " is not a currency code; expected three capitals such as USD");
  }
  if (program.active && program.currencies.empty()) {
    check.report("currencies", "an active program needs at least one currency",
                 RefusalCode::no_currency);
  }
}

}  // namespace validation

std::vector<Problem> mistakes(const ProgramDefinition& definition) {
  using namespace validation;
  Check check(definition);
  check_program(check);
  check_currencies(check);
  check_tier_groups(check);
  check_benefits(check);
  check_activities(check);
  check_rules(check);
  check_vouchers(check);
  check_offers(check);
  check_promotions(check);
  check_partners(check);
  return check.take();
}

Refusal refusal_of(const std::vector<Problem>& problems, const std::string& place) {
  constexpr std::size_t longest_detail = 4'000;
  std::string detail;
  for (const auto& problem : problems) {
    if (!detail.empty()) detail += "; ";
    detail += problem.path + ": " + problem.message;
    if (detail.size() > longest_detail) break;
  }
  const std::string& path = problems.front().path;
  const bool own = !place.empty() && path.starts_with(place + ".");
  return {problems.front().code, own ? path.substr(place.size() + 1) : "definition." + path,
          detail};
}

}  // namespace loyalty::domain
