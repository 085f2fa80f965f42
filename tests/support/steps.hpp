// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <rapidcheck.h>

#include <iosfwd>
#include <vector>

#include "domain/member/commands.hpp"
#include "domain/time.hpp"

namespace loyalty::support {

enum class Deed : std::uint8_t {
  purchase,
  late_purchase,
  run,
  review,
  training,
  survey,
  credit,
  debit,
  redeem_mug,
  redeem_partner,
  redeem_drink,
  latte,
  lamp,
  enroll,
  leave,
  progress,
  use_voucher,
  cancel_voucher,
  nonsense,
  run_batch,
  wait,
};

/// One step of a random life: a deed with a number, after some days of waiting.
struct Step {
  Deed deed = Deed::wait;
  int days = 0;
  int number = 0;
};

std::ostream& operator<<(std::ostream& out, const Step& step);

/// A random life in the program shop(). Short waits are frequent, years happen.
rc::Gen<std::vector<Step>> any_life();
/// The same without what a simple model does not know: promotions, vouchers, late activities.
rc::Gen<std::vector<Step>> simple_life();

/// The command of a step; `run_batch` and `wait` are a Wake.
domain::MemberCommand command_of(const Step& step, domain::Instant now);

}  // namespace loyalty::support
