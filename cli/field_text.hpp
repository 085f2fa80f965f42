// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "domain/time.hpp"

/// What people write in the columns of a purchase log.
namespace loyalty::cli {

/// "19.99", "20", "20.5" as minor units, exactly; nullopt for anything else, signs included.
std::optional<std::int64_t> parse_amount(std::string_view text);

/// Digits only, at most 10^12.
std::optional<std::int64_t> parse_count(std::string_view text);

/// "2026-03-31" (the day begins: 00:00 of the zone), an RFC 3339 instant
/// ("2026-03-31T10:00:00+02:00"), or epoch milliseconds. Numbers below 10^10 are refused: they are
/// seconds, or a date without its dashes.
std::optional<domain::Instant> parse_instant(std::string_view text, const domain::Zone& zone);

/// Whether the server takes it for a member: [A-Za-z0-9_-]{1,64}.
bool is_member_id(std::string_view text);

/// "<prefix><text>", the same for the same text on every run; where that is longer than a key may
/// be, a 128-bit hash stands for the text.
std::string import_key(std::string_view prefix, std::string_view text);

}  // namespace loyalty::cli
