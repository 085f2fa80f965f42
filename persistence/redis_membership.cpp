// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_membership.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "persistence/crc32c.hpp"
#include "persistence/faults.hpp"
#include "persistence/redis_client.hpp"
#include "persistence/redis_format.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::array<std::string_view, 4> state_names = {"joining", "up", "draining", "dead"};
/// How long replicas have to confirm a heartbeat, where they have to.
constexpr std::chrono::milliseconds beat_wait{500};

std::string_view state_name(NodeState state) {
  return state_names[static_cast<std::size_t>(state)];
}

std::string_view word_or_dash(std::string_view text) { return text.empty() ? "-" : text; }
std::string from_word(std::string_view word) {
  return word == "-" ? std::string() : std::string(word);
}

/// What stays as it is while the node lives.
std::string constant_part(const NodeRecord& node) {
  return std::to_string(node.protocol_min) + " " + std::to_string(node.protocol_max) + " " +
         std::string(word_or_dash(node.peer_address)) + " " +
         std::string(word_or_dash(node.client_address));
}

std::string record_seal(const NodeRecord& node) {
  return hex64(
      crc32c_extend(0, node.name + " " + nonce_text(node.incarnation) + " " + constant_part(node)));
}

std::optional<Incarnation> parse_incarnation(std::string_view text) {
  if (text.size() != 32) return std::nullopt;
  const auto high = parse_hex64(text.substr(0, 16));
  const auto low = parse_hex64(text.substr(16));
  if (!high || !low) return std::nullopt;
  return Incarnation{.high = *high, .low = *low};
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    words.push_back(text.substr(0, text.find(' ')));
    text.remove_prefix(std::min(text.size(), words.back().size() + 1));
  }
  return words;
}

class RedisMembership final : public Membership {
 public:
  RedisMembership(std::string place, bool confirmed, RedisClient::Options options)
      : place_(std::move(place)), confirmed_(confirmed), client_(std::move(options)) {}

  StoreResult<bool> connect() { return client_.connect(); }

  StoreResult<bool> join(const NodeRecord& me) override {
    NodeRecord fresh = me;
    fresh.state = NodeState::joining;
    return change(script(Script::node_join)
                      .add(me.name)
                      .add(nonce_text(me.incarnation))
                      .add(node_record_text(fresh)));
  }

  StoreResult<Beat> heartbeat(std::string_view name, const Incarnation& me) override {
    const auto answer = ask(script(Script::node_beat).add(name).add(nonce_text(me)), true);
    if (!answer) return Fault{answer.error()};
    const auto alive = answer->reply()[0].integer();
    const auto version = parse_decimal(answer->reply()[1].text().value_or(""));
    if (!alive || !version) return garbled(*answer);
    return Beat{.alive = *alive == 1, .version = *version};
  }

  StoreResult<bool> expire(std::string_view name, const Incarnation& who,
                           std::uint64_t seen_heartbeat) override {
    return change(script(Script::node_expire)
                      .add(name)
                      .add(nonce_text(who))
                      .add(std::to_string(seen_heartbeat)));
  }

  StoreResult<bool> enter(std::string_view name, const Incarnation& who, NodeState state) override {
    if (state != NodeState::up && state != NodeState::draining) return false;
    return change(script(Script::node_enter).add(name).add(nonce_text(who)).add(state_name(state)));
  }

  StoreResult<bool> leave(std::string_view name, const Incarnation& me) override {
    return change(script(Script::node_leave).add(name).add(nonce_text(me)));
  }

  StoreResult<bool> pin(ShardId shard, std::string_view node) override {
    return change(script(Script::node_pin).add("p:" + std::to_string(shard)).add(node));
  }

  StoreResult<View> view() override {
    const auto answer = ask(script(Script::node_view), false);
    if (!answer) return Fault{answer.error()};
    const ReplyView nodes = answer->reply()[0];
    const ReplyView rest = answer->reply()[1];
    if (!nodes.size() || !rest.size()) return garbled(*answer);
    View view;
    for (std::size_t i = 0; i + 1 < *nodes.size(); i += 2) {
      auto node = parse_node_record(nodes[i].text().value_or(""), nodes[i + 1].text().value_or(""));
      // A server that is no node has entered itself; it is refused, or these nodes are.
      if (node) view.nodes.push_back(*std::move(node));
    }
    for (std::size_t i = 0; i + 1 < *rest.size(); i += 2) {
      const std::string_view field = rest[i].text().value_or("");
      const std::string_view value = rest[i + 1].text().value_or("");
      if (field == "v") view.version = parse_decimal(value).value_or(0);
      if (!field.starts_with("p:")) continue;
      const auto shard = parse_decimal(field.substr(2));
      if (!shard) continue;
      view.pins.push_back({.shard = static_cast<ShardId>(*shard), .node = std::string(value)});
    }
    std::ranges::sort(view.nodes, {}, &NodeRecord::name);
    std::ranges::sort(view.pins, {}, &Pin::shard);
    return view;
  }

