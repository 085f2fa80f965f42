// SPDX-License-Identifier: Apache-2.0
#include "cluster/peers.hpp"

#include <pthread.h>

#include <utility>

namespace loyalty::cluster {
namespace {

constexpr std::chrono::milliseconds tick{20};
/// Links have coarser deadlines.
constexpr int ticks_of_links = 5;

}  // namespace

Peers::Peers(Options options, Owners& owners)
    : transport_({.log = options.log}),
      links_(std::make_unique<Links>(
          Links::Options{
              .cluster = options.cluster, .me = {}, .limits = options.links, .log = options.log},
          transport_,
          PeerEvents{.received =
                         [this](const Incarnation& from, std::vector<Envelope>&& envelopes) {
                           forwarding_.received(from, std::move(envelopes));
                         },
                     .up =
                         [this, hint = options.hint](const Incarnation& who, const std::string&) {
                           forwarding_.up(who);
                           if (hint) hint(who, true);
                         },
                     .down =
                         [this, hint = options.hint](const Incarnation& who, const std::string&) {
                           forwarding_.down(who);
                           if (hint) hint(who, false);
                         }})),
      forwarding_(owners, *links_, options.forwarding, options.log) {
  forwarding_.on_lost_way(std::move(options.lost_way));
}

Peers::~Peers() { stop(); }

void Peers::stop() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  ended_.notify_one();
  if (thread_.joinable()) thread_.join();
  transport_.stop();
}

domain::Expected<std::uint16_t, std::string> Peers::start(const std::string& name,
                                                          actors::Here& here) {
  forwarding_.serve(here);
  links_->start(name);
  const auto port = transport_.listen();
  if (port) thread_ = std::thread([this] { run(); });
  return port;
}

void Peers::run() {
  ::pthread_setname_np(::pthread_self(), "peer-links");
  for (int turn = 0;; ++turn) {
    {
      std::unique_lock lock(mutex_);
      if (ended_.wait_for(lock, tick, [&] { return ending_; })) return;
    }
    const auto now = std::chrono::steady_clock::now();
    forwarding_.tick(now);
    if (turn % ticks_of_links == 0) links_->tick(now);
  }
}

void Peers::follow(const View& view, const Incarnation& me) {
  bool changed = false;
  {
    const std::lock_guard lock(mutex_);
    changed = std::exchange(me_, me) != me;
  }
  if (changed) links_->become(me);
  links_->follow(view.nodes);
  std::vector<Incarnation> others;
  for (const auto& node : view.nodes) {
    if (node.state != NodeState::dead && node.incarnation != me) {
      others.push_back(node.incarnation);
    }
  }
  forwarding_.follow(std::move(others));
}

bool Peers::linked_to_all(const View& view) const {
  const std::lock_guard lock(mutex_);
  for (const auto& node : view.nodes) {
    const bool counts = node.state == NodeState::up || node.state == NodeState::draining;
    if (counts && node.incarnation != me_ && !links_->is_up(node.incarnation)) return false;
  }
  return true;
}

}  // namespace loyalty::cluster
