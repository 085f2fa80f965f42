// SPDX-License-Identifier: Apache-2.0
#include "bench/load/random.hpp"

#include <cmath>

namespace loyalty::bench {
namespace {

constexpr std::size_t guide_size = 4096;

}  // namespace

Zipf::Zipf(std::uint32_t n, double s) : cumulative_(n), begin_at_(guide_size) {
  double sum = 0;
  for (std::uint32_t i = 0; i < n; ++i) {
    sum += 1 / std::pow(static_cast<double>(i + 1), s);
    cumulative_[i] = sum;
  }
  for (double& value : cumulative_) value /= sum;
  std::uint32_t at = 0;
  for (std::size_t g = 0; g < guide_size; ++g) {
    while (at + 1 < n && cumulative_[at] < static_cast<double>(g) / guide_size) ++at;
    begin_at_[g] = at;
  }
}

std::uint32_t Zipf::draw(Random& random) const {
  const double at = random.unit();
  std::uint32_t i = begin_at_[static_cast<std::size_t>(at * guide_size)];
  // Where the curve is flat a cell of the guide spans many members.
  std::uint32_t step = 1;
  while (i + step < cumulative_.size() && cumulative_[i + step] < at) step *= 2;
  while (step > 0) {
    if (i + step < cumulative_.size() && cumulative_[i + step] < at) i += step;
    step /= 2;
  }
  return i + 1 < cumulative_.size() && cumulative_[i] < at ? i + 1 : i;
}

}  // namespace loyalty::bench
