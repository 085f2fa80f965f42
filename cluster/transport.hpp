// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>

/// Carries frames between two nodes, in order as long as a connection lasts. What frames mean, who
/// may speak, credit and silence are the business of `Links`.
namespace loyalty::cluster {

/// Names one connection of this process; never used twice.
using Connection = std::uint64_t;

class Transport {
 public:
  /// Called on the transport's threads, for one connection by one at a time.
  struct Events {
    /// A connection stands; `dialled` is the address that this node dialled, "" when the other did.
    std::function<void(Connection, const std::string& dialled)> opened;
    std::function<void(Connection, std::string frame)> received;
    /// The connection is gone. Not called after `close`.
    std::function<void(Connection)> closed;
    /// The next frame to be sent, "" when there is none: asked for after `wake`, until it is "".
    std::function<std::string(Connection)> next_frame;
  };

  virtual ~Transport() = default;
  virtual void start(Events events) = 0;

  // Any thread; none of them waits.

  /// Connects to HOST:PORT. When that fails nothing is called.
  virtual void dial(const std::string& address) = 0;
  virtual void wake(Connection connection) = 0;
  /// Says one last thing and forgets the connection; what the other says on it later makes a new
  /// one.
  virtual void close(Connection connection, std::string last_frame) = 0;

  /// Ends all threads; no event is called any more.
  virtual void stop() = 0;
};

}  // namespace loyalty::cluster
