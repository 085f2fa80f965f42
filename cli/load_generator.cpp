// SPDX-License-Identifier: Apache-2.0
#include "cli/load_generator.hpp"

#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <deque>

namespace loyalty::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t timer_tag = ~std::uint64_t{0};
constexpr auto enrolment_patience = 60s;
constexpr auto drain_patience = 5s;
constexpr auto progress_interval = 250ms;

/// In an open loop: when the calls are due.
class Schedule {
 public:
  Schedule(std::chrono::steady_clock::time_point begin, double rate)
      : begin_(begin), interval_ns_(1e9 / rate) {}
  std::chrono::steady_clock::time_point due() const {
    return begin_ + std::chrono::nanoseconds(
                        static_cast<std::int64_t>(static_cast<double>(count_) * interval_ns_));
  }
  void advance() { ++count_; }

 private:
  std::chrono::steady_clock::time_point begin_;
  double interval_ns_;
  std::uint64_t count_ = 0;
};

}  // namespace

LoadGenerator::LoadGenerator(std::vector<net::Client> connections, Workload& workload)
    : workload_(workload),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC)) {
  for (auto& client : connections) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = links_.size();
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd(), &event);
    links_.push_back({.client = std::move(client), .sent = {}});
  }
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = timer_tag;
  ::epoll_ctl(epoll_, EPOLL_CTL_ADD, timer_, &event);
}

LoadGenerator::~LoadGenerator() {
  if (timer_ >= 0) ::close(timer_);
  if (epoll_ >= 0) ::close(epoll_);
}

LoadGenerator::Link::Sent LoadGenerator::Link::take(std::uint32_t msgid) {
  // The oldest call is nearly always the one that is answered.
  for (std::size_t i = 0; i < sent.size(); ++i) {
    if (sent[i].first != msgid) continue;
    const Sent found = sent[i].second;
    sent.erase(sent.begin() + static_cast<std::ptrdiff_t>(i));
    return found;
  }
  return {};
}

void LoadGenerator::call(Link& link, const WorkloadCall& what, Clock::time_point since,
                         std::size_t member) {
  link.sent.emplace_back(link.client.send(what.method, what.params), Link::Sent{since, member});
}

void LoadGenerator::go_straight(std::vector<std::size_t> home, std::size_t nodes) {
  home_ = std::move(home);
  nodes_ = nodes;
}

void LoadGenerator::call_next(Link& link, Clock::time_point since) {
  const WorkloadCall next = workload_.next();
  if (home_.empty()) return call(link, next, since);
  Link* best = nullptr;
  for (std::size_t i = home_[next.member]; i < links_.size(); i += nodes_) {
    if (best == nullptr || links_[i].sent.size() < best->sent.size()) best = &links_[i];
  }
  call(*best, next, since);
}

void LoadGenerator::watch_for_writing(std::size_t index) {
  Link& link = links_[index];
  if (link.polls_writing == link.client.wants_write()) return;
  link.polls_writing = link.client.wants_write();
  epoll_event event{};
  event.events = EPOLLIN;
  if (link.polls_writing) event.events |= EPOLLOUT;
  event.data.u64 = index;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, link.client.fd(), &event);
}

bool LoadGenerator::flush() {
  bool connected = true;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    if (links_[i].client.wants_write()) connected = links_[i].client.pump() && connected;
    watch_for_writing(i);
  }
  return connected;
}

bool LoadGenerator::turn(Clock::time_point until, const OnAnswer& on_answer) {
  bool connected = flush();
  // Writing may have brought answers along, for which epoll has nothing to report any more.
  bool idle = true;
  const auto take_answers = [&](Link& link) {
    // All that one read brought came at the same time.
    const auto now = Clock::now();
    while (const auto answer = link.client.poll_reply()) {
      idle = false;
      const auto sent = link.take(answer->msgid);
      on_answer(link, sent, *answer, now);
    }
  };
  for (Link& link : links_) take_answers(link);
  if (!connected) return false;

  const auto time = std::max<std::chrono::nanoseconds>(until - Clock::now(), 0ns);
  int timeout = 0;
  if (idle && time > 0ns) {
    // epoll counts in milliseconds; the timer is exact.
    itimerspec when{};
    when.it_value.tv_sec = time.count() / 1'000'000'000;
    when.it_value.tv_nsec = time.count() % 1'000'000'000;
    ::timerfd_settime(timer_, 0, &when, nullptr);
    timeout = -1;
  }
  std::array<epoll_event, 64> events{};
  const int ready = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout);
  for (int i = 0; i < ready; ++i) {
    const std::uint64_t tag = events[static_cast<std::size_t>(i)].data.u64;
    if (tag == timer_tag) {
      std::uint64_t expirations = 0;
      if (::read(timer_, &expirations, sizeof(expirations)) < 0) continue;
    } else {
      Link& link = links_[static_cast<std::size_t>(tag)];
      connected = link.client.pump() && connected;
      take_answers(link);
    }
  }
  return connected;
}

