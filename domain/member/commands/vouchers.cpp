// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "domain/member/commands/decide.hpp"
#include "domain/member/commands/spend.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/views.hpp"

/// Commands on vouchers (domain.md F25): issued, perhaps reserved, used at once or in parts, or
/// cancelled. Their expiry and the end of reservations are timers (settle).
namespace loyalty::domain {
namespace {

constexpr std::int64_t longest_reservation_s = 2'592'000;  // 30 days

Answer voucher_answer(Sequence id) {
  return [id](const MemberTurn& turn, std::size_t) -> MemberResult {
    return VoucherResult{voucher_view(*turn.member().voucher(id), turn.catalogue()),
                         turn.member().sequence};
  };
}

Expected<const Voucher*, Refusal> find_voucher(const MemberTurn& turn, const std::string& name) {
  const Voucher* voucher = turn.member().voucher(number_of(name, 'v'));
  if (voucher == nullptr) {
    return refuse(RefusalCode::unknown_voucher, "voucher",
                  "the member has no voucher '" + name + "'");
  }
  return voucher;
}

Unexpected<Refusal> not_usable(const Voucher& voucher) {
  return refuse(RefusalCode::voucher_not_usable, "voucher",
                "the voucher is " + std::string(name_of(voucher.status)));
}

/// The voucher when it can still be used: it is free, or reserved for this use.
Expected<const Voucher*, Refusal> usable(const MemberTurn& turn, const std::string& name) {
  const auto voucher = find_voucher(turn, name);
  if (!voucher) return voucher;
  const VoucherStatus status = (*voucher)->status;
  if (status == VoucherStatus::issued || status == VoucherStatus::reserved) return voucher;
  return not_usable(**voucher);
}

/// The voucher when it has one status and no other.
Expected<const Voucher*, Refusal> in_status(const MemberTurn& turn, const std::string& name,
                                            VoucherStatus wanted) {
  const auto voucher = find_voucher(turn, name);
  if (!voucher || (*voucher)->status == wanted) return voucher;
  return not_usable(**voucher);
}

}  // namespace

Decision decide(const IssueVoucher& command, MemberTurn& turn) {
  const VoucherDef* definition = turn.catalogue().voucher(command.voucher);
  if (definition == nullptr) {
    return refuse(RefusalCode::unknown_voucher, "definition",
                  "the program has no voucher '" + command.voucher + "'");
  }
  return voucher_answer(issue_voucher(turn, *definition, 0, {}));
}

Decision decide(const UseVoucher& command, MemberTurn& turn) {
  const auto voucher = usable(turn, command.voucher);
  if (!voucher) return Unexpected{voucher.error()};
  const Sequence id = (*voucher)->id;
  const Money left = (*voucher)->remaining;
  const Money value{command.value.value_or(left.value)};
  if (command.value && (value < Money{1} || value > left)) {
    return refuse(RefusalCode::invalid_param, "value",
                  "expected 1 to " + std::to_string(left.value) + " minor units");
  }
  turn.state(VoucherUsed{
      .voucher = id, .value = value, .remaining = left - value, .spent = value == left});
  return voucher_answer(id);
}

Decision decide(const CancelVoucher& command, MemberTurn& turn) {
  const auto voucher = usable(turn, command.voucher);
  if (!voucher) return Unexpected{voucher.error()};
  const Sequence id = (*voucher)->id;
  turn.state(VoucherCancelled{id});
  return voucher_answer(id);
}

Decision decide(const ReserveVoucher& command, MemberTurn& turn) {
  if (command.ttl_s < 1 || command.ttl_s > longest_reservation_s) {
    return refuse(RefusalCode::invalid_param, "ttl_s", "expected 1 to 2592000 seconds");
  }
  const auto voucher = in_status(turn, command.voucher, VoucherStatus::issued);
  if (!voucher) return Unexpected{voucher.error()};
  const Sequence id = (*voucher)->id;
  // A reservation does not outlive its voucher.
  const Instant wanted{turn.at().ms + command.ttl_s * 1000};
  turn.state(VoucherReserved{id, std::min(wanted, (*voucher)->expires)});
  return voucher_answer(id);
}

Decision decide(const ReleaseVoucher& command, MemberTurn& turn) {
  const auto voucher = in_status(turn, command.voucher, VoucherStatus::reserved);
  if (!voucher) return Unexpected{voucher.error()};
  const Sequence id = (*voucher)->id;
  turn.state(VoucherReservationEnded{id, false});
  return voucher_answer(id);
}

}  // namespace loyalty::domain
