// SPDX-License-Identifier: Apache-2.0
#include "cli/serve.hpp"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <mutex>
#include <optional>

#include "actors/node.hpp"
#include "api/errors.hpp"
#include "api/methods.hpp"
#include "cli/endpoint.hpp"
#include "cli/exit_code.hpp"
#include "cli/serve_cluster.hpp"
#include "cli/serve_replay.hpp"
#include "codec/wire.hpp"
#include "config/program_loader.hpp"
#include "net/server.hpp"
#include "persistence/block.hpp"
#include "persistence/open_store.hpp"

/// `loyalty serve`: puts store, actors and network together, and takes them apart in order.
namespace loyalty::cli {
namespace {

constexpr const char* version = LOYALTY_VERSION;

/// The text of a line as the inside of a JSON string.
class JsonText final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&,
              spdlog::memory_buf_t& out) override {
    for (const char c : message.payload) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(static_cast<unsigned char>(c) < 0x20 ? ' ' : c);
    }
  }
  std::unique_ptr<custom_flag_formatter> clone() const override {
    return spdlog::details::make_unique<JsonText>();
  }
};

void set_up_log(const config::Settings& settings) {
  spdlog::set_default_logger(spdlog::stderr_color_mt("loyalty"));
  if (settings.log_json) {
    auto formatter = std::make_unique<spdlog::pattern_formatter>();
    formatter->add_flag<JsonText>('J').set_pattern(
        R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l","text":"%J"})");
    spdlog::set_formatter(std::move(formatter));
  } else {
    spdlog::set_pattern("%Y-%m-%dT%H:%M:%S.%e %^%l%$ %v");
  }
  spdlog::set_level(spdlog::level::from_str(std::string(domain::name_of(settings.log_level))));
}

/// Waits for the one answer to a call that this process makes to itself.
class OwnCall final : public api::Peer {
 public:
  void send(std::vector<api::Outgoing>&& messages) override {
    const std::lock_guard lock(mutex_);
    for (auto& message : messages) {
      if (auto* reply = get_if<api::Reply>(&message)) outcome_ = std::move(reply->outcome);
    }
    arrived_.notify_one();
  }

  boost::variant2::variant<api::Result, api::Error> wait() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return outcome_.has_value(); });
    return std::move(*outcome_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::optional<boost::variant2::variant<api::Result, api::Error>> outcome_;
};

using Programs = std::vector<domain::ProgramDefinition>;

/// All program files, or nothing and every mistake on stderr.
std::optional<Programs> load_programs(const std::vector<std::string>& files) {
  Programs programs;
  bool good = true;
  for (const auto& file : files) {
    auto loaded = config::load_program(file);
    if (!loaded) {
      for (const auto& finding : loaded.error()) {
        std::fprintf(stderr, "%s\n", config::to_string(finding).c_str());
      }
      good = false;
      continue;
    }
    for (const auto& warning : loaded->warnings) spdlog::warn("{}", config::to_string(warning));
    programs.push_back(std::move(loaded->definition));
  }
  return good ? std::optional(std::move(programs)) : std::nullopt;
}

/// Brings a program to its file's definition. A definition already in force changes nothing.
std::optional<api::Error> apply(actors::Node& node, const domain::ProgramDefinition& definition) {
  codec::Writer wanted;
  codec::write_wire(wanted, definition);
  // The key says what is brought into force after what: an earlier definition may come back, and
  // the same files make the same history wherever it is kept.
  const std::uint32_t before = node.program_version(definition.id);
  codec::Writer params;
  params.map(3);
  params.string("program");
  params.string(definition.id);
  params.string("key");
  params.string("file:" + std::to_string(before) + ":" +
                std::to_string(persistence::crc32c(wanted.bytes())));
  params.string("definition");
  params.raw(wanted.bytes());
  auto call = api::decode_call("apply_program", params.bytes(), std::chrono::steady_clock::now());
  if (!call) return call.error();
  const auto own = std::make_shared<OwnCall>();
  call->reply = {own, 0};
  call->text = std::make_shared<const api::CallText>(
      api::CallText{"apply_program", std::string(params.bytes())});
  std::vector<api::Call> calls;
  calls.push_back(std::move(*call));
  node.submit(std::move(calls));
  const auto outcome = own->wait();
  if (const auto* error = get_if<api::Error>(&outcome)) return *error;
  // Another node may have said it first, and be about to tell this one.
  if (node.program_version(definition.id) == 0) {
    return api::unavailable("the program is not known to this node yet");
  }
  return std::nullopt;
}