  StoreResult<std::vector<Fence>> fences(std::span<const ShardId> shards) override {
    std::vector<ShardKeys> keys(shards.begin(), shards.end());
    std::vector<RedisRequest> requests;
    for (const auto& each : keys) requests.push_back({each.slot, {ask_owner(each)}});
    const auto answers = client_.run(requests);
    std::vector<Fence> found;
    for (std::size_t i = 0; i < answers.size(); ++i) {
      if (!answers[i].answered()) return unavailable(place_ + ": " + answers[i].detail);
      if (answers[i].reply().error()) return garbled(answers[i]);
      const auto record = parse_owner(keys[i], answers[i].reply());
      if (!record) return domain::Unexpected{record.error()};
      found.push_back(record->fence);
    }
    return found;
  }

 private:
  RedisCommand script(Script which) {
    return client_.call(which, {redis_nodes_key, redis_view_key});
  }

  Fault garbled(const RedisAnswer& answer) const {
    return unavailable(place_ + ": " +
                       std::string(answer.reply().error().value_or("an unexpected answer")));
  }

  StoreResult<RedisAnswer> ask(RedisCommand command, bool writes) {
    const bool confirm = writes && confirmed_;
    const RedisRequest request{.slot = slot_of(redis_nodes_key), .commands = {std::move(command)}};
    RedisAnswer answer = std::move(
        client_.run({&request, 1}, confirm ? std::optional(beat_wait) : std::nullopt).front());
    if (!answer.answered()) return unavailable(place_ + ": " + answer.detail);
    if (answer.reply().error()) return garbled(answer);
    if (confirm && (answer.replicas == 0 || !answer.confirmed_by_all())) {
      return unavailable(place_ + ": only " + std::to_string(answer.confirmed) + " of " +
                         std::to_string(answer.replicas) + " replicas have confirmed it");
    }
    return answer;
  }

  StoreResult<bool> change(RedisCommand command) {
    const auto answer = ask(std::move(command), true);
    if (!answer) return Fault{answer.error()};
    const auto done = answer->reply().integer();
    if (!done) return garbled(*answer);
    return *done == 1;
  }

  const std::string place_;
  const bool confirmed_;
  RedisClient client_;
};

}  // namespace

std::string node_record_text(const NodeRecord& node) {
  return nonce_text(node.incarnation) + " " + std::string(state_name(node.state)) + " " +
         std::to_string(node.heartbeat) + " " + constant_part(node) + " " + record_seal(node);
}

std::optional<NodeRecord> parse_node_record(std::string_view name, std::string_view text) {
  const auto words = words_of(text);
  if (words.size() != 8) return std::nullopt;
  const auto incarnation = parse_incarnation(words[0]);
  const auto state = std::ranges::find(state_names, words[1]);
  const auto heartbeat = parse_decimal(words[2]);
  const auto lowest = parse_decimal(words[3]);
  const auto highest = parse_decimal(words[4]);
  if (!incarnation || state == state_names.end() || !heartbeat || !lowest || !highest) {
    return std::nullopt;
  }
  NodeRecord node{.name = std::string(name),
                  .incarnation = *incarnation,
                  .peer_address = from_word(words[5]),
                  .client_address = from_word(words[6]),
                  .state = static_cast<NodeState>(state - state_names.begin()),
                  .heartbeat = *heartbeat,
                  .protocol_min = static_cast<std::uint32_t>(*lowest),
                  .protocol_max = static_cast<std::uint32_t>(*highest)};
  if (record_seal(node) != words[7]) return std::nullopt;
  return node;
}

StoreResult<std::unique_ptr<Membership>> open_redis_membership(const RedisUrl& url,
                                                               const StoreOptions& options) {
  auto membership = std::make_unique<RedisMembership>(
      url.identity(), options.durability == Durability::replicated,
      RedisClient::Options{.url = url,
                           .purpose = RedisClient::Purpose::write,
                           .durability = options.durability,
                           .timeout = options.request_timeout});
  const auto connected = membership->connect();
  if (!connected) return Fault{connected.error()};
  return std::unique_ptr<Membership>(std::move(membership));
}

}  // namespace loyalty::persistence
