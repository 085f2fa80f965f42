// SPDX-License-Identifier: Apache-2.0
#include "tests/support/redis_server.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <hiredis/hiredis.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <stdexcept>

namespace loyalty::test {
namespace {

namespace fs = std::filesystem;

/// The process ends when the test does, however the test ends.
pid_t spawn(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (auto& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) throw std::runtime_error("cannot fork");
  if (child > 0) return child;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  const int nowhere = ::open("/dev/null", O_RDWR);
  for (const int stream : {0, 1, 2}) ::dup2(nowhere, stream);
  ::execvp(arguments[0], arguments.data());
  ::_exit(127);
}

std::string text_of(const redisReply* reply) {
  if (reply == nullptr) return "no answer";
  switch (reply->type) {
    case REDIS_REPLY_INTEGER: return std::to_string(reply->integer);
    case REDIS_REPLY_NIL: return "nil";
    case REDIS_REPLY_ARRAY: {
      std::string all;
      for (std::size_t i = 0; i < reply->elements; ++i) {
        all += (i == 0 ? "" : " ") + text_of(reply->element[i]);
      }
      return all;
    }
    default: return {reply->str, reply->len};
  }
}

}  // namespace

std::uint16_t free_port() {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);  // NOLINT: the way of the API
  const bool bound =
      ::bind(listener, generic, size) == 0 && ::getsockname(listener, generic, &size) == 0;
  ::close(listener);
  if (!bound) throw std::runtime_error("no free port");
  return ntohs(address.sin_port);
}

bool eventually(const std::function<bool()>& it_is_so) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!it_is_so()) {
    if (std::chrono::steady_clock::now() > until) return false;
    ::poll(nullptr, 0, 5);
  }
  return true;
}

RedisServer::RedisServer(Options options) : options_(std::move(options)) {
  std::string name = (fs::temp_directory_path() / "loyalty-redis-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no scratch directory");
  directory_ = name;
  if (options_.tcp) port_ = free_port();
  std::ofstream config(directory_ / "redis.conf");
  config << "port " << port_ << "\nbind 127.0.0.1\nunixsocket " << socket() << "\ndir "
         << directory_.string() << "\nlogfile " << (directory_ / "log").string()
         << "\ndaemonize no\n";
  if (!options_.sentinel) config << "save \"\"\nappendonly yes\nappendfsync always\n";
  for (const auto& line : options_.config) config << line << "\n";
  config.close();
  start();
}

RedisServer::~RedisServer() {
  kill();
  std::error_code ignored;
  fs::remove_all(directory_, ignored);
}

void RedisServer::start() {
  std::vector<std::string> words = {"redis-server", (directory_ / "redis.conf").string()};
  if (options_.sentinel) words.emplace_back("--sentinel");
  pid_ = spawn(words);
  const bool up = eventually([this] {
    const std::string answer = ask({"PING"});
    // With the settings that some tests make, only those who may are answered.
    return answer == "PONG" || answer.starts_with("NOAUTH") || answer.starts_with("MASTERDOWN");
  });
  if (!up) throw std::runtime_error("redis-server does not start: is the package installed?");
}

void RedisServer::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

void RedisServer::freeze() {
  ::kill(pid_, SIGSTOP);
  int status = 0;
  ::waitpid(pid_, &status, WUNTRACED);
}

void RedisServer::thaw() { ::kill(pid_, SIGCONT); }

std::string RedisServer::ask(std::initializer_list<std::string> command) const {
  return ask_all(command);
}

std::string RedisServer::ask_all(const std::vector<std::string>& command) const {
  redisContext* const context = redisConnectUnix(socket().c_str());
  if (context == nullptr || context->err != 0) {
    if (context != nullptr) redisFree(context);
    return "no connection";
  }
  std::vector<const char*> words;
  std::vector<std::size_t> sizes;
  for (const auto& word : command) {
    words.push_back(word.data());
    sizes.push_back(word.size());
  }
  auto* const reply = static_cast<redisReply*>(
      redisCommandArgv(context, static_cast<int>(words.size()), words.data(), sizes.data()));
  const std::string answer = text_of(reply);
  if (reply != nullptr) freeReplyObject(reply);
  redisFree(context);
  return answer;
}

RedisCluster::RedisCluster() {
  for (int i = 0; i < 3; ++i) {
    servers_.push_back(std::make_unique<RedisServer>(
        RedisServer::Options{.tcp = true,
                             .config = {"cluster-enabled yes", "cluster-node-timeout 1000",
                                        "cluster-port " + std::to_string(free_port()),
                                        "cluster-require-full-coverage yes"}}));
  }
  std::vector<std::string> words = {"redis-cli", "--cluster", "create"};
  for (const auto& server : servers_) words.push_back(server->address());
  words.insert(words.end(), {"--cluster-yes"});
  int status = 0;
  ::waitpid(spawn(words), &status, 0);
  if (status != 0) throw std::runtime_error("redis-cli --cluster create failed");
  for (const auto& server : servers_) {
    if (!eventually([&] {
          return server->ask({"CLUSTER", "INFO"}).find("cluster_state:ok") != std::string::npos;
        })) {
      throw std::runtime_error("the cluster does not come up");
    }
  }
}

std::string RedisCluster::url() const {
  return "redis-cluster://" + servers_[0]->address() + "," + servers_[1]->address();
}

void RedisCluster::clear() const {
  for (const auto& server : servers_) server->ask({"FLUSHALL"});
}

RedisPair::RedisPair(std::vector<std::string> config, bool with_sentinel) {
  config.emplace_back("repl-diskless-sync-delay 0");
  config.emplace_back("repl-ping-replica-period 1");
  primary_ = std::make_unique<RedisServer>(RedisServer::Options{.tcp = true, .config = config});
  config.push_back("replicaof 127.0.0.1 " + std::to_string(primary_->port()));
  replica_ = std::make_unique<RedisServer>(RedisServer::Options{.tcp = true, .config = config});
  const auto online = [this] {
    return primary_->ask({"INFO", "replication"}).find("state=online") != std::string::npos;
  };
  if (!eventually(online)) throw std::runtime_error("the replica does not come up");
  if (!with_sentinel) return;
  sentinel_ = std::make_unique<RedisServer>(RedisServer::Options{
      .tcp = true,
      .sentinel = true,
      .config = {"sentinel monitor shop 127.0.0.1 " + std::to_string(primary_->port()) + " 1",
                 "sentinel down-after-milliseconds shop 500",
                 "sentinel failover-timeout shop 3000"}});
  const auto known = [this] {
    return sentinel_->ask({"SENTINEL", "REPLICAS", "shop"}).find("flags slave") !=
           std::string::npos;
  };
  if (!eventually(known)) throw std::runtime_error("the sentinel does not find the replica");
}

}  // namespace loyalty::test
