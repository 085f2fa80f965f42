// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_client.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "persistence/faults.hpp"
#include "persistence/redis_sentinel.hpp"

namespace loyalty::persistence {
namespace {

constexpr int most_redirections = 5;

std::size_t count_of(ReplyView reply) {
  return static_cast<std::size_t>(std::max<std::int64_t>(reply.integer().value_or(0), 0));
}

}  // namespace

/// What goes to one server in one flight.
struct RedisClient::Turn {
  RedisEndpoint endpoint;
  Node* node = nullptr;
  std::vector<Pending> pending;
  std::size_t waited_for = 0;  // replicas
  bool wrong_server = false;   // to be left after this turn
};

StoreResult<bool> RedisClient::connect() {
  const std::lock_guard lock(mutex_);
  const Deadline deadline = RedisClock::now() + options_.timeout;
  const auto located = locate(deadline);
  if (!located) return located;
  const auto endpoints = slots_ ? slots_->primaries() : std::vector<RedisEndpoint>{*primary_};
  for (const auto& endpoint : endpoints) {
    const auto node = node_at(endpoint, deadline);
    if (!node) return Fault{node.error()};
  }
  return true;
}

bool RedisClient::synced() {
  const std::lock_guard lock(mutex_);
  return synced_;
}

bool RedisClient::replicated() {
  const std::lock_guard lock(mutex_);
  return replicated_;
}

RedisCommand RedisClient::call(Script script, std::initializer_list<std::string_view> keys) {
  const std::lock_guard lock(mutex_);
  return scripts_.call(script, keys);
}

void RedisClient::disconnect() {
  const std::lock_guard lock(mutex_);
  nodes_.clear();
  lose_track();
}

StoreResult<bool> RedisClient::locate(Deadline deadline) {
  switch (options_.url.topology) {
    case RedisTopology::single: primary_ = options_.url.endpoints.front(); return true;
    case RedisTopology::cluster: return slots_ ? StoreResult<bool>(true) : locate_cluster(deadline);
    case RedisTopology::sentinel: break;
  }
  if (primary_) return true;
  auto found = discover_primary(options_.url, deadline);
  if (!found) return Fault{found.error()};
  primary_ = std::move(*found);
  return true;
}

StoreResult<bool> RedisClient::locate_cluster(Deadline deadline) {
  std::vector<RedisEndpoint> candidates = options_.url.endpoints;
  for (const auto& [endpoint, node] : nodes_) candidates.push_back(endpoint);
  nodes_.clear();
  std::string failures;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const auto share = (deadline - RedisClock::now()) / static_cast<int>(candidates.size() - i + 1);
    const Deadline until = RedisClock::now() + share;
    auto connection = log_in(options_.url, candidates[i], until);
    std::string why;
    if (connection) {
      const std::array<RedisCommand, 1> question = {RedisCommand{"CLUSTER", "SLOTS"}};
      const auto replies = ask(*connection, question, until);
      if (replies) {
        const ReplyView reply = replies->front().view();
        slots_ = SlotMap::parse(reply, candidates[i]);
        if (slots_ && !slots_->primaries().empty()) return true;
        slots_.reset();
        why = candidates[i].name() + ": " +
              std::string(reply.error().value_or("CLUSTER SLOTS names no primary"));
      } else {
        why = replies.error().message;
      }
    } else {
      why = connection.error().message;
    }
    failures += (failures.empty() ? "" : "; ") + why;
  }
  return unavailable("no node of the Redis Cluster tells who serves what: " + failures);
}

StoreResult<RedisEndpoint> RedisClient::place_of(std::uint16_t slot) const {
  if (!slots_) return *primary_;
  const RedisEndpoint* const found = slots_->primary_of(slot);
  if (found != nullptr) return *found;
  return unavailable("nobody in the Redis Cluster serves slot " + std::to_string(slot));
}

StoreResult<RedisClient::Node*> RedisClient::node_at(const RedisEndpoint& endpoint,
                                                     Deadline deadline) {
  if (const auto known = nodes_.find(endpoint); known != nodes_.end()) {
    if (!known->second.connection.is_stale()) return &known->second;
    nodes_.erase(known);
  }
  auto connection = log_in(options_.url, endpoint, deadline);
  if (!connection) return Fault{connection.error()};
  const auto state = options_.purpose == Purpose::write
                         ? check_server(*connection, options_.durability, deadline)
                         : check_role(*connection, deadline);
  if (!state) return Fault{state.error()};
  if (!state->primary && options_.purpose != Purpose::inspect) {
    return unavailable("Redis at " + endpoint.name() + " is a replica: only a primary is written");
  }
  const auto loaded = scripts_.load(*connection, deadline);
  if (!loaded) return Fault{loaded.error()};

  RedisCommand question = scripts_.call(Script::allowed, {"loy:{m}:cfg"});
  add_needed_commands(question, options_.purpose == Purpose::write);
  const auto answer = ask(*connection, {&question, 1}, deadline);
  if (!answer) return Fault{answer.error()};
  const ReplyView denied = answer->front().view();
  // In a cluster only the server of that key answers; users are the same on all of them.
  if (denied.error() && !parse_redirection(*denied.error(), endpoint)) {
    return unavailable("Redis at " + endpoint.name() + ": " + std::string(*denied.error()));
  }
  if (denied[0].text()) {
    return unavailable("Redis at " + endpoint.name() + ": the user lacks the permission +" +
                       std::string(*denied[0].text()) + " on the keys loy:*");
  }
  Node& node = nodes_.emplace(endpoint, Node{std::move(*connection), *state}).first->second;
  synced_ = std::ranges::all_of(nodes_, [](const auto& each) { return each.second.state.synced; });
  replicated_ =
      std::ranges::any_of(nodes_, [](const auto& each) { return each.second.state.replicas > 0; });
  return &node;
}

