// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/expected.hpp"
#include "domain/program/definition.hpp"
#include "domain/refusal.hpp"

/// Commands that change one part of a definition (domain.md part 4). Each puts an entry in the
/// place of the one with the same id, or adds it; what an entry leaves out has its default, except
/// parts with a command of their own, which stay. The whole is checked and becomes a new version.
namespace loyalty::domain {

/// The list of one kind of definition, and the command that writes into it.
template <class T>
struct Section;

template <>
struct Section<CurrencyDefinition> {
  static constexpr std::string_view command = "define_currency";
  static constexpr std::string_view list_name = "currencies";
  static constexpr auto list = &ProgramDefinition::currencies;
};
template <>
struct Section<BenefitTypeDefinition> {
  static constexpr std::string_view command = "define_benefit_type";
  static constexpr std::string_view list_name = "benefit_types";
  static constexpr auto list = &ProgramDefinition::benefit_types;
};
template <>
struct Section<BenefitDefinition> {
  static constexpr std::string_view command = "define_benefit";
  static constexpr std::string_view list_name = "benefits";
  static constexpr auto list = &ProgramDefinition::benefits;
};
template <>
struct Section<RuleDefinition> {
  static constexpr std::string_view command = "define_rule";
  static constexpr std::string_view list_name = "rules";
  static constexpr auto list = &ProgramDefinition::rules;
};
template <>
struct Section<VoucherDefinition> {
  static constexpr std::string_view command = "define_voucher";
  static constexpr std::string_view list_name = "vouchers";
  static constexpr auto list = &ProgramDefinition::vouchers;
};
template <>
struct Section<OfferDefinition> {
  static constexpr std::string_view command = "define_offer";
  static constexpr std::string_view list_name = "offers";
  static constexpr auto list = &ProgramDefinition::offers;
};
template <>
struct Section<PromotionDefinition> {
  static constexpr std::string_view command = "define_promotion";
  static constexpr std::string_view list_name = "promotions";
  static constexpr auto list = &ProgramDefinition::promotions;
};
template <>
struct Section<PartnerDefinition> {
  static constexpr std::string_view command = "register_partner";
  static constexpr std::string_view list_name = "partners";
  static constexpr auto list = &ProgramDefinition::partners;
};

template <class T>
struct Define {
  static constexpr std::string_view name = Section<T>::command;
  T definition;

  static void fields(auto& self, auto visit) { T::fields(self.definition, visit); }
};

using DefineCurrency = Define<CurrencyDefinition>;
using DefineBenefitType = Define<BenefitTypeDefinition>;
using DefineBenefit = Define<BenefitDefinition>;
using DefineRule = Define<RuleDefinition>;
using DefineVoucher = Define<VoucherDefinition>;
using DefineOffer = Define<OfferDefinition>;
using DefinePromotion = Define<PromotionDefinition>;
using RegisterPartner = Define<PartnerDefinition>;

/// A list inside an entry of another.
template <class T>
struct Part;

template <>
struct Part<SubtypeDefinition> {
  static constexpr std::string_view command = "define_currency_subtype";
  static constexpr Field owner = required("currency", "the currency of which it is a share");
  static constexpr RefusalCode unknown_owner = RefusalCode::unknown_currency;
  static constexpr auto owners = &ProgramDefinition::currencies;
  static constexpr auto list = &CurrencyDefinition::subtypes;
  static constexpr auto key = &SubtypeDefinition::id;
};
template <>
struct Part<PartnerProductDefinition> {
  static constexpr std::string_view command = "add_partner_product";
  static constexpr Field owner = required("partner", "the partner whose product it is");
  static constexpr RefusalCode unknown_owner = RefusalCode::unknown_partner;
  static constexpr auto owners = &ProgramDefinition::partners;
  static constexpr auto list = &PartnerDefinition::products;
  static constexpr auto key = &PartnerProductDefinition::id;
};
template <>
struct Part<PartnerRateDefinition> {
  static constexpr std::string_view command = "set_partner_rate";
  static constexpr Field owner = required("partner", "the partner with whom it holds");
  static constexpr RefusalCode unknown_owner = RefusalCode::unknown_partner;
  static constexpr auto owners = &ProgramDefinition::partners;
  static constexpr auto list = &PartnerDefinition::rates;
  static constexpr auto key = &PartnerRateDefinition::currency;
};

template <class T>
struct DefinePart {
  static constexpr std::string_view name = Part<T>::command;
  std::string owner;
  T definition;

