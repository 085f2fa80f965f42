// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/latency.hpp"
#include "cli/workload.hpp"
#include "net/client.hpp"

namespace loyalty::cli {

struct LoadOptions {
  std::size_t pipeline = 16;  ///< calls in flight per connection
  std::chrono::milliseconds warmup{1000};
  std::chrono::milliseconds duration{5000};
  /// Calls per second, started whether or not the earlier ones are answered (open loop); 0: a new
  /// call whenever one is answered (closed loop).
  double rate = 0;
};

struct LoadReport {
  Latency latency;              ///< of what was measured; open loop: since it should have begun
  std::int64_t operations = 0;  ///< answered within the measured time
  std::int64_t unsent = 0;      ///< open loop: due, but never sent within the time
  std::int64_t unanswered = 0;
  std::map<std::string, std::int64_t> errors;  ///< measured refusals by code
  std::string lost;                            ///< why a connection broke off, or ""
};

/// Drives all connections from this thread with one epoll. Latency in the open loop counts from the
/// instant at which a call was due, so a server that stalls cannot hide it by slowing the client
/// down (coordinated omission).
class LoadGenerator {
 public:
  /// Calls back about ten times a second with the answers of the last interval.
  using OnProgress = std::function<void(std::int64_t operations, std::chrono::milliseconds time)>;

  LoadGenerator(std::vector<net::Client> connections, Workload& workload);
  /// From now on the calls for a member go over connections to its node: `home` tells which of the
  /// nodes has it, and connection i is one to node i modulo their number.
  void go_straight(std::vector<std::size_t> home, std::size_t nodes);
  ~LoadGenerator();
  LoadGenerator(const LoadGenerator&) = delete;
  LoadGenerator& operator=(const LoadGenerator&) = delete;

  /// Enrols members 0 to n-1, a full pipeline at a time; the error is a sentence.
  std::optional<std::string> enroll(std::size_t members, std::size_t pipeline);

  void run(const LoadOptions& options, LoadReport& report, const OnProgress& progress);

 private:
  using Clock = std::chrono::steady_clock;

  struct Link {
    net::Client client;
    /// Calls in flight: since when, and for an enrolment of whom.
    struct Sent {
      Clock::time_point since;
      std::size_t member = 0;
    };
    std::vector<std::pair<std::uint32_t, Sent>> sent;
    bool polls_writing = false;

    Sent take(std::uint32_t msgid);
  };

  using OnAnswer =
      std::function<void(Link&, const Link::Sent&, const net::AnswerView&, Clock::time_point)>;

  /// Waits until something can be read or written or `until` is there, and takes the answers.
  /// False: a connection is lost.
  bool turn(Clock::time_point until, const OnAnswer& on_answer);
  bool flush();
  void call(Link& link, const WorkloadCall& what, Clock::time_point since, std::size_t member = 0);
  /// The next call, over `link` where it matters not over which.
  void call_next(Link& link, Clock::time_point since);
  void watch_for_writing(std::size_t index);
  std::size_t in_flight() const;
  std::string lost_because() const;

  std::vector<Link> links_;
  std::vector<std::size_t> home_;
  std::size_t nodes_ = 0;
  Workload& workload_;
  int epoll_ = -1;
  int timer_ = -1;
};

}  // namespace loyalty::cli
