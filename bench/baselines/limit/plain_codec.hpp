// SPDX-License-Identifier: Apache-2.0
// The MessagePack-RPC of the baselines read and written by hand, in place and without an
// allocation.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "bench/baselines/limit/w1_core.hpp"

namespace loyalty::bench::w1 {

struct Request {
  enum class Kind : std::uint8_t { purchase, redeem, query };
  Kind kind = Kind::purchase;
  std::uint32_t id = 0;
  std::string_view key;
  std::string_view member;
  std::uint32_t amount = 0;
  std::uint32_t partner = 0;
  std::uint32_t day = 0;
};

/// The size of the request that `bytes` begins with; 0: it is not whole. What is malformed is never
/// whole either: this measures a limit, it is no server.
std::size_t parse(std::string_view bytes, Request& request);

constexpr std::size_t largest_reply = 64;
/// The end of the reply written at `at`.
char* put_reply(char* at, std::uint32_t id, const Answer& answer);

}  // namespace loyalty::bench::w1
