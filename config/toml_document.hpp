// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <toml++/toml.h>

#include <string>
#include <string_view>

#include "config/finding.hpp"
#include "domain/expected.hpp"

/// What the program loader and the settings loader need of toml++. Its exceptions end here.
namespace loyalty::config {

/// The whole file; a Finding when it cannot be read or is larger than any file of ours.
domain::Expected<std::string, Finding> read_file(const std::string& file);

/// The parsed text; a syntax error is one Finding, since a parser cannot go on behind it.
domain::Expected<toml::table, Finding> parse_toml(std::string_view text, const std::string& file);

/// "a string", "a whole number", ... as people call what they wrote.
std::string_view kind_of(const toml::node& node);

/// The shortest decimal text of a floating-point number: 1.25 is "1.25" again.
std::string decimal_text(double number);

}  // namespace loyalty::config
