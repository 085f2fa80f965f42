// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/demo_story.hpp"
#include "cli/value.hpp"

namespace loyalty::cli {

/// What the server answered to one step.
struct DemoDecision {
  const DemoStep* step = nullptr;
  Value answer;         ///< a map, or nil when it was refused
  std::string refused;  ///< code of the refusal
};

/// Everything the server said in the end.
struct DemoDay {
  Value program;  ///< describe_program
  std::vector<DemoDecision> decisions;
  Value::Fields members;        ///< get_member
  Value::Fields tier_progress;  ///< get_tier_progress
  Value::Fields vouchers;       ///< get_vouchers
  Value::Fields partners;       ///< get_partner_position

  Value as_value() const;
};

/// The day for people; every number in it is the server's.
std::vector<std::string> demo_report(const DemoDay& day);

}  // namespace loyalty::cli