  static void fields(auto& self, auto visit) {
    visit(Part<T>::owner, self.owner);
    T::fields(self.definition, visit);
  }
};

using DefineCurrencySubtype = DefinePart<SubtypeDefinition>;
using AddPartnerProduct = DefinePart<PartnerProductDefinition>;
using SetPartnerRate = DefinePart<PartnerRateDefinition>;

/// A tier group, and with it, in the same step, currencies of its own (S42).
struct DefineTierGroup {
  static constexpr std::string_view name = "define_tier_group";
  TierGroupDefinition group;
  std::vector<CurrencyDefinition> inline_currencies;

  static void fields(auto& self, auto visit) {
    TierGroupDefinition::fields(self.group, visit);
    visit(defaulted("inline_currencies",
                    "currencies to define in the same step; they count in the group"),
          self.inline_currencies);
  }
};

struct DefineTiers {
  static constexpr std::string_view name = "define_tiers";
  std::string tier_group;
  std::vector<TierDefinition> tiers;

  static void fields(auto& self, auto visit) {
    visit(required("tier_group", "the tier group"), self.tier_group);
    visit(required("tiers", "all its tiers, lowest first"), self.tiers);
  }
};

struct AssignBenefit {
  static constexpr std::string_view name = "assign_benefit";
  std::string benefit;
  std::vector<std::string> tiers;

  static void fields(auto& self, auto visit) {
    visit(required("benefit", "the benefit"), self.benefit);
    visit(required("tiers", "all the tiers that grant it; none takes it away from all"),
          self.tiers);
  }
};

/// An activity type of the program's own.
struct DefineActivity {
  static constexpr std::string_view name = "define_activity";
  std::string id;

  static void fields(auto& self, auto visit) {
    visit(required("id", "id of the activity type"), self.id);
  }
};

enum class DefinitionKind : std::uint8_t {
  currency,
  subtype,
  tier_group,
  tier,
  benefit_type,
  benefit,
  activity,
  rule,
  voucher,
  offer,
  promotion,
  partner,
  partner_product,
  partner_rate,
};
template <>
struct EnumNames<DefinitionKind> {
  static constexpr std::array<std::string_view, 14> names{
      "currency",        "subtype",     "tier_group", "tier",  "benefit_type", "benefit",
      "activity",        "rule",        "voucher",    "offer", "promotion",    "partner",
      "partner_product", "partner_rate"};
};

struct RemoveDefinition {
  static constexpr std::string_view name = "remove_definition";
  DefinitionKind kind = DefinitionKind::rule;
  std::string id;
  std::string of;

  static void fields(auto& self, auto visit) {
    visit(required("kind", "what it is: rule, offer, promotion, ..."), self.kind);
    visit(required("id", "its id; the currency of a partner_rate"), self.id);
    visit(defaulted("of", "the currency of a subtype, the partner of a partner_product or rate"),
          self.of);
  }
};

/// A changed definition, not yet checked, and where in it the caller's own words ended up.
struct EditedDefinition {
  ProgramDefinition definition;
  std::string place;  ///< such as "rules[2]"; "" where the command has no one place
};
using Edit = Expected<EditedDefinition, Refusal>;

template <class T>
Edit edit(const ProgramDefinition& definition, const Define<T>& command);
template <class T>
Edit edit(const ProgramDefinition& definition, const DefinePart<T>& command);
Edit edit(const ProgramDefinition& definition, const DefineTierGroup& command);
Edit edit(const ProgramDefinition& definition, const DefineTiers& command);
Edit edit(const ProgramDefinition& definition, const AssignBenefit& command);
Edit edit(const ProgramDefinition& definition, const DefineActivity& command);
Edit edit(const ProgramDefinition& definition, const RemoveDefinition& command);

}  // namespace loyalty::domain
