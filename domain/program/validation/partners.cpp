// SPDX-License-Identifier: Apache-2.0
#include "domain/program/validation/bounds.hpp"

/// Partners, their products and rates (domain.md F48-F52).
namespace loyalty::domain::validation {
namespace {

void check_rate(Check& check, const std::string& path, const PartnerRateDefinition& rate,
                Check::Seen& rated) {
  check_bounds(check, path, rate);
  check.reference(path + ".currency", rate.currency, check.currencies);
  if (!rated.insert(rate.currency).second) {
    check.report(path + ".currency",
                 in_quotes(rate.currency) + " already has a rate at this partner");
  }
  check.not_negative(path + ".accrual_factor", rate.accrual_factor);
  check.not_negative(path + ".accrual_price", rate.accrual_price);
  check.not_negative(path + ".redemption_factor", rate.redemption_factor);
  check.not_negative(path + ".redemption_price", rate.redemption_price);
}

}  // namespace

void check_partners(Check& check) {
  Check::Seen ids;
  for (std::size_t i = 0; i < check.program.partners.size(); ++i) {
    const PartnerDefinition& partner = check.program.partners[i];
    const std::string path = element("partners", i);
    check_bounds(check, path, partner);
    check.id(path + ".id", partner.id, ids, "partner");
    if (partner.alert_below != 0 && partner.billing != Billing::pre_paid) {
      check.report(path + ".alert_below",
                   "only a partner with billing = \"pre_paid\" has a balance to be low");
    }
    Check::Seen products;
    for (std::size_t j = 0; j < partner.products.size(); ++j) {
      const std::string where = element(path + ".products", j);
      check_bounds(check, where, partner.products[j]);
      check.id(where + ".id", partner.products[j].id, products, "product of this partner");
    }
    Check::Seen rated;
    for (std::size_t j = 0; j < partner.rates.size(); ++j) {
      check_rate(check, element(path + ".rates", j), partner.rates[j], rated);
    }
  }
}

}  // namespace loyalty::domain::validation
