// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/value.hpp"
#include "domain/expected.hpp"
#include "net/client.hpp"

/// How the tools reach a server and speak of what went wrong.
namespace loyalty::cli {

inline constexpr std::string_view default_connect = "127.0.0.1:7400";

/// Where a server listens, or shall listen: port 0 is any free one then, and reaches nobody.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;
};

/// "HOST:PORT" or "[IPV6]:PORT".
std::optional<Endpoint> parse_endpoint(std::string_view text);

/// Connects within a few seconds; the error is one of `CONNECTION`.
domain::Expected<net::Client, net::CallError> connect(std::string_view text);

/// Calls a method with a map of params; an answer that is not a map counts as a lost connection.
domain::Expected<Value, net::CallError> ask(net::Client& client, std::string_view method,
                                            const Value& params);

/// The error as tools print it: {"code", "text", "param", "retryable"}; what is no answer of the
/// server has the code CONNECTION.
std::string error_json(const net::CallError& error);
/// "CODE: text", for lines that people read.
std::string error_line(const net::CallError& error);
void print_error(const net::CallError& error);

}  // namespace loyalty::cli
