// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/invariant.hpp"
#include "domain/member/evolve/apply.hpp"

/// Vouchers.
namespace loyalty::domain {
namespace {

Voucher& voucher_of(Member& member, Sequence id) {
  const auto found = std::find_if(member.vouchers.begin(), member.vouchers.end(),
                                  [id](const Voucher& v) { return v.id == id; });
  invariant(found != member.vouchers.end(), "a fact names a voucher that was issued");
  return *found;
}

}  // namespace

void apply(Member& member, Instant at, const VoucherIssued& e) {
  member.vouchers.push_back({.id = member.sequence,
                             .definition = e.definition,
                             .remaining = e.value,
                             .issued = at,
                             .expires = e.expires,
                             .status = VoucherStatus::issued,
                             .reserved_until = never,
                             .promotion = e.promotion,
                             .journal = e.journal});
}

void apply(Member& member, Instant, const VoucherReserved& e) {
  Voucher& voucher = voucher_of(member, e.voucher);
  voucher.status = VoucherStatus::reserved;
  voucher.reserved_until = e.until;
}

void apply(Member& member, Instant, const VoucherReservationEnded& e) {
  Voucher& voucher = voucher_of(member, e.voucher);
  voucher.status = VoucherStatus::issued;
  voucher.reserved_until = never;
}

void apply(Member& member, Instant, const VoucherUsed& e) {
  Voucher& voucher = voucher_of(member, e.voucher);
  voucher.remaining = e.remaining;
  voucher.status = e.spent ? VoucherStatus::redeemed : VoucherStatus::issued;
  voucher.reserved_until = never;
}

void apply(Member& member, Instant, const VoucherExpired& e) {
  voucher_of(member, e.voucher).status = VoucherStatus::expired;
}

void apply(Member& member, Instant, const VoucherCancelled& e) {
  voucher_of(member, e.voucher).status = VoucherStatus::cancelled;
}

}  // namespace loyalty::domain
