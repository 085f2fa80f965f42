// SPDX-License-Identifier: Apache-2.0
#include "bench/load/client.hpp"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "bench/load/process.hpp"
#include "bench/load/socket.hpp"

namespace loyalty::bench {
namespace {

constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint64_t longest_wait = second / 10;
constexpr std::uint64_t drain_time = second;
constexpr useconds_t pause_us = 10'000;  // before what was refused is tried again

std::uint64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * second + static_cast<std::uint64_t>(now.tv_nsec);
}

std::chrono::nanoseconds since(std::uint64_t begin, std::uint64_t end) {
  return std::chrono::nanoseconds(end > begin ? end - begin : 0);
}

}  // namespace

Client::Client(Wire& wire, const std::string& host, std::uint16_t port, std::uint32_t connections)
    : wire_(wire), epoll_(::epoll_create1(EPOLL_CLOEXEC)), links_(connections) {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    Link& link = links_[i];
    link.fd = connected_socket(host, port);
    greet(link);
    ::fcntl(link.fd, F_SETFL, ::fcntl(link.fd, F_GETFL) | O_NONBLOCK);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = i;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, link.fd, &event);
  }
}

Client::~Client() {
  for (const Link& link : links_) ::close(link.fd);
  ::close(epoll_);
}

void Client::greet(Link& link) {
  const std::string_view greeting = wire_.greeting();
  if (greeting.empty()) return;
  if (::send(link.fd, greeting.data(), greeting.size(), MSG_NOSIGNAL) < 0) give_up("send");
  while (true) {
    const auto got = ::recv(link.fd, link.in.data() + link.in_end, link.in.size() - link.in_end, 0);
    if (got <= 0) give_up("the greeting was not answered");
    link.in_end += static_cast<std::size_t>(got);
    const auto size = wire_.greeted({link.in.data(), link.in_end});
    if (size == 0) continue;
    link.in_end = 0;
    return;
  }
}

void Client::send(Link& link, const Operation& operation, std::uint64_t since) {
  wire_.put(link.out, operation, link.sent);
  link.since[link.sent % most_in_flight] = since;
  ++link.sent;
}

void Client::flush(std::size_t index) {
  Link& link = links_[index];
  while (!link.out.unsent().empty()) {
    const auto bytes = link.out.unsent();
    const auto wrote = ::send(link.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (wrote < 0) {
      if (errno == EAGAIN) break;
      give_up("send");
    }
    link.out.sent(static_cast<std::size_t>(wrote));
  }
  const bool waits = !link.out.unsent().empty();
  if (waits == link.polls_writing) return;
  link.polls_writing = waits;
  epoll_event event{};
  event.events = EPOLLIN;
  if (waits) event.events |= EPOLLOUT;
  event.data.u64 = index;
  ::epoll_ctl(epoll_, EPOLL_CTL_MOD, link.fd, &event);
}

/// Calls back with each whole reply and since when it was owed; returns how many there were.
template <typename OnReply>
std::uint32_t Client::receive(Link& link, const OnReply& on_reply) {
  if (link.in_begin > link.in.size() / 2) {
    std::memmove(link.in.data(), link.in.data() + link.in_begin, link.in_end - link.in_begin);
    link.in_end -= link.in_begin;
    link.in_begin = 0;
  }
  const auto got = ::recv(link.fd, link.in.data() + link.in_end, link.in.size() - link.in_end, 0);
  if (got < 0 && errno == EAGAIN) return 0;
  if (got <= 0) {
    std::fprintf(stderr, "loyalty_load: the server closed a connection\n");
    std::exit(1);
  }
  link.in_end += static_cast<std::size_t>(got);
  std::uint32_t replies = 0;
  while (link.in_begin < link.in_end) {
    const std::string_view bytes(link.in.data() + link.in_begin, link.in_end - link.in_begin);
    const Reply reply = wire_.take(bytes);
    if (reply.size == 0) break;
    const std::uint32_t call = wire_.names_calls() ? reply.call : link.answered;
    on_reply(reply, bytes.substr(0, reply.size), link.since[call % most_in_flight]);
    link.in_begin += reply.size;
    ++link.answered;
    ++replies;
  }
  if (link.in_begin == link.in_end) link.in_begin = link.in_end = 0;
  return replies;
}

int Client::wait(std::uint64_t nanoseconds) {
  std::array<epoll_event, 256> events{};
  const timespec time{static_cast<time_t>(nanoseconds / second),
                      static_cast<long>(nanoseconds % second)};
  const int count =
      ::epoll_pwait2(epoll_, events.data(), static_cast<int>(events.size()), &time, nullptr);
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    const bool readable = (event.events & ~std::uint32_t{EPOLLOUT}) != 0;
    const bool writable = (event.events & EPOLLOUT) != 0;
    ready_[static_cast<std::size_t>(i)] = event.data.u64 << 2U | (writable ? 2U : 0U) | readable;
  }
  return count;
}

