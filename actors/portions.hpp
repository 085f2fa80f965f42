// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "actors/budget_messages.hpp"
#include "actors/work.hpp"

namespace loyalty::actors {

/// What one shard has been granted of budgets, and the messages that wait for more. Each message
/// gets what it needs and no more, many at a time, so that nothing idles with a shard while another
/// one's members are refused. It knows nothing of time and of the network.
class Portions {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Portions(std::uint32_t shard) : shard_(shard) {}

  /// Sets a message aside until its reservations are settled. Gives it back when they are already.
  WorkPtr park(WorkPtr work, Time now);

  /// The message was executed, or never will be: what it has not used is free again.
  void release(const Work& work);

  /// A durable message to the owner tells of uses: from now on the owner counts them.
  void reported(const OutboxMessage& message);

  /// After a start: the owner may have set aside what an earlier life of this shard was granted.
  /// It is told once that nothing of it is left here.
  void disown(const std::string& budget);

  /// Questions that are due: for messages that wait, and to give back what is free. `after` tells
  /// the last message sent to an owner.
  std::vector<BudgetAsk> asks(std::uint64_t epoch, Time now,
                              const std::function<domain::OutboxId(const std::string&)>& after);

  /// Takes an answer; returns the messages that go on.
  std::vector<WorkPtr> take(const BudgetGrant& grant, Time now);

  /// Questions from before `since` are asked again: they, or their answers, were lost.
  void ask_again(Time since);
  /// Takes out what has waited since before `since`.
  std::vector<WorkPtr> give_up(Time since);

 private:
  struct Waiting {
    WorkPtr work;
    Time since;
  };
  struct Request {
    std::uint64_t number = 0;
    std::size_t covers = 0;  ///< so many of those that wait, from the front
    Time at;
  };
  struct Share {
    domain::Quantities held;  ///< as the owner sees it
    domain::Quantities free;  ///< of it, not reserved by any message
    std::deque<Waiting> waiting;
    std::optional<Request> request;
    bool owner_may_err = false;  ///< about `held`, until it answers
  };

  void enqueue(WorkPtr work, Time since, std::vector<WorkPtr>& ready);

  std::uint32_t shard_;
  std::uint64_t requests_ = 0;
  std::map<std::string, Share> shares_;
};

}  // namespace loyalty::actors
