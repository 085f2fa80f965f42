// SPDX-License-Identifier: Apache-2.0
#include "net/connection.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>

namespace loyalty::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;

/// How long a client that has got everything may take to hang up.
constexpr std::chrono::milliseconds linger_time{1'000};
constexpr int keepalive_seconds = 60;
/// An emptied input buffer keeps this much.
constexpr std::size_t kept_input_bytes = 4 * 1024;

bool means_try_again(const error_code& error) {
  return error == asio::error::would_block || error == asio::error::try_again ||
         error == asio::error::interrupted;
}

api::Error error_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::too_deep:
      return {.code = "TOO_DEEP", .text = "the message is nested too deep", .param = ""};
    case Verdict::too_many_elements:
      return {.code = "TOO_MANY_ELEMENTS", .text = "an array or map is too long", .param = ""};
    case Verdict::too_large:
      return {.code = "FRAME_TOO_LARGE", .text = "the message is too large", .param = ""};
    case Verdict::incomplete:
      return {.code = "FRAME_TIMEOUT",
              .text = "the message took too long to arrive",
              .param = "",
              .retryable = true};
    case Verdict::complete:
    case Verdict::malformed: break;
  }
  return {.code = "MALFORMED", .text = "the bytes are not MessagePack", .param = ""};
}

Counter& counter_of(Verdict verdict, Counters& counters) {
  switch (verdict) {
    case Verdict::too_deep: return counters.frames_too_deep;
    case Verdict::too_many_elements: return counters.containers_too_long;
    case Verdict::too_large: return counters.frames_too_large;
    case Verdict::incomplete: return counters.slow_writers;
    case Verdict::complete:
    case Verdict::malformed: break;
  }
  return counters.malformed;
}

}  // namespace

Connection::Connection(Services& services, IoThread& home, tcp::socket socket,
                       Admission::Ticket ticket)
    : services_(services),
      home_(home),
      socket_(std::move(socket)),
      ticket_(std::move(ticket)),
      room_(home.context(), TimePoint::max()),
      scanner_({.bytes = services.limits.frame_bytes,
                .elements = services.limits.max_elements,
                .nesting = services.limits.max_nesting}),
      last_activity_(Clock::now()) {}

void Connection::start() {
  error_code ignored;
  socket_.non_blocking(true, ignored);
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_KEEPIDLE, &keepalive_seconds,
               sizeof(keepalive_seconds));

  outbox_ = std::make_shared<Outbox>(services_.limits, [&home = home_, weak = weak_from_this()] {
    asio::post(home.context(), [weak] {
      if (const auto self = weak.lock()) self->flush();
    });
  });
  asio::co_spawn(
      home_.context(), [self = shared_from_this()] { return self->read_all(); }, asio::detached);
}

asio::awaitable<void> Connection::read_all() {
  while (stage_ != Stage::closed) {
    error_code error;
    co_await socket_.async_wait(tcp::socket::wait_read,
                                asio::redirect_error(asio::use_awaitable, error));
    if (error || stage_ == Stage::closed) co_return;
    auto& scratch = home_.scratch();
    const std::size_t size = socket_.read_some(asio::buffer(scratch), error);
    if (means_try_again(error)) continue;
    if (error) {
      on_input_end(error == asio::error::eof);
      co_return;
    }
    receive({scratch.data(), size});
    while (stage_ == Stage::serving && (starved_ || is_congested())) {
      if (is_congested()) {
        paused_ = true;
        co_await room_.async_wait(asio::redirect_error(asio::use_awaitable, error));
        paused_ = false;
      }
      receive({});
    }
  }
}

bool Connection::is_congested() const {
  return outbox_->in_flight() >= services_.limits.max_in_flight ||
         outbox_->waiting() > services_.limits.output_soft_bytes;
}

void Connection::on_input_end(bool orderly) {
  input_ended_ = true;
  if (!orderly || stage_ == Stage::lingering) {
    close();
  } else {
    if (stage_ == Stage::serving) finish(Clock::now() + services_.limits.frame_deadline);
    flush();
  }
}

void Connection::receive(std::string_view fresh) {
  if (stage_ != Stage::serving) return;
  last_activity_ = Clock::now();
  const bool had_input = !input_.empty();
  if (had_input) input_.append(fresh);
  const std::string_view bytes = had_input ? std::string_view(input_) : fresh;

  const std::size_t used = serve(bytes);
  if (stage_ == Stage::serving) {
    const bool partial = used < bytes.size() && !starved_;
    if (!partial) {
      frame_started_.reset();
    } else if (used > 0 || !frame_started_) {
      frame_started_ = last_activity_;
    }
    if (had_input) {
      input_.erase(0, used);
    } else {
      input_.assign(bytes.substr(used));
    }
    if (input_.empty() && input_.capacity() > kept_input_bytes) input_ = {};
  } else {
    input_ = {};
  }
  flush();
}

std::size_t Connection::serve(std::string_view bytes) {
  std::size_t at = 0;
  starved_ = false;
  while (at < bytes.size()) {
    if (outbox_->in_flight() + home_.batch().size() >= services_.limits.max_in_flight) {
      starved_ = true;
      break;
    }
    std::size_t size = 0;
    const std::string_view rest = bytes.substr(at);
    const Verdict verdict = scanner_.scan(rest, size);
    if (verdict == Verdict::incomplete) break;
    if (verdict != Verdict::complete) {
      hand_over();
      fail(verdict, rest);
      break;
    }
    at += size;
    const Frame frame = read_frame(rest.substr(0, size));
    if (holds_alternative<ForeignMessage>(frame)) {
      hand_over();
      fail(Verdict::malformed, {});
      break;
    }
    dispatch(frame);
  }
  hand_over();
  return at;
}