void RedisClient::lose_track() {
  primary_.reset();
  slots_.reset();
}

void RedisClient::forget(const RedisEndpoint& endpoint) {
  nodes_.erase(endpoint);
  lose_track();
}

std::vector<RedisAnswer> RedisClient::run(std::span<const RedisRequest> requests,
                                          std::optional<std::chrono::milliseconds> wait) {
  const std::lock_guard lock(mutex_);
  const Deadline deadline = RedisClock::now() + options_.timeout;
  std::vector<RedisAnswer> answers(requests.size());
  std::vector<Pending> pending;
  for (std::size_t i = 0; i < requests.size(); ++i) pending.push_back({.index = i});
  for (int round = 0; !pending.empty() && round < most_redirections; ++round) {
    const auto located = locate(deadline);
    if (!located) {
      for (const auto& one : pending) answers[one.index] = {.detail = located.error().message};
      break;
    }
    pending = fly(requests, pending, wait, deadline, answers);
    if (round == 0 && options_.purpose != Purpose::write) add_unanswered(answers, pending);
  }
  return answers;
}

// Since the last read the connection may have broken, or another server become primary. To read
// twice does no harm.
void RedisClient::add_unanswered(const std::vector<RedisAnswer>& answers,
                                 std::vector<Pending>& pending) {
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (!answers[i].answered()) pending.push_back({.index = i});
  }
}

std::vector<RedisClient::Pending> RedisClient::fly(std::span<const RedisRequest> requests,
                                                   const std::vector<Pending>& pending,
                                                   std::optional<std::chrono::milliseconds> wait,
                                                   Deadline deadline,
                                                   std::vector<RedisAnswer>& answers) {
  std::map<RedisEndpoint, Turn> turns;
  bool complete = true;
  for (const auto& one : pending) {
    const auto place = one.asked_to ? StoreResult<RedisEndpoint>(*one.asked_to)
                                    : place_of(requests[one.index].slot);
    if (place) {
      turns[*place].pending.push_back(one);
    } else {
      answers[one.index] = {.detail = place.error().message};
      complete = false;
    }
  }

  std::vector<Turn> flying;
  std::vector<Flight> flights;
  for (auto& [endpoint, turn] : turns) {
    const auto node = node_at(endpoint, deadline);
    if (!node) {
      for (const auto& one : turn.pending) answers[one.index] = {.detail = node.error().message};
      complete = false;
      continue;
    }
    turn.endpoint = endpoint;
    turn.node = *node;
    flights.push_back(loaded(turn, requests, wait));
    flying.push_back(std::move(turn));
  }
  // Where somebody cannot be reached, who is primary is found out anew the next time.
  if (!complete) lose_track();
  carry_out(flights, deadline);

  std::vector<Pending> again;
  for (std::size_t i = 0; i < flying.size(); ++i) {
    Turn& turn = flying[i];
    unload(turn, flights[i], requests, answers);
    if (wait) count_replicas(turn, flights[i], *wait, deadline, answers);
    if (!flights[i].failure.empty()) {
      forget(turn.endpoint);
      continue;
    }
    for (const auto& one : turn.pending) {
      if (auto elsewhere = redirected(answers[one.index], one, turn.endpoint, deadline)) {
        again.push_back(*std::move(elsewhere));
      }
    }
    if (turn.wrong_server) forget(turn.endpoint);
  }
  return again;
}

Flight RedisClient::loaded(Turn& turn, std::span<const RedisRequest> requests,
                           std::optional<std::chrono::milliseconds> wait) {
  Flight flight{.connection = &turn.node->connection};
  for (const auto& one : turn.pending) {
    for (const auto& command : requests[one.index].commands) {
      if (one.asked_to) flight.add({"ASKING"});
      flight.add(command);
    }
  }
  if (wait) {
    turn.waited_for = turn.node->state.replicas;
    flight.add({"WAIT", std::to_string(turn.waited_for), std::to_string(wait->count())});
    flight.add({"INFO", "replication"});
  }
  return flight;
}

