// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/clock.hpp"
#include "api/call.hpp"
#include "domain/expected.hpp"
#include "persistence/store.hpp"

namespace loyalty::actors {

struct NodeOptions {
  std::size_t executors = 0;              ///< threads that run actors; 0: half of the cores
  std::size_t active_entities = 100'000;  ///< kept in memory
  std::chrono::seconds max_idle{600};     ///< an entity not used for so long leaves memory
  std::chrono::seconds snapshot_age{30};  ///< when a record is so old its entity is snapshotted
  std::size_t max_in_flight = 20'000;     ///< calls at once; more are answered OVERLOADED
  std::string version;                    ///< for server_info
  std::string durability;                 ///< for server_info
  /// Where acknowledged writes are put that the store has lost; empty: nowhere.
  std::filesystem::path lost_writes;
  bool rebuild_reports = false;  ///< make all reports anew from the histories
  std::function<void(const std::string&)> log;
};

/// All actors of this process: takes decoded calls and answers each exactly once, when what it
/// depends on is durable. Store and clock outlive it.
class Node {
 public:
  /// Claims and recovers every shard of the store.
  static persistence::StoreResult<std::unique_ptr<Node>> start(NodeOptions options,
                                                               persistence::Store& store,
                                                               Clock& clock);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  /// Any thread; never blocks.
  void submit(std::vector<api::Call>&& calls);

  /// The version of a program in force; 0 when there is none. Any thread.
  std::uint32_t program_version(std::string_view id) const;

  /// Waits until nothing is under way, or the time is over.
  void wait_until_quiet(std::chrono::milliseconds patience);

 private:
  class Impl;
  explicit Node(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace loyalty::actors
