// SPDX-License-Identifier: Apache-2.0
#include "net/client.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <memory>
#include <utility>

#include "codec/msgpack_reader.hpp"
#include "net/msgpack_writer.hpp"

namespace loyalty::net {
namespace {

using codec::Kind;
using codec::Reader;
using domain::Unexpected;
using std::chrono::steady_clock;

constexpr std::size_t first_input_bytes = 64 * 1024;
constexpr std::size_t max_reply_bytes = 64 * 1024 * 1024;

std::string reason(int error) { return std::strerror(error); }  // NOLINT: glibc's is thread-safe

/// Whether `fd` became ready for one of `events`.
bool wait_for(int fd, short events, steady_clock::time_point deadline) {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
    pollfd entry{.fd = fd, .events = events, .revents = 0};
    const auto patience = std::clamp<std::int64_t>(left.count(), 0, 60'000);
    const int ready = ::poll(&entry, 1, static_cast<int>(patience));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (steady_clock::now() >= deadline) return false;
  }
}

/// 0, or the error number of the failure.
int connect_one(int fd, const addrinfo& address, steady_clock::time_point deadline) {
  if (::connect(fd, address.ai_addr, address.ai_addrlen) == 0) return 0;
  if (errno != EINPROGRESS) return errno;
  if (!wait_for(fd, POLLOUT, deadline)) return ETIMEDOUT;
  int error = 0;
  socklen_t size = sizeof(error);
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

bool is_nil(std::string_view value) { return value == "\xc0"; }

/// Splits "CODE: text".
void read_code_and_text(std::string_view line, api::Error& error) {
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) {
    error.text = line;
    return;
  }
  error.code = line.substr(0, colon);
  error.text = line.substr(colon + 2);
}

void read_details(Reader& reader, api::Error& error) {
  std::uint32_t count = 0;
  if (!reader.read_map(count)) return;
  for (; count > 0; --count) {
    std::string_view key;
    std::string_view text;
    bool known = true;
    if (!reader.read(key)) return;
    if (key == "code" && (known = reader.read(text))) {
      error.code = text;
    } else if (key == "param" && (known = reader.read(text))) {
      error.param = text;
    } else if (key == "retryable") {
      known = reader.read(error.retryable);
    } else if (key == "retry_after_ms") {
      known = reader.read(error.retry_after_ms);
    } else if (key == "owner" && (known = reader.read(text))) {
      error.owner = text;
    } else if (known) {
      known = reader.skip();
    }
    if (!known) return;
  }
}

/// Reads one value and gives its bytes.
bool read_raw(Reader& reader, std::string_view message, std::string_view& value) {
  const std::size_t start = reader.position();
  if (!reader.skip()) return false;
  value = message.substr(start, reader.position() - start);
  return true;
}

}  // namespace

api::Error read_error(std::string_view value) {
  api::Error error;
  Reader reader(value);
  std::string_view line;
  Kind kind{};
  if (!reader.peek(kind) || kind != Kind::array) {
    if (reader.read(line)) read_code_and_text(line, error);
    return error;
  }
  std::uint32_t count = 0;
  std::int64_t fault = 1;
  if (!reader.read_array(count) || count < 2 || !reader.read(fault) || !reader.read(line)) {
    return error;
  }
  error.callers_fault = fault != 0;
  read_code_and_text(line, error);
  if (count > 2) read_details(reader, error);
  return error;
}

Client::Socket::Socket(Socket&& other) noexcept : fd(std::exchange(other.fd, -1)) {}

Client::Socket& Client::Socket::operator=(Socket&& other) noexcept {
  std::swap(fd, other.fd);
  return *this;
}

Client::Socket::~Socket() {
  if (fd >= 0) ::close(fd);
}

Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Client::Client(Socket socket)
    : socket_(std::move(socket)),
      in_(first_input_bytes),
      scanner_({.bytes = max_reply_bytes,
                .elements = std::numeric_limits<std::uint32_t>::max(),
                .nesting = Reader::max_depth}) {}

domain::Expected<Client, std::string> Client::connect(const std::string& host, std::uint16_t port,
                                                      Milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string service = std::to_string(port);
  if (const int error = ::getaddrinfo(host.c_str(), service.c_str(), &hints, &found); error != 0) {
    return Unexpected{"cannot find " + host + ": " + ::gai_strerror(error)};
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
  int last_error = EADDRNOTAVAIL;
  for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
    Socket socket(::socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.fd < 0) {
      last_error = errno;
      continue;
    }
    last_error = connect_one(socket.fd, *address, deadline);
    if (last_error != 0) continue;
    const int yes = 1;
    ::setsockopt(socket.fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    return Client(std::move(socket));
  }
  return Unexpected{"cannot connect to " + host + " port " + service + ": " + reason(last_error)};
}

std::uint32_t Client::send(std::string_view method, std::string_view params) {
  if (++last_msgid_ == 0) ++last_msgid_;  // the server uses 0 when it refuses a connection
  if (out_at_ == out_.size()) {
    out_.clear();
    out_at_ = 0;
  }
  pack::array(out_, 4);
  pack::unsigned_integer(out_, 0);
  pack::unsigned_integer(out_, last_msgid_);
  pack::string(out_, method);
  pack::array(out_, 1);
  out_.append(params);
  ++in_flight_;
  return last_msgid_;
}

bool Client::pump() {
  if (push()) read_some();
  return lost_because_.empty();
}

bool Client::push() {
  if (lost_because_.empty() && wants_write()) write_some();
  return lost_because_.empty();
}

void Client::write_some() {
  const ssize_t size =
      ::send(socket_.fd, out_.data() + out_at_, out_.size() - out_at_, MSG_NOSIGNAL);
  if (size >= 0) {
    out_at_ += static_cast<std::size_t>(size);
  } else if (errno == EPIPE || errno == ECONNRESET) {
    // The server's last words may still wait to be read.
    out_at_ = out_.size();
  } else if (errno != EAGAIN && errno != EINTR) {
    lose("cannot write: " + reason(errno));
  }
}

void Client::read_some() {
  make_room();
  const ssize_t size = ::recv(socket_.fd, in_.data() + in_end_, in_.size() - in_end_, 0);
  if (size > 0) {
    in_end_ += static_cast<std::size_t>(size);
  } else if (size == 0) {
    lose("the server closed the connection");
  } else if (errno != EAGAIN && errno != EINTR) {
    lose("cannot read: " + reason(errno));
  }
}

void Client::make_room() {
  if (in_begin_ > 0) {
    std::copy(in_.begin() + static_cast<std::ptrdiff_t>(in_begin_),
              in_.begin() + static_cast<std::ptrdiff_t>(in_end_), in_.begin());
    in_end_ -= in_begin_;
    in_begin_ = 0;
  }
  if (in_end_ == in_.size()) in_.resize(2 * in_.size());
}

void Client::lose(std::string because) {
  if (lost_because_.empty()) lost_because_ = std::move(because);
}

std::optional<AnswerView> Client::poll_reply() {
  while (true) {
    const std::string_view received(in_.data() + in_begin_, in_end_ - in_begin_);
    std::size_t size = 0;
    switch (scanner_.scan(received, size)) {
      case Verdict::complete: break;
      case Verdict::incomplete: return std::nullopt;
      case Verdict::malformed:
      case Verdict::too_deep:
      case Verdict::too_many_elements:
      case Verdict::too_large: lose("the server sent no MessagePack-RPC"); return std::nullopt;
    }
    const std::string_view message = received.substr(0, size);
    if (take_notice(message)) {
      in_begin_ += size;
      continue;
    }
    const auto answer = take_reply(message);
    if (!answer) return std::nullopt;
    in_begin_ += size;
    if (given_up_.empty() || given_up_.erase(answer->msgid) == 0) return answer;
  }
}

std::optional<AnswerView> Client::take_reply(std::string_view message) {
  Reader reader(message);
  std::uint32_t count = 0;
  std::uint64_t type = 0;
  std::uint64_t msgid = 0;
  std::string_view error;
  bool is_reply = reader.read_array(count) && count == 4 && reader.read(type) && type == 1 &&
                  reader.read(msgid) && msgid <= std::numeric_limits<std::uint32_t>::max() &&
                  read_raw(reader, message, error);
  // The message is whole, so the result is what is left; it is not stepped through once more.
  const std::string_view result = is_reply ? reader.rest() : std::string_view();
  is_reply = is_reply && (is_nil(error) || is_nil(result));
  if (!is_reply) {
    lose("the server sent no MessagePack-RPC");
    return std::nullopt;
  }
  if (msgid == 0) {
    const api::Error refusal = read_error(error);
    lose(refusal.code + ": " + refusal.text);
    return std::nullopt;
  }
  if (in_flight_ == 0) {
    lose("the server sent a reply that nobody asked for");
    return std::nullopt;
  }
  --in_flight_;
  const bool refused = !is_nil(error);
  return AnswerView{static_cast<std::uint32_t>(msgid), refused, refused ? error : result};
}

bool Client::take_notice(std::string_view message) {
  Reader reader(message);
  std::uint32_t count = 0;
  std::uint64_t type = 0;
  std::string_view method;
  Kind kind{};
  if (!reader.read_array(count) || count != 3 || !reader.read(type) || type != 2 ||
      !reader.read(method) || !reader.read_array(count) || count != 1 || !reader.peek(kind) ||
      kind != Kind::map) {
    return false;
  }
  notices_.push_back({std::string(method), std::string(reader.rest())});
  return true;
}

std::optional<ReceivedNotice> Client::poll_notice() {
  if (notices_.empty()) return std::nullopt;
  auto notice = std::move(notices_.front());
  notices_.pop_front();
  return notice;
}

bool Client::wait(Clock::time_point deadline) {
  const auto events = static_cast<short>(POLLIN | (wants_write() ? POLLOUT : 0));
  return wait_for(socket_.fd, events, deadline) && pump();
}

CallError Client::failure() const {
  CallError failure;
  failure.kind = lost_because_.empty() ? CallError::Kind::timeout : CallError::Kind::lost;
  failure.error.text = lost_because_.empty() ? "no answer in time" : lost_because_;
  failure.error.callers_fault = false;
  failure.error.retryable = true;
  return failure;
}

bool Client::flush(Milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  push();
  while (wants_write() && wait(deadline)) {
  }
  return !wants_write() && lost_because_.empty();
}

namespace {

CallOutcome outcome_of(const AnswerView& view) {
  if (!view.refused) return std::string(view.body);
  return Unexpected{CallError{CallError::Kind::refused, read_error(view.body)}};
}

}  // namespace

domain::Expected<Answer, CallError> Client::next_reply(Milliseconds timeout) {
  if (!kept_.empty()) {
    Answer answer = std::move(kept_.front());
    kept_.pop_front();
    return answer;
  }
  const auto deadline = Clock::now() + timeout;
  push();
  while (true) {
    if (const auto view = poll_reply()) return Answer{view->msgid, outcome_of(*view)};
    if (!lost_because_.empty()) return Unexpected{failure()};
    if (!wait(deadline) && lost_because_.empty()) return Unexpected{failure()};
  }
}

CallOutcome Client::call(std::string_view method, std::string_view params, Milliseconds timeout) {
  const std::uint32_t msgid = send(method, params);
  const auto deadline = Clock::now() + timeout;
  push();
  while (true) {
    while (const auto view = poll_reply()) {
      if (view->msgid == msgid) return outcome_of(*view);
      kept_.push_back({view->msgid, outcome_of(*view)});
    }
    if (!lost_because_.empty()) return Unexpected{failure()};
    if (!wait(deadline) && lost_because_.empty()) {
      given_up_.insert(msgid);
      return Unexpected{failure()};
    }
  }
}

domain::Expected<ReceivedNotice, CallError> Client::next_notice(Milliseconds timeout) {
  const auto deadline = Clock::now() + timeout;
  push();
  while (true) {
    while (const auto view = poll_reply()) kept_.push_back({view->msgid, outcome_of(*view)});
    if (auto notice = poll_notice()) return std::move(*notice);
    if (!lost_because_.empty()) return Unexpected{failure()};
    if (!wait(deadline) && lost_because_.empty()) return Unexpected{failure()};
  }
}

}  // namespace loyalty::net
