// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace loyalty::bench {

/// SplitMix64: a few cycles a number, so that drawing does not slow the client down.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15ULL + 0x1234567) {}
  std::uint64_t next() {
    std::uint64_t mixed = (state_ += 0x9E3779B97F4A7C15ULL);
    mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
    mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
    return mixed ^ (mixed >> 31);
  }
  /// 0 to n-1.
  std::uint32_t below(std::uint32_t n) {
    return static_cast<std::uint32_t>((std::uint64_t{static_cast<std::uint32_t>(next())} * n) >>
                                      32);
  }
  /// From 0 to below 1.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  std::uint64_t state_;
};

/// Zipf numbers 0 to n-1 with exponent s, by the inverse of the distribution and a table of where
/// to begin in it: a constant number of steps is to be expected.
class Zipf {
 public:
  Zipf(std::uint32_t n, double s);
  std::uint32_t draw(Random& random) const;

 private:
  std::vector<double> cumulative_;
  std::vector<std::uint32_t> begin_at_;
};

}  // namespace loyalty::bench
