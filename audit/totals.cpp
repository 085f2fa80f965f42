// SPDX-License-Identifier: Apache-2.0
#include "audit/totals.hpp"

namespace loyalty::audit {

ProgramTotals describe(const std::string& program, const Totals::Program& totals) {
  ProgramTotals result;
  result.program = program;
  result.members = totals.members;
  for (const auto& [currency, sums] : totals.currencies) {
    CurrencyTotals line;
    line.currency = currency;
    line.outstanding = sums.outstanding;
    line.scheduled = sums.scheduled;
    for (const auto& [account, points] : sums.accounts) {
      if (account.starts_with("issuer:")) line.credited -= points;
      if (account.starts_with("redeemed")) line.debited += points;
      if (account == "breakage") line.expired += points;
      if (account == "reset") line.reset += points;
      line.accounts.push_back({account, points});
    }
    result.currencies.push_back(std::move(line));
  }
  for (const auto& [partner, sums] : totals.partners) result.partners.push_back(sums);
  return result;
}

}  // namespace loyalty::audit
