// SPDX-License-Identifier: Apache-2.0
#include <benchmark/benchmark.h>

#include <algorithm>
#include <condition_variable>
#include <iostream>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "actors/clock.hpp"
#include "actors/node.hpp"
#include "api/call.hpp"
#include "bench/allocations.hpp"
#include "codec/writer.hpp"
#include "config/program_loader.hpp"
#include "domain/program/program_commands.hpp"
#include "persistence/memory_store.hpp"

/// The whole server but its sockets and its disk: W1 purchases as parameters of requests go in,
/// answers come out, in waves of N requests of which each comes from a read of 64. `allocs/op`
/// counts operator new on all threads, effects on partners and snapshots included.

namespace loyalty::bench {
namespace {

constexpr int members = 100'000;
constexpr int partners = 50;
constexpr std::size_t read_size = 64;

/// Counts answers; whoever waits is told when all have come.
class Till final : public api::Peer {
 public:
  void send(std::vector<api::Outgoing>&& messages) override {
    const std::lock_guard lock(mutex_);
    for (const auto& message : messages) {
      const auto* reply = get_if<api::Reply>(&message);
      if (reply == nullptr) continue;
      ++answered_;
      const auto* error = get_if<api::Error>(&reply->outcome);
      if (error != nullptr) fault_ = error->code + " " + error->text;
    }
    if (answered_ >= expected_) done_.notify_one();
  }

  void expect(std::size_t more) {
    const std::lock_guard lock(mutex_);
    expected_ += more;
  }

  std::string wait() {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [&] { return answered_ >= expected_; });
    return fault_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  std::size_t expected_ = 0;
  std::size_t answered_ = 0;
  std::string fault_;
};

std::string member_name(int number) {
  std::string digits = std::to_string(number);
  return "m" + std::string(9 - digits.size(), '0') + digits;
}

/// One server for all sizes: enrolment takes longer than the measurement.
class Server {
 public:
  Server() : store_(persistence::make_memory_store(16)) {
    auto program = config::load_program(LOYALTY_BENCH_PROGRAM);
    if (!program) throw std::runtime_error("bench/w1.toml has mistakes");
    actors::NodeOptions options{.executors = 1};
    options.snapshot_age = std::chrono::seconds(100000);
    options.log = [](const std::string& line) { std::cerr << line << '\n'; };
    node_ = std::move(*actors::Node::start(std::move(options), *store_, clock_));
    api::Call apply;
    apply.target = {api::EntityKind::program, program->definition.id, {}};
    apply.key = "apply";
    apply.operation =
        std::make_shared<const domain::ProgramCommand>(domain::ApplyProgram{program->definition});
    std::vector<api::Call> calls;
    calls.push_back(std::move(apply));
    run(std::move(calls));
    for (int i = 0; i < members; i += read_size) {
      calls.clear();
      for (int n = i; n < std::min<int>(i + read_size, members); ++n) {
        calls.push_back(decoded("enroll_member", enrolment(n)));
      }
      run(std::move(calls));
    }
  }

  void run(std::vector<api::Call> calls) {
    send(std::move(calls));
    wait();
  }

  void send(std::vector<api::Call> calls) {
    till_->expect(calls.size());
    for (auto& call : calls) call.reply = {till_, 1};
    node_->submit(std::move(calls));
  }

  void wait() {
    const std::string fault = till_->wait();
    if (!fault.empty()) throw std::runtime_error(fault);
  }

  static api::Call decoded(std::string_view method, std::string_view params) {
    auto call = api::decode_call(method, params, std::chrono::steady_clock::now());
    if (!call) throw std::runtime_error(call.error().text);
    return std::move(*call);
  }

 private:
  static std::string enrolment(int number) {
    codec::Writer out;
    out.map(3);
    out.string("program");
    out.string("w1");
    out.string("member");
    out.string(member_name(number));
    out.string("key");
    out.string("enroll-" + std::to_string(number));
    return out.take();
  }

  actors::RealClock clock_;
  std::unique_ptr<persistence::Store> store_;
  std::unique_ptr<actors::Node> node_;
  std::shared_ptr<Till> till_ = std::make_shared<Till>();
};

std::string purchase_params(std::mt19937& random, std::uint64_t number) {
  codec::Writer out;
  out.map(5);
  out.string("program");
  out.string("w1");
  out.string("member");
  out.string(member_name(static_cast<int>(random() % members)));
  out.string("key");
  out.string("0123456789ab-" + std::to_string(100'000'000 + number));
  out.string("amount");
  out.integer(100 + static_cast<std::int64_t>(random() % 19'900));
  out.string("partner");
  const auto partner = random() % partners;
  out.string(partner < 10 ? "p0" + std::to_string(partner) : "p" + std::to_string(partner));
  return out.take();
}

void purchases(benchmark::State& state) {
  // Never destroyed: the libraries' own statics may go first.
  static Server& server = *new Server;
  static std::mt19937 random(1);
  static std::uint64_t number = 0;
  const auto wave = static_cast<std::size_t>(state.range(0));
  AllocationCount count;
  std::vector<std::string> params(wave);
  for (auto _ : state) {
    state.PauseTiming();
    for (auto& one : params) one = purchase_params(random, ++number);
    state.ResumeTiming();
    count.begin();
    for (std::size_t i = 0; i < wave; i += read_size) {
      std::vector<api::Call> calls;
      calls.reserve(read_size);
      for (std::size_t n = i; n < std::min(i + read_size, wave); ++n) {
        calls.push_back(Server::decoded("purchase", params[n]));
      }
      server.send(std::move(calls));
    }
    server.wait();
    count.end();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
  count.report(state, state.range(0));
}
BENCHMARK(purchases)->Arg(16)->Arg(1'024)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace loyalty::bench
