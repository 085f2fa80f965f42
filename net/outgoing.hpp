// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/exchange.hpp"

/// How messages to a client look on the wire (docs/protocol.md, Messages and Errors).
namespace loyalty::net {

/// The shape of the error field; clients differ in what they can bear.
enum class ErrorForm : std::uint8_t {
  triple,  ///< [kind, "CODE: text", {...}]
  pair,    ///< [kind, "CODE: text"]
  string,  ///< "CODE: text"
};

void append_reply(std::string& out, const api::Reply& reply, ErrorForm form);
void append_error(std::string& out, std::uint32_t msgid, const api::Error& error, ErrorForm form);
/// `result` is any MessagePack value.
void append_result(std::string& out, std::uint32_t msgid, std::string_view result);
void append_notice(std::string& out, std::string_view method, std::string_view body);

}  // namespace loyalty::net
