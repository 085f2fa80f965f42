// SPDX-License-Identifier: Apache-2.0
#include "cluster/listeners.hpp"

#include <utility>

#include "cluster/messages.hpp"

namespace loyalty::cluster {

void RemotePeer::send(std::vector<api::Outgoing>&& messages) {
  for (auto& message : messages) {
    if (auto* reply = get_if<api::Reply>(&message)) {
      // Whoever asked goes on to the owner by itself.
      const auto* error = get_if<api::Error>(&reply->outcome);
      CallAnswer answer;
      if (error == nullptr || error->code != "NOT_OWNER") answer = std::move(reply->outcome);
      std::string bytes = encode(answer);
      if (bytes.size() > max_envelope_bytes) {
        bytes = encode(CallAnswer(api::Error{
            .code = "LIMIT_EXCEEDED",
            .text = "the answer is too long to be passed on: ask the node that has the member",
            .param = {}}));
      }
      links_.reply(node_, reply->msgid, std::move(bytes));
    } else if (listener_ != 0) {
      Envelope envelope{.correlation = listener_};
      envelope.bytes = encode(get<api::Notice>(message));
      links_.notify(node_, std::move(envelope));
    }
  }
}

void RemotePeer::orphaned() {
  if (listener_ == 0) return;
  Envelope envelope{.correlation = listener_};
  envelope.bytes = encode(api::Notice{});
  links_.notify(node_, std::move(envelope));
}

std::shared_ptr<api::Peer> Listeners::peer(const Incarnation& node, std::uint64_t listener) {
  const std::lock_guard lock(mutex_);
  auto& known = peers_[{node.high, node.low, listener}];
  if (!known) known = std::make_shared<RemotePeer>(links_, node, listener);
  return known;
}

void Listeners::remove(const Incarnation& node, std::uint64_t listener) {
  const std::lock_guard lock(mutex_);
  peers_.erase({node.high, node.low, listener});
}

void Listeners::remove(const Incarnation& node) {
  const std::lock_guard lock(mutex_);
  std::erase_if(peers_, [&](const auto& entry) {
    return std::get<0>(entry.first) == node.high && std::get<1>(entry.first) == node.low;
  });
}

}  // namespace loyalty::cluster
