// SPDX-License-Identifier: Apache-2.0
#include "cluster/memory_transport.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace loyalty::cluster {

class MemoryNetwork::End final : public Transport {
 public:
  End(MemoryNetwork& network, std::string address)
      : network_(network), address_(std::move(address)) {
    network_.ends_[address_] = this;
  }
  ~End() override { stop(); }

  void start(Events events) override { events_ = std::move(events); }

  void dial(const std::string& to) override {
    network_.later_.emplace_back([this, to] {
      const auto found = network_.ends_.find(to);
      if (found == network_.ends_.end() || network_.is_cut(address_, to)) return;
      auto wire = std::make_shared<Wire>();
      wire->ends[0] = this;
      wire->ends[1] = found->second;
      wire->names[0] = ++network_.last_connection_;
      wire->names[1] = ++network_.last_connection_;
      network_.wires_.push_back(wire);
      events_.opened(wire->names[0], to);
    });
  }

  void wake(Connection connection) override { awake.insert(connection); }

  void close(Connection connection, std::string last_frame) override {
    for (const auto& wire : network_.wires_) {
      const int side = wire->names[0] == connection && wire->ends[0] == this   ? 0
                       : wire->names[1] == connection && wire->ends[1] == this ? 1
                                                                               : -1;
      if (side < 0) continue;
      End* other = wire->ends[1 - side];
      wire->ends[side] = nullptr;
      if (other == nullptr || network_.is_cut(address_, other->address())) continue;
      network_.later_.emplace_back([wire, side, last = std::move(last_frame)] {
        if (wire->ends[1 - side] != nullptr) {
          wire->ends[1 - side]->events().received(wire->names[1 - side], last);
        }
      });
      return;
    }
  }

  void stop() override {
    for (const auto& wire : network_.wires_) {
      for (auto& end : wire->ends) {
        if (end == this) end = nullptr;
      }
    }
    network_.ends_.erase(address_);
  }

  const Events& events() const { return events_; }
  const std::string& address() const { return address_; }
  std::set<Connection> awake;

 private:
  MemoryNetwork& network_;
  std::string address_;
  Events events_;
};

std::unique_ptr<Transport> MemoryNetwork::node(const std::string& address) {
  return std::make_unique<End>(*this, address);
}

bool MemoryNetwork::is_cut(const std::string& from, const std::string& to) const {
  return std::find(cuts_.begin(), cuts_.end(), std::pair(from, to)) != cuts_.end();
}

void MemoryNetwork::cut(const std::string& from, const std::string& to) {
  cuts_.emplace_back(from, to);
}

void MemoryNetwork::mend(const std::string& from, const std::string& to) {
  std::erase(cuts_, std::pair(from, to));
}

void MemoryNetwork::reset(const std::string& one, const std::string& other) {
  for (const auto& wire : std::exchange(wires_, {})) {
    const auto is_at = [&](int side, const std::string& address) {
      return wire->ends[side] != nullptr && wire->ends[side]->address() == address;
    };
    if (!(is_at(0, one) && is_at(1, other)) && !(is_at(0, other) && is_at(1, one))) {
      wires_.push_back(wire);
      continue;
    }
    for (int side : {0, 1}) wire->ends[side]->events().closed(wire->names[side]);
  }
}

bool MemoryNetwork::carry(const std::shared_ptr<Wire>& wire, int side) {
  End* from = wire->ends[side];
  if (from == nullptr || from->awake.count(wire->names[side]) == 0) return false;
  std::string frame = from->events().next_frame(wire->names[side]);
  if (frame.empty()) {
    from->awake.erase(wire->names[side]);
    return true;
  }
  End* to = wire->ends[1 - side];
  if (to == nullptr || is_cut(from->address(), to->address())) return true;  // it is lost
  if (!std::exchange(wire->accepted, true) && side == 0) {
    to->events().opened(wire->names[1], "");
  }
  to->events().received(wire->names[1 - side], std::move(frame));
  return true;
}

void MemoryNetwork::run() {
  for (bool moved = true; moved;) {
    moved = false;
    for (auto& job : std::exchange(later_, {})) {
      job();
      moved = true;
    }
    const auto wires = wires_;  // new ones may come meanwhile
    for (const auto& wire : wires) {
      for (int side : {0, 1}) moved = carry(wire, side) || moved;
    }
  }
}

}  // namespace loyalty::cluster
