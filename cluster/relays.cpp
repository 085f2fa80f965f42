// SPDX-License-Identifier: Apache-2.0
#include "cluster/relays.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "api/errors.hpp"
#include "api/server_results.hpp"
#include "codec/wire.hpp"

namespace loyalty::cluster {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds between_tries{100};
/// A client that is this far behind gets no more, and the rest from the store when it has caught
/// up.
constexpr std::size_t pause_bytes = 128 * 1024;

/// Names of notices live as long as the process (api::Notice); there are as many as kinds of facts.
std::string_view lasting(std::string_view name) {
  static std::mutex mutex;
  static std::set<std::string, std::less<>> names;
  const std::lock_guard lock(mutex);
  return *names.emplace(name).first;
}

}  // namespace

/// One client's subscription to one entity.
class Relay final : public api::Peer, public std::enable_shared_from_this<Relay> {
 public:
  enum class Stage : std::uint8_t { idle, asked, live };

  Relay(Relays& relays, std::uint64_t number, ShardId shard, api::Call call)
      : relays_(relays),
        number_(number),
        shard_(shard),
        session_(call.reply.peer),
        msgid_(call.reply.msgid),
        target_(call.target),
        wanted_(get<api::Subscribe>(call.operation)),
        begun_(steady_clock::now()) {}

  void send(std::vector<api::Outgoing>&& messages) override {
    for (auto& message : messages) {
      if (auto* reply = get_if<api::Reply>(&message)) {
        answered(std::move(reply->outcome));
      } else {
        auto& notice = get<api::Notice>(message);
        const std::uint64_t sequence = sequence_of(notice.body);
        pass(std::move(notice), sequence, false);
      }
    }
  }
  std::size_t backlog() const override {
    const auto session = session_.lock();
    return session ? session->backlog() : 0;
  }
  void orphaned() override {
    const std::lock_guard lock(mutex_);
    stage_ = Stage::idle;
  }

  /// A notice of another node; nothing: the entity is not there any more.
  void take(const PassedNotice& notice) {
    if (notice.method.empty()) {
      orphaned();
    } else {
      pass({lasting(notice.method), std::string(notice.body)}, notice.sequence, true);
    }
  }

  void answered(boost::variant2::variant<api::Result, api::Error> outcome) {
    bool over = false;
    bool tell = false;
    {
      const std::lock_guard lock(mutex_);
      if (const auto* error = get_if<api::Error>(&outcome)) {
        const bool comes_back = error->code == "NOT_OWNER" || (error->retryable && told_);
        stage_ = Stage::idle;
        over = !comes_back;
        tell = over && !told_;
      } else {
        stage_ = Stage::live;
        tell = !std::exchange(told_, true);
        if (tell) note_begin(get<api::Result>(outcome).body);
      }
    }
    if (tell) reply(std::move(outcome));
    if (over) relays_.drop(shared_from_this());
  }

  void reply(boost::variant2::variant<api::Result, api::Error> outcome) {
    const auto session = session_.lock();
    if (!session) return;
    std::vector<api::Outgoing> messages;
    messages.push_back(api::Reply{msgid_, std::move(outcome)});
    session->send(std::move(messages));
  }

  /// What is to be asked now, and of whom: nullopt when there is nothing to do.
  std::optional<ShardOwner> next_question(steady_clock::time_point now) {
    const ShardOwner owner = relays_.services_.owner_of(shard_);
    const std::lock_guard lock(mutex_);
    const bool moved = at_ != owner.incarnation && owner.kind != ShardOwner::Kind::nobody;
    if (stage_ != Stage::idle && !moved) return std::nullopt;
    if (owner.kind == ShardOwner::Kind::nobody || now < next_try_) return std::nullopt;
    if (told_ && backlog() >= pause_bytes) return std::nullopt;
    stage_ = Stage::asked;
    at_ = owner.incarnation;
    next_try_ = now + between_tries;
    return owner;
  }

  void not_answered() {
    const std::lock_guard lock(mutex_);
    stage_ = Stage::idle;
  }
  bool is_at(const Incarnation& node) const {
    const std::lock_guard lock(mutex_);
    return at_ == node && stage_ != Stage::idle;
  }
  Incarnation at() const {
    const std::lock_guard lock(mutex_);
    return at_;
  }
  bool told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }

  api::Subscribe question() const {
    const std::lock_guard lock(mutex_);
    api::Subscribe next = wanted_;
    if (told_) next.from = static_cast<std::int64_t>(last_);
    return next;
  }

  std::uint64_t number() const { return number_; }
  ShardId shard() const { return shard_; }
  const api::Target& target() const { return target_; }
  const std::weak_ptr<api::Peer>& session() const { return session_; }
  steady_clock::time_point begun() const { return begun_; }

 private:
  /// Where the first notice follows.
  void note_begin(const std::string& body) {
    const std::uint64_t now = sequence_of(body);
    last_ =
        wanted_.from
            ? std::min(now, static_cast<std::uint64_t>(std::max<std::int64_t>(*wanted_.from, 0)))
            : now;
  }

  void pass(api::Notice notice, std::uint64_t sequence, bool may_pause) {
    const auto session = session_.lock();
    const std::lock_guard lock(mutex_);  // notices of two nodes must not overtake each other
    // Once one is left out, all are until the next answer: there must be no gap.
    if (!session || stage_ != Stage::live || sequence <= last_) return;
    if (may_pause && session->backlog() >= pause_bytes) {
      stage_ = Stage::idle;
      return;
    }
    last_ = sequence;
    std::vector<api::Outgoing> messages;
    messages.push_back(std::move(notice));
    session->send(std::move(messages));
  }

  Relays& relays_;
  const std::uint64_t number_;
  const ShardId shard_;
  const std::weak_ptr<api::Peer> session_;
  const std::uint32_t msgid_;
  const api::Target target_;
  const api::Subscribe wanted_;
  const steady_clock::time_point begun_;

  mutable std::mutex mutex_;
  Stage stage_ = Stage::idle;
  bool told_ = false;  ///< the client has its answer
  std::uint64_t last_ = 0;
  Incarnation at_;
  steady_clock::time_point next_try_{};
};

