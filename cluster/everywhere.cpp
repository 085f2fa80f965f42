// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <utility>

#include "actors/entity_key.hpp"
#include "cluster/forwarding.hpp"
#include "codec/stored.hpp"

/// What concerns all shards, and programs, which every node has to know.
namespace loyalty::cluster {
namespace {

using std::chrono::steady_clock;
using Fate = PeerLink::Fate;

constexpr std::chrono::milliseconds between_sweeps{50};
constexpr std::chrono::milliseconds push_deadline{1000};
/// A node that is alive and cannot be reached for so long gets a program when it can be; nobody
/// waits for it.
constexpr std::chrono::seconds spread_patience{10};

template <class T>
std::optional<T> said_in(const PeerLink::Outcome& outcome) {
  codec::Reader in(outcome.bytes);
  T value;
  if (outcome.fate != Fate::answered || !codec::read_stored(in, value)) return std::nullopt;
  return value;
}

}  // namespace

/// One thing brought to all shards: those that were missed are tried again for a while.
struct Forwarding::Sweep {
  actors::Everywhere what;
  std::function<void(actors::EverywhereAnswer)> done;
  Time until;

  std::mutex mutex;
  std::vector<ShardId> left;
  std::vector<ShardId> missed;
  actors::EverywhereAnswer answer;
  std::size_t open = 0;  ///< questions of the present round
  bool first = true;
};

/// A program on its way to all nodes.
struct Forwarding::Spreading {
  actors::ProgramState program;
  std::function<void()> done;
  Time until;
  std::mutex mutex;
  std::vector<Incarnation> left;
};

void Forwarding::everywhere(actors::Everywhere what,
                            std::function<void(actors::EverywhereAnswer)> done) {
  auto sweep = std::make_shared<Sweep>();
  sweep->what = std::move(what);
  sweep->done = std::move(done);
  sweep->until = steady_clock::now() + limits_.everywhere;
  for (std::size_t shard = 0; shard < owners_.map()->shards.size(); ++shard) {
    sweep->left.push_back(static_cast<ShardId>(shard));
  }
  this->sweep(sweep);
}

void Forwarding::sweep(const std::shared_ptr<Sweep>& sweep) {
  struct Place {
    ShardOwner::Kind kind;
    Incarnation node;
    std::vector<ShardId> shards;
  };
  std::vector<Place> places;
  const auto map = owners_.map();
  const auto place_of = [&](ShardOwner::Kind kind, const Incarnation& node) -> Place& {
    for (auto& place : places) {
      if (place.kind == kind && place.node == node) return place;
    }
    return places.emplace_back(Place{kind, node, {}});
  };
  {
    const std::lock_guard lock(sweep->mutex);
    sweep->missed.clear();
    // A clock belongs to a node, whatever shards it has.
    if (std::exchange(sweep->first, false) && holds_alternative<actors::MoveClock>(sweep->what)) {
      place_of(ShardOwner::Kind::mine, {});
      for (const auto& node : others()) place_of(ShardOwner::Kind::other, node);
    }
    for (const ShardId shard : sweep->left) {
      const auto& owner = map->shards[shard];
      switch (owner.kind) {
        case ShardOwner::Kind::nobody: sweep->missed.push_back(shard); break;
        case ShardOwner::Kind::mine: place_of(owner.kind, {}).shards.push_back(shard); break;
        case ShardOwner::Kind::other:
          place_of(owner.kind, owner.incarnation).shards.push_back(shard);
          break;
      }
    }
    sweep->open = places.size() + 1;
  }
  for (const auto& place : places) {
    if (place.kind == ShardOwner::Kind::mine) {
      here_->on_shards(sweep->what, place.shards, [this, sweep](actors::EverywhereAnswer part) {
        swept(sweep, std::move(part));
      });
      continue;
    }
    Envelope envelope;
    envelope.deadline_ms = static_cast<std::uint32_t>(limits_.deadline.count());
    envelope.bytes = encode(Message(OnShards{sweep->what, place.shards}));
    links_.request(place.node, std::move(envelope),
                   [this, sweep, shards = place.shards](const PeerLink::Outcome& outcome) {
                     auto part = said_in<actors::EverywhereAnswer>(outcome);
                     swept(sweep,
                           part ? *std::move(part) : actors::EverywhereAnswer{.missed = shards});
                   });
  }
  swept(sweep, {});
}

void Forwarding::swept(const std::shared_ptr<Sweep>& sweep, actors::EverywhereAnswer part) {
  {
    const std::lock_guard lock(sweep->mutex);
    auto& sum = sweep->answer;
    sum.clear = sum.clear && part.clear;
    sum.rows.insert(sum.rows.end(), std::make_move_iterator(part.rows.begin()),
                    std::make_move_iterator(part.rows.end()));
    sweep->missed.insert(sweep->missed.end(), part.missed.begin(), part.missed.end());
    if (--sweep->open > 0) return;
    sweep->left = sweep->missed;
    sum.missed = sweep->left;
  }
  if (sweep->left.empty() || steady_clock::now() >= sweep->until) {
    sweep->done(std::move(sweep->answer));
  } else {
    later(between_sweeps, [this, sweep] { this->sweep(sweep); });
  }
}

void Forwarding::take_message(const Incarnation& from, const Envelope& envelope, Message message) {
  const auto to_entity = [&](std::string entity, decltype(actors::Work::task) task) {
    auto work = std::make_unique<actors::Work>();
    work->entity = std::move(entity);
    work->task = std::move(task);
    work->passed_on = true;
    here_->take(envelope.shard, std::move(work));
  };
  const bool asks = envelope.kind == Envelope::Kind::request;
  const auto reply = [this, from, asks, to = envelope.correlation](const auto& said) {
    if (asks) links_.reply(from, to, codec::to_stored(said));
  };
  struct Visitor {
    Forwarding& self;
    const Incarnation& from;
    const decltype(to_entity)& entity;
    const decltype(reply)& answer;

    void operator()(actors::OutboxMessage& message) const {
      std::string destination = message.destination;
      entity(std::move(destination), std::move(message));
    }
    void operator()(actors::BudgetAsk& ask) const {
      std::string budget = ask.budget;
      entity(std::move(budget), std::move(ask));
    }
    void operator()(actors::OutboxReceipt& receipt) const {
      self.here_->confirm(std::move(receipt));
    }
    void operator()(actors::BudgetGrant& grant) const { self.here_->grant(std::move(grant)); }
    void operator()(LookAt& question) const {
      entity(std::move(question.member),
             actors::PeerQuestion{[answer = answer](std::optional<domain::Peer> peer) {
               answer(LookedAt{peer ? static_cast<std::uint32_t>(*peer) + 1 : 0});
             }});
    }
    void operator()(OnShards& question) const {
      self.here_->on_shards(
          question.what, question.shards,
          [answer = answer](const actors::EverywhereAnswer& part) { answer(part); });
    }
    void operator()(ListenerGone& gone) const { self.listeners_.remove(from, gone.listener); }
    void operator()(FetchProgram& question) const {
      const auto shard = actors::shard_of(actors::program_key(question.program),
                                          static_cast<ShardId>(self.owners_.map()->shards.size()));
      FetchedProgram said{self.owner_of(shard).kind == ShardOwner::Kind::mine, {}};
      {
        const std::lock_guard lock(self.mutex_);
        const auto known = self.programs_.find(question.program);
        if (known != self.programs_.end() && known->second.sequence > question.known) {
          said.program.push_back(known->second);
        }
      }
      answer(said);
    }
    void operator()(const TableChanged&) const {
      if (self.lost_way_) self.lost_way_();
    }
    void operator()(actors::ProgramState& program) const {
      self.remember(program);
      if (self.here_->adopt(program)) answer(ListenerGone{});  // any answer will do
    }
  };
  visit(Visitor{*this, from, to_entity, reply}, message);
}

// --- programs ------------------------------------------------------------------------------------

void Forwarding::remember(const actors::ProgramState& program) {
  const std::lock_guard lock(mutex_);
  auto& known = programs_[program.id];
  if (known.sequence <= program.sequence) known = program;
}

void Forwarding::spread(actors::ProgramState program, std::function<void()> done) {
  remember(program);
  auto spreading = std::make_shared<Spreading>();
  spreading->program = std::move(program);
  spreading->done = std::move(done);
  spreading->until = steady_clock::now() + spread_patience;
  const auto nodes = others();
  if (nodes.empty()) {
    if (spreading->done) spreading->done();
    return;
  }
  spreading->left = nodes;
  for (const auto& node : nodes) push(spreading, node);
}

void Forwarding::push(const std::shared_ptr<Spreading>& spreading, const Incarnation& to) {
  // Whoever is dead by now decides nothing any more: its shards are somebody else's.
  const auto alive = others();
  if (std::find(alive.begin(), alive.end(), to) == alive.end()) return pushed(spreading, to);
  if (steady_clock::now() > spreading->until) {
    log_("a node cannot be told of a change of program " + spreading->program.id +
         "; it gets it when it is reached");
    return pushed(spreading, to);
  }
  Envelope envelope;
  envelope.deadline_ms = static_cast<std::uint32_t>(push_deadline.count());
  envelope.bytes = encode(Message(spreading->program));
  links_.request(to, std::move(envelope), [this, spreading, to](const PeerLink::Outcome& outcome) {
    if (outcome.fate == Fate::answered && !outcome.bytes.empty()) {
      return pushed(spreading, to);
    }
    later(between_sweeps, [this, spreading, to] { push(spreading, to); });
  });
}

void Forwarding::pushed(const std::shared_ptr<Spreading>& spreading, const Incarnation& to) {
  {
    const std::lock_guard lock(spreading->mutex);
    std::erase(spreading->left, to);
    if (!spreading->left.empty()) return;
  }
  if (const auto done = std::exchange(spreading->done, nullptr)) done();
}

void Forwarding::fetch(const std::string& program, std::function<void(Found)> done) {
  const auto shard = actors::shard_of(actors::program_key(program),
                                      static_cast<ShardId>(owners_.map()->shards.size()));
  const ShardOwner owner = owner_of(shard);
  if (owner.kind == ShardOwner::Kind::nobody) return done(Found::unknown);
  if (owner.kind == ShardOwner::Kind::mine) return done(Found::no);
  Envelope envelope{.shard = shard};
  envelope.deadline_ms = static_cast<std::uint32_t>(push_deadline.count());
  envelope.bytes = encode(Message(FetchProgram{program, 0}));
  links_.request(owner.incarnation, std::move(envelope),
                 [this, done = std::move(done)](const PeerLink::Outcome& outcome) {
                   const auto said = said_in<FetchedProgram>(outcome);
                   if (!said) return done(Found::unknown);
                   if (said->program.empty()) return done(said->mine ? Found::no : Found::unknown);
                   remember(said->program.front());
                   done(here_->adopt(said->program.front()) ? Found::yes : Found::unknown);
                 });
}

void Forwarding::refresh() {
  std::vector<std::pair<std::string, std::uint64_t>> known;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [id, program] : programs_) known.emplace_back(id, program.sequence);
  }
  for (const auto& [id, sequence] : known) {
    const auto shard = actors::shard_of(actors::program_key(id),
                                        static_cast<ShardId>(owners_.map()->shards.size()));
    const ShardOwner owner = owner_of(shard);
    if (owner.kind != ShardOwner::Kind::other) continue;
    Envelope envelope{.shard = shard};
    envelope.deadline_ms = static_cast<std::uint32_t>(push_deadline.count());
    envelope.bytes = encode(Message(FetchProgram{id, sequence}));
    links_.request(owner.incarnation, std::move(envelope),
                   [this](const PeerLink::Outcome& outcome) {
                     const auto said = said_in<FetchedProgram>(outcome);
                     if (!said || said->program.empty()) return;
                     remember(said->program.front());
                     (void)here_->adopt(said->program.front());
                   });
  }
}

}  // namespace loyalty::cluster
