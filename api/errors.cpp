// SPDX-License-Identifier: Apache-2.0
#include "api/errors.hpp"

#include <array>

namespace loyalty::api {

Error to_error(const domain::Refusal& refusal) {
  return {.code = std::string(domain::name_of(refusal.code)),
          .text = refusal.detail,
          .param = refusal.param,
          .callers_fault = true};
}

Error overloaded(std::string text, std::int64_t retry_after_ms) {
  return {.code = "OVERLOADED",
          .text = std::move(text),
          .param = {},
          .callers_fault = false,
          .retryable = true,
          .retry_after_ms = retry_after_ms};
}

Error deadline_passed() {
  return {.code = "DEADLINE",
          .text = "the deadline passed before the call was begun; nothing was changed",
          .param = "deadline_ms",
          .callers_fault = true,
          .retryable = true};
}

Error unavailable(std::string text) {
  return {.code = "UNAVAILABLE",
          .text = std::move(text),
          .param = {},
          .callers_fault = false,
          .retryable = true,
          .retry_after_ms = 1000};
}

Error internal(std::string text) {
  return {.code = "INTERNAL", .text = std::move(text), .param = {}, .callers_fault = false};
}

Error not_owner(std::string owner) {
  return {.code = "NOT_OWNER",
          .text = owner.empty() ? "no node serves this shard just now; nothing was changed"
                                : "the shard is served by " + owner + "; nothing was changed",
          .param = {},
          .callers_fault = false,
          .retryable = true,
          .retry_after_ms = 100,
          .owner = std::move(owner)};
}

Error no_cluster() {
  return {.code = "NO_CLUSTER", .text = "this server is not a node of a cluster", .param = {}};
}

Error out_of_touch() {
  return unavailable("this node has lost touch with the store; nothing was changed");
}

std::string all_codes() {
  std::string out;
  for (const auto name : domain::EnumNames<domain::RefusalCode>::names) {
    out += std::string(name) + "\n";
  }
  constexpr std::array<std::string_view, 18> own{
      "UNKNOWN_METHOD",  "INVALID_REQUEST", "MALFORMED",   "TOO_MANY_ELEMENTS", "FRAME_TIMEOUT",
      "FRAME_TOO_LARGE", "TOO_DEEP",        "OVERLOADED",  "DEADLINE",          "UNAVAILABLE",
      "STORAGE_FULL",    "INTERNAL",        "QUARANTINED", "CLOCK_IS_REAL",     "OUTCOME_UNKNOWN",
      "NOT_OWNER",       "NO_CLUSTER",      "UNKNOWN_NODE"};
  for (const auto name : own) out += std::string(name) + "\n";
  return out;
}

}  // namespace loyalty::api
