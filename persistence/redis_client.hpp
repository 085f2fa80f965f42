// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "persistence/redis_cluster.hpp"
#include "persistence/redis_connection.hpp"
#include "persistence/redis_durability.hpp"
#include "persistence/redis_script.hpp"

namespace loyalty::persistence {

/// Commands for the server that has `slot`, sent together and in order.
struct RedisRequest {
  std::uint16_t slot = 0;
  std::vector<RedisCommand> commands;
};

struct RedisAnswer {
  enum class Delivery : std::uint8_t {
    answered,  ///< a reply for each command
    not_sent,  ///< certainly not executed
    lost,      ///< sent, and nobody knows what became of it
  };
  Delivery delivery = Delivery::not_sent;
  std::vector<Reply> replies;
  std::string detail;         ///< why it was not answered
  std::size_t replicas = 0;   ///< online at that server, when confirmation was asked for
  std::size_t confirmed = 0;  ///< of these, how many have the write

  ReplyView reply(std::size_t index = 0) const {
    return index < replies.size() ? replies[index].view() : ReplyView(nullptr);
  }
  bool answered() const { return delivery == Delivery::answered; }
  bool confirmed_by_all() const { return confirmed >= replicas; }
};

/// Whatever is behind the URL, as one place that takes commands: connects when it must (finding the
/// primary by Sentinel, or the primaries of a cluster), checks each server it connects to, follows
/// redirections, reloads scripts. After any failure the next call starts anew. It does not repeat
/// a write that may have been executed; a read it repeats once. Thread-safe: one call at a time.
class RedisClient {
 public:
  enum class Purpose : std::uint8_t {
    write,    ///< each server is checked against the durability level
    read,     ///< each server must be a primary
    inspect,  ///< any server will do
  };
  struct Options {
    RedisUrl url;
    Purpose purpose = Purpose::write;
    Durability durability = Durability::fsync;
    std::chrono::milliseconds timeout{2000};
  };

  explicit RedisClient(Options options) : options_(std::move(options)) {}

  /// Connects to all primaries now, to see whether that works.
  StoreResult<bool> connect();

  /// Answers in the order of the requests. With `wait`, each server's turn ends with WAIT for all
  /// of its online replicas, that long at most.
  std::vector<RedisAnswer> run(std::span<const RedisRequest> requests,
                               std::optional<std::chrono::milliseconds> wait = {});

  /// Whether all servers sync each write before they answer it, and whether any has a replica, as
  /// they were last seen.
  bool synced();
  bool replicated();

  /// The digests are the same everywhere; known once connected.
  RedisCommand call(Script script, std::initializer_list<std::string_view> keys);

  /// All keys of all primaries that match the pattern, at most `limit`.
  StoreResult<std::vector<std::string>> scan_keys(const std::string& pattern, std::size_t limit);

  /// The next call connects anew.
  void disconnect();

 private:
  struct Node {
    RedisConnection connection;
    ServerState state;
  };
  /// One request on its way through redirections.
  struct Pending {
    std::size_t index = 0;
    std::optional<RedisEndpoint> asked_to;  // after ASK
  };
  struct Turn;

  StoreResult<bool> locate(Deadline deadline);
  StoreResult<bool> locate_cluster(Deadline deadline);
  StoreResult<RedisEndpoint> place_of(std::uint16_t slot) const;
  StoreResult<Node*> node_at(const RedisEndpoint& endpoint, Deadline deadline);
  static void add_unanswered(const std::vector<RedisAnswer>& answers,
                             std::vector<Pending>& pending);
  std::vector<Pending> fly(std::span<const RedisRequest> requests,
                           const std::vector<Pending>& pending,
                           std::optional<std::chrono::milliseconds> wait, Deadline deadline,
                           std::vector<RedisAnswer>& answers);
  static Flight loaded(Turn& turn, std::span<const RedisRequest> requests,
                       std::optional<std::chrono::milliseconds> wait);
  static void unload(Turn& turn, Flight& flight, std::span<const RedisRequest> requests,
                     std::vector<RedisAnswer>& answers);
  void count_replicas(Turn& turn, const Flight& flight, std::chrono::milliseconds wait,
                      Deadline deadline, std::vector<RedisAnswer>& answers);
  std::optional<Pending> redirected(const RedisAnswer& answer, const Pending& pending,
                                    const RedisEndpoint& from, Deadline deadline);
  void lose_track();
  void forget(const RedisEndpoint& endpoint);

  const Options options_;
  std::mutex mutex_;
  ScriptSet scripts_;
  std::map<RedisEndpoint, Node> nodes_;
  std::optional<RedisEndpoint> primary_;  // single and sentinel
  std::optional<SlotMap> slots_;          // cluster
  bool synced_ = false;
  bool replicated_ = false;
};

}  // namespace loyalty::persistence
