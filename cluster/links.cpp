// SPDX-License-Identifier: Apache-2.0
#include "cluster/links.hpp"

#include <algorithm>
#include <utility>

namespace loyalty::cluster {
namespace {

/// The other node hears of its credit at the latest when this part of it is used.
constexpr std::size_t credit_parts = 4;
/// How long the node that does not dial waits for the other.
constexpr int patience_in_redials = 3;

std::uint64_t hash_of(const std::string& text) {
  std::uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

std::pair<std::uint64_t, std::uint64_t> key_of(const Incarnation& who) {
  return {who.high, who.low};
}

}  // namespace

Links::Links(Options options, Transport& transport, PeerEvents events)
    : options_(std::move(options)),
      cluster_(hash_of(options_.cluster)),
      transport_(transport),
      events_(std::move(events)),
      me_(options_.me) {}

void Links::start(std::string name) {
  name_ = std::move(name);
  transport_.start(
      {.opened = [this](Connection c, const std::string& to) { opened(c, !to.empty()); },
       .received = [this](Connection c, const std::string& frame) { received(c, frame); },
       .closed = [this](Connection c) { closed(c); },
       .next_frame = [this](Connection c) { return next_frame(c); }});
}

Links::LinkPtr Links::link_to(const Incarnation& who) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_node_.find(key_of(who));
  return found == by_node_.end() ? nullptr : found->second;
}

Links::LinkPtr Links::link_of(Connection connection) const {
  const std::shared_lock lock(mutex_);
  const auto found = by_connection_.find(connection);
  return found == by_connection_.end() ? nullptr : found->second;
}

std::string Links::hello(bool asks) const {
  const std::shared_lock lock(mutex_);
  return begin_frame({.kind = Frame::Kind::hello,
                      .cluster = cluster_,
                      .from = me_,
                      .hello = {asks, options_.protocol_min, options_.protocol_max, name_}});
}

std::string Links::reset() const {
  const std::shared_lock lock(mutex_);
  return begin_frame({.kind = Frame::Kind::reset, .cluster = cluster_, .from = me_});
}

void Links::say(Connection connection, std::string frame) {
  {
    const std::unique_lock lock(mutex_);
    sayings_[connection].push_back(std::move(frame));
  }
  transport_.wake(connection);
}

void Links::follow(const std::vector<NodeRecord>& nodes) {
  std::vector<LinkPtr> gone;
  {
    const std::unique_lock lock(mutex_);
    std::map<std::string, Wanted> next;
    for (const auto& node : nodes) {
      // A node that is not known yet may be joining: its link stands.
      for (const auto& [key, link] : by_node_) {
        if (link->who == node.incarnation && node.state == NodeState::dead) gone.push_back(link);
      }
      if (node.incarnation == me_ || node.state == NodeState::dead) continue;
      if (node.peer_address.empty()) continue;
      const auto known = wanted_.find(node.name);
      const bool same =
          known != wanted_.end() && known->second.node.incarnation == node.incarnation;
      Wanted wanted = same ? known->second : Wanted{{}, options_.now(), {}};
      wanted.node = node;
      next.emplace(node.name, std::move(wanted));
    }
    wanted_ = std::move(next);
  }
  for (const auto& link : gone) lose(link, "it was declared dead");
}

void Links::become(const Incarnation& me) {
  std::vector<LinkPtr> all;
  {
    const std::unique_lock lock(mutex_);
    me_ = me;
    for (const auto& [key, link] : by_node_) all.push_back(link);
  }
  for (const auto& link : all) lose(link, "this node goes on under another incarnation");
}

void Links::opened(Connection connection, bool dialled) {
  if (dialled) say(connection, hello(true));
}

void Links::received(Connection connection, const std::string& bytes) {
  auto frame = read_frame(bytes);
  const LinkPtr link = link_of(connection);
  const char* fault = !frame                       ? "it sent what is no frame"
                      : frame->cluster != cluster_ ? "it belongs to another cluster"
                                                   : nullptr;
  if (fault != nullptr) {
    options_.log(std::string("a peer is not listened to: ") + fault);
    if (link) lose(link, fault);
    transport_.close(connection, reset());
    return;
  }
  switch (frame->kind) {
    case Frame::Kind::hello: greeted(connection, *frame); return;
    case Frame::Kind::reset:
      if (link) lose(link, "it gave the link up");
      return;
    case Frame::Kind::batch: break;
  }
  if (!link) {
    say(connection, reset());
  } else if (frame->from != link->who || frame->to != link->me) {
    lose(link, "it is, or takes this node for, another incarnation");
  } else {
    take_batch(link, *std::move(frame));
  }
}

void Links::greeted(Connection connection, const Frame& frame) {
  const auto& said = frame.hello;
  if (said.protocol_max < options_.protocol_min || said.protocol_min > options_.protocol_max) {
    options_.log("node " + said.name + " speaks the protocols " +
                 std::to_string(said.protocol_min) + " to " + std::to_string(said.protocol_max) +
                 " and this one " + std::to_string(options_.protocol_min) + " to " +
                 std::to_string(options_.protocol_max) + ": they are not linked");
    transport_.close(connection, reset());
    return;
  }
  const auto link = std::make_shared<Link>();
  link->connection = connection;
  link->name = said.name;
  link->who = frame.from;
  link->heard = link->spoken = options_.now();
  std::vector<LinkPtr> before;
  {
    const std::unique_lock lock(mutex_);
    // Before it has its place in the cluster a node has no name to speak under.
    if (frame.from == me_ || me_ == Incarnation{}) return;
    link->me = me_;
    auto& on_connection = by_connection_[connection];
    auto& to_node = by_node_[key_of(frame.from)];
    if (on_connection) before.push_back(on_connection);
    if (to_node && to_node != on_connection) before.push_back(to_node);
    on_connection = to_node = link;
    const auto wanted = wanted_.find(said.name);
    if (wanted != wanted_.end()) wanted->second.apart_since = options_.now();
  }
  for (const auto& old : before) {
    lose(old, "it said hello again", old->connection == connection);
  }
  if (said.asks) say(connection, hello(false));
  events_.up(link->who, link->name);
}

void Links::closed(Connection connection) {
  {
    const std::unique_lock lock(mutex_);
    sayings_.erase(connection);
  }
  if (const auto link = link_of(connection)) lose(link, "the connection is gone");
}

void Links::lose(const LinkPtr& link, const std::string& why, bool keep_connection) {
  std::unordered_map<std::uint64_t, InFlight> in_flight;
  {
    const std::lock_guard lock(link->mutex);
    if (std::exchange(link->lost, true)) return;
    in_flight = std::exchange(link->in_flight, {});
    link->waiting.clear();
    link->envelopes.clear();
  }
  {
    const std::unique_lock lock(mutex_);
    const auto to_node = by_node_.find(key_of(link->who));
    if (to_node != by_node_.end() && to_node->second == link) by_node_.erase(to_node);
    const auto on = by_connection_.find(link->connection);
    if (on != by_connection_.end() && on->second == link) by_connection_.erase(on);
    const auto wanted = wanted_.find(link->name);
    if (wanted != wanted_.end()) wanted->second.apart_since = options_.now();
  }
  options_.log("the link to node " + link->name + " is lost: " + why + "; " +
               std::to_string(in_flight.size()) + " requests in flight");
  if (!keep_connection) transport_.close(link->connection, reset());
  for (auto& [correlation, entry] : in_flight) entry.done({Fate::unknown, {}});
  events_.down(link->who, link->name);
}

void Links::take_batch(const LinkPtr& link, Frame frame) {
  std::vector<std::pair<Envelope, Done>> taken;
  {
    const std::lock_guard lock(link->mutex);
    if (link->lost) return;
    link->heard = options_.now();
    link->it_took_envelopes = std::max(link->it_took_envelopes, frame.taken_envelopes);
    link->it_took_bytes = std::max(link->it_took_bytes, frame.taken_bytes);
    while (!link->waiting.empty() && has_credit(*link, link->waiting.front().size())) {
      link->waiting_bytes -= link->waiting.front().size();
      append(*link, link->waiting.front());
      link->waiting.pop_front();
    }
    for (auto& envelope : frame.envelopes) {
      ++link->taken_envelopes;
      link->taken_bytes += envelope_head_bytes + envelope.bytes.size();
      if (envelope.kind != Envelope::Kind::reply) {
        taken.emplace_back(std::move(envelope), nullptr);
        continue;
      }
      const auto entry = link->in_flight.find(envelope.correlation);
      if (entry == link->in_flight.end()) continue;  // its deadline has passed
      taken.emplace_back(std::move(envelope), std::move(entry->second.done));
      link->in_flight.erase(entry);
    }
    const auto& limits = options_.limits;
    if (link->taken_envelopes - link->told_envelopes >= limits.window_envelopes / credit_parts ||
        link->taken_bytes - link->told_bytes >= limits.window_bytes / credit_parts) {
      link->must_speak = true;
    }
    if (link->must_speak || !link->envelopes.empty()) wake(*link);
  }
  // In their order: a notice follows the answer to its subscription.
  std::vector<Envelope> asked;
  const auto hand_over = [&] {
    if (!asked.empty()) events_.received(link->who, std::exchange(asked, {}));
  };
  for (auto& [envelope, done] : taken) {
    if (done) {
      hand_over();
      done({Fate::answered, std::move(envelope.bytes)});
    } else {
      asked.push_back(std::move(envelope));
    }
  }
  hand_over();
}

bool Links::has_credit(const Link& link, std::size_t bytes) const {
  const std::uint64_t envelopes_away = link.sent_envelopes - link.it_took_envelopes;
  const std::uint64_t bytes_away = link.sent_bytes - link.it_took_bytes;
  if (envelopes_away == 0) return true;  // whatever is alone may be larger than the window
  return envelopes_away < options_.limits.window_envelopes &&
         bytes_away + bytes <= options_.limits.window_bytes;
}

void Links::append(Link& link, const std::string& encoded) {
  ++link.sent_envelopes;
  link.sent_bytes += encoded.size();
  link.envelopes += encoded;
}

void Links::wake(Link& link) {
  if (!std::exchange(link.woken, true)) transport_.wake(link.connection);
}

Links::Queued Links::enqueue(Link& link, const Envelope& envelope, std::size_t may_wait_bytes) {
  std::string encoded;
  append_envelope(encoded, envelope);
  if (link.waiting.empty() && has_credit(link, encoded.size())) {
    append(link, encoded);
    wake(link);
    return Queued::sent;
  }
  if (may_wait_bytes == 0) return Queued::no_credit;
  if (link.waiting_bytes + encoded.size() > may_wait_bytes) return Queued::overfull;
  link.waiting_bytes += encoded.size();
  link.waiting.push_back(std::move(encoded));
  return Queued::sent;
}

void Links::request(const Incarnation& to, Envelope envelope, Done done) {
  const LinkPtr link = link_to(to);
  Fate fate = Fate::not_sent;
  if (link && envelope.bytes.size() <= max_envelope_bytes) {
    const std::lock_guard lock(link->mutex);
    if (!link->lost) {
      envelope.kind = Envelope::Kind::request;
      // 32 bits: whoever answers keeps no more of it, and so many are never in flight.
      envelope.correlation = ++last_correlation_;
      if (enqueue(*link, envelope, 0) == Queued::sent) {
        link->in_flight.emplace(
            envelope.correlation,
            InFlight{std::move(done),
                     options_.now() + std::chrono::milliseconds(envelope.deadline_ms)});
        return;
      }
      fate = Fate::full;
    }
  }
  done({fate, {}});
}

bool Links::tell(const Incarnation& to, Envelope envelope) {
  const LinkPtr link = link_to(to);
  if (!link || envelope.bytes.size() > max_envelope_bytes) return false;
  envelope.kind = Envelope::Kind::tell;
  const std::lock_guard lock(link->mutex);
  // Answers have the other half for themselves.
  return !link->lost && enqueue(*link, envelope, options_.limits.waiting_bytes / 2) == Queued::sent;
}

void Links::notify(const Incarnation& to, Envelope envelope) {
  envelope.kind = Envelope::Kind::tell;
  enqueue_or_lose(to, envelope, options_.limits.waiting_bytes / 2);
}

void Links::reply(const Incarnation& to, std::uint64_t correlation, std::string bytes) {
  Envelope envelope{.kind = Envelope::Kind::reply, .correlation = correlation};
  envelope.bytes = std::move(bytes);
  enqueue_or_lose(to, envelope, options_.limits.waiting_bytes);
}

void Links::enqueue_or_lose(const Incarnation& to, const Envelope& envelope,
                            std::size_t may_wait_bytes) {
  const LinkPtr link = link_to(to);
  if (!link) return;
  bool overfull = false;
  {
    const std::lock_guard lock(link->mutex);
    if (link->lost) return;
    overfull = envelope.bytes.size() > max_envelope_bytes ||
               enqueue(*link, envelope, may_wait_bytes) == Queued::overfull;
  }
  if (overfull) lose(link, "it does not take what it is sent");
}

std::size_t Links::backlog(const Incarnation& to) const {
  const LinkPtr link = link_to(to);
  if (!link) return 0;
  const std::lock_guard lock(link->mutex);
  return link->waiting_bytes + (link->sent_bytes - link->it_took_bytes);
}

bool Links::is_up(const Incarnation& to) const { return link_to(to) != nullptr; }

std::string Links::next_frame(Connection connection) {
  {
    const std::unique_lock lock(mutex_);
    const auto found = sayings_.find(connection);
    if (found != sayings_.end()) {
      std::string frame = std::move(found->second.front());
      found->second.pop_front();
      if (found->second.empty()) sayings_.erase(found);
      return frame;
    }
  }
  const LinkPtr link = link_of(connection);
  if (!link) return {};
  const std::lock_guard lock(link->mutex);
  if (link->lost || (link->envelopes.empty() && !link->must_speak)) {
    link->woken = false;
    return {};
  }
  std::string frame = begin_frame({.kind = Frame::Kind::batch,
                                   .cluster = cluster_,
                                   .from = link->me,
                                   .to = link->who,
                                   .taken_envelopes = link->taken_envelopes,
                                   .taken_bytes = link->taken_bytes});
  frame += link->envelopes;
  link->envelopes.clear();
  link->must_speak = false;
  link->told_envelopes = link->taken_envelopes;
  link->told_bytes = link->taken_bytes;
  link->spoken = options_.now();
  return frame;
}

void Links::tick(Time now) {
  std::vector<LinkPtr> links;
  std::vector<std::string> to_dial;
  {
    const std::unique_lock lock(mutex_);
    for (const auto& [key, link] : by_node_) links.push_back(link);
    for (auto& [name, wanted] : wanted_) {
      if (me_ == Incarnation{}) break;
      if (by_node_.count(key_of(wanted.node.incarnation)) > 0) continue;
      const bool my_turn =
          name_ < name || now - wanted.apart_since > patience_in_redials * options_.limits.redial;
      if (!my_turn || now - wanted.dialled < options_.limits.redial) continue;
      wanted.dialled = now;
      to_dial.push_back(wanted.node.peer_address);
    }
  }
  for (const auto& address : to_dial) transport_.dial(address);
  std::vector<LinkPtr> silent;
  std::vector<Done> late;
  for (const auto& link : links) {
    const std::lock_guard lock(link->mutex);
    if (now - link->heard > options_.limits.silence) silent.push_back(link);
    if (now - link->spoken >= options_.limits.ping && !link->lost) {
      link->must_speak = true;
      wake(*link);
    }
    std::erase_if(link->in_flight, [&](auto& entry) {
      if (now < entry.second.until) return false;
      late.push_back(std::move(entry.second.done));
      return true;
    });
  }
  for (const auto& link : silent) lose(link, "it is silent");
  for (const auto& done : late) done({Fate::unknown, {}});
}

}  // namespace loyalty::cluster
