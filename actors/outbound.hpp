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
    replies_ += holds_alternative<api::Reply>(message);
    auto [place, fresh] = index_.try_emplace(peer.get(), bundles_.size());
    if (fresh) bundles_.push_back({peer, {}});
    bundles_[place->second].second.push_back(std::move(message));
  }

  bool empty() const { return bundles_.empty(); }

  /// How many calls it answers.
  std::size_t replies() const { return replies_; }

  /// Sends all of it.
  void flush() {
    for (auto& [peer, messages] : bundles_) peer->send(std::move(messages));
    bundles_.clear();
    index_.clear();
    replies_ = 0;
  }

 private:
  std::size_t replies_ = 0;
  std::vector<std::pair<std::shared_ptr<api::Peer>, std::vector<api::Outgoing>>> bundles_;
  std::unordered_map<const api::Peer*, std::size_t> index_;
};

}  // namespace loyalty::actors
