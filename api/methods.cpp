// SPDX-License-Identifier: Apache-2.0
#include "api/methods.hpp"

#include <xxhash.h>

#include <algorithm>

#include "api/errors.hpp"
#include "api/quote.hpp"
#include "api/replay_report.hpp"
#include "api/server_results.hpp"
#include "api/type_names.hpp"
#include "codec/stored.hpp"
#include "codec/wire.hpp"
#include "domain/id.hpp"
#include "domain/member/results.hpp"

namespace loyalty::api {
namespace {

using domain::defaulted;
using domain::Instant;
using domain::required;

/// The envelope of calls: the fields that stand beside those of the operation itself.
struct ServerHead {
  static constexpr EntityKind kind = EntityKind::server;
  static void fields(auto&, auto) {}
  void fill(Call&) const {}
};

struct ProgramHead {
  static constexpr EntityKind kind = EntityKind::program;
  std::string program;
  std::int64_t deadline_ms = 0;

  static void fields(auto& self, auto visit) {
    visit(defaulted("program", "default: the one named in hello, or the only one there is"),
          self.program);
    visit(defaulted("deadline_ms", "give up when not begun within this time; 0 = never"),
          self.deadline_ms);
  }
};

struct MemberHead : ProgramHead {
  static constexpr EntityKind kind = EntityKind::member;
  static constexpr const char* id_name = "member";
  std::string member;

  static void fields(auto& self, auto visit) {
    visit(required("member", "member id, [A-Za-z0-9_-]{1,64}"), self.member);
    ProgramHead::fields(self, visit);
  }
  std::string& id() { return member; }
};

struct PartnerHead : ProgramHead {
  static constexpr EntityKind kind = EntityKind::partner;
  static constexpr const char* id_name = "partner";
  std::string partner;

  static void fields(auto& self, auto visit) {
    visit(required("partner", "partner id"), self.partner);
    ProgramHead::fields(self, visit);
  }
  std::string& id() { return partner; }
};

struct PromotionHead : ProgramHead {
  static constexpr EntityKind kind = EntityKind::promotion;
  static constexpr const char* id_name = "promotion";
  std::string promotion;

  static void fields(auto& self, auto visit) {
    visit(required("promotion", "promotion id"), self.promotion);
    ProgramHead::fields(self, visit);
  }
  std::string& id() { return promotion; }
};

/// Who is listened to: exactly one of them.
struct ListenHead : ProgramHead {
  static constexpr EntityKind kind = EntityKind::member;
  std::string member;
  std::string partner;
  std::string promotion;

  static void fields(auto& self, auto visit) {
    visit(defaulted("member", "whom to listen to: a member,"), self.member);
    visit(defaulted("partner", "or a partner,"), self.partner);
    visit(defaulted("promotion", "or a promotion that has limits"), self.promotion);
    ProgramHead::fields(self, visit);
  }
};

/// A read may look at the past (F59).
template <class Head>
struct Dated : Head {
  std::optional<Instant> as_of;

  static void fields(auto& self, auto visit) {
    Head::fields(self, visit);
    visit(defaulted("as_of", "answer as it was at that instant; default: now"), self.as_of);
  }
};

/// A write has a key: the same key gives the same result, and never a second effect (P4).
template <class Head>
struct Keyed : Head {
  std::string key;

  static void fields(auto& self, auto visit) {
    Head::fields(self, visit);
    visit(required("key", "idempotency key, any string of 1 to 64 bytes"), self.key);
  }
};

/// Envelope and operation share one map.
template <class Head, class Op>
struct Params {
  Head head;
  Op op;

