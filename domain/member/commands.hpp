// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "domain/fields.hpp"
#include "domain/member/events.hpp"
#include "domain/member/sharing_commands.hpp"
#include "domain/member/spending_commands.hpp"
#include "domain/member/standing_commands.hpp"
#include "domain/time.hpp"

/// What can be asked of a member (domain.md part 4). Each describes itself once; program, member,
/// key and deadline stand in the envelope (api/methods). Money is in minor units, `at` is the
/// activity instant in epoch milliseconds and defaults to the moment of processing.
namespace loyalty::domain {

struct EnrollMember {
  static constexpr std::string_view name = "enroll_member";
  std::optional<Instant> at;
  std::string channel;

  static void fields(auto& self, auto visit) {
    visit(defaulted("at", "when the member joined; default: now"), self.at);
    visit(defaulted("channel", "such as store, web, app"), self.channel);
  }
};

/// A member paid at a till and earns points on the eligible amount.
struct Purchase {
  static constexpr std::string_view name = "purchase";
  std::int64_t amount = 0;
  std::optional<std::int64_t> eligible_amount;
  std::optional<Instant> at;
  std::string category;
  std::string product;
  std::string partner;
  std::string channel;
  std::int64_t units = 1;
  std::string subtype;
  std::string money;
  std::string reference;

  static void fields(auto& self, auto visit) {
    visit(required("amount", "paid, minor units; 0 is allowed"), self.amount);
    visit(defaulted("eligible_amount",
                    "part that earns (not what was paid with points); default: amount"),
          self.eligible_amount);
    visit(defaulted("at", "when it happened; default: now"), self.at);
    visit(defaulted("category", "product category"), self.category);
    visit(defaulted("product", "product id"), self.product);
    visit(defaulted("partner", "partner at which it happened"), self.partner);
    visit(defaulted("channel", "such as store, web, app"), self.channel);
    visit(defaulted("units", "pieces"), self.units);
    visit(defaulted("subtype", "activity subtype for the rules"), self.subtype);
    visit(defaulted("money", "ISO code; must be the program's"), self.money);
    visit(defaulted("reference", "the caller's own reference, such as a receipt number"),
          self.reference);
  }
};

struct Review {
  static constexpr std::string_view name = "review";
  std::optional<Instant> at;
  std::string category;
  std::string product;
  std::string partner;
  std::string channel;
  std::string subtype;
  std::string reference;

  static void fields(auto& self, auto visit) {
    visit(defaulted("at", "when it was posted; default: now"), self.at);
    visit(defaulted("category", "product category"), self.category);
    visit(defaulted("product", "product reviewed"), self.product);
    visit(defaulted("partner", "partner whose product it is"), self.partner);
    visit(defaulted("channel", "such as web, app"), self.channel);
    visit(defaulted("subtype", "activity subtype for the rules"), self.subtype);
    visit(defaulted("reference", "the caller's own reference"), self.reference);
  }
};

/// Any accrual activity: survey, training, certification, a custom one (domain.md F7).
struct RecordActivity {
  static constexpr std::string_view name = "record_activity";
  std::string type;
  std::string subtype;
  std::optional<Instant> at;
  std::int64_t amount = 0;
  std::optional<std::int64_t> eligible_amount;
  std::int64_t units = 1;
  std::string category;
  std::string product;
  std::string partner;
  std::string channel;
  std::string reference;

  static void fields(auto& self, auto visit) {
    visit(required("type", "survey, training, certification, ... or one of the program's own"),
          self.type);
    visit(defaulted("subtype", "activity subtype for the rules"), self.subtype);
    visit(defaulted("at", "when it happened; default: now"), self.at);
    visit(defaulted("amount", "money involved, minor units"), self.amount);
    visit(defaulted("eligible_amount", "part that earns; default: amount"), self.eligible_amount);
    visit(defaulted("units", "pieces"), self.units);
    visit(defaulted("category", "product category"), self.category);
    visit(defaulted("product", "product id"), self.product);
    visit(defaulted("partner", "partner at which it happened"), self.partner);
    visit(defaulted("channel", "such as store, web, app"), self.channel);
    visit(defaulted("reference", "the caller's own reference"), self.reference);
  }
};

/// Exchanges points for what an offer gives (domain.md F24).
struct Redeem {
  static constexpr std::string_view name = "redeem";
  std::string offer;
  std::optional<std::int64_t> quantity;
  std::optional<std::int64_t> points;
  std::string category;
  std::string product;
  std::optional<std::int64_t> price;
  std::string channel;
  std::string reference;