/// Brings all programs into force; what may come to pass later is tried for so long, or until a
/// signal comes. An exit code.
int apply_all(actors::Node& node, const Programs& programs, std::chrono::seconds patience,
              const sigset_t& signals) {
  const auto end = std::chrono::steady_clock::now() + patience;
  for (const auto& program : programs) {
    auto error = apply(node, program);
    while (error && error->retryable && std::chrono::steady_clock::now() < end) {
      constexpr timespec a_while{.tv_sec = 0, .tv_nsec = 100'000'000};
      if (sigtimedwait(&signals, nullptr, &a_while) > 0) break;
      error = apply(node, program);
    }
    if (error) {
      spdlog::error("{}: {}: {}", program.id, error->code, error->text);
      return error->retryable ? exit_not_available : exit_usage;
    }
  }
  return exit_ok;
}

/// Waits until the node has its place in the cluster. An exit code.
int enter(ClusterMember& member, actors::Node& node, const std::string& address,
          const sigset_t& signals) {
  using Entry = cluster::Agent::Entry;
  if (const auto fault = member.enter(node, address)) {
    spdlog::error("{}", *fault);
    return exit_not_available;
  }
  for (auto entry = Entry::under_way; entry != Entry::done;) {
    entry = member.wait(std::chrono::milliseconds(200));
    if (entry == Entry::refused) {
      spdlog::error("another live node of this cluster is called {}: give each its own --node-id",
                    member.name());
      return exit_not_available;
    }
    constexpr timespec at_once{.tv_sec = 0, .tv_nsec = 0};
    if (entry == Entry::under_way && sigtimedwait(&signals, nullptr, &at_once) > 0) {
      spdlog::error("stopped before it had a place in the cluster");
      return exit_not_available;
    }
  }
  return exit_ok;
}

/// A start that is given up in the middle ends in the order in which a running server does.
struct StopLast {
  ClusterMember& member;
  net::Server& server;
  mutable bool done = false;
  ~StopLast() {
    if (done) return;
    server.drain(std::chrono::seconds(0));
    member.leave();
    member.stop(exit_not_available);
  }
};

/// Decodes what one read brought and hands it to the actors; what cannot be decoded is answered
/// at once.
net::Handler handler_for(actors::Node& node, bool passes_on) {
  return [&node, passes_on](std::span<const net::Incoming> incoming) {
    std::vector<api::Call> calls;
    calls.reserve(incoming.size());
    std::vector<api::Outgoing> refused;
    const auto now = std::chrono::steady_clock::now();
    for (const auto& request : incoming) {
      auto call = api::decode_call(request.method, request.params, now);
      if (!call) {
        refused.push_back(api::Reply{request.reply.msgid, call.error()});
        continue;
      }
      if (call->target.program.empty()) call->target.program = request.program;
      call->reply = request.reply;
      if (passes_on) {
        call->text = std::make_shared<const api::CallText>(
            api::CallText{std::string(request.method), std::string(request.params)});
      }
      calls.push_back(std::move(*call));
    }
    // All requests of one read come from one connection.
    if (!refused.empty()) incoming.front().reply.peer->send(std::move(refused));
    node.submit(std::move(calls));
  };
}

net::ServerOptions server_options(const config::Settings& settings, const Endpoint& endpoint) {
  net::ServerOptions options{.host = endpoint.host, .port = endpoint.port};
  options.limits.max_connections = settings.max_connections;
  options.limits.max_in_flight = settings.max_in_flight;
  options.limits.frame_bytes = settings.frame_bytes;
  options.limits.idle_timeout = std::chrono::seconds(settings.idle_timeout_seconds);
  return options;
}

bool write_ports(const std::string& file, const std::string& host, std::uint16_t port) {
  if (file.empty()) return true;
  // Whoever polls for the file must never see half of it.
  const std::string next = file + ".new";
  std::ofstream out(next, std::ios::trunc);
  out << "rpc " << host << ":" << port << "\n";
  out.close();
  return out && std::rename(next.c_str(), file.c_str()) == 0;
}

int store_exit_code(const persistence::StoreFault& fault) {
  switch (fault.kind) {
    case persistence::StoreFault::Kind::damaged: return exit_damaged;
    case persistence::StoreFault::Kind::invalid: return exit_usage;
    case persistence::StoreFault::Kind::unavailable:
    case persistence::StoreFault::Kind::foreign: break;
  }
  return exit_not_available;
}

/// Opens the store; one that is not there yet is waited for as long as the settings say, or until
/// a signal comes.
persistence::StoreResult<std::unique_ptr<persistence::Store>> open_store(
    const config::Settings& settings, const persistence::StoreOptions& options,
    const sigset_t& signals) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::seconds(settings.wait_for_store);
  for (bool told = false;;) {
    auto store = persistence::open_store(settings.store, options);
    const bool may_come =
        !store && store.error().kind == persistence::StoreFault::Kind::unavailable;
    if (!may_come || Clock::now() >= end) return store;
    if (!std::exchange(told, true))
      spdlog::warn("waiting for the store: {}", store.error().message);
    constexpr timespec half_a_second{.tv_sec = 0, .tv_nsec = 500'000'000};
    if (sigtimedwait(&signals, nullptr, &half_a_second) > 0) return store;
  }
}

