// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "cli/workload.hpp"

namespace loyalty::cli {

struct BenchOptions {
  std::string connect;
  WorkloadOptions workload;
  std::size_t connections = 4;
  std::size_t pipeline = 16;
  double seconds = 5;
  double warmup = 1;
  double rate = 0;        ///< calls per second; 0: closed loop
  bool straight = false;  ///< of a cluster: each member is asked of the node that has it
  bool json = false;
};

/// `loyalty bench`: puts load on a server and reports throughput and latency.
int bench(const BenchOptions& options);

}  // namespace loyalty::cli
