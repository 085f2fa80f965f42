// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

/// The demo day at Cloud Kicks (config/programs/cloud-kicks.toml) as data.
namespace loyalty::cli {

inline constexpr std::string_view demo_program = "cloud-kicks";

/// Stands for the voucher that the member got last.
inline constexpr std::string_view last_voucher = "$voucher";

/// One command of the story. Its idempotency key is "demo:" and `key`, so that the day can be
/// replayed at will and happens once.
struct DemoStep {
  std::string_view key;
  std::string_view member;  ///< "": a command to the program
  std::string_view what;    ///< for people: "Ada " + "buys running shoes"
  std::string_view method;
  std::vector<std::pair<std::string_view, boost::variant2::variant<std::int64_t, std::string_view>>>
      params;
  std::string_view refusal{};  ///< the code that is expected, where it is refused
};

const std::vector<DemoStep>& demo_story();

/// Who takes part, in the order in which they are shown.
const std::vector<std::string_view>& demo_members();
const std::vector<std::string_view>& demo_partners();

}  // namespace loyalty::cli
