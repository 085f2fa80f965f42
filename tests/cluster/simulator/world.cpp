// SPDX-License-Identifier: Apache-2.0
#include "tests/cluster/simulator/world.hpp"

#include <algorithm>
#include <set>

#include "persistence/block.hpp"
#include "persistence/membership_rules.hpp"

namespace loyalty::cluster::simulator {
namespace {

constexpr std::size_t node_count = 3;
constexpr ShardId shard_count = 6;
constexpr std::uint32_t account_count = 12;
constexpr std::size_t client_count = 5;
constexpr Duration calm_before{9'000};
constexpr Duration trouble{40'000};
constexpr Duration client_patience{1'500};
constexpr Duration settle_within{60'000};

/// What a client asked, and what it heard in the end.
struct Request {
  Operation wanted;
  std::uint64_t seen_before = 0;  ///< newest version acknowledged to anybody before it was asked
  std::optional<Result> result;
};

class World {
 public:
  World(Story story, std::uint64_t seed)
      : story_(story),
        chance_(seed),
        weather_{.replicated = story == Story::replicated,
                 .lost_answers = story != Story::moving,
                 .clocks_lie = story == Story::wild || seed % 2 == 0},
        redis_(time_, chance_, shard_count) {
    for (std::size_t i = 0; i < node_count; ++i) {
      nodes_.push_back(std::make_unique<Node>(
          std::string(1, static_cast<char>('a' + i)), time_, chance_, redis_, weather_,
          Node::Services{
              .send = [this](Node& from, auto message) { pass_on(from, std::move(message)); },
              .confirm = [this](Node& from, auto receipt) { pass_on(from, receipt); }}));
      nodes_.back()->start();
    }
    for (std::size_t i = 0; i < client_count; ++i)
      time_.after(Duration(6'000), [this, i] { go_on(i); });
  }

  Outcome run() {
    const Time begin = time_.now();
    time_.after(calm_before, [this] { cause_trouble(); });
    trouble_until_ = begin + calm_before + trouble;
    time_.run_until(trouble_until_);
    heal();
    const Time end = time_.now() + settle_within;
    while (time_.now() < end && !(quiet_ && all_answered() && in_transit() == 0)) {
      quiet_ = true;
      time_.run_until(time_.now() + Duration(500));
    }
    check();
    for (const auto& violation : redis_.violations()) outcome_.violations.push_back(violation);
    return outcome_;
  }

 private:
  void violated(const std::string& what) { outcome_.violations.push_back(what); }

  // Between nodes: late, twice, or never.
  template <class What>
  void pass_on(Node& from, What what) {
    if (chance_.percent(5)) return;
    const int copies = chance_.percent(5) ? 2 : 1;
    for (int i = 0; i < copies; ++i) {
      time_.after(chance_.between(Duration(0), Duration(40)),
                  [this, name = from.name(), what] { bring(what); });
    }
  }
  void bring(const actors::OutboxMessage& message) {
    for (auto& node : nodes_) {
      node->machine().later(Duration(0), [node = node.get(), message] {
        if (node->running()) node->take(message);
      });
    }
  }
  void bring(const actors::OutboxReceipt& receipt) {
    for (auto& node : nodes_) {
      node->machine().later(Duration(0), [node = node.get(), receipt] {
        if (node->running()) node->confirmed(receipt);
      });
    }
  }

  void go_on(std::size_t client) {
    if (time_.now() >= trouble_until_) return;
    auto request = std::make_shared<Request>();
    request->wanted = {.kind = static_cast<Kind>(chance_.below(4)),
                       .key = std::to_string(client) + "-" + std::to_string(requests_.size()),
                       .account = static_cast<std::uint32_t>(chance_.below(account_count)),
                       .to = static_cast<std::uint32_t>(chance_.below(account_count)),
                       .amount = static_cast<std::int64_t>(1 + chance_.below(100))};
    if (chance_.percent(30)) request->wanted.kind = Kind::deposit;
    request->seen_before = acknowledged_[request->wanted.account];
    requests_.push_back(request);
    attempt(client, request);
  }

  void attempt(std::size_t client, const std::shared_ptr<Request>& request) {
    auto answered = std::make_shared<bool>(false);
    const auto hear = [this, client, request, answered](Answer answer) {
      time_.after(chance_.between(Duration(0), Duration(5)), [=, this] {
        if (std::exchange(*answered, true)) return;
        heard(client, request, answer);
      });
    };
    Node& node = *nodes_[chance_.below(node_count)];
    if (node.running()) {
      node.machine().later(chance_.between(Duration(0), Duration(5)),
                           [&node, request, hear] { node.submit(request->wanted, hear); });
    }
    time_.after(client_patience, [hear] { hear({.kind = Answer::Kind::unknown}); });
  }

  void heard(std::size_t client, const std::shared_ptr<Request>& request, const Answer& answer) {
    if (answer.kind != Answer::Kind::done) {
      time_.after(chance_.between(Duration(5), Duration(60)),
                  [this, client, request] { attempt(client, request); });
      return;
    }
    quiet_ = false;
    ++outcome_.done;
    request->result = answer.result;
    auto& seen = acknowledged_[request->wanted.account];
    if (request->wanted.kind == Kind::read && story_ != Story::wild &&
        answer.result.version < request->seen_before) {
      violated("a read of account " + std::to_string(request->wanted.account) + " saw version " +
               std::to_string(answer.result.version) + ", but " +
               std::to_string(request->seen_before) + " was acknowledged before");
    }
    seen = std::max(seen, answer.result.version);
    // Now and then a client is not sure, and asks again.
    if (request->wanted.kind != Kind::read && chance_.percent(5)) repeat(request);
    time_.after(chance_.between(Duration(10), Duration(400)), [this, client] { go_on(client); });
  }

  void repeat(const std::shared_ptr<Request>& request) {
    Node& node = *nodes_[chance_.below(node_count)];
    if (!node.running()) return;
    const auto hear = [this, request](Answer answer) {
      if (answer.kind != Answer::Kind::done || story_ == Story::wild) return;
      if (answer.result != *request->result) {
        violated("key " + request->wanted.key + " was answered in two ways");
      }
    };
    node.machine().later(Duration(1),
                         [&node, request, hear] { node.submit(request->wanted, hear); });
  }

  void cause_trouble() {
    if (time_.now() >= trouble_until_) return;
    ++outcome_.faults;
    const auto brief = [this] { return chance_.between(Duration(200), Duration(2'000)); };
    const auto lengthy = [this] { return chance_.between(Duration(500), Duration(9'000)); };
    Node& node = *nodes_[chance_.below(node_count)];
    const std::uint64_t kinds = story_ == Story::moving ? 3 : 8;
    switch (chance_.below(kinds)) {
      case 0: move_a_shard(); break;
      case 1: fail_over(); break;
      case 2:
        redis_.cut_replica(brief());
        if (chance_.percent(60)) {
          time_.after(chance_.between(Duration(50), Duration(1'500)), [this] { fail_over(); });
        }
        if (chance_.percent(60)) move_a_shard();
        break;
      case 3:
        node.machine().pause(lengthy());
        // Those that wake up again do so into another world.
        if (chance_.percent(50)) time_.after(lengthy(), [this] { fail_over(); });
        break;
      case 4:
        node.machine().cut_off(lengthy());
        if (chance_.percent(70)) break_links(node);
        spy_on(node);
        break;
      case 5:
        break_links(node);
        crash(node, lengthy());
        break;
      case 6: crash(node, brief()); break;
      default:
        if (node.running()) node.leave();
        time_.after(lengthy(), [&node] {
          if (!node.running()) node.start();
        });
    }
    time_.after(chance_.between(Duration(300), Duration(3'000)), [this] { cause_trouble(); });
  }

  /// Reads at a node that has lost touch, about when others take what it has.
  void spy_on(Node& node) {
    for (Duration when(1'000); when < Duration(6'500); when += Duration(25)) {
      time_.after(when, [this, &node] {
        const Operation wanted{.kind = Kind::read,
                               .account = static_cast<std::uint32_t>(chance_.below(account_count))};
        const auto hear = [this, account = wanted.account,
                           seen = acknowledged_[wanted.account]](Answer answer) {
          if (answer.kind == Answer::Kind::done && story_ == Story::replicated &&
              answer.result.version < seen) {
            violated("a node that was left behind was read: account " + std::to_string(account));
          }
        };
        if (!node.running()) return;
        node.machine().later(Duration(1), [&node, wanted, hear] { node.submit(wanted, hear); });
      });
    }
  }

  /// The others notice, once.
  void break_links(const Node& node) {
    if (!node.running()) return;
    for (auto& other : nodes_) {
      other->machine().later(
          chance_.between(Duration(50), Duration(1'500)),
          [other = other.get(), who = node.protocol()->incarnation()] { other->link_down(who); });
    }
  }

  void crash(Node& node, Duration away) {
    node.crash();
    time_.after(away, [&node] {
      if (!node.running()) node.start();
    });
  }

  void fail_over() {
    if (!redis_.can_fail_over() || time_.now() >= trouble_until_) return;
    ++outcome_.failovers;
    redis_.fail_over(chance_.between(Duration(100), Duration(1'500)),
                     chance_.between(Duration(100), Duration(2'500)));
  }

  void move_a_shard() {
    if (!redis_.up()) return;
    const auto shard = static_cast<ShardId>(chance_.below(shard_count));
    const std::string node =
        chance_.percent(20) ? std::string() : nodes_[chance_.below(node_count)]->name();
    redis_.write([=](RedisState& state) { persistence::pin(state.members, shard, node); });
  }

  void heal() {
    redis_.heal();
    for (auto& node : nodes_) {
      node->machine().heal();
      if (!node->running()) node->start();
    }
    // A node that was about to leave comes back as well.
    const auto revive = [this](auto&& self) -> void {
      for (auto& node : nodes_) {
        if (!node->running()) node->start();
      }
      time_.after(Duration(1'000), [self] { self(self); });
    };
    time_.after(Duration(1'000), [revive] { revive(revive); });
  }

  bool all_answered() const {
    return std::ranges::all_of(requests_, [](const auto& one) { return one->result.has_value(); });
  }

  /// What was sent and has not arrived, in points.
  std::int64_t in_transit() {
    read_journals();
    return sent_ - received_;
  }

  void read_journals() {
    keys_.clear();
    deposited_ = withdrawn_ = sent_ = received_ = balances_ = 0;
    broken_.clear();
    std::map<std::uint32_t, Account> accounts;
    for (ShardId shard = 0; shard < shard_count; ++shard) {
      persistence::Head previous;
      for (const auto& [position, block] : redis_.state().shards[shard].blocks) {
        const auto parsed = persistence::parse_block(shard, previous, block);
        if (!parsed) {
          broken_ = parsed.error().message;
          break;
        }
        for (const auto bytes : parsed->records) take(accounts, *Operation::decoded(bytes));
        previous = {block.last_position, block.chain};
      }
      if (broken_.empty() && previous != redis_.state().shards[shard].record.head) {
        broken_ = "shard " + std::to_string(shard) + " does not end where its head is";
      }
    }
    for (const auto& [number, account] : accounts) balances_ += account.balance;
  }

  void take(std::map<std::uint32_t, Account>& accounts, const Operation& happened) {
    Account& account = accounts[happened.account];
    account.apply(happened);
    if (account.balance < 0)
      broken_ = "account " + std::to_string(happened.account) + " below zero";
    if (happened.kind != Kind::received) {
      auto& [times, result] = keys_[happened.key];
      ++times;
      result = account.keys[happened.key];
    }
    if (!happened.done) return;
    switch (happened.kind) {
      case Kind::deposit: deposited_ += happened.amount; break;
      case Kind::withdraw: withdrawn_ += happened.amount; break;
      case Kind::transfer: sent_ += happened.amount; break;
      case Kind::received: received_ += happened.amount; break;
      case Kind::read: break;
    }
  }

  void check() {
    read_journals();
    if (!broken_.empty()) violated(broken_);
    for (const auto& [key, found] : keys_) {
      if (found.first > 1) violated("key " + key + " took effect more than once");
    }
    if (balances_ != deposited_ - withdrawn_ - sent_ + received_) violated("points do not add up");
    if (story_ == Story::wild) return;
    if (sent_ != received_) {
      violated(std::to_string(sent_) + " points were sent, " + std::to_string(received_) +
               " arrived");
    }
    for (const auto& request : requests_) {
      const std::string& key = request->wanted.key;
      if (!request->result) violated("key " + key + " was never answered");
      if (!request->result || request->wanted.kind == Kind::read) continue;
      const auto found = keys_.find(key);
      if (found == keys_.end()) {
        violated("key " + key + " was acknowledged and is gone");
      } else if (found->second.second != *request->result) {
        violated("key " + key + " was answered otherwise than it happened");
      }
    }
  }

  const Story story_;
  Chance chance_;
  Scheduler time_;
  const Weather weather_;
  Redis redis_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<std::shared_ptr<Request>> requests_;
  std::map<std::uint32_t, std::uint64_t> acknowledged_;
  Time trouble_until_ = Time::max();
  bool quiet_ = false;
  Outcome outcome_;

  std::map<std::string, std::pair<int, Result>> keys_;
  std::int64_t deposited_ = 0, withdrawn_ = 0, sent_ = 0, received_ = 0, balances_ = 0;
  std::string broken_;
};

}  // namespace

Outcome run(Story story, std::uint64_t seed) { return World(story, seed).run(); }

}  // namespace loyalty::cluster::simulator
