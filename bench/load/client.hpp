// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/operation.hpp"
#include "bench/load/wire.hpp"
#include "cli/latency.hpp"

namespace loyalty::bench {

struct RunOptions {
  std::uint32_t depth = 16;  ///< closed loop: operations in flight on each connection
  /// Open loop: operations a second, sent when they are due by a Poisson clock, whatever the server
  /// does; latency counts from when they were due. 0: closed loop.
  double rate = 0;
  double warmup = 0.5;           ///< seconds
  double seconds = 3;            ///< that are measured
  bool progress = false;         ///< a line a second on stderr
  std::vector<pid_t> processes;  ///< of the server, for its processor time
};

struct RunReport {
  cli::Latency latency;
  std::uint64_t operations = 0;  ///< answered within the measured time
  std::uint64_t unanswered = 0;  ///< open loop: due, and not answered in time
  std::uint64_t repeated = 0;
  std::uint64_t insufficient = 0;
  std::uint64_t failed = 0;
  std::string first_failure;
  double longest_silence = 0;  ///< seconds without any reply while some were owed
  double seconds = 0;          ///< measured
  double watched = 0;          ///< seconds that processor time counts, with what came late
  std::uint64_t watched_operations = 0;  ///< answered in them
  double server_cpu = 0;                 ///< seconds, as the next two
  double client_cpu = 0;
  double other_cpu = 0;
};

/// One thread, one epoll, all connections. It writes what is ready with one call and takes all
/// replies that a read brings, so that it is not what is measured.
class Client {
 public:
  /// Ends the program when the server is not there.
  Client(Wire& wire, const std::string& host, std::uint16_t port, std::uint32_t connections);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  void enroll(const Mix& mix, std::uint32_t members, std::uint32_t depth);
  void run(Mix& mix, const RunOptions& options, RunReport& report);

 private:
  /// Of one connection, in flight at most; the open loop stops far below.
  static constexpr std::uint32_t most_in_flight = 1U << 16U;

  struct Link {
    int fd = -1;
    bool polls_writing = false;
    bool dirty = false;
    Outgoing out;
    std::vector<char> in = std::vector<char>(1U << 18U);
    std::size_t in_begin = 0;
    std::size_t in_end = 0;
    std::uint32_t sent = 0;
    std::uint32_t answered = 0;
    std::vector<std::uint64_t> since = std::vector<std::uint64_t>(most_in_flight);
    std::uint32_t in_flight() const { return sent - answered; }
  };

  struct Progress;
  struct Measured;

  void greet(Link& link);
  void send(Link& link, const Operation& operation, std::uint64_t since);
  void flush(std::size_t index);
  template <typename OnReply>
  std::uint32_t receive(Link& link, const OnReply& on_reply);
  int wait(std::uint64_t nanoseconds);

  Wire& wire_;
  int epoll_;
  std::vector<Link> links_;
  std::array<std::uint64_t, 256> ready_{};  ///< index, shifted by what is ready
};

}  // namespace loyalty::bench
