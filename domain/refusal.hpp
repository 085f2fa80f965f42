// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "domain/fields.hpp"

namespace loyalty::domain {

/// Why a command was refused (domain.md part 4). The codes are stable; docs/errors.md explains
/// each. A refused command has changed nothing and never will under the same key.
enum class RefusalCode : std::uint8_t {
  program_not_active,
  no_currency,
  missing_tier_model,
  missing_qualification_period,
  missing_tier_period,
  currency_already_in_tier_group,
  tier_group_not_allowed,
  expiry_not_allowed,
  invalid_thresholds,
  invalid_definition,
  unknown_program,
  unknown_member,
  unknown_currency,
  unknown_activity,
  unknown_partner,
  unknown_product,
  unknown_offer,
  unknown_promotion,
  unknown_voucher,
  unknown_redemption,
  member_exists,
  program_exists,
  insufficient_points,
  negative_limit_exceeded,
  qualifying_not_redeemable,
  not_eligible_product,
  not_reward_eligible,
  discount_exceeds_price,
  not_enrolled,
  enrollment_closed,
  not_eligible,
  already_cancelled,
  voucher_not_usable,
  partner_pack_exhausted,
  idempotency_conflict,
  invalid_param,
  limit_exceeded,
  unknown_journal,
  unknown_hold,
  unknown_tier,
  unknown_subtype,
  member_not_active,
  already_reversed,
};

template <>
struct EnumNames<RefusalCode> {
  static constexpr std::array<std::string_view, 43> names{
      "PROGRAM_NOT_ACTIVE",
      "NO_CURRENCY",
      "MISSING_TIER_MODEL",
      "MISSING_QUALIFICATION_PERIOD",
      "MISSING_TIER_PERIOD",
      "CURRENCY_ALREADY_IN_TIER_GROUP",
      "TIER_GROUP_NOT_ALLOWED",
      "EXPIRY_NOT_ALLOWED",
      "INVALID_THRESHOLDS",
      "INVALID_DEFINITION",
      "UNKNOWN_PROGRAM",
      "UNKNOWN_MEMBER",
      "UNKNOWN_CURRENCY",
      "UNKNOWN_ACTIVITY",
      "UNKNOWN_PARTNER",
      "UNKNOWN_PRODUCT",
      "UNKNOWN_OFFER",
      "UNKNOWN_PROMOTION",
      "UNKNOWN_VOUCHER",
      "UNKNOWN_REDEMPTION",
      "MEMBER_EXISTS",
      "PROGRAM_EXISTS",
      "INSUFFICIENT_POINTS",
      "NEGATIVE_LIMIT_EXCEEDED",
      "QUALIFYING_NOT_REDEEMABLE",
      "NOT_ELIGIBLE_PRODUCT",
      "NOT_REWARD_ELIGIBLE",
      "DISCOUNT_EXCEEDS_PRICE",
      "NOT_ENROLLED",
      "ENROLLMENT_CLOSED",
      "NOT_ELIGIBLE",
      "ALREADY_CANCELLED",
      "VOUCHER_NOT_USABLE",
      "PARTNER_PACK_EXHAUSTED",
      "IDEMPOTENCY_CONFLICT",
      "INVALID_PARAM",
      "LIMIT_EXCEEDED",
      "UNKNOWN_JOURNAL",
      "UNKNOWN_HOLD",
      "UNKNOWN_TIER",
      "UNKNOWN_SUBTYPE",
      "MEMBER_NOT_ACTIVE",
      "ALREADY_REVERSED",
  };
};
static_assert(EnumNames<RefusalCode>::names.size() ==
              static_cast<std::size_t>(RefusalCode::already_reversed) + 1);

/// A refusal with the parameter that caused it and what was expected or found.
struct Refusal {
  RefusalCode code = RefusalCode::invalid_param;
  std::string param;
  std::string detail;

  static void fields(auto& self, auto visit) {
    visit(required("code", "stable code"), self.code);
    visit(required("param", "the offending parameter; may be empty"), self.param);
    visit(required("detail", "one sentence for people"), self.detail);
  }
};

}  // namespace loyalty::domain
