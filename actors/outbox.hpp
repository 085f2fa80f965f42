// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "actors/work.hpp"

namespace loyalty::actors {

/// What one shard has to tell other entities, and what of it they have confirmed (runtime.md 1.6).
/// Messages are made of durable blocks only, one per block and destination, so that they come out
/// the same when the journal is replayed. Sending one twice does no harm: the receiver knows. Some
/// in a row may go as one: it follows what the first of them follows, and is known by the last.
class Outbox {
 public:
  explicit Outbox(std::uint32_t shard) : shard_(shard) {}

  using Clock = std::chrono::steady_clock;
  using Time = Clock::time_point;

  /// What waits for company goes as soon as this where it is little that waits, and at the latest
  /// as late as that: at a time of its own for each destination, so that not all go at once.
  static constexpr std::chrono::milliseconds soon{200};
  static constexpr std::chrono::milliseconds late{1000};

  /// Makes the messages of one block out of the entries of its records, in order. Where a time is
  /// given, what can wait is not returned: it waits from then on for others that go along with it.
  std::vector<OutboxMessage> add(std::uint64_t epoch, std::uint64_t block_end,
                                 std::vector<OutboxEntry> entries, std::optional<Time> now = {});
  bool has_gathered() const { return gathering_ > 0; }
  /// What has waited long enough, one message for each destination.
  std::vector<OutboxMessage> take_gathered(Time now);
  /// What waits for this one, because somebody asks.
  std::optional<OutboxMessage> take_gathered(const std::string& destination);

  struct Confirmed {
    std::vector<OutboxMessage> again;  ///< to be sent again: the receiver missed some
    /// Sender and receiver do not remember the same past, because a store lost acknowledged
    /// writes: for the log. What is open goes on from where the receiver is.
    std::string divergence;
  };
  /// Drops what is confirmed.
  Confirmed confirm(const OutboxReceipt& receipt);

  /// The newest message to a destination; {} when there was none.
  domain::OutboxId last_sent(const std::string& destination) const;
  /// What is open since before the last call: messages, or their receipts, may have been lost. At
  /// most so many.
  std::vector<OutboxMessage> overdue(std::size_t at_most);
  /// Everything not confirmed, to be sent again after a restart.
  std::vector<OutboxMessage> unconfirmed() const;
  /// How many effects that is, to all destinations.
  std::size_t unconfirmed_effects() const { return unconfirmed_effects_; }

  using Cleared = std::function<void(bool clear)>;
  /// Calls `done` with true when all that is now under way to this destination is confirmed.
  void when_clear(const std::string& destination, Clock::time_point now, Cleared done);
  /// Calls those that wait since before `begin`, with false: a receiver may be away for long.
  void give_up_waiting(Clock::time_point begin);

  std::string snapshot() const;
  bool restore(std::string_view bytes);

  struct Lane {
    std::string destination;
    domain::OutboxId last_sent;
    domain::OutboxId confirmed;
    std::vector<OutboxMessage> open;
    domain::OutboxId first_seen;  ///< not stored: the first open one at the last `overdue`
    std::size_t gathered = 0;     ///< not stored: how many of the last open ones wait for company
    std::size_t gathered_effects = 0;   ///< not stored: in these
    std::optional<Time> gathers_since;  ///< not stored: none when nothing waits for company

    static void fields(auto& self, auto visit) {
      using domain::required;
      visit(required("destination", "entity"), self.destination);
      visit(required("last_sent", "newest message"), self.last_sent);
      visit(required("open", "not confirmed"), self.open);
      visit(required("confirmed", "newest message that was applied"), self.confirmed);
    }
  };

 private:
  struct Waiter {
    domain::OutboxId until;
    Clock::time_point since;
    Cleared done;
  };

  std::uint32_t shard_;
  std::size_t unconfirmed_effects_ = 0;
  /// All that wait for company, as one.
  OutboxMessage take_gathered(Lane& lane);
  void end_gathering(Lane& lane);
  /// Of those that wait for company only the last `most` go on waiting.
  static void keep_gathered(Lane& lane, std::size_t most);

  std::unordered_map<std::string, Lane> lanes_;
  std::size_t gathering_ = 0;  ///< lanes that do
  std::map<std::string, std::deque<Waiter>> waiters_;
};

}  // namespace loyalty::actors
