// SPDX-License-Identifier: Apache-2.0
#include "net/admission.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace loyalty::net {
namespace {

constexpr SourceAddress ada{1};
constexpr SourceAddress bob{2};

TEST(Admission, LimitsAllConnectionsAndThoseOfOneSource) {
  Admission admission({.max_connections = 3, .max_per_source = 2});
  std::vector<Admission::Ticket> tickets;
  const auto admit = [&](const SourceAddress& source) {
    auto ticket = admission.admit(source);
    if (ticket) tickets.push_back(std::move(*ticket));
    return ticket.has_value();
  };
  EXPECT_TRUE(admit(ada));
  EXPECT_TRUE(admit(ada));
  EXPECT_FALSE(admit(ada)) << "two from one source";
  EXPECT_TRUE(admit(bob));
  EXPECT_FALSE(admit(bob)) << "three in all";
  EXPECT_EQ(admission.open(), 3U);
  tickets.clear();
  EXPECT_EQ(admission.open(), 0U);
  EXPECT_TRUE(admit(ada));
}

TEST(Admission, WaitsUntilTheLastHasGone) {
  Admission admission({});
  const auto now = std::chrono::steady_clock::now();
  EXPECT_TRUE(admission.wait_until_empty(now));
  {
    const auto ticket = admission.admit(ada);
    EXPECT_FALSE(admission.wait_until_empty(now));
  }
  EXPECT_TRUE(admission.wait_until_empty(now));
}

}  // namespace
}  // namespace loyalty::net
