// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <iostream>
#include <sstream>
#include <utility>

namespace loyalty::support {

/// Checks a property on that many random cases, and prints the seed; RC_PARAMS="seed=..." in the
/// environment repeats a run.
template <class Testable>
void check_property(int cases, Testable&& testable) {
  const auto* info = testing::UnitTest::GetInstance()->current_test_info();
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = cases;
  std::cout << "seed=" << params.seed << ", " << cases << " cases\n";
  const rc::detail::TestMetadata metadata{std::string(info->test_suite_name()) + "/" + info->name(),
                                          info->name()};
  const auto result = rc::detail::checkTestable(std::forward<Testable>(testable), metadata, params);
  if (result.template is<rc::detail::SuccessResult>()) return;
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  FAIL() << text.str() << "\nseed=" << params.seed;
}

}  // namespace loyalty::support
