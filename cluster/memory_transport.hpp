// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cluster/transport.hpp"

namespace loyalty::cluster {

/// A network inside of one thread: nothing moves until `run`, so that a test decides what happens
/// between two steps, and can cut or lose what it likes.
class MemoryNetwork {
 public:
  /// A node's end of it, reachable at `address`.
  std::unique_ptr<Transport> node(const std::string& address);

  /// Carries frames until none is left.
  void run();
  /// Nothing passes from one to the other any more, and no one hears of it.
  void cut(const std::string& from, const std::string& to);
  void mend(const std::string& from, const std::string& to);
  /// Ends all connections between the two; both hear of it.
  void reset(const std::string& one, const std::string& other);

 private:
  class End;
  struct Wire {
    End* ends[2] = {nullptr, nullptr};
    Connection names[2] = {0, 0};
    bool accepted = false;
  };

  bool is_cut(const std::string& from, const std::string& to) const;
  /// Carries what one side of one wire has to say; false when there was nothing.
  bool carry(const std::shared_ptr<Wire>& wire, int side);

  std::map<std::string, End*> ends_;
  std::vector<std::shared_ptr<Wire>> wires_;
  std::vector<std::pair<std::string, std::string>> cuts_;
  std::deque<std::function<void()>> later_;
  Connection last_connection_ = 0;
};

}  // namespace loyalty::cluster
