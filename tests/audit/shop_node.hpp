// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "actors/node.hpp"
#include "domain/program/definition.hpp"
#include "persistence/store.hpp"
#include "tests/actors/node_fixture.hpp"

namespace loyalty::audit {

/// A real node over any store, running the shop of tests/support, and calls to it. Its clock stands
/// still unless it is moved.
class ShopNode {
 public:
  /// `active`: entities kept in memory; a small number makes snapshots.
  explicit ShopNode(persistence::Store& store, std::size_t active = 100'000);

  struct Param {
    std::string name;
    boost::variant2::variant<std::int64_t, std::string> value;
  };
  api::Reply call(const std::string& method, const std::vector<Param>& params);
  /// Fails the test when it is refused.
  void must(const std::string& method, const std::vector<Param>& params);
  void apply(const domain::ProgramDefinition& program);

  void advance_days(std::int64_t days);
  /// Ends the node and starts another.
  void restart();
  void stop() { node_.reset(); }

 private:
  void start();
  api::Reply send(const std::string& method, std::string_view params);

  persistence::Store& store_;
  std::size_t active_;
  actors::ManualClock clock_;
  std::shared_ptr<actors::TestPeer> peer_ = std::make_shared<actors::TestPeer>();
  std::unique_ptr<actors::Node> node_;
  std::uint32_t next_msgid_ = 1;
};

/// A random life of some members: every kind of command, refusals and repetitions included, batch
/// runs, a new version of the program, and years that pass. The same seed gives the same calls.
struct Life {
  std::uint64_t seed = 1;
  int steps = 120;
  int members = 8;
  int restarts = 0;             ///< spread over the steps
  bool changes_program = true;  ///< half-way
};
void live(ShopNode& node, const Life& life);

}  // namespace loyalty::audit
