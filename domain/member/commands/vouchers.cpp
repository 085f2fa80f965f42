// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "domain/member/commands/decide.hpp"
#include "domain/member/credit.hpp"
#include "domain/member/views.hpp"

/// Commands on vouchers: issue, use, cancel (domain.md F25).
namespace loyalty::domain {
namespace {

Sequence parse_voucher(std::string_view name) {
  Sequence id = 0;
  if (name.size() < 2 || name.front() != 'v') return 0;
  const auto [end, error] = std::from_chars(name.data() + 1, name.data() + name.size(), id);
  return error == std::errc{} && end == name.data() + name.size() ? id : 0;
}

Answer voucher_answer(Sequence id) {
  return [id](const MemberTurn& turn, std::size_t) -> MemberResult {
    return VoucherResult{voucher_view(*turn.member().voucher(id), turn.catalogue()),
                         turn.member().sequence};
  };
}

/// The voucher when it can still be used.
Expected<const Voucher*, Refusal> usable(const MemberTurn& turn, const std::string& name) {
  const Voucher* voucher = turn.member().voucher(parse_voucher(name));
  if (voucher == nullptr) {
    return refuse(RefusalCode::unknown_voucher, "voucher",
                  "the member has no voucher '" + name + "'");
  }
  if (voucher->status != VoucherStatus::issued) {
    return refuse(RefusalCode::voucher_not_usable, "voucher",
                  "the voucher is " + std::string(name_of(voucher->status)));
  }
  return voucher;
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

}  // namespace loyalty::domain
