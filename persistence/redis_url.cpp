// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_url.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>

#include "persistence/faults.hpp"

namespace loyalty::persistence {
namespace {

constexpr std::string_view tcp_scheme = "redis://";
constexpr std::string_view unix_scheme = "redis+unix:";
constexpr std::string_view sentinel_scheme = "redis-sentinel://";
constexpr std::string_view cluster_scheme = "redis-cluster://";
constexpr std::size_t longest_password = 512;

Fault wrong(const std::string& what) { return invalid("the Redis URL is wrong: " + what); }

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

StoreResult<std::string> decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      bytes.push_back(text[i]);
      continue;
    }
    std::uint8_t byte = 0;
    const char* const digits = text.data() + i + 1;
    if (i + 2 >= text.size() || std::from_chars(digits, digits + 2, byte, 16).ptr != digits + 2) {
      return wrong("% is followed by two hexadecimal digits in " + in_quotes(text));
    }
    bytes.push_back(static_cast<char>(byte));
    i += 2;
  }
  return bytes;
}

StoreResult<RedisEndpoint> parse_endpoint(std::string_view text) {
  std::string_view host = text.substr(0, text.rfind(':'));
  if (host.size() == text.size()) return wrong(in_quotes(text) + " is not HOST:PORT");
  const auto port = number<std::uint16_t>(text.substr(host.size() + 1));
  if (!port || *port == 0) return wrong(in_quotes(text) + " has no port from 1 to 65535");
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.empty() || host.find_first_of(":[]@ ") != std::string_view::npos) {
    return wrong(in_quotes(text) + " has no host before its port (IPv6 goes in brackets)");
  }
  return RedisEndpoint{.host = std::string(host), .port = *port, .path = {}};
}

StoreResult<std::vector<RedisEndpoint>> parse_endpoints(std::string_view list) {
  std::vector<RedisEndpoint> endpoints;
  while (true) {
    const auto comma = list.find(',');
    const auto endpoint = parse_endpoint(list.substr(0, comma));
    if (!endpoint) return Fault{endpoint.error()};
    endpoints.push_back(*endpoint);
    if (comma == std::string_view::npos) return endpoints;
    list.remove_prefix(comma + 1);
  }
}

StoreResult<std::uint32_t> parse_database(std::string_view text) {
  const auto database = number<std::uint32_t>(text);
  if (!database || *database > 1'000'000) {
    return wrong("the database " + in_quotes(text) + " is not a number");
  }
  return *database;
}

/// `query` is what follows the question mark.
StoreResult<bool> parse_query(std::string_view query, RedisUrl& url) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    const std::string_view name = pair.substr(0, pair.find('='));
    const auto value = decoded(pair.substr(std::min(pair.size(), name.size() + 1)));
    if (!value) return Fault{value.error()};
    if (value->empty()) return wrong(in_quotes(name) + " has no value");
    if (name == "password_file") {
      url.password_file = *value;
    } else if (name == "user") {
      url.user = *value;
    } else if (name == "db" && url.topology != RedisTopology::cluster) {
      const auto database = parse_database(*value);
      if (!database) return Fault{database.error()};
      url.database = *database;
    } else if (name == "db") {
      return wrong("a Redis Cluster has no databases, so db cannot be chosen");
    } else if (name == "password") {
      return wrong("a password is read from a file: use password_file");
    } else {
      return wrong("unknown option " + in_quotes(name));
    }
  }
  if (!url.user.empty() && url.password_file.empty()) {
    return wrong("user " + in_quotes(url.user) + " has no password_file");
  }
  return true;
}

StoreResult<bool> parse_tcp(std::string_view rest, RedisUrl& url) {
  if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
    url.user = rest.substr(0, at);
    if (url.user.empty()) return wrong("there is no user before @");
    if (url.user.find(':') != std::string::npos) {
      return wrong("a password is read from a file: use ?password_file=FILE");
    }
    rest.remove_prefix(at + 1);
  }
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    const auto database = parse_database(rest.substr(slash + 1));
    if (!database) return Fault{database.error()};
    url.database = *database;
    rest = rest.substr(0, slash);
  }
  const auto endpoint = parse_endpoint(rest);
  if (!endpoint) return Fault{endpoint.error()};
  url.endpoints.push_back(*endpoint);
  return true;
}

