// SPDX-License-Identifier: Apache-2.0
#include "cli/watch.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>

#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/json.hpp"
#include "cli/notice_line.hpp"

namespace loyalty::cli {
namespace {

using namespace std::chrono_literals;

volatile std::sig_atomic_t interrupted = 0;

/// Turns the first Ctrl-C into an orderly end; a second one ends the process.
void end_on_interrupt() {
  interrupted = 0;
  struct sigaction action {};
  action.sa_handler = [](int) { interrupted = 1; };
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
}

/// How often an interrupt is looked for.
constexpr auto watch_interval = 200ms;
constexpr auto shortest_pause = 250ms;
constexpr auto longest_pause = std::chrono::milliseconds(5s);

/// Who is watched, as parameters. "shop/kacy-retail" names the program, too.
Value whom(const WatchOptions& options) {
  std::string program = options.program;
  Value params;
  const auto name = [&](const char* kind, const std::string& given) {
    if (given.empty()) return;
    const auto slash = given.find('/');
    if (slash != std::string::npos) program = given.substr(0, slash);
    params.set(kind, slash == std::string::npos ? given : given.substr(slash + 1));
  };
  name("member", options.member);
  name("partner", options.partner);
  name("promotion", options.promotion);
  if (!program.empty()) params.set("program", program);
  return params;
}

class Watcher {
  using Clock = std::chrono::steady_clock;

 public:
  explicit Watcher(const WatchOptions& options) : options_(options), last_(options.from) {}

  int run() {
    auto pause = shortest_pause;
    while (!is_over()) {
      subscribed_ = false;
      const auto error = follow();
      if (!error) break;
      // What the server refuses stays refused; and who never was connected mistook the address.
      const bool refused = error->kind == net::CallError::Kind::refused && !error->error.retryable;
      if (refused || !ever_subscribed_) {
        print_error(*error);
        return exit_failed;
      }
      if (subscribed_) {
        std::fprintf(stderr, "loyalty watch: %s; connecting again\n", error->error.text.c_str());
        pause = shortest_pause;
      }
      wait(pause);
      pause = std::min(2 * pause, longest_pause);
    }
    return exit_ok;
  }

 private:
  bool is_over() const {
    return interrupted != 0 || (options_.count > 0 && printed_ >= options_.count);
  }

  static void wait(std::chrono::milliseconds time) {
    ::poll(nullptr, 0, static_cast<int>(time.count()));  // an interrupt ends it
  }

  /// Connects and prints until the end or an error.
  std::optional<net::CallError> follow() {
    auto client = connect(options_.connect);
    if (!client) return client.error();
    const auto ping_interval = greet(*client);
    if (!ping_interval) return ping_interval.error();
    Value params = whom(options_);
    if (last_) params.set("from", *last_);
    const auto subscription = ask(*client, "subscribe", params);
    if (!subscription) return subscription.error();
    subscribed_ = true;
    ever_subscribed_ = true;
    if (!last_) last_ = (*subscription)["sequence"].number();
    auto next_ping = Clock::now() + *ping_interval;
    while (!is_over()) {
      const auto notice = client->next_notice(watch_interval);
      if (notice) {
        print(*notice);
      } else if (notice.error().kind != net::CallError::Kind::timeout) {
        return notice.error();
      }
      if (Clock::now() < next_ping) continue;
      const auto alive = ask(*client, "ping", Value(Value::Fields{}));
      if (!alive) return alive.error();
      next_ping = Clock::now() + *ping_interval;
    }
    return std::nullopt;
  }

  /// A server ends a connection that is silent for long, and notices alone do not count; a third of
  /// that time is often enough to call.
  static domain::Expected<std::chrono::milliseconds, net::CallError> greet(net::Client& client) {
    const auto greeting = ask(client, "hello", Value(Value::Fields{}));
    if (!greeting) return domain::Unexpected{greeting.error()};
    const std::int64_t idle_ms = (*greeting)["limits"]["idle_timeout_ms"].number();
    return idle_ms > 0 ? std::chrono::milliseconds(idle_ms / 3) : std::chrono::milliseconds(1h);
  }

  void print(const net::ReceivedNotice& received) {
    if (received.method == "server.draining") {
      std::fprintf(stderr, "loyalty watch: the server is stopping\n");
      return;
    }
    auto notice = Value::decode(received.body);
    if (!notice) return;
    const std::int64_t sequence = (*notice)["sequence"].number();
    if (sequence > 0 && last_ && sequence <= *last_) return;  // seen before the connection was lost
    if (sequence > 0) last_ = sequence;
    if ((*notice)["event"].is_nil()) notice->set("event", received.method);
    const std::string line =
        options_.json ? to_json(*notice, JsonLayout::one_line) : notice_line(*notice);
    std::printf("%s\n", line.c_str());
    std::fflush(stdout);
    ++printed_;
  }

  const WatchOptions& options_;
  std::optional<std::int64_t> last_;  ///< sequence printed last
  std::int64_t printed_ = 0;
  bool subscribed_ = false;
  bool ever_subscribed_ = false;
};

}  // namespace

int watch(const WatchOptions& options) {
  end_on_interrupt();
  return Watcher(options).run();
}

}  // namespace loyalty::cli