void Client::enroll(const Mix& mix, std::uint32_t members, std::uint32_t depth) {
  std::uint32_t next = 0;
  std::uint32_t owed = 0;
  std::uint32_t refused = 0;
  std::vector<std::uint32_t> again;
  const auto take = [&](const Reply& reply, std::string_view bytes, std::uint64_t member) {
    // A second run on the same server finds its members there.
    if (reply.status != Reply::Status::failed) return;
    if (bytes.find("MEMBER_EXISTS") != std::string_view::npos) return;
    // A server whose store has to catch up asks to come back.
    again.push_back(static_cast<std::uint32_t>(member));
    if (++refused < 10 * most_in_flight) return;
    std::fprintf(stderr, "loyalty_load: no enrolment: %.*s\n", static_cast<int>(bytes.size()),
                 bytes.data());
    std::exit(1);
  };
  const auto fill = [&](std::size_t index) {
    Link& link = links_[index];
    while (link.in_flight() < depth && (next < members || !again.empty())) {
      std::uint32_t member = next;
      if (next < members) {
        ++next;
      } else {
        member = again.back();
        again.pop_back();
      }
      send(link, mix.enrolment(member), member);
      ++owed;
    }
    flush(index);
  };
  for (std::size_t i = 0; i < links_.size(); ++i) fill(i);
  while (owed > 0) {
    const int count = wait(longest_wait);
    const std::size_t refused_before = again.size();
    for (int i = 0; i < count; ++i) {
      const auto index = static_cast<std::size_t>(ready_[static_cast<std::size_t>(i)] >> 2U);
      owed -= receive(links_[index], take);
      if (again.size() == refused_before) fill(index);
    }
    if (again.size() == refused_before) continue;
    ::usleep(pause_us);
    for (std::size_t i = 0; i < links_.size(); ++i) fill(i);
  }
}

/// What a run counts.
struct Client::Measured {
  RunReport& report;
  std::uint64_t from;
  std::uint64_t until;
  bool open;

  void take(const Reply& reply, std::string_view bytes, std::uint64_t since_ns, std::uint64_t now) {
    // What failed was not done, so it is counted nowhere else.
    if (reply.status != Reply::Status::failed) {
      const bool in_time = now >= from && now < until;
      if (in_time) ++report.operations;
      // A closed loop measures what ends in its time, an open one what was due in its time.
      if (open ? since_ns >= from && since_ns < until : in_time) {
        report.latency.record(since(since_ns, now));
      }
    }
    switch (reply.status) {
      case Reply::Status::done: break;
      case Reply::Status::repeated: ++report.repeated; break;
      case Reply::Status::insufficient: ++report.insufficient; break;
      case Reply::Status::failed:
        if (report.failed++ == 0) report.first_failure = bytes;
        break;
    }
  }
};

/// A line a second.
struct Client::Progress {
  bool wanted;
  std::uint64_t shown_at;
  std::uint64_t shown = 0;

  void show(std::uint64_t answers, std::uint64_t owed, std::uint64_t now) {
    if (!wanted || now - shown_at < second) return;
    std::fprintf(stderr, "%10.0f operations/s  %8llu in flight\n",
                 static_cast<double>(answers - shown) * 1e9 / static_cast<double>(now - shown_at),
                 static_cast<unsigned long long>(owed));
    shown = answers;
    shown_at = now;
  }
};

