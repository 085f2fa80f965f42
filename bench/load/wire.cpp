// SPDX-License-Identifier: Apache-2.0
#include "bench/load/wire.hpp"

#include <algorithm>
#include <array>

namespace loyalty::bench {
namespace {

/// Requests and replies as large as those of W1, for what the client itself can do.
class Echo final : public Wire {
 public:
  Echo() { bytes_.fill('x'); }
  void put(Outgoing& to, const Operation&, std::uint32_t) override {
    to.append({bytes_.data(), bytes_.size()});
  }
  Reply take(std::string_view bytes) const override {
    return {.size = bytes.size() >= reply_size ? reply_size : 0};
  }

 private:
  static constexpr std::size_t reply_size = 80;
  std::array<char, 120> bytes_{};
};

}  // namespace

void Outgoing::grow(std::size_t bytes) {
  if (begin_ > 0) {
    std::memmove(bytes_.data(), bytes_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  bytes_.resize(std::max<std::size_t>({end_ + bytes, 2 * bytes_.size(), 4096}));
}

std::unique_ptr<Wire> make_wire(std::string_view name) {
  if (name == "loyalty") return loyalty_wire();
  if (name == "redis") return redis_wire();
  if (name == "plain") return plain_wire();
  if (name == "postgres") return postgres_wire();
  if (name == "echo") return std::make_unique<Echo>();
  return nullptr;
}

}  // namespace loyalty::bench
