// SPDX-License-Identifier: Apache-2.0
#include "cli/field_text.hpp"

#include <algorithm>
#include <charconv>

#include "domain/quantity.hpp"

namespace loyalty::cli {
namespace {

constexpr std::size_t max_key_bytes = 64;
constexpr std::size_t max_id_bytes = 64;
constexpr std::size_t max_digits = 13;  // of max_amount_per_operation
constexpr std::int64_t smallest_epoch_ms = 10'000'000'000;
constexpr std::int64_t ms_per_day = 86'400'000;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::int64_t number_of(std::string_view digits) {
  std::int64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

/// Takes `text` apart from its front; each step fails by leaving `good` false.
struct Scanner {
  std::string_view text;
  bool good = true;

  std::int64_t digits(std::size_t count, std::int64_t largest) {
    const std::string_view head = text.substr(0, count);
    const bool fits = head.size() == count && all_digits(head) && number_of(head) <= largest;
    good = good && fits;
    if (!good) return 0;
    text.remove_prefix(count);
    return number_of(head);
  }
  bool accept(char c) {
    if (text.empty() || text.front() != c) return false;
    text.remove_prefix(1);
    return true;
  }
  void expect(char c) { good = accept(c) && good; }
};

std::int64_t milliseconds_of_fraction(Scanner& in) {
  if (!in.accept('.')) return 0;
  std::size_t count = 0;
  while (count < in.text.size() && is_digit(in.text[count])) ++count;
  in.good = in.good && count >= 1 && count <= 9;
  std::string digits(in.text.substr(0, std::min<std::size_t>(count, 3)));
  digits.resize(3, '0');
  in.text.remove_prefix(count);
  return in.good ? number_of(digits) : 0;
}

/// Milliseconds that the zone of "Z", "+02:00", "-08:00" is ahead of UTC.
std::int64_t offset_of(Scanner& in) {
  if (in.accept('Z') || in.accept('z')) return 0;
  const bool behind = !in.text.empty() && in.text.front() == '-';
  if (!in.accept('+') && !in.accept('-')) in.good = false;
  const std::int64_t hours = in.digits(2, 23);
  in.expect(':');
  const std::int64_t minutes = in.digits(2, 59);
  return (behind ? -1 : 1) * (hours * 60 + minutes) * 60'000;
}

std::optional<domain::Instant> parse_rfc3339(std::string_view text) {
  const auto day = domain::parse_day(text.substr(0, 10));
  if (!day) return std::nullopt;
  Scanner in{text.substr(10)};
  if (!in.accept('T') && !in.accept('t')) in.expect(' ');
  const std::int64_t hour = in.digits(2, 23);
  in.expect(':');
  const std::int64_t minute = in.digits(2, 59);
  in.expect(':');
  const std::int64_t second = in.digits(2, 59);
  const std::int64_t fraction = milliseconds_of_fraction(in);
  const std::int64_t offset = offset_of(in);
  if (!in.good || !in.text.empty()) return std::nullopt;
  const std::int64_t clock = ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
  return domain::Instant{day->days * ms_per_day + clock - offset};
}

/// FNV-1a in 128 bits: short, the same on every machine, and it need not resist an adversary.
std::string hash_text(std::string_view text) {
  __extension__ using Wide = unsigned __int128;
  Wide hash = Wide{0x6c62272e07bb0142} << 64 | 0x62b821756295c58d;
  constexpr Wide prime = Wide{0x1000000} << 64 | 0x13b;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result;
  for (int shift = 124; shift >= 0; shift -= 4) {
    result += digits[static_cast<std::size_t>(hash >> shift) & 15U];
  }
  return result;
}

}  // namespace

std::optional<std::int64_t> parse_amount(std::string_view text) {
  const std::size_t point = std::min(text.find('.'), text.size());
  const std::string_view whole = text.substr(0, point);
  std::string cents(text.substr(std::min(point + 1, text.size())));
  if (!all_digits(whole) || whole.size() > max_digits) return std::nullopt;
  if (point < text.size() && (!all_digits(cents) || cents.size() > 2)) return std::nullopt;
  cents.resize(2, '0');
  const std::int64_t amount = number_of(whole) * 100 + number_of(cents);
  if (amount > domain::max_amount_per_operation) return std::nullopt;
  return amount;
}

std::optional<std::int64_t> parse_count(std::string_view text) {
  if (!all_digits(text) || text.size() > max_digits) return std::nullopt;
  const std::int64_t count = number_of(text);
  if (count > domain::max_amount_per_operation) return std::nullopt;
  return count;
}

std::optional<domain::Instant> parse_instant(std::string_view text, const domain::Zone& zone) {
  if (all_digits(text)) {
    if (text.size() > 15 || number_of(text) < smallest_epoch_ms) return std::nullopt;
    return domain::Instant{number_of(text)};
  }
  if (text.size() > 10) return parse_rfc3339(text);
  const auto day = domain::parse_day(text);
  if (!day) return std::nullopt;
  return zone.start_of(*day);
}

bool is_member_id(std::string_view text) {
  return !text.empty() && text.size() <= max_id_bytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
                  c == '-';
         });
}

std::string import_key(std::string_view prefix, std::string_view text) {
  std::string key(prefix);
  if (prefix.size() + text.size() <= max_key_bytes) return key.append(text);
  return key + "#" + hash_text(text);
}

}  // namespace loyalty::cli
