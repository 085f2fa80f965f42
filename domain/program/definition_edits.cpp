// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "domain/program/definition_commands.hpp"

namespace loyalty::domain {
namespace {

Unexpected<Refusal> not_defined(RefusalCode code, std::string_view param, std::string_view id) {
  return Unexpected{
      Refusal{code, std::string(param), "there is no \"" + std::string(id) + "\" in the program"}};
}

std::string place_in(std::string_view list, std::size_t index) {
  return std::string(list) + "[" + std::to_string(index) + "]";
}

template <class T>
auto find_key(std::vector<T>& list, std::string T::*key, std::string_view wanted) {
  return std::find_if(list.begin(), list.end(), [&](const T& item) { return item.*key == wanted; });
}

// Parts with a command of their own stay when an entry is written without them.
void keep(auto& list, const auto& old) {
  if (list.empty()) list = old;
}
void keep_parts(CurrencyDefinition& now, const CurrencyDefinition& old) {
  keep(now.subtypes, old.subtypes);
  keep(now.subtype_order, old.subtype_order);
}
void keep_parts(BenefitDefinition& now, const BenefitDefinition& old) {
  keep(now.tiers, old.tiers);
}
void keep_parts(TierGroupDefinition& now, const TierGroupDefinition& old) {
  keep(now.currencies, old.currencies);
  keep(now.tiers, old.tiers);
}
void keep_parts(PartnerDefinition& now, const PartnerDefinition& old) {
  keep(now.products, old.products);
  keep(now.rates, old.rates);
}
template <class T>
void keep_parts(T&, const T&) {}

/// Returns the position.
template <class T>
std::size_t upsert(std::vector<T>& list, std::string T::*key, T item) {
  const auto found = find_key(list, key, item.*key);
  const auto position = static_cast<std::size_t>(found - list.begin());
  if (found == list.end()) {
    list.push_back(std::move(item));
  } else {
    keep_parts(item, *found);
    *found = std::move(item);
  }
  return position;
}

template <class T>
bool remove_from(std::vector<T>& list, std::string T::*key, std::string_view id) {
  return std::erase_if(list, [&](const T& item) { return item.*key == id; }) > 0;
}
bool remove_from(std::vector<std::string>& list, std::string_view id) {
  return std::erase(list, id) > 0;
}
template <class T>
bool remove_from(std::vector<T>& list, std::string_view id) {
  return remove_from(list, &T::id, id);
}

template <class T>
bool remove_part(ProgramDefinition& definition, const RemoveDefinition& command) {
  auto& owners = definition.*Part<T>::owners;
  for (auto& owner : owners) {
    if (owner.id == command.of) return remove_from(owner.*Part<T>::list, Part<T>::key, command.id);
  }
  return false;
}

bool remove_tier(ProgramDefinition& definition, std::string_view id) {
  return std::any_of(definition.tier_groups.begin(), definition.tier_groups.end(),
                     [&](auto& group) { return remove_from(group.tiers, id); });
}

bool remove_entry(ProgramDefinition& d, const RemoveDefinition& command) {
  switch (command.kind) {
    case DefinitionKind::currency: return remove_from(d.currencies, command.id);
    case DefinitionKind::subtype: return remove_part<SubtypeDefinition>(d, command);
    case DefinitionKind::tier_group: return remove_from(d.tier_groups, command.id);
    case DefinitionKind::tier: return remove_tier(d, command.id);
    case DefinitionKind::benefit_type: return remove_from(d.benefit_types, command.id);
    case DefinitionKind::benefit: return remove_from(d.benefits, command.id);
    case DefinitionKind::activity: return remove_from(d.activities, command.id);
    case DefinitionKind::rule: return remove_from(d.rules, command.id);
    case DefinitionKind::voucher: return remove_from(d.vouchers, command.id);
    case DefinitionKind::offer: return remove_from(d.offers, command.id);
    case DefinitionKind::promotion: return remove_from(d.promotions, command.id);
    case DefinitionKind::partner: return remove_from(d.partners, command.id);
    case DefinitionKind::partner_product: return remove_part<PartnerProductDefinition>(d, command);
    case DefinitionKind::partner_rate: return remove_part<PartnerRateDefinition>(d, command);
  }
  return false;
}

RefusalCode unknown_code(DefinitionKind kind) {
  switch (kind) {
    case DefinitionKind::currency: return RefusalCode::unknown_currency;
    case DefinitionKind::subtype: return RefusalCode::unknown_subtype;
    case DefinitionKind::tier: return RefusalCode::unknown_tier;
    case DefinitionKind::activity: return RefusalCode::unknown_activity;
    case DefinitionKind::voucher: return RefusalCode::unknown_voucher;
    case DefinitionKind::offer: return RefusalCode::unknown_offer;
    case DefinitionKind::promotion: return RefusalCode::unknown_promotion;
    case DefinitionKind::partner: return RefusalCode::unknown_partner;
    case DefinitionKind::partner_product: return RefusalCode::unknown_product;
    case DefinitionKind::tier_group:
    case DefinitionKind::benefit_type:
    case DefinitionKind::benefit:
    case DefinitionKind::rule:
    case DefinitionKind::partner_rate: return RefusalCode::invalid_param;
  }
  return RefusalCode::invalid_param;
}

}  // namespace

template <class T>
Edit edit(const ProgramDefinition& definition, const Define<T>& command) {
  EditedDefinition result{definition, {}};
  const std::size_t index = upsert(result.definition.*Section<T>::list, &T::id, command.definition);
  result.place = place_in(Section<T>::list_name, index);
  return result;
}

template Edit edit(const ProgramDefinition&, const DefineCurrency&);
template Edit edit(const ProgramDefinition&, const DefineBenefitType&);
template Edit edit(const ProgramDefinition&, const DefineBenefit&);
template Edit edit(const ProgramDefinition&, const DefineRule&);
template Edit edit(const ProgramDefinition&, const DefineVoucher&);
template Edit edit(const ProgramDefinition&, const DefineOffer&);
template Edit edit(const ProgramDefinition&, const DefinePromotion&);
template Edit edit(const ProgramDefinition&, const RegisterPartner&);

template <class T>
Edit edit(const ProgramDefinition& definition, const DefinePart<T>& command) {
  EditedDefinition result{definition, {}};
  for (auto& owner : result.definition.*Part<T>::owners) {
    if (owner.id != command.owner) continue;
    upsert(owner.*Part<T>::list, Part<T>::key, command.definition);
    return result;
  }
  return not_defined(Part<T>::unknown_owner, Part<T>::owner.name, command.owner);
}

template Edit edit(const ProgramDefinition&, const DefineCurrencySubtype&);
template Edit edit(const ProgramDefinition&, const AddPartnerProduct&);
template Edit edit(const ProgramDefinition&, const SetPartnerRate&);

Edit edit(const ProgramDefinition& definition, const DefineTierGroup& command) {
  EditedDefinition result{definition, {}};
  TierGroupDefinition group = command.group;
  const auto old = find_key(result.definition.tier_groups, &TierGroupDefinition::id, group.id);
  if (old != result.definition.tier_groups.end()) keep_parts(group, *old);
  for (const auto& currency : command.inline_currencies) {
    upsert(result.definition.currencies, &CurrencyDefinition::id, currency);
    if (std::find(group.currencies.begin(), group.currencies.end(), currency.id) ==
        group.currencies.end()) {
      group.currencies.push_back(currency.id);
    }
  }
  const std::size_t index =
      upsert(result.definition.tier_groups, &TierGroupDefinition::id, std::move(group));
  result.place = place_in("tier_groups", index);
  return result;
}

Edit edit(const ProgramDefinition& definition, const DefineTiers& command) {
  EditedDefinition result{definition, {}};
  auto& groups = result.definition.tier_groups;
  const auto group = find_key(groups, &TierGroupDefinition::id, command.tier_group);
  if (group == groups.end()) {
    return not_defined(RefusalCode::invalid_param, "tier_group", command.tier_group);
  }
  group->tiers = command.tiers;
  result.place = place_in("tier_groups", static_cast<std::size_t>(group - groups.begin()));
  return result;
}

Edit edit(const ProgramDefinition& definition, const AssignBenefit& command) {
  EditedDefinition result{definition, {}};
  auto& benefits = result.definition.benefits;
  const auto benefit = find_key(benefits, &BenefitDefinition::id, command.benefit);
  if (benefit == benefits.end()) {
    return not_defined(RefusalCode::invalid_param, "benefit", command.benefit);
  }
  benefit->tiers = command.tiers;
  result.place = place_in("benefits", static_cast<std::size_t>(benefit - benefits.begin()));
  return result;
}

Edit edit(const ProgramDefinition& definition, const DefineActivity& command) {
  EditedDefinition result{definition, {}};
  auto& activities = result.definition.activities;
  if (std::find(activities.begin(), activities.end(), command.id) == activities.end()) {
    activities.push_back(command.id);
  }
  return result;
}

Edit edit(const ProgramDefinition& definition, const RemoveDefinition& command) {
  EditedDefinition result{definition, {}};
  if (!remove_entry(result.definition, command)) {
    return not_defined(unknown_code(command.kind), "id", command.id);
  }
  return result;
}

}  // namespace loyalty::domain
