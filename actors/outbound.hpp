// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <unordered_map>
#include <utility>
#include <vector>

#include "api/exchange.hpp"

namespace loyalty::actors {

/// Gathers what leaves for clients during one round, so that each client is woken once.
class Outbound {
 public:
  void add(const std::shared_ptr<api::Peer>& peer, api::Outgoing message) {
    if (!peer) return;
    auto [place, fresh] = index_.try_emplace(peer.get(), bundles_.size());
    if (fresh) bundles_.push_back({peer, {}});
    bundles_[place->second].second.push_back(std::move(message));
  }

  bool empty() const { return bundles_.empty(); }

  /// Sends all of it. Returns how many replies were among it.
  std::size_t flush() {
    std::size_t replies = 0;
    index_.clear();
    // Whoever hears of it may add something: that goes with the next flush.
    for (auto& [peer, messages] : std::exchange(bundles_, {})) {
      for (const auto& message : messages) replies += std::holds_alternative<api::Reply>(message);
      peer->send(std::move(messages));
    }
    return replies;
  }

 private:
  std::vector<std::pair<std::shared_ptr<api::Peer>, std::vector<api::Outgoing>>> bundles_;
  std::unordered_map<const api::Peer*, std::size_t> index_;
};

}  // namespace loyalty::actors
