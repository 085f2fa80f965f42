// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>

namespace loyalty::persistence {

/// A command in the protocol of Redis: "*N\r\n" and N times "$LENGTH\r\nBYTES\r\n".
class RedisCommand {
 public:
  RedisCommand() = default;
  RedisCommand(std::initializer_list<std::string_view> parts) {
    for (const auto part : parts) add(part);
  }

  RedisCommand& add(std::string_view part) { return add(part, {}); }
  /// One argument in two pieces, so that big bytes are not copied twice.
  RedisCommand& add(std::string_view head, std::string_view bytes) {
    ++count_;
    body_.append("$").append(std::to_string(head.size() + bytes.size())).append("\r\n");
    body_.append(head).append(bytes).append("\r\n");
    return *this;
  }

  void append_to(std::string& out) const {
    out.append("*").append(std::to_string(count_)).append("\r\n").append(body_);
  }

 private:
  std::size_t count_ = 0;
  std::string body_;
};

}  // namespace loyalty::persistence
