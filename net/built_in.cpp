// SPDX-License-Identifier: Apache-2.0
#include "net/built_in.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "codec/msgpack_reader.hpp"
#include "net/msgpack_writer.hpp"

namespace loyalty::net {
namespace {

using domain::Unexpected;

constexpr std::array<std::pair<std::string_view, ErrorForm>, 3> error_forms{
    {{"triple", ErrorForm::triple}, {"pair", ErrorForm::pair}, {"string", ErrorForm::string}}};

std::string_view name_of(ErrorForm form) {
  return error_forms[static_cast<std::size_t>(form)].first;
}

std::optional<ErrorForm> form_named(std::string_view name) {
  for (const auto& [known, form] : error_forms) {
    if (known == name) return form;
  }
  return std::nullopt;
}

/// The ids of promises.md, part 4: nothing that could break a log line.
bool is_program_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

api::Error invalid(std::string_view param, const char* text) {
  return {.code = "INVALID_PARAM", .text = text, .param = std::string(param)};
}

void put(std::string& out, std::string_view key, std::uint64_t value) {
  pack::string(out, key);
  pack::unsigned_integer(out, value);
}

void put(std::string& out, std::string_view key, std::string_view value) {
  pack::string(out, key);
  pack::string(out, value);
}

std::uint64_t milliseconds(std::chrono::milliseconds time) {
  return static_cast<std::uint64_t>(time.count());
}

}  // namespace

domain::Expected<Preferences, api::Error> read_hello(std::string_view params, Preferences current) {
  codec::Reader reader(params);
  std::uint32_t count = 0;
  if (!reader.read_map(count)) return Unexpected{invalid("params", "params is a map")};
  bool seen_errors = false;
  bool seen_program = false;
  for (; count > 0; --count) {
    std::string_view key;
    std::string_view value;
    if (!reader.read(key)) return Unexpected{invalid("params", "keys are strings")};
    bool* const seen = key == "errors" ? &seen_errors : key == "program" ? &seen_program : nullptr;
    if (seen == nullptr) {
      return Unexpected{invalid("params", "hello takes \"errors\" and \"program\" only")};
    }
    if (std::exchange(*seen, true)) return Unexpected{invalid(key, "named twice")};
    if (!reader.read(value)) return Unexpected{invalid(key, "is a string")};
    if (seen == &seen_program) {
      if (!is_program_id(value)) {
        return Unexpected{invalid(key, "is 1 to 64 letters, digits, '_' and '-'")};
      }
      current.program = value;
    } else if (const auto form = form_named(value)) {
      current.errors = *form;
    } else {
      return Unexpected{invalid(key, "is \"triple\", \"pair\" or \"string\"")};
    }
  }
  return current;
}

std::string hello_result(const Preferences& preferences, const Limits& limits) {
  std::string out;
  pack::map(out, preferences.program.empty() ? 4 : 5);
  put(out, "server", "loyalty");
  put(out, "protocol", std::uint64_t{1});
  put(out, "errors", name_of(preferences.errors));
  if (!preferences.program.empty()) put(out, "program", preferences.program);
  pack::string(out, "limits");
  pack::map(out, 6);
  put(out, "frame_bytes", limits.frame_bytes);
  put(out, "max_in_flight", limits.max_in_flight);
  put(out, "max_nesting", static_cast<std::uint64_t>(limits.max_nesting));
  put(out, "max_elements", limits.max_elements);
  put(out, "frame_deadline_ms", milliseconds(limits.frame_deadline));
  put(out, "idle_timeout_ms", milliseconds(limits.idle_timeout));
  return out;
}

std::string discovery_result(const std::vector<std::string>& methods) {
  // The shape that Neovim's clients take apart; they refuse to start when a part is missing.
  std::string out;
  pack::array(out, 2);
  pack::unsigned_integer(out, 1);
  pack::map(out, 4);
  pack::string(out, "version");
  pack::map(out, 6);
  put(out, "major", std::uint64_t{0});
  put(out, "minor", std::uint64_t{1});
  put(out, "patch", std::uint64_t{0});
  put(out, "api_level", std::uint64_t{1});
  put(out, "api_compatible", std::uint64_t{1});
  pack::string(out, "api_prerelease");
  pack::boolean(out, false);

  pack::string(out, "functions");
  pack::array(out, methods.size());
  for (const std::string& method : methods) {
    pack::map(out, 5);
    put(out, "name", method);
    pack::string(out, "parameters");
    pack::array(out, 1);
    pack::array(out, 2);
    pack::string(out, "Dictionary");
    pack::string(out, "params");
    put(out, "return_type", "Dictionary");
    put(out, "since", std::uint64_t{1});
    pack::string(out, "method");
    pack::boolean(out, false);
  }

  pack::string(out, "types");
  pack::map(out, 3);
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> types{
      {{"Buffer", "nvim_buf_"}, {"Window", "nvim_win_"}, {"Tabpage", "nvim_tabpage_"}}};
  for (std::size_t id = 0; id < types.size(); ++id) {
    pack::string(out, types[id].first);
    pack::map(out, 2);
    put(out, "id", std::uint64_t{id});
    put(out, "prefix", types[id].second);
  }
  pack::string(out, "error_types");
  pack::map(out, 2);
  pack::string(out, "Exception");
  pack::map(out, 1);
  put(out, "id", std::uint64_t{0});
  pack::string(out, "Validation");
  pack::map(out, 1);
  put(out, "id", std::uint64_t{1});
  return out;
}

}  // namespace loyalty::net
