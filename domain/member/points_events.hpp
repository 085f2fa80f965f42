// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/lot.hpp"
#include "domain/member/sequence.hpp"
#include "domain/quantity.hpp"
#include "domain/time.hpp"

/// How points come and go.
namespace loyalty::domain {

/// Points decided but not yet credited: next-day and batch crediting (domain.md F8).
struct PointsScheduled {
  static constexpr std::string_view name = "points_scheduled";
  Sequence journal = 0;
  CurrencyId currency;
  Points points;
  Instant due;  ///< `never`: with the next batch run
  RuleId rule;
  PartnerId issuer;
  LocalDay earned;
  bool qualifying = false;
  std::uint32_t earlier_runs = 0;  ///< batch runs of this very instant that came before it
  SubtypeId subtype;
  std::string category;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal that earned them"), self.journal);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points to come"), self.points);
    visit(required("due", "when; absent for the next batch run"), self.due);
    visit(required("rule", "rule"), self.rule);
    visit(required("issuer", "partner at which they were earned"), self.issuer);
    visit(required("earned", "local day of the activity"), self.earned);
    visit(required("qualifying", "whether they count for tiers"), self.qualifying);
    visit(defaulted("earlier_runs", "batch runs of the same instant that missed it"),
          self.earlier_runs);
    visit(defaulted("subtype", "subtype of the currency"), self.subtype);
    visit(defaulted("category", "product category of the activity"), self.category);
  }
};

struct PointsCredited {
  static constexpr std::string_view name = "points_credited";
  Sequence journal = 0;
  CurrencyId currency;
  Points points;
  bool qualifying = false;
  Instant expires;  ///< of the lot; of a qualifying currency: the next reset
  LocalDay earned;
  RuleId rule;
  PromotionId promotion;
  PartnerId issuer;
  Sequence scheduled = 0;  ///< the PointsScheduled it fulfils
  SubtypeId subtype;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal that earned them"), self.journal);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points credited"), self.points);
    visit(required("qualifying", "whether they count for tiers"), self.qualifying);
    visit(required("expires", "first instant at which they are gone"), self.expires);
    visit(required("earned", "local day of the activity"), self.earned);
    visit(required("rule", "rule that gave them"), self.rule);
    visit(required("promotion", "promotion that gave them"), self.promotion);
    visit(required("issuer", "partner at which they were earned"), self.issuer);
    visit(required("scheduled", "the scheduled credit it fulfils"), self.scheduled);
    visit(defaulted("subtype", "subtype of the currency"), self.subtype);
  }
};

/// Points credited that are held for a while (domain.md F15).
struct PointsEscrowed {
  static constexpr std::string_view name = "points_escrowed";
  Sequence journal = 0;
  CurrencyId currency;
  Points points;
  bool qualifying = false;
  Instant expires;  ///< of the lot; of a qualifying currency: the next reset
  LocalDay earned;
  RuleId rule;
  PromotionId promotion;
  PartnerId issuer;
  Sequence scheduled = 0;  ///< the PointsScheduled it fulfils
  SubtypeId subtype;
  Instant releases;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal that earned them"), self.journal);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points credited"), self.points);
    visit(required("qualifying", "whether they count for tiers"), self.qualifying);
    visit(required("expires", "first instant at which they are gone"), self.expires);
    visit(required("earned", "local day of the activity"), self.earned);
    visit(required("rule", "rule that gave them"), self.rule);
    visit(required("promotion", "promotion that gave them"), self.promotion);
    visit(required("issuer", "partner at which they were earned"), self.issuer);
    visit(required("scheduled", "the scheduled credit it fulfils"), self.scheduled);
    visit(defaulted("subtype", "subtype of the currency"), self.subtype);
    visit(defaulted("releases", "when they become available"), self.releases);
  }
};

/// Points of one lot that a debit took (domain.md F21).
struct LotUse {
  Sequence lot = 0;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("lot", "sequence of the credit"), self.lot);
    visit(required("points", "points taken from it"), self.points);
  }
};

/// What the uses do not cover becomes arrears (domain.md F17).
struct PointsDebited {
  static constexpr std::string_view name = "points_debited";
  Sequence journal = 0;
  CurrencyId currency;
  Points points;
  std::vector<LotUse> uses;
  OfferId offer;
  PartnerId partner;
  bool qualifying = false;
  Sequence hold = 0;
  bool correction = false;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal that spent them"), self.journal);
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points spent"), self.points);
    visit(required("uses", "which credits they came from"), self.uses);
    visit(required("offer", "what they bought"), self.offer);
    visit(required("partner", "partner that is owed for it"), self.partner);
    visit(defaulted("qualifying", "taken from a balance that counts for tiers"), self.qualifying);
    visit(defaulted("hold", "hold that was captured: its points had been set aside"), self.hold);
    visit(defaulted("correction", "taken by hand to put a balance right: nothing was bought"),
          self.correction);
  }
};

struct PointsExpired {
  static constexpr std::string_view name = "points_expired";
  CurrencyId currency;
  Points points;
  std::vector<LotUse> uses;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points lost"), self.points);
    visit(required("uses", "what was left of which credits"), self.uses);
  }
};

struct QualifyingReset {
  static constexpr std::string_view name = "qualifying_reset";
  CurrencyId currency;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "qualifying currency"), self.currency);
    visit(required("points", "balance before the reset"), self.points);
  }
};

