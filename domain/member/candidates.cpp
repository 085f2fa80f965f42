// SPDX-License-Identifier: Apache-2.0
#include "domain/member/candidates.hpp"

#include <string_view>
#include <utility>

namespace loyalty::domain {

std::vector<std::uint32_t> candidates(const ConditionIndex& index, const Deed& activity,
                                      const Member& member) {
  std::vector<Trait> traits;
  traits.reserve(aspect_count + member.tiers.size());
  for (const auto& [aspect, text] :
       {std::pair{Aspect::activity, std::string_view(activity.type)},
        std::pair{Aspect::subtype, std::string_view(activity.subtype)},
        std::pair{Aspect::category, std::string_view(activity.category)},
        std::pair{Aspect::product, std::string_view(activity.product)},
        std::pair{Aspect::channel, std::string_view(activity.channel)}}) {
    if (index.asks(aspect)) traits.push_back(index.of_text(aspect, text));
  }
  traits.push_back(ConditionIndex::of_id(Aspect::partner, activity.partner));
  traits.push_back(index.of_day(activity.day));
  traits.push_back(ConditionIndex::of_amount(activity.eligible_amount.value));
  if (index.asks(Aspect::tier)) {
    for (const auto& standing : member.tiers) {
      traits.push_back(ConditionIndex::of_id(Aspect::tier, standing.tier));
    }
  }
  if (index.asks(Aspect::segment)) {
    for (const auto& segment : member.segments) {
      traits.push_back(index.of_text(Aspect::segment, segment));
    }
  }
  if (index.asks(Aspect::enrolled)) {
    for (const auto& part : member.promotions) {
      if (part.enrolled) {
        traits.push_back(ConditionIndex::of_id(Aspect::enrolled, part.promotion));
      }
    }
  }
  return index.candidates(traits);
}

}  // namespace loyalty::domain