  static void fields(auto& self, auto visit) {
    visit(required("offer", "what to obtain"), self.offer);
    visit(defaulted("quantity", "how many; default 1"), self.quantity);
    visit(defaulted("points", "instead of quantity: points to spend, a whole multiple of the cost"),
          self.points);
    visit(defaulted("category", "category of the product it is used on"), self.category);
    visit(defaulted("product", "product it is used on or, at a partner, obtained"), self.product);
    visit(defaulted("price", "price of that line, minor units; required for a discount"),
          self.price);
    visit(defaulted("channel", "such as store, web, app"), self.channel);
    visit(defaulted("reference", "the caller's own reference"), self.reference);
  }
};

/// Adds points without an activity; promotion counters do not move (S71).
struct CreditPoints {
  static constexpr std::string_view name = "credit_points";
  std::string currency;
  std::int64_t points = 0;
  std::string reason;

  static void fields(auto& self, auto visit) {
    visit(defaulted("currency", "default: the primary currency"), self.currency);
    visit(required("points", "points to add, at least 1"), self.points);
    visit(defaulted("reason", "for the ledger"), self.reason);
  }
};

struct DebitPoints {
  static constexpr std::string_view name = "debit_points";
  std::string currency;
  std::int64_t points = 0;
  std::string reason;

  static void fields(auto& self, auto visit) {
    visit(defaulted("currency", "default: the primary currency"), self.currency);
    visit(required("points", "points to take, at least 1"), self.points);
    visit(defaulted("reason", "for the ledger"), self.reason);
  }
};

struct EnrollInPromotion {
  static constexpr std::string_view name = "enroll_in_promotion";
  std::string promotion;
  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion to take part in"), self.promotion);
  }
};

struct LeavePromotion {
  static constexpr std::string_view name = "leave_promotion";
  std::string promotion;
  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion to leave"), self.promotion);
  }
};

struct UpdateProgress {
  static constexpr std::string_view name = "update_progress";
  std::string promotion;
  std::int64_t increment = 0;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion to advance in"), self.promotion);
    visit(required("increment", "how much to add, at least 1"), self.increment);
  }
};

struct IssueVoucher {
  static constexpr std::string_view name = "issue_voucher";
  std::string voucher;
  static void fields(auto& self, auto visit) {
    visit(required("definition", "voucher definition"), self.voucher);
  }
};

struct UseVoucher {
  static constexpr std::string_view name = "use_voucher";
  std::string voucher;
  std::optional<std::int64_t> value;

  static void fields(auto& self, auto visit) {
    visit(required("voucher", "id of the voucher, such as v17"), self.voucher);
    visit(defaulted("value", "part to use, minor units; default: all of it"), self.value);
  }
};

struct CancelVoucher {
  static constexpr std::string_view name = "cancel_voucher";
  std::string voucher;
  static void fields(auto& self, auto visit) {
    visit(required("voucher", "id of the voucher, such as v17"), self.voucher);
  }
};

/// Nobody asked: something may be due (runtime.md 1.7).
struct Wake {
  static constexpr std::string_view name = "wake";
  static constexpr bool acts_on(MemberStatus) { return true; }
  static void fields(auto&, auto) {}
};