struct EscrowReleased {
  static constexpr std::string_view name = "escrow_released";
  CurrencyId currency;
  Sequence credit = 0;
  Points points;
  bool qualifying = false;
  Instant expires;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("credit", "sequence of the PointsEscrowed"), self.credit);
    visit(required("points", "points that become available"), self.points);
    visit(required("qualifying", "whether they count for tiers"), self.qualifying);
    visit(required("expires", "first instant at which they are gone; qualifying: the next reset"),
          self.expires);
    visit(defaulted("actor", "who released them before their time"), self.actor);
  }
};

struct EscrowCancelled {
  static constexpr std::string_view name = "escrow_cancelled";
  CurrencyId currency;
  Sequence credit = 0;
  Points points;
  Sequence journal = 0;
  PartnerId issuer;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("credit", "sequence of the PointsEscrowed"), self.credit);
    visit(required("points", "points that will never be available"), self.points);
    visit(required("journal", "journal that was returned"), self.journal);
    visit(defaulted("issuer", "partner at which they were earned"), self.issuer);
  }
};

/// Points that were to come and will not, since their journal was returned.
struct ScheduledCancelled {
  static constexpr std::string_view name = "scheduled_cancelled";
  Sequence scheduled = 0;
  Points points;
  Sequence journal = 0;

  static void fields(auto& self, auto visit) {
    visit(required("scheduled", "sequence of the PointsScheduled"), self.scheduled);
    visit(required("points", "points that will not come"), self.points);
    visit(required("journal", "journal that was returned"), self.journal);
  }
};

/// The part of a debit that no credit covered (domain.md F17). It repeats what the debit says.
struct ArrearsCreated {
  static constexpr std::string_view name = "arrears_created";
  CurrencyId currency;
  Sequence debit = 0;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("debit", "sequence of the debit"), self.debit);
    visit(required("points", "points owed"), self.points);
  }
};

/// Points of a credit that never become spendable, for they pay arrears.
struct ArrearsRepaid {
  static constexpr std::string_view name = "arrears_repaid";
  CurrencyId currency;
  Sequence debit = 0;
  Sequence credit = 0;
  Points points;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("debit", "sequence of the debit that made the arrears"), self.debit);
    visit(required("credit", "sequence of the credit that pays"), self.credit);
    visit(required("points", "points paid"), self.points);
  }
};

/// Points taken back after a return (domain.md F28, F29). What the uses do not cover becomes
/// arrears.
struct PointsClawedBack {
  static constexpr std::string_view name = "points_clawed_back";
  CurrencyId currency;
  Points points;
  std::vector<LotUse> uses;
  bool qualifying = false;
  Sequence journal = 0;
  PartnerId issuer;
  Sequence credit = 0;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points taken back"), self.points);
    visit(required("uses", "which credits they came from"), self.uses);
    visit(required("qualifying", "taken from a balance that counts for tiers"), self.qualifying);
    visit(required("journal", "journal that was returned"), self.journal);
    visit(required("issuer", "partner at which they were earned"), self.issuer);
    visit(defaulted("credit", "sequence of the credit that is taken back"), self.credit);
  }
};

/// Points that a return should have taken back and could not.
struct ClawbackWaived {
  static constexpr std::string_view name = "clawback_waived";
  CurrencyId currency;
  Points points;
  Sequence journal = 0;
  Sequence credit = 0;
  bool lapsed = false;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points that stay with the member"), self.points);
    visit(required("journal", "journal that was returned"), self.journal);
    visit(defaulted("credit", "sequence of the credit they are of"), self.credit);
    visit(defaulted("lapsed", "they had expired, or were reset, before the return"), self.lapsed);
  }
};

/// Points set aside for a redemption to come (domain.md F26). Its sequence names the hold.
struct PointsHeld {
  static constexpr std::string_view name = "points_held";
  CurrencyId currency;
  Points points;
  std::vector<LotUse> uses;
  Instant expires;
  OfferId offer;
  std::string reference;
  std::int64_t quantity = 0;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points set aside"), self.points);
    visit(required("uses", "which credits they came from"), self.uses);
    visit(required("expires", "when they come back by themselves"), self.expires);
    visit(required("offer", "what they are meant for"), self.offer);
    visit(defaulted("reference", "the caller's own reference"), self.reference);
    visit(defaulted("quantity", "how many of the offer"), self.quantity);
  }
};

struct HoldReleased {
  static constexpr std::string_view name = "hold_released";
  Sequence hold = 0;
  Points points;
  bool expired = false;
  CurrencyId currency;

  static void fields(auto& self, auto visit) {
    visit(required("hold", "hold"), self.hold);
    visit(required("points", "points that come back"), self.points);
    visit(required("expired", "its time was over"), self.expired);
    visit(defaulted("currency", "currency"), self.currency);
  }
};

/// Expired points given back (domain.md F14).
struct PointsReinstated {
  static constexpr std::string_view name = "points_reinstated";
  CurrencyId currency;
  Points points;
  std::vector<Lot> lots;

  static void fields(auto& self, auto visit) {
    visit(required("currency", "currency"), self.currency);
    visit(required("points", "points given back"), self.points);
    visit(required("lots", "the credits they go back to, each with the points it gets back"),
          self.lots);
  }
};

}  // namespace loyalty::domain
