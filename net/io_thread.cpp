// SPDX-License-Identifier: Apache-2.0
#include "net/io_thread.hpp"

#include <pthread.h>

#include <algorithm>

#include "net/asio.hpp"
#include "net/connection.hpp"

namespace loyalty::net {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;

/// Often enough that a deadline is missed by an eighth of itself at most.
std::chrono::milliseconds tick_period(const Limits& limits) {
  auto shortest = std::min(limits.frame_deadline, limits.output_soft_time);
  if (limits.idle_timeout.count() > 0) shortest = std::min(shortest, limits.idle_timeout);
  return std::clamp(shortest / 8, std::chrono::milliseconds{5}, std::chrono::milliseconds{500});
}

}  // namespace

IoThread::IoThread(Services& services)
    : services_(services),
      work_(context_.get_executor()),
      timer_(context_),
      period_(tick_period(services.limits)),
      scratch_(read_bytes) {}

IoThread::~IoThread() { stop(); }

void IoThread::start() {
  tick();
  thread_ = std::thread([this] {
    ::pthread_setname_np(::pthread_self(), "network");
    context_.run();
  });
}

void IoThread::add(boost::asio::ip::tcp::socket socket, Admission::Ticket ticket) {
  boost::asio::post(context_, [this, s = std::move(socket), t = std::move(ticket)]() mutable {
    adopt(std::move(s), std::move(t));
  });
}

void IoThread::adopt(boost::asio::ip::tcp::socket socket, Admission::Ticket ticket) {
  if (stopping_) return;
  auto connection =
      std::make_shared<Connection>(services_, *this, std::move(socket), std::move(ticket));
  connections_.insert(connection);
  connection->start();
  if (draining_until_) connection->drain(*draining_until_);
}

void IoThread::drain(Clock::time_point deadline) {
  boost::asio::post(context_, [this, deadline] {
    draining_until_ = deadline;
    const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
    for (const auto& connection : all) connection->drain(deadline);
  });
}

void IoThread::close_connections() {
  boost::asio::post(context_, [this] { close_all(); });
}

void IoThread::stop() {
  if (!thread_.joinable()) return;
  boost::asio::post(context_, [this] {
    stopping_ = true;
    timer_.cancel();
    close_all();
    work_.reset();
  });
  thread_.join();
}

void IoThread::close_all() {
  const std::vector<std::shared_ptr<Connection>> all(connections_.begin(), connections_.end());
  for (const auto& connection : all) connection->close();
}

void IoThread::tick() {
  timer_.expires_after(period_);
  timer_.async_wait([this](boost::system::error_code) {
    if (stopping_) return;
    const auto now = Clock::now();
    for (const auto& connection : connections_) {
      if (connection->is_overdue(now)) overdue_.push_back(connection);
    }
    for (const auto& connection : overdue_) connection->on_overdue(now);
    overdue_.clear();
    tick();
  });
}

}  // namespace loyalty::net
