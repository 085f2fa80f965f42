// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_registration.hpp"

#include <pthread.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <vector>

#include "persistence/block.hpp"
#include "persistence/faults.hpp"
#include "persistence/redis_format.hpp"
#include "persistence/redis_membership.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::chrono::milliseconds look{100};

/// The machine since its last start, and the process ids that are seen from here: containers of one
/// machine do not see each other's.
std::string this_machine() {
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  std::error_code error;
  const auto processes = std::filesystem::read_symlink("/proc/self/ns/pid", error);
  return boot + "/" + processes.string();
}

std::string this_host() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
  return name.data();
}

struct Process {
  std::string host;
  std::string machine;
  std::int64_t pid = 0;
};

std::optional<Process> parse_record(const std::string& nonce, std::string_view text) {
  const auto seal = text.rfind(' ');
  if (seal == std::string_view::npos ||
      text.substr(seal + 1) != hex64(crc32c(nonce + std::string(text.substr(0, seal))))) {
    return std::nullopt;
  }
  std::vector<std::string_view> words;
  for (std::string_view rest = text; !rest.empty();) {
    words.push_back(rest.substr(0, rest.find(' ')));
    rest.remove_prefix(std::min(rest.size(), words.back().size() + 1));
  }
  Process process;
  if (words.size() != 5) return std::nullopt;
  process.host = words[0];
  process.machine = words[1];
  std::from_chars(words[2].data(), words[2].data() + words[2].size(), process.pid);
  return process;
}

bool is_gone(const Process& process) {
  return process.machine == this_machine() && process.pid > 0 &&
         ::kill(static_cast<pid_t>(process.pid), 0) != 0 && errno == ESRCH;
}

}  // namespace

RedisRegistration::RedisRegistration(RedisClient::Options options)
    : place_(options.url.identity()), nonce_(random_id()), client_(std::move(options)) {}

StoreResult<std::unique_ptr<RedisRegistration>> RedisRegistration::enter(
    RedisClient::Options options) {
  std::unique_ptr<RedisRegistration> entered(new RedisRegistration(std::move(options)));
  const auto joined = entered->join();
  if (!joined) return Fault{joined.error()};
  return entered;
}

RedisRegistration::~RedisRegistration() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    leaving_ = true;
  }
  wake_.notify_one();
  thread_.join();
  forget(nonce_);
}

std::string RedisRegistration::record(std::uint64_t counter) const {
  const std::string text = this_host() + " " + this_machine() + " " + std::to_string(::getpid()) +
                           " " + std::to_string(counter);
  return text + " " + hex64(crc32c(nonce_ + text));
}

StoreResult<bool> RedisRegistration::join() {
  const auto connected = client_.connect();
  if (!connected) return connected;
  RedisCommand command = client_.call(Script::join, {redis_nodes_key});
  const RedisRequest request{.slot = slot_of(redis_nodes_key),
                             .commands = {command.add(nonce_).add(record(0))}};
  const auto answer = std::move(client_.run({&request, 1}).front());
  // Beats from now on: whoever comes later must see that this server is alive.
  thread_ = std::thread([this] { run(); });
  if (!answer.answered()) return unavailable(answer.detail);
  return outlive_all(answer.reply(), true);
}

StoreResult<bool> RedisRegistration::nobody_alone(RedisClient::Options options) {
  RedisRegistration looker(std::move(options));
  const auto connected = looker.client_.connect();
  if (!connected) return connected;
  const RedisRequest request{.slot = slot_of(redis_nodes_key),
                             .commands = {{"HGETALL", redis_nodes_key}}};
  const auto answer = std::move(looker.client_.run({&request, 1}).front());
  if (!answer.answered()) return unavailable(answer.detail);
  return looker.outlive_all(answer.reply(), false);
}

/// `records` is a list of nonces and records; those of a cluster's nodes are looked at when it is
/// one server alone that wants the store.
StoreResult<bool> RedisRegistration::outlive_all(ReplyView records, bool nodes_too) {
  const auto size = records.size();
  if (!size || *size % 2 != 0) {
    return unavailable(place_ + ": " + std::string(records.error().value_or("no list of servers")));
  }
  for (std::size_t i = 0; i < *size; i += 2) {
    const std::string name(records[i].text().value_or(""));
    const std::string record(records[i + 1].text().value_or(""));
    if (!nodes_too && parse_node_record(name, record)) continue;
    const auto alone = outlive(name, record);
    if (!alone) return alone;
  }
  return true;
}

/// Waits until the other server is certainly not there, and then takes its record away.
StoreResult<bool> RedisRegistration::outlive(const std::string& nonce, const std::string& seen) {
  const auto other = parse_record(nonce, seen);
  const RedisRequest request{.slot = slot_of(redis_nodes_key),
                             .commands = {{"HGET", redis_nodes_key, nonce}}};
  const auto until = RedisClock::now() + patience;
  while (!(other && is_gone(*other)) && RedisClock::now() < until) {
    pause(look);
    const auto answer = std::move(client_.run({&request, 1}).front());
    if (!answer.answered()) return unavailable(answer.detail);
    const auto now = answer.reply().text();
    if (!now) return true;  // it has left
    if (*now != seen) {
      const std::string who = parse_node_record(nonce, seen) ? "node " + nonce + " of a cluster"
                              : other ? other->host + ", pid " + std::to_string(other->pid)
                                      : std::string("unknown");
      return unavailable("another server (" + who + ") is using " + place_);
    }
  }
  forget(nonce);
  return true;
}

bool RedisRegistration::forget(const std::string& nonce) {
  const RedisRequest request{.slot = slot_of(redis_nodes_key),
                             .commands = {{"HDEL", redis_nodes_key, nonce}}};
  return client_.run({&request, 1}).front().answered();
}

/// False once this server leaves.
bool RedisRegistration::pause(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, time, [&] { return leaving_; });
}

void RedisRegistration::run() {
  ::pthread_setname_np(::pthread_self(), "registration");
  for (std::uint64_t counter = 1; pause(beat); ++counter) {
    // A beat that fails is made up by the next one; a record that was lost comes back.
    const RedisRequest request{.slot = slot_of(redis_nodes_key),
                               .commands = {{"HSET", redis_nodes_key, nonce_, record(counter)}}};
    client_.run({&request, 1});
  }
}

}  // namespace loyalty::persistence
