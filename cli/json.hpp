// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/value.hpp"
#include "domain/expected.hpp"

/// JSON at the command line, MessagePack on the wire.
namespace loyalty::cli {

/// Strict JSON. Numbers with a fraction, repeated names and deep nesting are refused; the error is
/// a sentence that says where.
domain::Expected<Value, std::string> parse_json(std::string_view text);

enum class JsonLayout : std::uint8_t { one_line, indented };

/// A raw MessagePack value as JSON, in its order; "null" when it cannot be read.
std::string raw_to_json(std::string_view message_pack, JsonLayout layout);
std::string to_json(const Value& value, JsonLayout layout);

}  // namespace loyalty::cli
