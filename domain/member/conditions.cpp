// SPDX-License-Identifier: Apache-2.0
#include "domain/member/conditions.hpp"

#include <algorithm>

namespace loyalty::domain {
namespace {

template <class List, class Value>
bool allows(const List& list, const Value& value) {
  if (list.empty()) return true;
  for (const auto& entry : list) {
    if (entry == value) return true;
  }
  return false;
}

bool in_segment(const std::vector<std::string>& segments, const Member& member) {
  return segments.empty() || std::ranges::any_of(segments, [&](const std::string& segment) {
           return std::ranges::binary_search(member.segments, segment);
         });
}

bool holds_one_of(const std::vector<TierId>& tiers, const Member& member) {
  return tiers.empty() ||
         std::ranges::any_of(tiers, [&](TierId tier) { return member.holds(tier); });
}

bool joined_one_of(const std::vector<PromotionId>& promotions, const Member& member) {
  return promotions.empty() || std::ranges::any_of(promotions, [&](PromotionId promotion) {
           const Participation* part = member.participation(promotion);
           return part != nullptr && part->enrolled;
         });
}

bool holds_on(const LookBack& look_back, LocalDay day, const Member& member) {
  std::int64_t count = 0;
  // The latest days come last, so that a short look-back costs little.
  for (auto entry = member.activity_days.rbegin(); entry != member.activity_days.rend(); ++entry) {
    if (entry->day > day) continue;
    if (entry->day.days <= day.days - look_back.days) break;
    if (allows(look_back.activities, entry->type)) count += entry->count;
  }
  return count >= look_back.min_count && count <= look_back.max_count;
}

/// Of the activity: what it was and where.
std::string_view unmet_place(const Condition& when, const Deed& activity) {
  if (!allows(when.subtypes, activity.subtype)) return "subtypes";
  if (!allows(when.categories, activity.category)) return "categories";
  if (!allows(when.products, activity.product)) return "products";
  if (!allows(when.partners, activity.partner)) return "partners";
  if (!allows(when.channels, activity.channel)) return "channels";
  if (when.own_products_only && activity.partner) return "own_products_only";
  return {};
}

/// Of the member: what it is and has done.
std::string_view unmet_past(const Condition& when, const Deed& activity, const Member& member) {
  if (!holds_one_of(when.tiers, member)) return "tiers";
  if (!in_segment(when.segments, member)) return "segments";
  if (!joined_one_of(when.enrolled_in, member)) return "enrolled_in";
  const bool looked_back = std::ranges::all_of(when.look_back, [&](const LookBack& look_back) {
    return holds_on(look_back, activity.day, member);
  });
  return looked_back ? std::string_view() : "look_back";
}

}  // namespace

bool matches(const Condition& when, const Deed& activity, const Member& member) {
  return unmet(when, activity, member).empty();
}

std::string_view unmet(const Condition& when, const Deed& activity, const Member& member) {
  const auto asked = [&](const std::string& type) { return type == activity.type; };
  if (!when.activities.empty() && std::ranges::none_of(when.activities, asked)) {
    return "activities";
  }
  if (activity.day < when.from) return "from";
  if (activity.day >= when.until) return "until";
  if (!when.simple) {
    if (const auto part = unmet_place(when, activity); !part.empty()) return part;
  }
  const std::int64_t amount = activity.eligible_amount.value;
  if (amount < when.min_amount) return "min_amount";
  if (when.max_amount > 0 && amount > when.max_amount) return "max_amount";
  return when.simple ? std::string_view() : unmet_past(when, activity, member);
}
std::string_view unmet_by(const Condition& when, const Member& member) {
  if (!holds_one_of(when.tiers, member)) return "TIER";
  if (!in_segment(when.segments, member)) return "SEGMENT";
  return {};
}

std::int64_t measured(Measure measure, const Deed& activity) {
  switch (measure) {
    case Measure::journals: return 1;
    case Measure::units: return activity.units;
    case Measure::amount: return activity.eligible_amount.value;
  }
  return 0;
}

}  // namespace loyalty::domain