void Connection::dispatch(const Frame& frame) {
  if (const auto* request = get_if<Request>(&frame)) {
    call(*request);
  } else if (const auto* invalid = get_if<InvalidRequest>(&frame)) {
    services_.counters.invalid_requests.add();
    outbox_->append_error(invalid->msgid, invalid->error);
  } else {
    services_.counters.ignored_messages.add();
  }
}

void Connection::call(const Request& request) {
  if (request.method == hello_method) {
    hello(request);
  } else if (request.method == discovery_method) {
    std::string reply;
    append_result(reply, request.msgid, services_.discovery);
    outbox_->append(reply);
    services_.counters.built_in_calls.add();
  } else {
    if (request.method == "subscribe") wants_notices_ = true;
    home_.batch().push_back({.method = request.method,
                             .params = request.params,
                             .reply = {.peer = outbox_, .msgid = request.msgid},
                             .program = preferences_.program});
  }
}

void Connection::hello(const Request& request) {
  // The calls before it hold views of the preferences as they were.
  hand_over();
  services_.counters.built_in_calls.add();
  auto preferences = read_hello(request.params, preferences_);
  if (!preferences) {
    outbox_->append_error(request.msgid, preferences.error());
    return;
  }
  preferences_ = std::move(*preferences);
  // Go's net/rpc, for which the string form is made, ends the connection on any notice.
  wants_notices_ = wants_notices_ || preferences_.errors != ErrorForm::string;
  outbox_->set_error_form(preferences_.errors);
  std::string reply;
  append_result(reply, request.msgid, hello_result(preferences_, services_.limits));
  outbox_->append(reply);
}

void Connection::hand_over() {
  auto& batch = home_.batch();
  if (batch.empty()) return;
  services_.counters.requests.add(batch.size());
  outbox_->expect(batch.size());
  outbox_->hold();
  services_.handler(batch);
  batch.clear();
}

void Connection::fail(Verdict verdict, std::string_view frame) {
  counter_of(verdict, services_.counters).add();
  if (const auto msgid = readable_msgid(frame)) outbox_->append_error(*msgid, error_of(verdict));
  finish(Clock::now() + services_.limits.frame_deadline);
}

void Connection::flush() {
  if (stage_ == Stage::closed) return;
  while (!blocked_) {
    if (written_ == output_.size()) {
      outbox_->take(output_);
      written_ = 0;
      if (output_.empty()) break;
    }
    error_code error;
    written_ += socket_.write_some(
        asio::buffer(output_.data() + written_, output_.size() - written_), error);
    if (means_try_again(error)) {
      outbox_->set_blocked(output_.size() - written_);
      when_writable();
    } else if (error) {
      close();
      return;
    } else {
      last_activity_ = Clock::now();
    }
  }
  if (outbox_->overflown()) {
    services_.counters.slow_readers.add();
    close();
    return;
  }
  if (paused_ && !is_congested()) room_.cancel();
  settle();
}

void Connection::when_writable() {
  blocked_ = true;
  socket_.async_wait(tcp::socket::wait_write, [self = shared_from_this()](error_code error) {
    self->blocked_ = false;
    if (!error) self->flush();
  });
}

void Connection::drain(TimePoint deadline) {
  if (stage_ != Stage::serving) return;
  if (wants_notices_) {
    std::string notice;
    append_notice(notice, "server.draining", std::string_view("\x80", 1));
    outbox_->append(notice);
  }
  finish(deadline);
  flush();
}

void Connection::finish(TimePoint deadline) {
  stage_ = Stage::finishing;
  deadline_ = deadline;
  frame_started_.reset();
  if (paused_) room_.cancel();
}

void Connection::settle() {
  if (stage_ != Stage::finishing || outbox_->in_flight() > 0 || outbox_->waiting() > 0) return;
  if (input_ended_) {
    close();
    return;
  }
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  stage_ = Stage::lingering;
  deadline_ = std::min(deadline_, Clock::now() + linger_time);
}

void Connection::close() {
  if (stage_ == Stage::closed) return;
  stage_ = Stage::closed;
  outbox_->close();
  room_.cancel();
  error_code ignored;
  socket_.close(ignored);
  home_.remove(shared_from_this());
}

bool Connection::is_overdue(TimePoint now) {
  const Limits& limits = services_.limits;
  const std::size_t waiting = outbox_->waiting();
  if (waiting <= limits.output_soft_bytes) {
    over_soft_since_.reset();
  } else if (!over_soft_since_) {
    over_soft_since_ = now;
  }
  if (over_soft_since_ && now - *over_soft_since_ >= limits.output_soft_time) return true;
  if (stage_ != Stage::serving) return now >= deadline_;
  if (frame_started_ && now - *frame_started_ >= limits.frame_deadline) return true;
  return limits.idle_timeout.count() > 0 && now - last_activity_ >= limits.idle_timeout &&
         waiting == 0 && outbox_->in_flight() == 0;
}

void Connection::on_overdue(TimePoint now) {
  const Limits& limits = services_.limits;
  if (over_soft_since_ && now - *over_soft_since_ >= limits.output_soft_time) {
    services_.counters.slow_readers.add();
    close();
  } else if (stage_ != Stage::serving) {
    close();
  } else if (frame_started_ && now - *frame_started_ >= limits.frame_deadline) {
    fail(Verdict::incomplete, input_);
    input_ = {};
    flush();
  } else {
    services_.counters.idle_closed.add();
    close();
  }
}

}  // namespace loyalty::net
