// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <unordered_set>
#include <utility>
#include <vector>

#include "net/asio.hpp"
#include "net/services.hpp"

namespace loyalty::net {

class Connection;

/// A thread that runs the connections given to it, and looks after their deadlines.
class IoThread {
 public:
  using Clock = std::chrono::steady_clock;

  explicit IoThread(Services& services);
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  // Any thread.

  boost::asio::io_context& context() { return context_; }
  void start();
  void add(boost::asio::ip::tcp::socket socket, Admission::Ticket ticket);
  /// Asks every connection, and every later one, to finish by then.
  void drain(Clock::time_point deadline);
  void close_connections();
  /// Closes every connection; returns when the thread has ended.
  void stop();

  // On this thread, for its connections.

  void remove(const std::shared_ptr<Connection>& connection) { connections_.erase(connection); }
  /// One read is served before the next, so all connections share the place for it.
  std::vector<char>& scratch() { return scratch_; }
  std::vector<Incoming>& batch() { return batch_; }

 private:
  void adopt(boost::asio::ip::tcp::socket socket, Admission::Ticket ticket);
  void close_all();
  void tick();

  Services& services_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds period_;
  std::vector<char> scratch_;
  std::vector<Incoming> batch_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  std::vector<std::shared_ptr<Connection>> overdue_;
  std::optional<Clock::time_point> draining_until_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace loyalty::net
