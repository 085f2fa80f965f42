// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "domain/program/definition.hpp"
#include "tests/model/calendar.hpp"

/// The programs that the model is tried in: one shop whose options are drawn at random.
namespace loyalty::model {

enum Currency : std::uint8_t { coins, miles, stars };
inline constexpr std::array<Currency, 3> all_currencies{coins, miles, stars};
inline constexpr std::array<const char*, 3> currency_names{"coins", "miles", "stars"};

enum Subtype : std::uint8_t { plain, bonus, gift };
inline constexpr std::array<const char*, 3> subtype_names{"", "bonus", "gift"};

struct CurrencySettings {
  bool qualifying = false;
  domain::ExpiryModel expiry = domain::ExpiryModel::none;
  domain::Period period;
  int escrow_days = 0;
  bool from_release = false;  ///< fixed: the life of a lot starts when it is released
  domain::ExpiryRounding rounding = domain::ExpiryRounding::none;
  bool extended = false;                 ///< fixed: by 30 days for gold, by 60 for platinum
  std::array<std::int64_t, 3> limits{};  ///< how far below zero, by tier
  domain::Clawback clawback = domain::Clawback::within_balance;
  bool subtypes = false;  ///< bonus is spent first and lives for a time of its own
  domain::Period bonus_period;
};
inline constexpr std::array<domain::Period, 3> extensions{
    domain::Period{}, {30, domain::PeriodUnit::days}, {60, domain::PeriodUnit::days}};

struct TierSettings {
  bool anniversary = false;
  unsigned reset_month = 12;  ///< fixed: the last day of the period
  unsigned reset_day = 31;
  domain::Period period;
  bool extend = true;
  bool one_down = false;
};
inline constexpr std::array<const char*, 3> tier_names{"silver", "gold", "platinum"};
inline constexpr std::array<std::int64_t, 3> thresholds{0, 300, 800};

struct RuleSettings {
  const char* id = "";
  const char* activity = "purchase";
  const char* category = "";
  std::int64_t min_amount = 0;
  Currency currency = coins;
  Subtype subtype = plain;
  domain::Measure measure = domain::Measure::amount;
  std::int64_t rate_hundredths = 100;
  std::int64_t cap = 0;  ///< points for one activity; 0: no limit
  bool by_tier = false;  ///< x 1, 1.5, 2
  domain::Rounding rounding = domain::Rounding::floor;
  domain::Crediting crediting = domain::Crediting::real_time;
};
inline constexpr std::array<std::int64_t, 3> tier_halves{2, 3, 4};

struct OfferSettings {
  const char* id = "";
  Currency currency = coins;
  std::int64_t cost = 0;
  bool at_partner = false;
  bool bonus_only = false;
};

/// What a partner and the program owe each other, in thousandths.
struct RateSettings {
  Currency currency = coins;
  std::int64_t factor = 0;
  std::int64_t accrual_price = 0;
  std::int64_t redemption_price = 0;
};

struct PromotionSettings {
  domain::Measure measure = domain::Measure::amount;
  std::int64_t target = 0;
  std::int64_t first_mark = 0;  ///< milestones
  std::int64_t second_mark = 0;
  Currency currency = coins;
  std::int64_t reward = 0;
  domain::Streak streak = domain::Streak::none;
};

struct Settings {
  std::string zone;
  Ms start = 0;  ///< when the member enrols
  std::array<CurrencySettings, 3> currencies;
  TierSettings tiers;
  std::vector<RuleSettings> rules;  ///< in their order
  std::vector<OfferSettings> offers;
  std::vector<RateSettings> rates;  ///< of the partner "hotel"
  PromotionSettings promotion;

  std::string words() const;
};

/// Each knob is a small number that picks one of a few choices; all 0 is the simplest program.
inline constexpr std::size_t knob_count = 21;
Settings settings_of(const std::vector<int>& knobs);
domain::ProgramDefinition program_of(const Settings& settings);

}  // namespace loyalty::model
