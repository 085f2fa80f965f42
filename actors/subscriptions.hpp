// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "actors/record.hpp"
#include "api/exchange.hpp"

namespace loyalty::actors {

/// A record whose facts are still to be told, and what keeps its bytes.
struct StatedRecord {
  RecordView view;
  std::shared_ptr<const void> bytes;
};

/// A connection that listens to one entity.
struct Subscription {
  std::weak_ptr<api::Peer> peer;
  std::vector<std::string> events;  ///< empty: all
  std::uint64_t sent = 0;           ///< facts up to here were sent or are not wanted
  /// Records of the past are read from the store, then sent page by page; live ones wait behind
  /// them.
  enum class Stage : std::uint8_t { reading_past, sending_past, live };
  Stage stage = Stage::live;
  std::deque<StatedRecord> waiting;
};

/// Who listens to the entities of one shard.
class Subscriptions {
 public:
  bool has(const std::string& entity, const std::shared_ptr<api::Peer>& peer) const {
    const auto found = by_entity_.find(entity);
    return found != by_entity_.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [&](const Subscription& s) { return s.peer.lock() == peer; });
  }

  Subscription& add(const std::string& entity, const std::shared_ptr<api::Peer>& peer) {
    remove(entity, peer.get());
    auto& list = by_entity_[entity];
    list.push_back({.peer = peer});
    return list.back();
  }

  void remove(const std::string& entity, const api::Peer* peer) {
    const auto found = by_entity_.find(entity);
    if (found == by_entity_.end()) return;
    std::erase_if(found->second, [peer](const Subscription& s) {
      const auto alive = s.peer.lock();
      return !alive || alive.get() == peer;
    });
    if (found->second.empty()) by_entity_.erase(found);
  }

  /// The shard goes elsewhere.
  void end() {
    for (const auto& [entity, list] : by_entity_) {
      for (const auto& subscription : list) {
        if (const auto peer = subscription.peer.lock()) peer->orphaned();
      }
    }
    by_entity_.clear();
  }

  /// nullptr when nobody listens. Connections that are gone are dropped on the way.
  std::vector<Subscription>* find(const std::string& entity) {
    const auto found = by_entity_.find(entity);
    if (found == by_entity_.end()) return nullptr;
    std::erase_if(found->second, [](const Subscription& s) { return s.peer.expired(); });
    if (!found->second.empty()) return &found->second;
    by_entity_.erase(found);
    return nullptr;
  }

 private:
  std::map<std::string, std::vector<Subscription>> by_entity_;
};

}  // namespace loyalty::actors