  static void fields(auto& self, auto visit) {
    Head::fields(self.head, visit);
    Op::fields(self.op, visit);
  }
};

/// False, and why.
bool invalid(Error& error, const std::string& param, const std::string& expected) {
  error = {.code = "INVALID_PARAM",
           .text = param + ": expected " + expected,
           .param = param,
           .callers_fault = true};
  return false;
}

/// Puts an operation with its defaults where a call of its kind has it, so that it is read into its
/// place and not moved there.
template <class Op>
Op& place_operation(Operation& operation) {
  const auto in_variant = [](auto& kind) -> Op& { return kind.template emplace<Op>(); };
  if constexpr (std::is_constructible_v<domain::MemberCommand, Op>) {
    const auto boxed = std::make_shared<domain::MemberCommand>(boost::variant2::in_place_type<Op>);
    operation = BoxedMemberCommand(boxed);
    return get<Op>(*boxed);
  } else if constexpr (std::is_constructible_v<domain::MemberQuery, Op>) {
    return in_variant(operation.emplace<domain::MemberQuery>());
  } else if constexpr (std::is_constructible_v<domain::ProgramCommand, Op>) {
    const auto boxed = std::make_shared<domain::ProgramCommand>();
    operation = BoxedProgramCommand(boxed);
    return in_variant(*boxed);
  } else if constexpr (std::is_constructible_v<domain::ProgramQuery, Op>) {
    return in_variant(operation.emplace<domain::ProgramQuery>());
  } else if constexpr (std::is_constructible_v<domain::PartnerCommand, Op>) {
    return in_variant(operation.emplace<domain::PartnerCommand>());
  } else if constexpr (std::is_constructible_v<domain::PartnerQuery, Op>) {
    return in_variant(operation.emplace<domain::PartnerQuery>());
  } else if constexpr (std::is_constructible_v<domain::BudgetQuery, Op>) {
    return in_variant(operation.emplace<domain::BudgetQuery>());
  } else if constexpr (std::is_same_v<Op, ReplayProgram>) {
    const auto boxed = std::make_shared<ReplayProgram>();
    operation = BoxedReplay(boxed);
    return *boxed;
  } else if constexpr (std::is_constructible_v<domain::ReportQuery, Op>) {
    return in_variant(operation.emplace<domain::ReportQuery>());
  } else {
    return operation.emplace<Op>();
  }
}

template <class Op>
std::uint64_t payload_hash(const Op& op) {
  codec::BorrowedWriter borrowed;
  codec::Writer& out = *borrowed;
  out.string(Op::name);
  codec::write_stored(out, op);
  return XXH3_64bits(out.bytes().data(), out.bytes().size());
}

// What does not depend on the operation is compiled once and not for each. False leaves the reason
// in `error`.

/// Reads one map and nothing after it: the envelope and the operation.
bool read_params(std::string_view bytes, const codec::FieldTable& fields, void* const (&parts)[2],
                 Error& error) {
  codec::Reader in(bytes);
  codec::WireFault fault;
  if (!fields.read(in, parts, fault)) return invalid(error, fault.param, fault.expected);
  return in.at_end() || invalid(error, "params", "one map and nothing after it");
}

bool take_program(ProgramHead& head, Call& call, Error& error) {
  if (!head.program.empty() && !domain::is_id(head.program)) {
    return invalid(error, "program", "an id, [A-Za-z0-9_-]{1,64}");
  }
  if (head.deadline_ms < 0 || head.deadline_ms > 3'600'000) {
    return invalid(error, "deadline_ms", "0 to 3600000");
  }
  if (head.deadline_ms > 0) {
    call.deadline =
        std::chrono::steady_clock::time_point(std::chrono::milliseconds(head.deadline_ms));
  }
  call.target.program = std::move(head.program);
  return true;
}

bool take_id(std::string& id, const char* param, Call& call, Error& error) {
  if (!domain::is_id(id)) return invalid(error, param, "an id, [A-Za-z0-9_-]{1,64}");
  call.target.id = std::move(id);
  return true;
}

bool take_key(std::string& key, Call& call, Error& error) {
  if (key.empty() || key.size() > 64) return invalid(error, "key", "a string of 1 to 64 bytes");
  call.key = std::move(key);
  return true;
}

bool take_listened_to(ListenHead& head, Call& call, Error& error) {
  const int named = !head.member.empty() + !head.partner.empty() + !head.promotion.empty();
  if (named != 1) return invalid(error, "member", "just one of member, partner and promotion");
  if (!head.member.empty()) return take_id(head.member, "member", call, error);
  const bool is_partner = !head.partner.empty();
  call.target.kind = is_partner ? EntityKind::partner : EntityKind::promotion;
  return is_partner ? take_id(head.partner, "partner", call, error)
                    : take_id(head.promotion, "promotion", call, error);
}

template <class Head>
[[gnu::noinline]] bool take_head(Head& head, Call& call, Error& error) {
  call.target.kind = Head::kind;
  if constexpr (Head::kind != EntityKind::server) {
    if (!take_program(head, call, error)) return false;
  }
  if constexpr (std::is_same_v<Head, ListenHead>) {
    if (!take_listened_to(head, call, error)) return false;
  }
  if constexpr (requires { head.id(); }) {
    if (!take_id(head.id(), Head::id_name, call, error)) return false;
  }
  if constexpr (requires { head.key; }) {
    if (!take_key(head.key, call, error)) return false;
  }
  if constexpr (requires { head.as_of; }) call.as_of = head.as_of;
  return true;
}

template <class Head, class Op>
[[gnu::cold]] codec::FieldTable table_of_call() {
  codec::FieldTable table;
  table.add<Head>();
  table.add<Op>();
  return table;
}

template <class Head, class Op>
bool decode_into(std::string_view bytes, Call& call, Error& error) {
  static const codec::FieldTable fields = table_of_call<Head, Op>();
  Head head;
  Op& op = place_operation<Op>(call.operation);
  if (!read_params(bytes, fields, {&head, &op}, error) || !take_head(head, call, error)) {
    return false;
  }
  if constexpr (requires { head.key; }) call.payload = payload_hash(op);
  return true;
}

domain::Expected<Call, Error> decoded(std::string_view bytes,
                                      bool (*decode)(std::string_view, Call&, Error&)) {
  domain::Expected<Call, Error> call(std::in_place);
  Error error;
  if (!decode(bytes, *call, error)) call = domain::Unexpected{std::move(error)};
  return call;
}

template <class Head>
constexpr bool has_key = requires(const Head& head) {
  head.key;
};

template <class Head, class Op>
domain::Expected<Call, Error> decode(std::string_view bytes) {
  return decoded(bytes, decode_into<Head, Op>);
}

template <class Head, class Op, class Result>
Method method(std::string_view group, std::string_view summary, std::vector<Role> roles,
              std::string_view errors = "") {
  return {.name = Op::name,
          .group = group,
          .summary = summary,
          .entity = Head::kind,
          .writes = has_key<Head>,
          .roles = std::move(roles),
          .errors = errors,
          .decode = decode<Head, Op>,
          .params = field_lines<Params<Head, Op>>,
          .result = field_lines<Result>};
}

template <class Op, class Result>
Method member_write(std::string_view group, std::string_view summary, std::vector<Role> roles,
                    std::string_view errors = "") {
  return method<Keyed<MemberHead>, Op, Result>(group, summary, std::move(roles), errors);
}
template <class Op, class Result>
Method member_read(std::string_view group, std::string_view summary,
                   std::string_view errors = "UNKNOWN_MEMBER") {
  return method<Dated<MemberHead>, Op, Result>(
      group, summary, {Role::pos, Role::program_admin, Role::member_app, Role::auditor}, errors);
}
template <class Op, class Result>
Method program_write(std::string_view summary, std::string_view errors = "") {
  return method<Keyed<ProgramHead>, Op, Result>("Program", summary, {Role::program_admin}, errors);
}
template <class Op, class Result>
Method program_read(std::string_view summary) {
  return method<ProgramHead, Op, Result>(
      "Program", summary, {Role::pos, Role::partner, Role::program_admin, Role::auditor},
      "UNKNOWN_PROGRAM");
}
template <class Op, class Result>
Method report(std::string_view summary, std::string_view errors) {
  return method<ProgramHead, Op, Result>("Reports", summary, {Role::program_admin, Role::auditor},
                                         errors);
}
template <class Op, class Result>
Method server_call(std::string_view summary) {
  return method<ServerHead, Op, Result>(
      "Server", summary,
      {Role::pos, Role::partner, Role::program_admin, Role::member_app, Role::auditor});
}

std::vector<Method> make_methods() {
  using namespace domain;
  const std::vector<Role> till{Role::pos, Role::program_admin};
  const std::vector<Role> till_or_partner{Role::pos, Role::partner, Role::program_admin};
  const std::vector<Role> anybody{Role::pos, Role::program_admin, Role::member_app};
  const std::vector<Role> staff{Role::program_admin};
  constexpr std::string_view earning =
      "UNKNOWN_MEMBER, PROGRAM_NOT_ACTIVE, UNKNOWN_PARTNER, UNKNOWN_PRODUCT, UNKNOWN_ACTIVITY, "
      "LIMIT_EXCEEDED";
  constexpr std::string_view a_changed_program =
      "INVALID_DEFINITION, NO_CURRENCY, MISSING_TIER_MODEL, MISSING_QUALIFICATION_PERIOD, "
      "MISSING_TIER_PERIOD, CURRENCY_ALREADY_IN_TIER_GROUP, TIER_GROUP_NOT_ALLOWED, "
      "EXPIRY_NOT_ALLOWED, INVALID_THRESHOLDS";
  static const std::string replaying =
      std::string("UNKNOWN_PROGRAM, UNKNOWN_CURRENCY, ") + std::string(a_changed_program);
  return {
      member_write<EnrollMember, ActivityResult>(
          "Members", "Enrols a member; the activity `enrollment` may earn.", anybody,
          "MEMBER_EXISTS, PROGRAM_NOT_ACTIVE"),
      member_write<SetSegments, StandingResult>(
          "Members", "Replaces the segments that rules and promotions may ask for.", staff,
          "UNKNOWN_MEMBER, MEMBER_NOT_ACTIVE"),
      member_write<OverrideTier, TierResult>(
          "Members", "Gives a tier by hand; it beats assessment until it ends.", staff,
          "UNKNOWN_MEMBER, UNKNOWN_TIER, MEMBER_NOT_ACTIVE"),
      member_write<AssessTier, TierResult>(
          "Members", "Takes up the tiers that the balances reach now; never lowers one.", staff,
          "UNKNOWN_MEMBER, UNKNOWN_TIER, MEMBER_NOT_ACTIVE"),
      member_write<FreezeMember, StandingResult>(
          "Members", "Stops all activity of a member until it is thawed; timers go on.", staff,
          "UNKNOWN_MEMBER, MEMBER_NOT_ACTIVE"),
      member_write<ThawMember, StandingResult>("Members", "Lets a frozen member act again.", staff,
                                               "UNKNOWN_MEMBER, MEMBER_NOT_ACTIVE, NOT_ELIGIBLE"),
      member_write<CloseMember, StandingResult>(
          "Members", "Ends a membership for good; what is left of its points is breakage.", staff,
          "UNKNOWN_MEMBER, MEMBER_NOT_ACTIVE"),
      member_write<EraseMember, StandingResult>(
          "Members", "Ends a membership and drops what tells about the person; the ledger stays.",
          staff, "UNKNOWN_MEMBER, MEMBER_NOT_ACTIVE"),
      member_write<MergeMember, SharingResult>(
          "Members", "Ends this membership and moves what it has to another member.", staff,
          "UNKNOWN_MEMBER, MEMBER_NOT_ACTIVE, NOT_ELIGIBLE"),
      member_write<JoinGroup, SharingResult>(
          "Members", "Pools a part of what the member earns with another member, the group's.",
          anybody, "UNKNOWN_MEMBER, MEMBER_NOT_ACTIVE, LIMIT_EXCEEDED"),
      member_write<LeaveGroup, SharingResult>("Members", "Ends pooling with a group.", anybody,
                                              "UNKNOWN_MEMBER, NOT_ELIGIBLE"),
      member_write<Purchase, ActivityResult>(
          "Earning", "Records a purchase: rules, promotions, tier and partner follow at once.",
          till_or_partner, earning),
      member_write<Review, ActivityResult>(
          "Earning", "Records a product review; usually credited the next local day.", anybody,
          earning),
      member_write<RecordActivity, ActivityResult>(
          "Earning", "Records any other activity: survey, training, certification, a custom one.",
          anybody, earning),
      member_write<CreditPoints, ActivityResult>(
          "Earning", "Adds points without an activity; promotion progress does not move.", staff,
          "UNKNOWN_MEMBER, UNKNOWN_CURRENCY, LIMIT_EXCEEDED"),
      member_write<ReleaseEscrow, ReleaseResult>(
          "Earning", "Makes held points available before their time, such as on delivery.", till,
          "UNKNOWN_MEMBER, UNKNOWN_JOURNAL, MEMBER_NOT_ACTIVE"),
      member_write<Redeem, RedeemResult>(
          "Spending", "Exchanges points for what an offer gives, in one step.", anybody,
          "UNKNOWN_OFFER, INSUFFICIENT_POINTS, NEGATIVE_LIMIT_EXCEEDED, NOT_ELIGIBLE_PRODUCT, "
          "NOT_REWARD_ELIGIBLE, DISCOUNT_EXCEEDS_PRICE, UNKNOWN_PRODUCT, LIMIT_EXCEEDED"),
      member_write<DebitPoints, RedeemResult>(
          "Spending", "Takes points without an offer.", staff,
          "UNKNOWN_CURRENCY, INSUFFICIENT_POINTS, NEGATIVE_LIMIT_EXCEEDED, "
          "QUALIFYING_NOT_REDEEMABLE"),
      member_write<HoldPoints, HoldResult>(
          "Spending", "Sets points aside for a redemption to come; they come back by themselves.",
          anybody,
          "UNKNOWN_OFFER, UNKNOWN_CURRENCY, INSUFFICIENT_POINTS, QUALIFYING_NOT_REDEEMABLE, "
          "LIMIT_EXCEEDED"),
      member_write<CaptureHold, RedeemResult>(
          "Spending", "Redeems exactly the points of a hold.", anybody,
          "UNKNOWN_HOLD, UNKNOWN_OFFER, NOT_ELIGIBLE_PRODUCT, NOT_REWARD_ELIGIBLE, "
          "DISCOUNT_EXCEEDS_PRICE, UNKNOWN_PRODUCT"),
      member_write<ReleaseHold, HoldResult>(
          "Spending", "Gives the points of a hold back to the credits they came from.", anybody,
          "UNKNOWN_HOLD"),
      member_write<CancelRedemption, CancelResult>(
          "Spending", "Undoes a redemption, a debit or a captured hold, with its vouchers.",
          anybody, "UNKNOWN_REDEMPTION, ALREADY_CANCELLED, VOUCHER_NOT_USABLE"),
      member_write<ReverseActivity, ReverseResult>(
          "Earning", "Takes a return, in full or in part: points, progress and partner follow.",
          till_or_partner, "UNKNOWN_JOURNAL, ALREADY_REVERSED"),
      member_write<AdjustPoints, AdjustResult>(
          "Earning", "Corrects a balance by hand, up or down, with a reason.", staff,
          "UNKNOWN_CURRENCY, UNKNOWN_SUBTYPE, INSUFFICIENT_POINTS, NEGATIVE_LIMIT_EXCEEDED, "
          "LIMIT_EXCEEDED"),
      member_write<ReinstatePoints, AdjustResult>(
          "Earning", "Gives expired points back, where the tier held allows it.", staff,
          "UNKNOWN_CURRENCY, NOT_ELIGIBLE"),
      member_write<TransferPoints, TransferResult>(
          "Spending", "Gives points to another member; they keep their expiry.", anybody,
          "UNKNOWN_MEMBER, UNKNOWN_CURRENCY, INSUFFICIENT_POINTS, QUALIFYING_NOT_REDEEMABLE, "
          "MEMBER_NOT_ACTIVE"),
      member_write<IssueVoucher, VoucherResult>("Vouchers", "Gives a voucher to a member.", staff,
                                                "UNKNOWN_VOUCHER"),
      member_write<UseVoucher, VoucherResult>(
          "Vouchers", "Uses a voucher, or a part of its value. One use succeeds once.", till,
          "UNKNOWN_VOUCHER, VOUCHER_NOT_USABLE"),
      member_write<ReserveVoucher, VoucherResult>(
          "Vouchers", "Sets a voucher aside for a basket; the reservation ends by itself.", anybody,
          "UNKNOWN_VOUCHER, VOUCHER_NOT_USABLE"),
      member_write<ReleaseVoucher, VoucherResult>("Vouchers", "Ends the reservation of a voucher.",
                                                  anybody, "UNKNOWN_VOUCHER, VOUCHER_NOT_USABLE"),
      member_write<CancelVoucher, VoucherResult>("Vouchers", "Takes a voucher back.", staff,
                                                 "UNKNOWN_VOUCHER, VOUCHER_NOT_USABLE"),
      member_write<EnrollInPromotion, PromotionResult>(
          "Promotions", "Starts participation, at zero. Repeating it changes nothing.", anybody,
          "UNKNOWN_PROMOTION, ENROLLMENT_CLOSED, NOT_ELIGIBLE"),
      member_write<LeavePromotion, PromotionResult>(
          "Promotions", "Ends participation; progress of the open cycle is given up.", anybody,
          "UNKNOWN_PROMOTION, NOT_ENROLLED"),
      member_write<UpdateProgress, PromotionResult>(
          "Promotions", "Adds to a member's progress by hand and returns the new state.", till,
          "UNKNOWN_PROMOTION, NOT_ENROLLED, NOT_ELIGIBLE, LIMIT_EXCEEDED"),
      member_read<ListPromotions, PromotionsResult>(
          "Promotions", "All promotions with eligibility, reasons and progress. Changes nothing."),
      member_read<GetProgress, ProgressResult>(
          "Promotions", "How far a member is, what is ahead and, if asked, the whole journey.",
          "UNKNOWN_MEMBER, UNKNOWN_PROMOTION"),
      member_read<GetMember, MemberResultView>("Members", "Everything about a member at once."),
      member_read<GetBalances, BalancesResult>("Members", "Balances by currency."),
      member_read<GetHolds, HoldsResult>("Members", "Points set aside now."),
      member_read<GetTierProgress, TierProgressResult>(
          "Members", "What is missing to the next tier and to keep the present one."),
      member_read<GetBenefits, BenefitsResult>("Members", "Benefits held now."),
      member_read<GetVouchers, VouchersResult>("Members", "All vouchers, with their status."),
      member_read<GetExpirySchedule, ExpiryResult>("Members",
                                                   "Which points expire when, if nothing happens.",
                                                   "UNKNOWN_MEMBER, UNKNOWN_CURRENCY"),
      member_read<GetLedger, LedgerResult>(
          "Members", "The ledger, oldest first: double entry, with rule and trace.",
          "UNKNOWN_MEMBER, UNKNOWN_CURRENCY"),
      member_read<GetTrace, TraceResult>(
          "Members", "Which credits a debit came from, or what a credit was used for."),
      {.name = "quote",
       .group = "Members",
       .summary = "What a call that changes a member would answer now. Changes nothing.",
       .entity = EntityKind::member,
       .writes = false,
       .roles = anybody,
       .errors = "those of the call",
       .decode = decode_quote,
       .params = field_lines<QuoteParams>,
       .result = [] { return std::vector<FieldLine>{}; }},
      member_read<Explain, ExplainResult>("Members",
                                          "Why an entry is what it is: the rules of then, their "
                                          "arithmetic, and what did not apply.",
                                          "UNKNOWN_MEMBER, UNKNOWN_JOURNAL"),
      method<Dated<MemberHead>, VerifyLedger, VerifyLedgerResult>(
          "Members",
          "Books and replays the member's whole history, and compares it with what is held.",
          {Role::program_admin, Role::auditor}, "UNKNOWN_MEMBER"),
      method<ListenHead, Subscribe, SubscriptionResult>(
          "Notices",
          "Sends the events of a member, a partner or a promotion's limits as they become durable, "
          "in order, without a gap.",
          {Role::pos, Role::member_app, Role::partner, Role::program_admin},
          "UNKNOWN_MEMBER, UNKNOWN_PARTNER, UNKNOWN_PROMOTION"),
      method<ListenHead, Unsubscribe, UnsubscribeResult>(
          "Notices", "Ends the subscription of this connection to the entity.",
          {Role::pos, Role::member_app, Role::partner, Role::program_admin}),
      program_write<CreateProgram, ProgramResult>("Creates an empty program, as a draft.",
                                                  "PROGRAM_EXISTS, INVALID_DEFINITION"),
      program_write<ApplyProgram, ProgramResult>(
          "Brings a program to a definition, creating it if need be. Balances stay. With dry_run "
          "the plan is answered and nothing is changed.",
          a_changed_program),
      program_write<DefineCurrency, ProgramResult>(
          "Defines a currency; its subtypes stay when none is given.", a_changed_program),
      program_write<DefineCurrencySubtype, ProgramResult>("Defines a subtype of a currency.",
                                                          "UNKNOWN_CURRENCY, INVALID_DEFINITION"),
      program_write<DefineTierGroup, ProgramResult>(
          "Defines a tier group, with currencies of its own if wanted: all or nothing. Its tiers "
          "stay when none is given.",
          a_changed_program),
      program_write<DefineTiers, ProgramResult>("Defines all tiers of a tier group.",
                                                "INVALID_THRESHOLDS, INVALID_DEFINITION"),
      program_write<DefineBenefitType, ProgramResult>("Defines a benefit type.",
                                                      "INVALID_DEFINITION"),
      program_write<DefineBenefit, ProgramResult>(
          "Defines a benefit; its tiers stay when none is given.", "INVALID_DEFINITION"),
      program_write<AssignBenefit, ProgramResult>("Says which tiers grant a benefit.",
                                                  "INVALID_DEFINITION"),
      program_write<DefineActivity, ProgramResult>("Defines an activity type of the program's own.",
                                                   "INVALID_DEFINITION"),
      program_write<DefineRule, ProgramResult>("Defines an accrual rule.", "INVALID_DEFINITION"),
      program_write<DefineOffer, ProgramResult>(
          "Defines what points buy.",
          "QUALIFYING_NOT_REDEEMABLE, NOT_REWARD_ELIGIBLE, INVALID_DEFINITION"),
      program_write<DefineVoucher, ProgramResult>("Defines a voucher.", "INVALID_DEFINITION"),
      program_write<DefinePromotion, ProgramResult>("Defines a promotion.", "INVALID_DEFINITION"),
      program_write<RegisterPartner, ProgramResult>(
          "Defines a partner; its products and rates stay when none is given. Balances, tiers and "
          "progress stay.",
          "INVALID_DEFINITION"),
      program_write<AddPartnerProduct, ProgramResult>("Defines a product of a partner.",
                                                      "UNKNOWN_PARTNER, INVALID_DEFINITION"),
      program_write<SetPartnerRate, ProgramResult>("Says what points are worth at a partner.",
                                                   "UNKNOWN_PARTNER, INVALID_DEFINITION"),
      program_write<RemoveDefinition, ProgramResult>(
          "Takes one definition out of the program, if that strands nobody.",
          "INVALID_DEFINITION, UNKNOWN_CURRENCY, UNKNOWN_SUBTYPE, UNKNOWN_TIER, UNKNOWN_ACTIVITY, "
          "UNKNOWN_VOUCHER, UNKNOWN_OFFER, UNKNOWN_PROMOTION, UNKNOWN_PARTNER, UNKNOWN_PRODUCT"),
      program_write<ActivateProgram, ProgramResult>("Lets a program take member activity.",
                                                    "UNKNOWN_PROGRAM, NO_CURRENCY"),
      program_write<DeactivateProgram, ProgramResult>("Stops a program taking member activity.",
                                                      "UNKNOWN_PROGRAM"),
      program_write<RunBatch, ProgramResult>(
          "Credits everything that waits for batch crediting. Repeating it credits nothing.",
          "UNKNOWN_PROGRAM, PROGRAM_NOT_ACTIVE"),
      program_read<DescribeProgram, DescribeResult>("The whole program in one place."),
      program_read<ListActivities, ActivitiesResult>("The ways to earn and to spend."),
      method<Dated<PartnerHead>, GetPartnerPosition, PartnerPosition>(
          "Partners", "What partner and program owe each other, up to the last command answered.",
          {Role::partner, Role::program_admin, Role::auditor}, "UNKNOWN_PARTNER"),
      method<Dated<PartnerHead>, GetPartnerStatement, PartnerStatement>(
          "Partners", "The statement of a local calendar month.",
          {Role::partner, Role::program_admin, Role::auditor}, "UNKNOWN_PARTNER"),
      method<Keyed<PartnerHead>, ClosePartnerPeriod, PartnerResult>(
          "Partners", "Makes the statement of a month final; what comes later is in the next one.",
          staff, "UNKNOWN_PARTNER"),
      method<Keyed<PartnerHead>, RecordPartnerPayment, PartnerResult>(
          "Partners", "Records money that changed hands; it reduces what is outstanding.", staff,
          "UNKNOWN_PARTNER"),
      method<Keyed<PartnerHead>, AddPartnerPack, PartnerResult>(
          "Partners", "Records points that a pre-paid partner has bought.", staff,
          "UNKNOWN_PARTNER"),
      method<PromotionHead, GetPromotionBudget, BudgetView>(
          "Promotions", "What all members together were given of a promotion, and what is left.",
          {Role::program_admin, Role::auditor}, "UNKNOWN_PROMOTION"),
      report<ProgramReport, ReportResult>(
          "What happened in a period, by currency, subtype, category, partner or tier.",
          "UNKNOWN_PROGRAM, LIMIT_EXCEEDED"),
      report<OutstandingPoints, OutstandingResult>(
          "The points that members hold, and what the program owes for them.", "UNKNOWN_PROGRAM"),
      report<ExpiryForecast, ForecastResult>(
          "Which points expire when, if nothing happens, and what is owed for them.",
          "UNKNOWN_PROGRAM, UNKNOWN_CURRENCY, LIMIT_EXCEEDED"),
      report<ReplayProgram, ReplayReport>(
          "What a proposed program would have made of the whole history; nothing is changed. "
          "Answered when it is done, one at a time.",
          replaying),
      method<MemberHead, Route, RouteResult>("Server",
                                             "Which node of a cluster has a member. Every node "
                                             "takes every call; this one saves a hop.",
                                             anybody),
      server_call<Ping, PingResult>("Answers."),
      server_call<GetServerInfo, ServerInfoResult>("Version, store, programs and methods."),
      server_call<SetClock, ClockResult>(
          "Sets the clock forward and does all that is due by then (only with `--clock manual`)."),
      server_call<GetCluster, ClusterResult>("The nodes of the cluster, and where each shard is."),
      method<ServerHead, DrainNode, ClusterResult>(
          "Server",
          "Lets a node give all its shards to the others; it takes none until it starts again.",
          staff),
      method<ServerHead, MoveShard, ClusterResult>(
          "Server",
          "Puts a shard on a node, as long as that node is up, or leaves it to the placement "
          "again.",
          staff),
  };
}

void append_table(std::string& out, const std::vector<FieldLine>& lines, bool params) {
  out += params ? "| parameter | type | required | meaning |\n|---|---|---|---|\n"
                : "| field | type | meaning |\n|---|---|---|\n";
  for (const auto& line : lines) {
    out += "| `" + line.name + "` | " + line.type + " | ";
    if (params) out += line.required ? "yes | " : "no | ";
    out += line.doc + " |\n";
  }
}

std::string_view role_name(Role role) {
  constexpr std::array<std::string_view, 5> names{"pos", "partner", "program_admin", "member_app",
                                                  "auditor"};
  return names[static_cast<std::size_t>(role)];
}

}  // namespace

std::span<const Method> methods() {
  static const std::vector<Method> table = make_methods();
  return table;
}

const Method* find_method(std::string_view name) {
  for (const auto& entry : methods()) {
    if (entry.name == name) return &entry;
  }
  return nullptr;
}

std::vector<std::string> method_names() {
  std::vector<std::string> names{"hello"};
  for (const auto& entry : methods()) names.emplace_back(entry.name);
  return names;
}

namespace {

/// A call is made in its place: no way out returns anything else.
domain::Expected<Call, Error> decode_as(const Method& method, std::string_view params,
                                        std::chrono::steady_clock::time_point now) {
  auto call = method.decode(params);
  if (call && call->deadline != std::chrono::steady_clock::time_point::max()) {
    call->deadline = now + call->deadline.time_since_epoch();
  }
  return call;
}

}  // namespace

domain::Expected<Call, Error> decode_call(std::string_view name, std::string_view params,
                                          std::chrono::steady_clock::time_point now) {
  if (const Method* found = find_method(name)) return decode_as(*found, params, now);
  return domain::Unexpected{Error{.code = "UNKNOWN_METHOD",
                                  .text = "no such method; see server_info or docs/methods.md",
                                  .param = "method"}};
}

std::string methods_markdown() {
  std::string out =
      "# Methods\n\n"
      "Generated by `loyalty methods --markdown` from the method table (api/methods.cpp); do not "
      "edit.\nEvery call takes one map and answers one map ([protocol](protocol.md)); the codes "
      "are explained in\n[errors](errors.md). Every method may also answer `INVALID_PARAM`, "
      "`UNKNOWN_PROGRAM`, `OVERLOADED`, `DEADLINE`,\n`UNAVAILABLE`; every write "
      "`IDEMPOTENCY_CONFLICT`. The answer to a repeated key has `replayed: true`.\n";
  std::vector<std::string_view> groups;
  for (const auto& entry : methods()) {
    if (std::find(groups.begin(), groups.end(), entry.group) == groups.end()) {
      groups.push_back(entry.group);
    }
  }
  for (const auto group : groups) {
    out += "\n## " + std::string(group) + "\n";
    for (const auto& entry : methods()) {
      if (entry.group != group) continue;
      out += "\n### " + std::string(entry.name) + "\n\n" + std::string(entry.summary) + "\n";
      out += entry.writes ? "A write. Roles:" : "Roles:";
      for (const auto role : entry.roles) out += " " + std::string(role_name(role));
      if (!entry.errors.empty()) out += ". Errors: " + std::string(entry.errors);
      out += ".\n";
      const auto params = entry.params();
      if (!params.empty()) {
        out += "\n";
        append_table(out, params, true);
      }
      out += "\nAnswer:\n\n";
      append_table(out, entry.result(), false);
    }
  }
  return out;
}

}  // namespace loyalty::api
