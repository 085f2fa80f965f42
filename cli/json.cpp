// SPDX-License-Identifier: Apache-2.0
#include "cli/json.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "codec/msgpack_reader.hpp"
#include "codec/scalars.hpp"

namespace loyalty::cli {
namespace {

using Json = nlohmann::ordered_json;
using domain::Unexpected;
using Outcome = domain::Expected<Value, std::string>;

std::string at_place(const std::string& place) { return place.empty() ? "" : place + ": "; }

Outcome value_of(const Json& json, const std::string& place, int depth) {
  switch (json.type()) {
    case Json::value_t::null: return Value();
    case Json::value_t::boolean: return Value(json.get<bool>());
    case Json::value_t::string: return Value(json.get<std::string>());
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned: {
      const auto number = json.get<std::int64_t>();
      const bool fits = (json.is_number_integer() && !json.is_number_unsigned()) ||
                        json.get<std::uint64_t>() <= std::uint64_t{codec::max_wire_integer};
      if (!fits || number > codec::max_wire_integer || number < -codec::max_wire_integer) {
        return Unexpected{at_place(place) + "whole numbers are within +-(2^53-1)"};
      }
      return Value(number);
    }
    case Json::value_t::number_float:
      return Unexpected{at_place(place) +
                        "numbers are whole. Money is in minor units (1999 for 19.99), times are "
                        "epoch milliseconds, and exact decimals are strings (\"1.25\")"};
    case Json::value_t::array: {
      if (depth == 0) return Unexpected{at_place(place) + "nested too deep"};
      Value::List items;
      for (std::size_t i = 0; i < json.size(); ++i) {
        auto item = value_of(json[i], place + "[" + std::to_string(i) + "]", depth - 1);
        if (!item) return item;
        items.push_back(std::move(*item));
      }
      return Value(std::move(items));
    }
    case Json::value_t::object: {
      if (depth == 0) return Unexpected{at_place(place) + "nested too deep"};
      Value::Fields fields;
      for (const auto& [name, field] : json.items()) {
        const std::string at = place.empty() ? name : std::string(place).append(".").append(name);
        auto value = value_of(field, at, depth - 1);
        if (!value) return value;
        fields.emplace_back(name, std::move(*value));
      }
      return Value(std::move(fields));
    }
    case Json::value_t::binary:
    case Json::value_t::discarded: break;
  }
  return Unexpected{at_place(place) + "not JSON"};
}

/// Notices a name that an object has twice; the library would keep the last silently.
class RepeatedNames {
 public:
  bool operator()(int, Json::parse_event_t event, Json& parsed) {
    if (event == Json::parse_event_t::object_start) {
      open_.emplace_back();
    } else if (event == Json::parse_event_t::object_end) {
      open_.pop_back();
    } else if (event == Json::parse_event_t::key) {
      const auto& name = parsed.get_ref<const std::string&>();
      if (!open_.back().insert(name).second && repeated.empty()) repeated = name;
    }
    return true;
  }
  std::string repeated;

 private:
  std::vector<std::set<std::string>> open_;
};

/// Without the library's name, error number and column, which counts bytes of one line anyway.
std::string reason_of(const Json::parse_error& error) {
  const std::string text = error.what();
  const std::size_t colon = text.find(": ");
  return "not JSON: " + (colon == std::string::npos ? text : text.substr(colon + 2));
}

}  // namespace

Outcome parse_json(std::string_view text) {
  RepeatedNames names;
  try {
    const Json json = Json::parse(text, std::ref(names));
    if (!names.repeated.empty()) return Unexpected{names.repeated + ": named twice"};
    return value_of(json, "", codec::Reader::max_depth);
  } catch (const Json::parse_error& error) {
    return Unexpected{reason_of(error)};
  }
}

std::string raw_to_json(std::string_view message_pack, JsonLayout layout) {
  const Json json = Json::from_msgpack(message_pack, true, false);
  if (json.is_discarded()) return "null";
  return json.dump(layout == JsonLayout::indented ? 2 : -1, ' ', false,
                   Json::error_handler_t::replace);
}

std::string to_json(const Value& value, JsonLayout layout) {
  return raw_to_json(value.encoded(), layout);
}

}  // namespace loyalty::cli
