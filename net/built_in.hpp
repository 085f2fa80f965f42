// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/exchange.hpp"
#include "domain/expected.hpp"
#include "net/limits.hpp"
#include "net/outgoing.hpp"

/// The calls that the connection answers itself, because they are about the connection.
namespace loyalty::net {

constexpr std::string_view hello_method = "hello";
/// What Neovim's clients ask first; for us, the list of methods.
constexpr std::string_view discovery_method = "nvim_get_api_info";

/// What `hello` settles for a connection.
struct Preferences {
  ErrorForm errors = ErrorForm::triple;
  std::string program;
};

/// The preferences after `hello` with these params; what the params do not name stays.
domain::Expected<Preferences, api::Error> read_hello(std::string_view params, Preferences current);

std::string hello_result(const Preferences& preferences, const Limits& limits);

std::string discovery_result(const std::vector<std::string>& methods);

}  // namespace loyalty::net
