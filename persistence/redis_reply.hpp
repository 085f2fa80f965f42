// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

struct redisReply;

namespace loyalty::persistence {

/// What a Redis server answered, looked at with suspicion: each accessor checks the type and
/// answers nullopt when it is another one. Views are valid as long as the Reply they come from.
class ReplyView {
 public:
  explicit ReplyView(const redisReply* reply) : reply_(reply) {}

  bool is_null() const;
  /// A bulk string or a status.
  std::optional<std::string_view> text() const;
  std::optional<std::int64_t> integer() const;
  /// The message of an error: "NOSCRIPT No matching script".
  std::optional<std::string_view> error() const;
  /// The number of elements of an array.
  std::optional<std::size_t> size() const;
  /// An element of an array; a null where there is no such element.
  ReplyView operator[](std::size_t index) const;

 private:
  const redisReply* reply_;
};

/// Owns a reply.
class Reply {
 public:
  Reply() = default;
  explicit Reply(redisReply* reply) : reply_(reply) {}
  ReplyView view() const { return ReplyView(reply_.get()); }

 private:
  struct Free {
    void operator()(redisReply* reply) const;
  };
  std::unique_ptr<redisReply, Free> reply_;
};

/// The first word of an error: its code.
std::string_view error_code(std::string_view error);

/// Whether an error says that nothing was done and that the same may be tried again later.
bool is_transient(std::string_view error);

/// Whether an error says that this server is not (or not yet, or no longer) the one to write to.
bool is_wrong_server(std::string_view error);

}  // namespace loyalty::persistence