StoreResult<bool> parse_unix(std::string_view rest, RedisUrl& url) {
  auto path = decoded(rest);
  if (!path) return Fault{path.error()};
  if (path->empty()) return wrong("there is no path after redis+unix:");
  // The limit of sockaddr_un.
  if (path->size() > 107) return wrong("the socket path " + in_quotes(*path) + " is too long");
  url.endpoints.push_back({.host = {}, .port = 0, .path = std::move(*path)});
  return true;
}

StoreResult<bool> parse_sentinel(std::string_view rest, RedisUrl& url) {
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos || slash + 1 == rest.size()) {
    return wrong("the name of the master is missing after the sentinels (HOST:PORT,.../MASTER)");
  }
  auto master = decoded(rest.substr(slash + 1));
  if (!master) return Fault{master.error()};
  url.master = std::move(*master);
  auto endpoints = parse_endpoints(rest.substr(0, slash));
  if (!endpoints) return Fault{endpoints.error()};
  url.endpoints = std::move(*endpoints);
  return true;
}

StoreResult<bool> parse_cluster(std::string_view rest, RedisUrl& url) {
  auto endpoints = parse_endpoints(rest);
  if (!endpoints) return Fault{endpoints.error()};
  url.endpoints = std::move(*endpoints);
  return true;
}

}  // namespace

std::string RedisEndpoint::name() const {
  if (!path.empty()) return path;
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string RedisUrl::identity() const {
  std::string places;
  for (const auto& endpoint : endpoints) {
    places += (places.empty() ? "" : ",") + endpoint.name();
  }
  switch (topology) {
    case RedisTopology::sentinel:
      // Sentinels come and go; the name they watch is what stays.
      return std::string(sentinel_scheme) + master + "?db=" + std::to_string(database);
    case RedisTopology::cluster: return std::string(cluster_scheme) + places;
    case RedisTopology::single: break;
  }
  if (!endpoints.front().path.empty()) {
    return std::string(unix_scheme) + places + "?db=" + std::to_string(database);
  }
  return std::string(tcp_scheme) + places + "/" + std::to_string(database);
}

bool is_redis_url(std::string_view url) {
  return url.starts_with(tcp_scheme) || url.starts_with(unix_scheme) ||
         url.starts_with(sentinel_scheme) || url.starts_with(cluster_scheme);
}

StoreResult<RedisUrl> parse_redis_url(std::string_view url) {
  RedisUrl parsed;
  const auto question = url.find('?');
  const std::string_view query =
      question == std::string_view::npos ? std::string_view{} : url.substr(question + 1);
  url = url.substr(0, question);

  StoreResult<bool> result = true;
  const auto take = [&](std::string_view scheme) {
    if (!url.starts_with(scheme)) return false;
    url.remove_prefix(scheme.size());
    return true;
  };
  if (take(tcp_scheme)) {
    result = parse_tcp(url, parsed);
  } else if (take(unix_scheme)) {
    result = parse_unix(url, parsed);
  } else if (take(sentinel_scheme)) {
    parsed.topology = RedisTopology::sentinel;
    result = parse_sentinel(url, parsed);
  } else if (take(cluster_scheme)) {
    parsed.topology = RedisTopology::cluster;
    result = parse_cluster(url, parsed);
  } else {
    return wrong(
        "it starts with none of redis://, redis+unix:, redis-sentinel://, "
        "redis-cluster://");
  }
  if (result) result = parse_query(query, parsed);
  if (!result) return Fault{result.error()};
  return parsed;
}

StoreResult<std::string> read_password(const RedisUrl& url) {
  if (url.password_file.empty()) return std::string();
  std::ifstream in(url.password_file, std::ios::binary);
  std::string password(std::istreambuf_iterator<char>(in), {});
  while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) {
    password.pop_back();
  }
  if (password.empty() || password.size() > longest_password) {
    return invalid("the password file " + url.password_file +
                   (in.bad() || !in.is_open() ? " cannot be read" : " holds no password"));
  }
  return password;
}

}  // namespace loyalty::persistence
