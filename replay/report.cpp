// SPDX-License-Identifier: Apache-2.0
#include "replay/report.hpp"

#include <algorithm>

#include "domain/decimal.hpp"

namespace loyalty::replay {
namespace {

using namespace domain;

const Decimal& cost_of(const Currency& currency, SubtypeId subtype) {
  const Subtype* known = subtype ? currency.subtype(subtype) : nullptr;
  return known ? known->cost_per_point : currency.cost_per_point;
}

std::optional<std::int64_t> price_of(Points points, const Decimal& cost) {
  // Prices are in major units: the result in minor units is a hundred times that.
  return multiply(points.value, Decimal{100, 0}, cost, 0, Rounding::half_up);
}

/// Points times what each costs, rounded once for each subtype.
void add_costs(CurrencyReport& line, const Figures& figures, const Currency& currency) {
  for (const auto& [key, points] : figures.costs) {
    if (key.first != currency.id) continue;
    const Decimal& cost = cost_of(currency, key.second);
    if (cost.mantissa <= 0) continue;
    const auto credited = price_of(points.credited, cost);
    const auto outstanding = price_of(points.outstanding, cost);
    if (credited) line.cost = line.cost.value_or(Money{}) + Money{*credited};
    if (outstanding) line.liability = line.liability.value_or(Money{}) + Money{*outstanding};
  }
}

CurrencyReport describe(std::string_view name, const CurrencyFigures& figures) {
  return {.currency = std::string(name),
          .credited = figures.credited,
          .taken_back = figures.taken_back,
          .spent = figures.spent,
          .expired = figures.expired,
          .transferred = figures.transferred,
          .available = figures.available,
          .waiting = figures.waiting,
          .scheduled = figures.scheduled,
          .cost = std::nullopt,
          .liability = std::nullopt};
}

}  // namespace

SideReport describe(const Figures& figures, const Catalogue& rules) {
  SideReport side{.currencies = {},
                  .promotions = {},
                  .partners = {},
                  .redemptions = figures.redemptions,
                  .vouchers = figures.vouchers,
                  .upgrades = figures.upgrades,
                  .downgrades = figures.downgrades};
  for (const auto& currency : rules.currencies) {
    side.currencies.push_back(
        describe(rules.text(currency.id), figures.currencies.at(currency.id)));
    add_costs(side.currencies.back(), figures, currency);
  }
  // What points there still are of a currency that the rules no longer have.
  for (const auto& [id, sums] : figures.currencies) {
    if (rules.currency(id) == nullptr) side.currencies.push_back(describe(rules.text(id), sums));
  }
  for (const auto& [id, sums] : figures.promotions) {
    side.promotions.push_back({std::string(rules.text(id)), sums.rewards, sums.points});
  }
  for (const auto& [id, money] : figures.partners) {
    side.partners.push_back({std::string(rules.text(id)), money});
  }
  std::ranges::sort(side.promotions, {}, &PromotionReport::promotion);
  std::ranges::sort(side.partners, {}, &PartnerReport::partner);
  return side;
}

}  // namespace loyalty::replay
