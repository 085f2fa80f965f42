// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace loyalty::cli {

struct ClusterOptions {
  enum class Order : std::uint8_t { status, drain, move };

  std::string connect;
  Order order = Order::status;
  std::string node;  ///< of drain and move
  std::uint32_t shard = 0;
  bool json = false;
};

/// `loyalty cluster`: the nodes of a cluster and where its shards are, after the order was obeyed.
int cluster(const ClusterOptions& options);

}  // namespace loyalty::cli
