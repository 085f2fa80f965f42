// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "api/exchange.hpp"
#include "domain/expected.hpp"
#include "net/frame_scanner.hpp"

namespace loyalty::net {

/// Why a call brought no result.
struct CallError {
  enum class Kind : std::uint8_t {
    refused,  ///< the server answered with an error
    timeout,  ///< no answer yet; whether the call took effect is unknown
    lost,     ///< the connection is gone, or what came is no reply; likewise unknown
  };
  Kind kind = Kind::lost;
  api::Error error;  ///< the server's, or only a text
};

/// The result of a call: any MessagePack value, raw.
using CallOutcome = domain::Expected<std::string, CallError>;

struct Answer {
  std::uint32_t msgid = 0;
  CallOutcome outcome;
};

/// A reply where it was received; the view lives until the next function of the client that
/// receives.
struct AnswerView {
  std::uint32_t msgid = 0;
  bool refused = false;
  std::string_view body;  ///< the result, or the error value (read_error)
};

struct ReceivedNotice {
  std::string method;
  std::string body;  ///< a MessagePack map, raw
};

/// The error field of a reply, in any of its three forms.
api::Error read_error(std::string_view value);

/// A client of the server, for one thread at a time. Two ways to use it: blocking functions with
/// time limits, or, to drive many clients with one epoll, fd(), wants_write(), pump() and
/// poll_reply().
class Client {
 public:
  using Milliseconds = std::chrono::milliseconds;

  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  /// `host` is a name or an address; the error is a sentence.
  static domain::Expected<Client, std::string> connect(const std::string& host, std::uint16_t port,
                                                       Milliseconds timeout);

  /// Sends one call and waits for its reply; replies to other calls are kept for next_reply().
  CallOutcome call(std::string_view method, std::string_view params, Milliseconds timeout);

  /// Buffers a call; `params` is a MessagePack map. Returns its msgid.
  std::uint32_t send(std::string_view method, std::string_view params);
  /// Whether all that is buffered went out in time.
  bool flush(Milliseconds timeout);
  /// The next reply, in the order of arrival; sends what is buffered. The error is never `refused`.
  domain::Expected<Answer, CallError> next_reply(Milliseconds timeout);
  domain::Expected<ReceivedNotice, CallError> next_notice(Milliseconds timeout);

  /// Calls without a reply so far.
  std::size_t in_flight() const { return in_flight_; }

  int fd() const { return socket_.fd; }
  bool wants_write() const { return out_at_ < out_.size(); }
  /// Writes and reads what is possible without waiting. False: the connection is lost, and what
  /// was received before can still be polled. Poll until there is nothing before waiting at fd():
  /// what was read already makes it ready no more.
  bool pump();
  /// The writing half of pump().
  bool push();
  /// The next reply received; notices before it go to their own queue.
  std::optional<AnswerView> poll_reply();
  std::optional<ReceivedNotice> poll_notice();
  /// Why the connection was lost; empty as long as it is not.
  const std::string& lost_because() const { return lost_because_; }

 private:
  using Clock = std::chrono::steady_clock;

  /// Owns a file descriptor.
  struct Socket {
    explicit Socket(int descriptor) : fd(descriptor) {}
    Socket(Socket&& other) noexcept;
    Socket& operator=(Socket&& other) noexcept;
    ~Socket();
    int fd;
  };

  explicit Client(Socket socket);

  void write_some();
  void read_some();
  void make_room();
  void lose(std::string because);
  std::optional<AnswerView> take_reply(std::string_view message);
  bool take_notice(std::string_view message);
  bool wait(Clock::time_point deadline);
  CallError failure() const;

  Socket socket_;
  std::string out_;
  std::size_t out_at_ = 0;  ///< of out_, written
  std::vector<char> in_;
  std::size_t in_begin_ = 0;
  std::size_t in_end_ = 0;
  FrameScanner scanner_;
  std::uint32_t last_msgid_ = 0;
  std::size_t in_flight_ = 0;
  std::deque<Answer> kept_;                     ///< replies that came while another was awaited
  std::unordered_set<std::uint32_t> given_up_;  ///< calls that timed out
  std::deque<ReceivedNotice> notices_;
  std::string lost_because_;
};

}  // namespace loyalty::net
