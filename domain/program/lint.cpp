// SPDX-License-Identifier: Apache-2.0
#include "domain/program/lint.hpp"

#include <array>

#include "domain/program/lint/doubts.hpp"

namespace loyalty::domain {

namespace lint {

void doubt_program(Doubts& doubts) {
  constexpr std::array<std::string_view, 16> not_two_decimals{
      "BHD", "BIF", "CLP", "IQD", "ISK", "JOD", "JPY", "KRW",
      "KWD", "LYD", "OMR", "PYG", "TND", "UGX", "VND", "XAF"};
  const std::string& money = doubts.program.money;
  if (std::find(not_two_decimals.begin(), not_two_decimals.end(), money) !=
      not_two_decimals.end()) {
    doubts.doubt("money",
                 "amounts are counted with two decimals, which " + money + " does not have");
  }
}

}  // namespace lint

std::vector<Problem> warnings(const ProgramDefinition& definition) {
  using namespace lint;
  Doubts doubts(definition);
  doubt_program(doubts);
  doubt_currencies(doubts);
  doubt_tiers(doubts);
  doubt_benefits(doubts);
  doubt_rules(doubts);
  doubt_vouchers(doubts);
  doubt_offers(doubts);
  doubt_promotions(doubts);
  doubt_partners(doubts);
  return doubts.take();
}

}  // namespace loyalty::domain
