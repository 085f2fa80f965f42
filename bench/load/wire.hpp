// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "bench/load/operation.hpp"

namespace loyalty::bench {

/// Bytes to be sent. Grows without clearing what it hands out.
class Outgoing {
 public:
  /// Room for so many bytes at the end; say with `wrote` how many were used.
  char* room(std::size_t bytes) {
    if (end_ + bytes > bytes_.size()) grow(bytes);
    return bytes_.data() + end_;
  }
  void wrote(std::size_t bytes) { end_ += bytes; }
  void append(std::string_view bytes) {
    std::memcpy(room(bytes.size()), bytes.data(), bytes.size());
    wrote(bytes.size());
  }
  std::string_view unsent() const { return {bytes_.data() + begin_, end_ - begin_}; }
  void sent(std::size_t bytes) {
    begin_ += bytes;
    if (begin_ == end_) begin_ = end_ = 0;
  }

 private:
  void grow(std::size_t bytes);

  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

struct Reply {
  enum class Status : std::uint8_t { done, repeated, insufficient, failed };
  std::size_t size = 0;  ///< of the whole reply; 0: it is not there yet
  Status status = Status::done;
  std::uint32_t call = 0;  ///< with Wire::names_calls()
};

/// How operations and their replies look to one kind of server.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual void put(Outgoing& to, const Operation& operation, std::uint32_t call) = 0;
  /// The reply that `bytes` begins with. Ends the program when it is none.
  virtual Reply take(std::string_view bytes) const = 0;
  /// Whether replies come in any order and name their call; otherwise they come in order.
  virtual bool names_calls() const { return false; }
  /// What a connection says first; "": nothing.
  virtual std::string_view greeting() const { return ""; }
  /// The bytes of the answer to the greeting; 0: it is not whole.
  virtual std::size_t greeted(std::string_view bytes) const { return take(bytes).size; }
};

/// "loyalty", "redis" (a Redis function), "plain" (MessagePack-RPC of the other baselines) or
/// "echo"; null: none of these.
std::unique_ptr<Wire> make_wire(std::string_view name);

std::unique_ptr<Wire> loyalty_wire();
std::unique_ptr<Wire> redis_wire();
std::unique_ptr<Wire> plain_wire();
std::unique_ptr<Wire> postgres_wire();

}  // namespace loyalty::bench