std::size_t LoadGenerator::in_flight() const {
  std::size_t count = 0;
  for (const Link& link : links_) count += link.sent.size();
  return count;
}

std::string LoadGenerator::lost_because() const {
  for (const Link& link : links_) {
    if (!link.client.lost_because().empty()) return link.client.lost_because();
  }
  return "";
}

std::optional<std::string> LoadGenerator::enroll(std::size_t members, std::size_t pipeline) {
  std::size_t next = 0;
  std::deque<std::size_t> again;
  std::optional<std::string> refusal;
  auto pause_until = Clock::now();
  auto last_enrolled = pause_until;
  const auto on_answer = [&](Link&, const Link::Sent& sent, const net::AnswerView& answer,
                             Clock::time_point now) {
    const api::Error error = answer.refused ? net::read_error(answer.body) : api::Error{};
    if (!answer.refused || error.code == "MEMBER_EXISTS") {
      last_enrolled = now;
    } else if (error.retryable) {
      again.push_back(sent.member);
      pause_until =
          now + std::chrono::milliseconds(std::max<std::int64_t>(10, error.retry_after_ms));
    } else {
      refusal = error.code + ": " + error.text;
    }
  };
  while (next < members || !again.empty() || in_flight() > 0) {
    const auto now = Clock::now();
    for (Link& link : links_) {
      while (now >= pause_until && link.sent.size() < pipeline &&
             (next < members || !again.empty())) {
        std::size_t member = 0;
        if (!again.empty()) {
          member = again.front();
          again.pop_front();
        } else {
          member = next++;
        }
        call(link, workload_.enrolment(member), now, member);
      }
    }
    if (!turn(std::max(pause_until, now + 1ms), on_answer)) return lost_because();
    if (refusal) return refusal;
    if (now - last_enrolled > enrolment_patience) {
      return "the server did not enrol the members in time";
    }
  }
  return std::nullopt;
}

void LoadGenerator::run(const LoadOptions& options, LoadReport& report,
                        const OnProgress& progress) {
  const auto begin = Clock::now();
  const auto measured_from = begin + options.warmup;
  const auto end = measured_from + options.duration;
  const bool open_loop = options.rate > 0;
  Schedule schedule(begin, open_loop ? options.rate : 1);
  std::int64_t answers = 0;
  std::int64_t answers_shown = 0;
  auto shown = begin;
  bool sending = true;

  const auto on_answer = [&](Link& link, const Link::Sent& sent, const net::AnswerView& answer,
                             Clock::time_point now) {
    ++answers;
    const bool in_time = now >= measured_from && now < end;
    if (in_time) ++report.operations;
    // A closed loop measures what ends in its time, an open one what was due in its time.
    if (open_loop ? sent.since >= measured_from : in_time) {
      report.latency.record(now - sent.since);
      if (answer.refused) {
        const std::string code = net::read_error(answer.body).code;
        if (code != "INSUFFICIENT_POINTS") ++report.errors[code];
      }
    }
    if (!open_loop && sending) call_next(link, now);
  };

  if (!open_loop) {
    for (std::size_t i = 0; i < options.pipeline; ++i) {
      for (Link& link : links_) call_next(link, Clock::now());
    }
  }
  std::size_t turn_of = 0;
  const std::size_t capacity = options.pipeline * links_.size();
  bool connected = true;
  while (connected) {
    const auto now = Clock::now();
    if (now >= end) break;
    auto until = std::min(end, now + progress_interval);
    if (open_loop) {
      while (schedule.due() <= now && in_flight() < capacity) {
        while (home_.empty() && links_[turn_of % links_.size()].sent.size() >= options.pipeline) {
          ++turn_of;
        }
        call_next(links_[turn_of++ % links_.size()], schedule.due());
        schedule.advance();
      }
      if (in_flight() < capacity) until = std::min(until, schedule.due());
    }
    connected = turn(until, on_answer);
    if (now - shown >= progress_interval) {
      progress(answers - answers_shown,
               std::chrono::duration_cast<std::chrono::milliseconds>(now - shown));
      answers_shown = answers;
      shown = now;
    }
  }
  sending = false;
  // What was due and never sent waited at least until now; to leave it out would flatter.
  for (; open_loop && connected && schedule.due() < end; schedule.advance()) {
    ++report.unsent;
    if (schedule.due() >= measured_from) report.latency.record(end - schedule.due());
  }
  const auto drain_end = Clock::now() + drain_patience;
  while (connected && in_flight() > 0 && Clock::now() < drain_end) {
    connected = turn(drain_end, on_answer);
  }
  report.unanswered = static_cast<std::int64_t>(in_flight());
  if (!connected) report.lost = lost_because();
}

}  // namespace loyalty::cli
