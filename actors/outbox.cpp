// SPDX-License-Identifier: Apache-2.0
#include "actors/outbox.hpp"

#include <algorithm>
#include <utility>

#include "actors/entity_key.hpp"
#include "codec/stored.hpp"

namespace loyalty::actors {
namespace {

/// Enough for one message: more company saves nothing.
constexpr std::size_t full_message = 64;
/// So few messages need not wait for long: they cost next to nothing.
constexpr std::size_t few_messages = 8;

/// Between half of the longest time and all of it.
std::chrono::milliseconds patience_for(std::uint32_t shard, const std::string& destination) {
  const std::size_t part = (std::hash<std::string>{}(destination) + shard * 7) % 64;
  return Outbox::late / 2 + Outbox::late / 2 * part / 64;
}

/// Entries in the books of a partner can wait. Uses of a budget are waited for, and members see
/// what they are given.
bool can_wait(const OutboxMessage& message) {
  return std::ranges::all_of(message.effects, [](const domain::Effect& effect) {
    return holds_alternative<domain::PartnerEntry>(effect);
  });
}

}  // namespace

std::vector<OutboxMessage> Outbox::add(std::uint64_t epoch, std::uint64_t block_end,
                                       std::vector<OutboxEntry> entries, std::optional<Time> now) {
  const domain::OutboxId id{epoch, block_end};
  std::vector<Lane*> lanes;
  for (auto& entry : entries) {
    Lane& lane = lanes_[entry.destination];
    if (lane.open.empty() || lane.open.back().id != id) {
      lanes.push_back(&lane);
      if (lane.destination.empty()) lane.destination = entry.destination;
      lane.open.push_back({.source = shard_,
                           .id = id,
                           .previous = lane.last_sent,
                           .destination = entry.destination,
                           .effects = {}});
      lane.last_sent = id;
      ++lane.gathered;
    }
    lane.open.back().effects.push_back(std::move(entry.effect));
    ++lane.gathered_effects;
  }
  unconfirmed_effects_ += entries.size();
  std::vector<OutboxMessage> result;
  for (Lane* lane : lanes) {
    if (now && can_wait(lane->open.back()) && lane->gathered_effects < full_message) {
      if (lane->gathers_since) continue;
      lane->gathers_since = now;
      ++gathering_;
    } else {
      result.push_back(take_gathered(*lane));
    }
  }
  return result;
}

void Outbox::end_gathering(Lane& lane) {
  if (std::exchange(lane.gathers_since, std::nullopt)) --gathering_;
}

void Outbox::keep_gathered(Lane& lane, std::size_t most) {
  if (lane.gathered <= most) return;
  lane.gathered = most;
  lane.gathered_effects = 0;
  for (std::size_t i = lane.open.size() - most; i < lane.open.size(); ++i) {
    lane.gathered_effects += lane.open[i].effects.size();
  }
}

OutboxMessage Outbox::take_gathered(Lane& lane) {
  end_gathering(lane);
  const std::size_t first = lane.open.size() - lane.gathered;
  keep_gathered(lane, 0);
  OutboxMessage message = lane.open[first];
  for (std::size_t i = first + 1; i < lane.open.size(); ++i) {
    const OutboxMessage& next = lane.open[i];
    message.id = next.id;
    message.effects.insert(message.effects.end(), next.effects.begin(), next.effects.end());
  }
  return message;
}

std::vector<OutboxMessage> Outbox::take_gathered(Time now) {
  const bool are_few = gathering_ <= few_messages;
  std::vector<OutboxMessage> result;
  for (auto& [destination, lane] : lanes_) {
    if (!lane.gathers_since ||
        now - *lane.gathers_since < (are_few ? soon : patience_for(shard_, destination))) {
      continue;
    }
    if (lane.gathered > 0) {
      result.push_back(take_gathered(lane));
    } else {
      end_gathering(lane);
    }
  }
  return result;
}

std::optional<OutboxMessage> Outbox::take_gathered(const std::string& destination) {
  const auto found = lanes_.find(destination);
  if (found == lanes_.end() || !found->second.gathers_since) return std::nullopt;
  Lane& lane = found->second;
  if (lane.gathered > 0) return take_gathered(lane);
  end_gathering(lane);
  return std::nullopt;
}

Outbox::Confirmed Outbox::confirm(const OutboxReceipt& receipt) {
  const auto found = lanes_.find(receipt.destination);
  if (found == lanes_.end()) return {};
  Lane& lane = found->second;
  auto& open = lane.open;
  std::string divergence;
  const auto diverged = [&](const std::string& what) {
    divergence = "effects of shard " + std::to_string(shard_) + " on " + receipt.destination +
                 ": " + what + " at epoch " + std::to_string(receipt.applied.epoch) +
                 ", position " + std::to_string(receipt.applied.position);
  };
  if (receipt.applied < lane.confirmed) diverged("the receiver went back; it stands");
  lane.confirmed = receipt.applied;
  std::erase_if(open, [&](const OutboxMessage& m) {
    if (receipt.applied < m.id) return false;
    unconfirmed_effects_ -= m.effects.size();
    return true;
  });
  keep_gathered(lane, open.size());
  auto& waiters = waiters_[receipt.destination];
  while (!waiters.empty() && waiters.front().until <= receipt.applied) {
    const auto done = std::move(waiters.front().done);
    waiters.pop_front();
    done(true);
  }
  if (waiters.empty()) waiters_.erase(receipt.destination);
  // Members are many: a lane to one is kept no longer than something is open on it. The next
  // message says by its empty `previous` that all before it were confirmed.
  if (open.empty() && type_of(receipt.destination) == EntityType::member) {
    end_gathering(lane);
    lanes_.erase(found);
    return {};
  }
  // The first open one follows what the receiver has: the rest is on its way. Otherwise it was
  // refused for a gap, and everything from there goes again.
  if (open.empty()) {
    if (lane.last_sent < receipt.applied) {
      diverged("the sender went back; the receiver stands");
      lane.last_sent = receipt.applied;
    }
    return {{}, divergence};
  }
  if (open.front().previous == receipt.applied) return {{}, divergence};
  if (open.front().previous < receipt.applied)
    diverged("the sender went back; the receiver stands");
  if (!divergence.empty()) open.front().previous = receipt.applied;
  keep_gathered(lane, 0);
  return {open, divergence};
}

domain::OutboxId Outbox::last_sent(const std::string& destination) const {
  const auto lane = lanes_.find(destination);
  return lane == lanes_.end() ? domain::OutboxId{} : lane->second.last_sent;
}

std::vector<OutboxMessage> Outbox::overdue(std::size_t at_most) {
  std::vector<OutboxMessage> result;
  for (auto& [destination, lane] : lanes_) {
    if (lane.open.empty()) continue;
    const domain::OutboxId first = lane.open.front().id;
    const bool since_before = lane.first_seen == first;
    lane.first_seen = first;
    if (!since_before || result.size() >= at_most) continue;
    const std::size_t count = std::min(lane.open.size(), at_most - result.size());
    keep_gathered(lane, lane.open.size() - count);
    result.insert(result.end(), lane.open.begin(),
                  lane.open.begin() + static_cast<std::ptrdiff_t>(count));
  }
  return result;
}

std::vector<OutboxMessage> Outbox::unconfirmed() const {
  std::vector<OutboxMessage> result;
  for (const auto& [destination, lane] : lanes_) {
    result.insert(result.end(), lane.open.begin(), lane.open.end());
  }
  return result;
}

void Outbox::when_clear(const std::string& destination, Clock::time_point now, Cleared done) {
  const auto found = lanes_.find(destination);
  if (found == lanes_.end() || found->second.open.empty()) {
    done(true);
    return;
  }
  waiters_[destination].push_back({found->second.open.back().id, now, std::move(done)});
}

void Outbox::give_up_waiting(Clock::time_point begin) {
  std::vector<Cleared> tired;
  for (auto& [destination, waiters] : waiters_) {
    for (; !waiters.empty() && waiters.front().since < begin; waiters.pop_front()) {
      tired.push_back(std::move(waiters.front().done));
    }
  }
  std::erase_if(waiters_, [](const auto& entry) { return entry.second.empty(); });
  for (const auto& done : tired) done(false);
}

std::string Outbox::snapshot() const {
  std::vector<const Lane*> lanes;  // in an order that does not depend on the past
  for (const auto& [destination, lane] : lanes_) lanes.push_back(&lane);
  std::ranges::sort(lanes, {}, &Lane::destination);
  codec::Writer out;
  out.array(lanes.size());
  for (const Lane* lane : lanes) codec::write_stored(out, *lane);
  return out.take();
}

bool Outbox::restore(std::string_view bytes) {
  std::vector<Lane> lanes;
  codec::Reader in(bytes);
  if (!codec::read_stored(in, lanes) || !in.at_end()) return false;
  for (auto& lane : lanes) {
    for (const auto& message : lane.open) unconfirmed_effects_ += message.effects.size();
    const std::string destination = lane.destination;
    lanes_[destination] = std::move(lane);
  }
  return true;
}

}  // namespace loyalty::actors
