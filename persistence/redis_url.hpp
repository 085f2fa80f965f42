// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "persistence/store.hpp"

/// Where a Redis store is:
///
///   redis://[USER@]HOST:PORT[/DB][?password_file=FILE]
///   redis+unix:PATH[?db=N&user=USER&password_file=FILE]
///   redis-sentinel://HOST:PORT,HOST:PORT,.../MASTER[?db=N&user=USER&password_file=FILE]
///   redis-cluster://HOST:PORT,HOST:PORT,...[?user=USER&password_file=FILE]
///
/// `%XX` stands for a byte in PATH, MASTER and the values after `?`. A password is only ever read
/// from a file: command lines and logs are read by others.
namespace loyalty::persistence {

enum class RedisTopology : std::uint8_t { single, sentinel, cluster };

/// A TCP address, or the path of a Unix socket.
struct RedisEndpoint {
  std::string host;
  std::uint16_t port = 0;
  std::string path;

  /// "HOST:PORT" or the path, for people.
  std::string name() const;
  friend auto operator<=>(const RedisEndpoint&, const RedisEndpoint&) = default;
};

struct RedisUrl {
  RedisTopology topology = RedisTopology::single;
  std::vector<RedisEndpoint> endpoints;  ///< of the server, of the sentinels, of some cluster nodes
  std::string master;                    ///< what the sentinels call the primary
  std::uint32_t database = 0;
  std::string user;
  std::string password_file;

  /// The URL without user and password file: the same for everybody who means the same store.
  std::string identity() const;
};

/// Whether the URL has the scheme of a Redis store, right or wrong.
bool is_redis_url(std::string_view url);

/// `invalid` with the offending part by name.
StoreResult<RedisUrl> parse_redis_url(std::string_view url);

/// The content of the password file without the line end; empty when there is none in the URL.
/// Read at each connect, so that a password can be changed while the server runs.
StoreResult<std::string> read_password(const RedisUrl& url);

}  // namespace loyalty::persistence