/// As with MemberEvent, its copies, moves and end are compiled once.
struct MemberCommand
    : boost::variant2::variant<EnrollMember, Purchase, Review, RecordActivity, Redeem, CreditPoints,
                               DebitPoints, EnrollInPromotion, LeavePromotion, UpdateProgress,
                               IssueVoucher, UseVoucher, CancelVoucher, Wake, HoldPoints,
                               CaptureHold, ReleaseHold, CancelRedemption, ReverseActivity,
                               AdjustPoints, ReinstatePoints, ReserveVoucher, ReleaseVoucher,
                               ReleaseEscrow, OverrideTier, AssessTier, SetSegments, FreezeMember,
                               ThawMember, CloseMember, EraseMember, TransferPoints, JoinGroup,
                               LeaveGroup, MergeMember, TakeDeliveries> {
  using variant::variant;
  using Alternatives = variant;
  MemberCommand();
  MemberCommand(const MemberCommand&);
  MemberCommand(MemberCommand&&) noexcept;
  MemberCommand& operator=(const MemberCommand&);
  MemberCommand& operator=(MemberCommand&&) noexcept;
  ~MemberCommand();
};

struct GetMember {
  static constexpr std::string_view name = "get_member";
  static void fields(auto&, auto) {}
};
struct GetBalances {
  static constexpr std::string_view name = "get_balances";
  static void fields(auto&, auto) {}
};
struct GetHolds {
  static constexpr std::string_view name = "get_holds";
  static void fields(auto&, auto) {}
};
struct GetBenefits {
  static constexpr std::string_view name = "get_benefits";
  static void fields(auto&, auto) {}
};
struct GetVouchers {
  static constexpr std::string_view name = "get_vouchers";
  static void fields(auto&, auto) {}
};
struct GetTierProgress {
  static constexpr std::string_view name = "get_tier_progress";
  static void fields(auto&, auto) {}
};
struct GetExpirySchedule {
  static constexpr std::string_view name = "get_expiry_schedule";
  std::string currency;
  static void fields(auto& self, auto visit) {
    visit(defaulted("currency", "default: all"), self.currency);
  }
};
struct ListPromotions {
  static constexpr std::string_view name = "list_promotions";
  static void fields(auto&, auto) {}
};
struct GetProgress {
  static constexpr std::string_view name = "get_progress";
  std::string promotion;
  bool history = false;
  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion"), self.promotion);
    visit(defaulted("history", "with the steps so far"), self.history);
  }
};
struct GetLedger {
  static constexpr std::string_view name = "get_ledger";
  std::string currency;
  std::int64_t after = 0;
  std::int64_t limit = 500;
  static void fields(auto& self, auto visit) {
    visit(defaulted("currency", "default: all"), self.currency);
    visit(defaulted("after", "only entries with a higher sequence"), self.after);
    visit(defaulted("limit", "at most this many entries, 1 to 1000"), self.limit);
  }
};
struct GetTrace {
  static constexpr std::string_view name = "get_trace";
  std::optional<std::int64_t> debit;
  std::optional<std::int64_t> credit;
  static void fields(auto& self, auto visit) {
    visit(defaulted("debit", "sequence of a debit: which credits it came from"), self.debit);
    visit(defaulted("credit", "sequence of a credit: what it was used for"), self.credit);
  }
};

/// Why a member got, or did not get, what stands in the ledger (domain.md F58, U2).
struct Explain {
  static constexpr std::string_view name = "explain";
  std::int64_t sequence = 0;
  static void fields(auto& self, auto visit) {
    visit(required("sequence", "the entry, journal or other fact to explain"), self.sequence);
  }
};

/// The proof of a member's ledger (domain.md U7).
struct VerifyLedger {
  static constexpr std::string_view name = "verify_ledger";
  static void fields(auto&, auto) {}
};

using MemberQuery =
    boost::variant2::variant<GetMember, GetBalances, GetBenefits, GetVouchers, GetTierProgress,
                             GetExpirySchedule, ListPromotions, GetProgress, GetLedger, GetTrace,
                             GetHolds, Explain, VerifyLedger>;

}  // namespace loyalty::domain
