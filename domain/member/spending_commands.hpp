// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/fields.hpp"
#include "domain/time.hpp"

/// Commands that undo, set aside or correct what points did (domain.md F16, F23, F26-F30).
namespace loyalty::domain {

/// Sets points aside for a redemption to come (domain.md F26): of an offer, or of a currency.
struct HoldPoints {
  static constexpr std::string_view name = "hold_points";
  std::string offer;
  std::optional<std::int64_t> quantity;
  std::string currency;
  std::optional<std::int64_t> points;
  std::int64_t ttl_s = 900;
  std::string reference;

  static void fields(auto& self, auto visit) {
    visit(defaulted("offer", "what they are meant for"), self.offer);
    visit(defaulted("quantity", "how many of the offer; default 1"), self.quantity);
    visit(defaulted("currency", "without an offer: the currency; default: the primary one"),
          self.currency);
    visit(defaulted("points", "without an offer: how many points"), self.points);
    visit(defaulted("ttl_s", "seconds after which they come back by themselves, 1 to 2592000"),
          self.ttl_s);
    visit(defaulted("reference", "the caller's own reference"), self.reference);
  }
};

/// Redeems exactly the credits that a hold set aside.
struct CaptureHold {
  static constexpr std::string_view name = "capture_hold";
  std::string hold;
  std::string category;
  std::string product;
  std::optional<std::int64_t> price;
  std::string channel;
  std::string reference;

  static void fields(auto& self, auto visit) {
    visit(required("hold", "id of the hold, such as h17"), self.hold);
    visit(defaulted("category", "category of the product it is used on"), self.category);
    visit(defaulted("product", "product it is used on or, at a partner, obtained"), self.product);
    visit(defaulted("price", "price of that line, minor units; required for a discount"),
          self.price);
    visit(defaulted("channel", "such as store, web, app"), self.channel);
    visit(defaulted("reference", "the caller's own reference"), self.reference);
  }
};

/// Gives the points of a hold back to the credits they came from.
struct ReleaseHold {
  static constexpr std::string_view name = "release_hold";
  std::string hold;

  static void fields(auto& self, auto visit) {
    visit(required("hold", "id of the hold, such as h17"), self.hold);
  }
};

/// Undoes a redemption or a plain debit: points go back to their credits (domain.md F27).
struct CancelRedemption {
  static constexpr std::string_view name = "cancel_redemption";
  std::int64_t journal = 0;
  bool by_staff = false;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(required("journal", "journal of the redemption"), self.journal);
    visit(defaulted("by_staff",
                    "true: not the member's own wish, so that it does not keep points alive"),
          self.by_staff);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

/// A return, in full or in part: points are those of what is kept (domain.md F28).
struct ReverseActivity {
  static constexpr std::string_view name = "reverse_activity";
  std::optional<std::int64_t> journal;
  std::string reference;
  std::optional<std::int64_t> kept_amount;
  std::optional<std::int64_t> kept_units;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(defaulted("journal", "journal of the purchase"), self.journal);
    visit(defaulted("reference",
                    "instead of journal: the caller's reference; all journals that have it are "
                    "returned in full"),
          self.reference);
    visit(defaulted("kept_amount",
                    "eligible amount that is kept after this return, minor units; without it and "
                    "kept_units all is returned"),
          self.kept_amount);
    visit(defaulted("kept_units", "pieces that are kept; default: as before, or none"),
          self.kept_units);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

/// Corrects a balance by hand (domain.md F30).
struct AdjustPoints {
  static constexpr std::string_view name = "adjust_points";
  std::string currency;
  std::int64_t points = 0;
  std::string reason;
  std::string actor;
  std::string subtype;

  static void fields(auto& self, auto visit) {
    visit(defaulted("currency", "default: the primary currency"), self.currency);
    visit(required("points", "points to add, or to take when negative"), self.points);
    visit(required("reason", "for the ledger"), self.reason);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
    visit(defaulted("subtype", "subtype of the points that are added"), self.subtype);
  }
};

/// Makes held points available before their time (domain.md F16), such as on delivery.
struct ReleaseEscrow {
  static constexpr std::string_view name = "release_escrow";
  std::optional<std::int64_t> journal;
  std::optional<std::int64_t> credit;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(defaulted("journal", "journal whose held points are released"), self.journal);
    visit(defaulted("credit", "instead of journal: one held credit"), self.credit);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

/// Gives expired points back, where the tier held allows it (domain.md F14).
struct ReinstatePoints {
  static constexpr std::string_view name = "reinstate_points";
  std::string currency;
  std::string actor;

  static void fields(auto& self, auto visit) {
    visit(defaulted("currency", "default: the primary currency"), self.currency);
    visit(defaulted("actor", "who does it on behalf of the program"), self.actor);
  }
};

/// Sets a voucher aside for a basket.
struct ReserveVoucher {
  static constexpr std::string_view name = "reserve_voucher";
  std::string voucher;
  std::int64_t ttl_s = 900;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "id of the voucher, such as v17"), self.voucher);
    visit(defaulted("ttl_s", "seconds after which it can be used again, 1 to 2592000"), self.ttl_s);
  }
};

/// Ends the reservation of a voucher.
struct ReleaseVoucher {
  static constexpr std::string_view name = "release_voucher";
  std::string voucher;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "id of the voucher, such as v17"), self.voucher);
  }
};

}  // namespace loyalty::domain