void RedisClient::unload(Turn& turn, Flight& flight, std::span<const RedisRequest> requests,
                         std::vector<RedisAnswer>& answers) {
  std::size_t next = 0;
  for (const auto& one : turn.pending) {
    RedisAnswer& answer = answers[one.index];
    answer = {};
    const std::size_t commands = requests[one.index].commands.size();
    for (std::size_t n = 0; n < commands; ++n, ++next) {
      if (one.asked_to) ++next;
      if (next >= flight.replies.size()) continue;
      answer.replies.push_back(std::move(flight.replies[next]));
      const auto error = answer.replies.back().view().error();
      turn.wrong_server = turn.wrong_server || (error && is_wrong_server(*error));
    }
    if (answer.replies.size() == commands) {
      answer.delivery = RedisAnswer::Delivery::answered;
    } else {
      answer.delivery = flight.sent ? RedisAnswer::Delivery::lost : RedisAnswer::Delivery::not_sent;
      answer.detail = flight.failure;
    }
  }
}

void RedisClient::count_replicas(Turn& turn, const Flight& flight, std::chrono::milliseconds wait,
                                 Deadline deadline, std::vector<RedisAnswer>& answers) {
  // A turn that ends without an answer to WAIT is not confirmed.
  std::size_t online = 1;
  std::size_t confirmed = 0;
  if (flight.failure.empty()) {
    const std::size_t last = flight.replies.size() - 1;
    if (const auto info = flight.replies[last].view().text()) {
      online = online_replicas(*info);
      turn.node->state.replicas = online;
      replicated_ = replicated_ || online > 0;
    }
    confirmed = count_of(flight.replies[last - 1].view());
    // A replica came online since the last look: waits for it as well.
    if (confirmed < online && turn.waited_for < online) {
      const std::array<RedisCommand, 1> again = {
          RedisCommand{"WAIT", std::to_string(online), std::to_string(wait.count())}};
      const auto replies = ask(turn.node->connection, again, deadline);
      if (replies) confirmed = count_of(replies->front().view());
      turn.wrong_server = turn.wrong_server || !replies;
    }
  }
  for (const auto& one : turn.pending) {
    answers[one.index].replicas = online;
    answers[one.index].confirmed = confirmed;
  }
}

std::optional<RedisClient::Pending> RedisClient::redirected(const RedisAnswer& answer,
                                                            const Pending& pending,
                                                            const RedisEndpoint& from,
                                                            Deadline deadline) {
  if (!answer.answered()) return std::nullopt;
  for (const auto& reply : answer.replies) {
    const auto error = reply.view().error();
    if (!error) continue;
    if (error_code(*error) == "NOSCRIPT") {
      const auto known = nodes_.find(from);
      if (known == nodes_.end()) break;
      if (!scripts_.load(known->second.connection, deadline)) {
        forget(from);  // late answers must not be taken for those of later commands
        break;
      }
      return Pending{.index = pending.index, .asked_to = pending.asked_to};
    }
    const auto redirection = parse_redirection(*error, from);
    if (!redirection || !slots_) continue;
    if (!redirection->for_good) {
      return Pending{.index = pending.index, .asked_to = redirection->to};
    }
    slots_->moved(redirection->slot, redirection->to);
    return Pending{.index = pending.index, .asked_to = std::nullopt};
  }
  return std::nullopt;
}

StoreResult<std::vector<std::string>> RedisClient::scan_keys(const std::string& pattern,
                                                             std::size_t limit) {
  const std::lock_guard lock(mutex_);
  const Deadline deadline = RedisClock::now() + std::chrono::minutes(5);
  const auto located = locate(deadline);
  if (!located) return Fault{located.error()};
  const auto endpoints = slots_ ? slots_->primaries() : std::vector<RedisEndpoint>{*primary_};
  std::vector<std::string> keys;
  for (const auto& endpoint : endpoints) {
    const auto node = node_at(endpoint, RedisClock::now() + options_.timeout);
    if (!node) return Fault{node.error()};
    std::string cursor = "0";
    do {
      const std::array<RedisCommand, 1> question = {
          RedisCommand{"SCAN", cursor, "MATCH", pattern, "COUNT", "1000"}};
      const auto replies = ask((*node)->connection, question, RedisClock::now() + options_.timeout);
      if (!replies) {
        forget(endpoint);
        return Fault{replies.error()};
      }
      const ReplyView page = replies->front().view();
      const auto next = page[0].text();
      const auto size = page[1].size();
      if (!next || !size) {
        return unavailable("Redis at " + endpoint.name() + ": " +
                           std::string(page.error().value_or("SCAN gave no list of keys")));
      }
      for (std::size_t i = 0; i < *size && keys.size() < limit; ++i) {
        keys.emplace_back(page[1][i].text().value_or(""));
      }
      cursor = *next;
    } while (cursor != "0" && keys.size() < limit);
  }
  return keys;
}

}  // namespace loyalty::persistence