int fail(int code, const std::string& text) {
  spdlog::error("{}", text);
  return code;
}

}  // namespace

int serve(const config::Settings& settings) {
  set_up_log(settings);
  // All threads inherit the mask: signals are taken by sigwait below and nowhere else.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);

  const auto endpoint = parse_endpoint(settings.listen);
  if (!endpoint) return fail(exit_usage, "listen: expected HOST:PORT, got " + settings.listen);
  if (settings.cluster) {
    if (const auto mistake = cluster_mistake(settings)) return fail(exit_usage, *mistake);
  }
  const auto programs = load_programs(settings.programs);
  if (!programs) return exit_usage;

  persistence::StoreOptions store_options;
  store_options.durability = static_cast<persistence::Durability>(settings.durability);
  store_options.shards = static_cast<persistence::ShardId>(settings.shards);
  store_options.state_directory = settings.state_directory;
  store_options.shared = settings.cluster;
  auto store = open_store(settings, store_options, signals);
  if (!store) return fail(store_exit_code(store.error()), store.error().message);

  const auto log = [](const std::string& text) { spdlog::error("{}", text); };
  std::unique_ptr<ClusterMember> member;  // ends after the node
  if (settings.cluster) {
    auto opened = ClusterMember::open(settings, store_options, **store, log);
    if (!opened) return fail(store_exit_code(opened.error()), opened.error().message);
    member = std::move(*opened);
  }

  std::unique_ptr<actors::Clock> clock = std::make_unique<actors::RealClock>();
  if (settings.clock == config::ClockKind::manual) {
    clock = std::make_unique<actors::ManualClock>(domain::Instant{0});
  }
  ReplayService replays(settings, **store, *clock);  // ends before the store
  auto node =
      actors::Node::start({.executors = settings.executors,
                           .active_entities = settings.active_entities,
                           .max_idle = std::chrono::seconds(settings.idle_entity_seconds),
                           .snapshot_age = std::chrono::seconds(settings.snapshot_seconds),
                           .max_in_flight = settings.max_in_flight_node,
                           .version = version,
                           .durability = std::string(domain::name_of(settings.durability)),
                           .lost_writes = settings.state_directory,
                           .rebuild_reports = settings.rebuild_reports,
                           .log = log,
                           .replay = [&replays](api::Call call) { replays.take(std::move(call)); },
                           .cluster = member ? std::optional(member->services()) : std::nullopt},
                          **store, *clock);
  if (!node) return fail(store_exit_code(node.error()), node.error().message);
  // A node has no shards before others can reach it.
  if (!member) {
    const int applied = apply_all(**node, *programs, {}, signals);
    if (applied != exit_ok) return applied;
  }

  auto server = net::Server::start(server_options(settings, *endpoint),
                                   handler_for(**node, settings.cluster), api::method_names());
  if (!server) return fail(exit_not_available, server.error());
  if (member) {
    const std::string address = endpoint->host + ":" + std::to_string((*server)->port());
    const StopLast stop_last{*member, **server};
    const int entered = enter(*member, **node, address, signals);
    if (entered != exit_ok) return entered;
    const int applied = apply_all(**node, *programs, std::chrono::seconds(30), signals);
    if (applied != exit_ok) return applied;
    stop_last.done = true;
    spdlog::info("node {} of the cluster", member->name());
  }
  spdlog::info("loyalty {} listens on {}:{}, store {}, clock {}, pid {}", version, endpoint->host,
               (*server)->port(), (*store)->describe(), domain::name_of(settings.clock),
               ::getpid());
  if (!write_ports(settings.ports_file, endpoint->host, (*server)->port())) {
    return fail(exit_not_available, "cannot write the ports file " + settings.ports_file);
  }

  int signal = 0;
  while (sigwait(&signals, &signal) == 0 && signal == SIGHUP) {
    const auto changed = load_programs(settings.programs);
    for (const auto& program : changed.value_or(Programs{})) {
      const auto error = apply(**node, program);
      error ? spdlog::error("{}: {}: {}", program.id, error->code, error->text)
            : spdlog::info("program {} is as its file says", program.id);
    }
  }
  spdlog::info("stopping: finishing what is under way");
  // A second signal does not wait.
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  const std::chrono::seconds patience(settings.drain_timeout_seconds);
  replays.stop();
  if (member) member->leave();
  (*server)->drain(patience);
  (*node)->wait_until_quiet(patience);
  server->reset();
  if (member) member->stop(exit_ok);
  node->reset();
  store->reset();
  spdlog::info("stopped");
  return exit_ok;
}

}  // namespace loyalty::cli
