// SPDX-License-Identifier: Apache-2.0
#include "domain/program/plan_notes.hpp"

#include <array>

namespace loyalty::domain {
namespace {

struct Row {
  std::string_view section;
  std::string_view field;  // "": the entry itself; "*": any other field
  PlanStep what;
  std::string_view note;
};

using enum PlanStep;

constexpr std::string_view from_now_on = "activities from now on; what was earned stays";

// The first row that fits is taken.
constexpr std::array rows{
    Row{"id", "", changed, "a new program"},
    Row{"time_zone", "", changed, "all members: days begin and end at other instants from now on"},
    Row{"active", "", changed, "members may join and earn"},
    Row{"currencies", "", added, "every member has it at once, with a balance of 0"},
    Row{"currencies", "", removed, "nobody: the program was never active"},
    Row{"currencies", "expiry", changed,
        "points credited from now on; under the model activity "
        "all points of the currency"},
    Row{"currencies", "expiry_period", changed,
        "model fixed: points credited from now on; model activity: all points of the currency"},
    Row{"currencies", "expiry_from", changed, "points credited from now on"},
    Row{"currencies", "expiry_rounding", changed, "points credited from now on"},
    Row{"currencies", "extensions", changed, "points credited from now on"},
    Row{"currencies", "reinstatements", changed, "members who ask for expired points from now on"},
    Row{"currencies", "escrow_days", changed,
        "points earned from now on; what is held is released on its day"},
    Row{"currencies", "negative_limits", changed,
        "spending from now on; balances below zero stay and are repaid"},
    Row{"currencies", "subtype_order", changed, "spending from now on"},
    Row{"currencies", "clawback", changed, "returns of activities from now on"},
    Row{"currencies", "cost_per_point", changed, "reports of what outstanding points cost"},
    Row{"currencies", "primary", changed, "calls and rewards that name no currency"},
    Row{"subtypes", "", added, "nobody yet: points get it when a rule or a promotion says so"},
    Row{"subtypes", "", removed, "nobody: the program was never active"},
    Row{"subtypes", "expiry_period", changed, "points credited from now on"},
    Row{"subtypes", "*", changed, "points of the subtype, held ones included"},
    Row{"tier_groups", "", added, "every member stands in it at once, in the base tier"},
    Row{"tier_groups", "", removed, "nobody: the program was never active"},
    Row{"tier_groups", "currencies", changed, "which balances count at the next assessment"},
    Row{"tier_groups", "name", changed, ""},
    Row{"tier_groups", "tier_period", changed, "tiers reached or kept from now on"},
    Row{"tier_groups", "*", changed, "members at their next assessment or reset"},
    Row{"tiers", "", added, "members who reach it at their next assessment"},
    Row{"tiers", "", removed, "nobody: the program was never active"},
    Row{"tiers", "thresholds", changed,
        "members at their next assessment; nobody loses a tier before it ends"},
    Row{"benefit_types", "exclusive", changed, "members with several benefits of the type"},
    Row{"benefits", "", added, "members of its tiers"},
    Row{"benefits", "", removed, "members who have it lose it"},
    Row{"benefits", "name", changed, ""},
    Row{"benefits", "*", changed, "members when their benefits are next worked out"},
    Row{"rules", "name", changed, ""},
    Row{"rules", "", added, from_now_on},
    Row{"rules", "", removed, from_now_on},
    Row{"rules", "*", changed, from_now_on},
    Row{"vouchers", "name", changed, ""},
    Row{"vouchers", "", added, "vouchers issued from now on"},
    Row{"vouchers", "*", changed, "vouchers issued from now on"},
    Row{"vouchers", "", removed, "none is issued any more; issued ones stay good"},
    Row{"offers", "name", changed, ""},
    Row{"offers", "", added, "members may redeem it"},
    Row{"offers", "", removed, "nobody can redeem it any more; redemptions stay cancellable"},
    Row{"offers", "*", changed, "redemptions from now on"},
    Row{"promotions", "name", changed, ""},
    Row{"promotions", "", added, "members who meet its conditions"},
    Row{"promotions", "", removed, "members under way: their progress counts no more"},
    Row{"promotions", "target", changed,
        "members under way: what they have counts for the new target"},
    Row{"promotions", "*", changed, "activities from now on; progress stays"},
    Row{"partners", "", added, "no balance, tier or progress changes"},
    Row{"partners", "", removed, "nobody: the program was never active"},
    Row{"partners", "rates", changed, "liabilities from now on; what is booked stays"},
    Row{"products", "", added, "purchases and redemptions from now on"},
    Row{"products", "*", changed, "purchases and redemptions from now on"},
    Row{"products", "", removed, "purchases and redemptions from now on"},
};

}  // namespace

std::string_view plan_note(std::string_view section, std::string_view field, PlanStep what) {
  for (const Row& row : rows) {
    const bool fits = row.field == field || (row.field == "*" && !field.empty());
    if (row.section == section && fits && row.what == what) return row.note;
  }
  return {};
}

}  // namespace loyalty::domain
