// SPDX-License-Identifier: Apache-2.0
#include "cli/latency.hpp"

#include <algorithm>
#include <boost/histogram/axis/regular.hpp>
#include <boost/histogram/histogram.hpp>
#include <boost/histogram/make_histogram.hpp>
#include <cmath>
#include <vector>

namespace loyalty::cli {
namespace {

namespace histogram = boost::histogram;
using Axis = histogram::axis::regular<double, histogram::axis::transform::log>;

constexpr int bins = 1800;
constexpr double smallest_us = 1;
constexpr double largest_us = 60e6;

}  // namespace

struct Latency::Histogram {
  using Counts = decltype(histogram::make_histogram_with(std::vector<std::int64_t>(),
                                                         Axis(bins, smallest_us, largest_us)));
  Counts counts = histogram::make_histogram_with(std::vector<std::int64_t>(),
                                                 Axis(bins, smallest_us, largest_us));
};

Latency::Latency() : histogram_(std::make_unique<Histogram>()) {}
Latency::~Latency() = default;

void Latency::record(Nanoseconds time) {
  histogram_->counts(static_cast<double>(time.count()) / 1e3);
  ++count_;
  max_ = std::max(max_, time);
}

Latency::Nanoseconds Latency::quantile(double share) const {
  if (count_ == 0) return Nanoseconds{0};
  const auto rank = std::max<std::int64_t>(
      1, static_cast<std::int64_t>(std::ceil(share * static_cast<double>(count_))));
  const auto& axis = histogram_->counts.axis();
  std::int64_t seen = 0;
  // The bins before the first and after the last hold what is out of the axis.
  for (int i = -1; i <= axis.size(); ++i) {
    seen += histogram_->counts.at(i);
    if (seen < rank) continue;
    if (i < 0) return std::min(max_, Nanoseconds{1000});
    if (i == axis.size()) return max_;
    const auto middle = Nanoseconds(std::llround(axis.bin(i).center() * 1e3));
    return std::min(middle, max_);
  }
  return max_;
}

}  // namespace loyalty::cli
