// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/asio.hpp"
#include "net/built_in.hpp"
#include "net/frame.hpp"
#include "net/frame_scanner.hpp"
#include "net/io_thread.hpp"
#include "net/outbox.hpp"
#include "net/services.hpp"

namespace loyalty::net {

/// One client: a coroutine that reads and hands over, and an outbox that is written in bursts.
/// Lives on its io thread; only the outbox is known elsewhere.
///
///   serving --fault, end of input, drain--> finishing --all replies written--> lingering -->
///   closed
///
/// Finishing and lingering read on and discard: a socket closed with unread input resets the
/// connection, and the reset may overtake the last reply.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Clock = std::chrono::steady_clock;
  using TimePoint = Clock::time_point;

  Connection(Services& services, IoThread& home, boost::asio::ip::tcp::socket socket,
             Admission::Ticket ticket);

  void start();
  void drain(TimePoint deadline);
  void close();

  bool is_overdue(TimePoint now);
  void on_overdue(TimePoint now);

 private:
  enum class Stage : std::uint8_t { serving, finishing, lingering, closed };

  boost::asio::awaitable<void> read_all();
  bool is_congested() const;
  void on_input_end(bool orderly);

  void receive(std::string_view fresh);
  std::size_t serve(std::string_view bytes);
  void dispatch(const Frame& frame);
  void call(const Request& request);
  void hello(const Request& request);
  void hand_over();
  void fail(Verdict verdict, std::string_view frame);

  void flush();
  void when_writable();
  void finish(TimePoint deadline);
  void settle();

  Services& services_;
  IoThread& home_;
  boost::asio::ip::tcp::socket socket_;
  Admission::Ticket ticket_;
  boost::asio::steady_timer room_;  ///< never expires; cancelled when there is room to read on
  std::shared_ptr<Outbox> outbox_;

  Stage stage_ = Stage::serving;
  Preferences preferences_;
  FrameScanner scanner_;
  std::string input_;  ///< what came after the last whole frame
  std::string output_;
  std::size_t written_ = 0;  ///< of output_

  bool starved_ = false;  ///< whole frames may be left in input_ for want of room
  bool paused_ = false;
  bool blocked_ = false;  ///< waits for the socket to take more
  bool input_ended_ = false;
  bool wants_notices_ = false;

  TimePoint last_activity_;
  std::optional<TimePoint> frame_started_;
  std::optional<TimePoint> over_soft_since_;
  TimePoint deadline_{};  ///< of finishing and lingering
};

}  // namespace loyalty::net
