// SPDX-License-Identifier: Apache-2.0
#include "cli/endpoint.hpp"

#include <charconv>
#include <chrono>
#include <cstdio>
#include <utility>

#include "cli/json.hpp"

namespace loyalty::cli {
namespace {

using namespace std::chrono_literals;
using domain::Unexpected;

constexpr auto connect_time = 5s;
constexpr auto answer_time = 30s;

net::CallError not_reached(std::string text) {
  net::CallError error;
  error.kind = net::CallError::Kind::lost;
  error.error.text = std::move(text);
  error.error.callers_fault = false;
  error.error.retryable = true;
  return error;
}

}  // namespace

std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.empty() || host.find_first_of(":[] ") != std::string_view::npos) {
    return std::nullopt;
  }
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return std::nullopt;
  }
  return Endpoint{std::string(host), port};
}

domain::Expected<net::Client, net::CallError> connect(std::string_view text) {
  const auto endpoint = parse_endpoint(text);
  if (!endpoint || endpoint->port == 0)
    return Unexpected{not_reached("expected HOST:PORT, got " + std::string(text))};
  auto client = net::Client::connect(endpoint->host, endpoint->port, connect_time);
  if (!client) return Unexpected{not_reached(client.error())};
  return std::move(*client);
}

domain::Expected<Value, net::CallError> ask(net::Client& client, std::string_view method,
                                            const Value& params) {
  const auto outcome = client.call(method, params.encoded(), answer_time);
  if (!outcome) return Unexpected{outcome.error()};
  auto value = Value::decode(*outcome);
  if (!value || !value->is_map()) return Unexpected{not_reached("the answer is not a map")};
  return std::move(*value);
}

std::string error_json(const net::CallError& error) {
  const bool refused = error.kind == net::CallError::Kind::refused;
  return to_json(Value(Value::Fields{{"code", refused ? error.error.code : "CONNECTION"},
                                     {"text", error.error.text},
                                     {"param", error.error.param},
                                     {"retryable", error.error.retryable}}),
                 JsonLayout::one_line);
}

std::string error_line(const net::CallError& error) {
  const bool refused = error.kind == net::CallError::Kind::refused;
  return (refused ? error.error.code : "CONNECTION") + ": " + error.error.text;
}

void print_error(const net::CallError& error) {
  std::fprintf(stderr, "%s\n", error_json(error).c_str());
}

}  // namespace loyalty::cli