void Client::run(Mix& mix, const RunOptions& options, RunReport& report) {
  const bool open = options.rate > 0;
  // When the rate is far beyond the server; calls go round the connections, so each has its share.
  const std::uint64_t most_owed = links_.size() * most_in_flight / 2;
  const double gap = open ? 1e9 / options.rate : 0;
  const std::uint64_t begin = now_ns();
  const std::uint64_t from = begin + static_cast<std::uint64_t>(options.warmup * 1e9);
  const std::uint64_t until = from + static_cast<std::uint64_t>(options.seconds * 1e9);
  Measured measured{report, from, until, open};
  Progress progress{options.progress, begin};
  Random arrivals(begin);
  auto due = static_cast<double>(begin);
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t last_reply = begin;
  std::size_t turn = 0;
  bool started = false;
  std::uint64_t started_at = begin;
  std::uint64_t answered_before = 0;
  double server_before = 0;
  double own_before = 0;
  double machine_before = 0;

  if (!open) {
    for (std::size_t i = 0; i < links_.size(); ++i) {
      for (std::uint32_t d = 0; d < options.depth; ++d, ++sent) {
        send(links_[i], mix.next(), now_ns());
      }
      flush(i);
    }
  }
  std::vector<std::size_t> dirty;
  while (true) {
    const std::uint64_t now = now_ns();
    if (!started && now >= from) {
      started = true;
      started_at = now;
      answered_before = answered;
      server_before = cpu_of(options.processes);
      own_before = own_cpu();
      machine_before = machine_cpu();
    }
    const bool over = now >= until;
    if (over && (!open || sent == answered || now > until + drain_time)) break;
    if (open && !over) {
      while (static_cast<double>(now) >= due && sent - answered < most_owed) {
        const std::size_t index = turn++ % links_.size();
        send(links_[index], mix.next(), static_cast<std::uint64_t>(due));
        ++sent;
        due -= std::log(1 - arrivals.unit()) * gap;
        if (!links_[index].dirty) dirty.push_back(index);
        links_[index].dirty = true;
      }
      for (const std::size_t index : dirty) {
        flush(index);
        links_[index].dirty = false;
      }
      dirty.clear();
    }
    std::uint64_t time = longest_wait;
    if (open && !over) {
      const double left = due - static_cast<double>(now);
      time = left <= 0 ? 0 : std::min(time, static_cast<std::uint64_t>(left));
    }
    const int count = wait(time);
    const std::uint64_t then = now_ns();
    for (int i = 0; i < count; ++i) {
      const auto ready = ready_[static_cast<std::size_t>(i)];
      const auto index = static_cast<std::size_t>(ready >> 2U);
      std::uint32_t replies = 0;
      if ((ready & 1U) != 0) {
        replies = receive(links_[index],
                          [&](const Reply& reply, std::string_view bytes, std::uint64_t since_ns) {
                            measured.take(reply, bytes, since_ns, then);
                          });
      }
      if (replies > 0) {
        answered += replies;
        if (started && !over) {
          report.longest_silence =
              std::max(report.longest_silence, static_cast<double>(then - last_reply) / 1e9);
        }
        last_reply = then;
      }
      if (!open && !over) {
        for (std::uint32_t r = 0; r < replies; ++r, ++sent) {
          send(links_[index], mix.next(), then);
        }
      }
      if (replies > 0 || (ready & 2U) != 0) flush(index);
    }
    if (sent == answered) last_reply = then;
    progress.show(answered, sent - answered, then);
  }
  if (open) {
    // What was never answered waited until now at least; to leave it out would flatter.
    const std::uint64_t end = now_ns();
    for (const Link& link : links_) {
      for (std::uint32_t call = link.answered; call != link.sent; ++call, ++report.unanswered) {
        report.latency.record(since(link.since[call % most_in_flight], end));
      }
    }
    // Nor was what was due and could not even be sent.
    for (; due < static_cast<double>(until); due += gap, ++report.unanswered) {
      report.latency.record(since(static_cast<std::uint64_t>(due), end));
    }
  }
  report.seconds = options.seconds;
  report.watched = static_cast<double>(now_ns() - started_at) / 1e9;
  report.watched_operations = answered - answered_before;
  report.server_cpu = cpu_of(options.processes) - server_before;
  report.client_cpu = own_cpu() - own_before;
  report.other_cpu =
      std::max(0.0, machine_cpu() - machine_before - report.server_cpu - report.client_cpu);
}

}  // namespace loyalty::bench