namespace {

bool is_same(const api::Target& a, const api::Target& b) {
  return a.kind == b.kind && a.id == b.id && a.program == b.program;
}

/// The parameter that names whom a subscription is to.
std::string_view kind_of(const api::Target& target) {
  if (target.kind == api::EntityKind::partner) return "partner";
  return target.kind == api::EntityKind::promotion ? "promotion" : "member";
}

/// The parameters of a call for the entity of a subscription.
std::string params_of(const api::Target& target, const api::Subscribe* subscribe) {
  const bool from = subscribe != nullptr && subscribe->from;
  const bool events = subscribe != nullptr && !subscribe->events.empty();
  codec::Writer out;
  out.map(2U + (from ? 1 : 0) + (events ? 1 : 0));
  out.string(kind_of(target));
  out.string(target.id);
  out.string("program");
  out.string(target.program);
  if (from) {
    out.string("from");
    out.integer(*subscribe->from);
  }
  if (events) {
    out.string("events");
    codec::write_wire(out, subscribe->events);
  }
  return out.take();
}

}  // namespace

Relays::~Relays() = default;

void Relays::subscribe(ShardId shard, api::Call call) {
  RelayPtr relay;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(relays_, [&](const auto& entry) {  // a later subscription replaces it
      const auto& known = *entry.second;
      return known.session().lock() == call.reply.peer && is_same(known.target(), call.target);
    });
    relay = std::make_shared<Relay>(*this, ++last_, shard, std::move(call));
    relays_.emplace(relay->number(), relay);
  }
  ask(relay, steady_clock::now());
}

void Relays::unsubscribe(ShardId, const api::Call& call) {
  std::vector<RelayPtr> ended;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, relay] : relays_) {
      if (relay->session().lock() == call.reply.peer && is_same(relay->target(), call.target)) {
        ended.push_back(relay);
      }
    }
  }
  for (const auto& relay : ended) drop(relay);
  std::vector<api::Outgoing> messages;
  messages.push_back(
      api::Reply{call.reply.msgid, api::Result{.body = codec::to_wire(api::UnsubscribeResult{})}});
  call.reply.peer->send(std::move(messages));
}

void Relays::notice(const Incarnation& from, std::uint64_t listener, std::string_view bytes) {
  RelayPtr relay;
  {
    const std::lock_guard lock(mutex_);
    const auto found = relays_.find(listener);
    if (found != relays_.end()) relay = found->second;
  }
  const auto notice = decode_notice(bytes);
  if (!relay) {
    services_.tell(from, ListenerGone{listener});
  } else if (notice && relay->is_at(from)) {
    relay->take(*notice);
  }
}

void Relays::lost(const Incarnation& node) {
  const std::lock_guard lock(mutex_);
  for (const auto& [number, relay] : relays_) {
    if (relay->is_at(node)) relay->not_answered();
  }
}

void Relays::tick(Time now) {
  std::vector<RelayPtr> all;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [number, relay] : relays_) all.push_back(relay);
  }
  for (const auto& relay : all) {
    if (relay->session().expired()) {
      drop(relay);
    } else if (!relay->told() && now - relay->begun() > services_.patience) {
      relay->reply(api::not_owner({}));
      drop(relay);
    } else {
      ask(relay, now);
    }
  }
}

void Relays::ask(const RelayPtr& relay, Time now) {
  const auto owner = relay->next_question(now);
  if (!owner) return;
  const api::Subscribe question = relay->question();
  if (owner->kind == ShardOwner::Kind::mine) {
    api::Call call;
    call.reply = {relay, 1};
    call.target = relay->target();
    call.operation = question;
    call.passed_on = true;  // when it is not here, the relay asks again
    services_.here(std::move(call));
    return;
  }
  const std::string params = params_of(relay->target(), &question);
  Envelope envelope{.shard = relay->shard()};
  envelope.deadline_ms = static_cast<std::uint32_t>(services_.deadline.count());
  envelope.bytes =
      encode(PassedCall{api::Subscribe::name, relay->target().program, relay->number(), params});
  services_.there(owner->incarnation, std::move(envelope), [relay](PeerLink::Outcome outcome) {
    const auto answer =
        outcome.fate == PeerLink::Fate::answered ? decode_answer(outcome.bytes) : std::nullopt;
    if (answer && *answer) {
      relay->answered(**answer);
    } else {
      relay->not_answered();
    }
  });
}

void Relays::drop(const RelayPtr& relay) {
  {
    const std::lock_guard lock(mutex_);
    if (relays_.erase(relay->number()) == 0) return;
  }
  const ShardOwner owner = services_.owner_of(relay->shard());
  if (owner.kind == ShardOwner::Kind::other && owner.incarnation == relay->at()) {
    services_.tell(owner.incarnation, ListenerGone{relay->number()});
  }
}

}  // namespace loyalty::cluster
