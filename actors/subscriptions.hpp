// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "actors/notice.hpp"
#include "api/exchange.hpp"
#include "domain/program/catalogue.hpp"

namespace loyalty::actors {

/// A connection that listens to one member.
struct Subscription {
  std::weak_ptr<api::Peer> peer;
  std::vector<std::string> events;  ///< empty: all
  std::uint64_t sent = 0;           ///< facts up to here were sent or are not wanted
  /// Facts of the past are read from the store, then sent page by page; live ones wait behind them.
  enum class Stage : std::uint8_t { reading_past, sending_past, live };
  Stage stage = Stage::live;
  std::deque<domain::MemberFact> waiting;

  bool wants(const domain::MemberEvent& event) const {
    return events.empty() ||
           std::find(events.begin(), events.end(), event_name(event)) != events.end();
  }
};

/// Who listens to the members of one shard.
class Subscriptions {
 public:
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
