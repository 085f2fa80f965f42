// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "bench/load/random.hpp"

namespace loyalty::bench {

constexpr std::uint32_t w1_partners = 50;
constexpr std::uint32_t w1_day = 20100;  ///< days since 1970, for the servers that are told the day

struct Operation {
  enum class Kind : std::uint8_t { purchase, redeem, query, enroll };
  Kind kind = Kind::purchase;
  std::array<char, 24> key{};     ///< "T", the run in 8 digits, "-", a number in 14
  std::array<char, 10> member{};  ///< "M" and 9 digits
  std::uint64_t number = 0;       ///< of the key, among all runs
  std::uint32_t member_number = 0;
  std::uint32_t amount = 0;  ///< cents; points of a redemption
  std::uint32_t partner = 0;
};

struct MixOptions {
  bool redeems = false;  ///< W2: 80 % purchases, 10 % redemptions, 10 % queries
  double zipf = 0;       ///< exponent of the members' distribution; 0: uniform
  std::uint32_t members = 100'000;
  double repeats = 0.01;  ///< share of the operations that are sent again
  std::optional<std::uint32_t> only_member;
  std::optional<std::uint32_t> only_partner;
};

/// The operations of W1 and W2, the same for every server: amounts of 1.00 to 200.00, 50 partners.
/// A repetition is one of the last 50 operations, sent again as it was.
class Mix {
 public:
  Mix(const MixOptions& options, std::uint32_t run);
  const Operation& next();
  /// The enrolment of a member, for servers that are not started with their members.
  Operation enrolment(std::uint32_t member) const;

 private:
  static constexpr std::size_t remembered = 64;

  std::uint32_t draw_member();

  MixOptions options_;
  std::uint32_t run_;
  Random random_;
  std::optional<Zipf> zipf_;
  std::uint64_t count_ = 0;
  std::array<Operation, remembered> last_{};
};

}  // namespace loyalty::bench
