// SPDX-License-Identifier: Apache-2.0
#include "cli/value.hpp"

#include "codec/msgpack_reader.hpp"
#include "net/msgpack_writer.hpp"

namespace loyalty::cli {
namespace {

void encode_integer(std::string& out, std::int64_t number) {
  if (number >= 0) return net::pack::unsigned_integer(out, static_cast<std::uint64_t>(number));
  if (number >= -32) return net::pack::byte(out, static_cast<unsigned>(number) & 0xffU);
  net::pack::byte(out, 0xd3);
  net::pack::big_endian(out, static_cast<std::uint64_t>(number), 8);
}

template <class T, class Content>
const T& held_or_empty(const Content& content) {
  static const T empty{};
  const T* held = get_if<T>(&content);
  return held ? *held : empty;
}

}  // namespace

std::optional<Value> Value::decode(std::string_view bytes) {
  codec::Reader in(bytes);
  Value value;
  if (!read(in, codec::Reader::max_depth, value) || !in.at_end()) return std::nullopt;
  return value;
}

bool Value::read(codec::Reader& in, int depth, Value& value) {
  codec::Kind kind{};
  if (!in.peek(kind)) return false;
  switch (kind) {
    case codec::Kind::nil: return in.read_nil();
    case codec::Kind::boolean: return in.read(value.content_.emplace<bool>());
    case codec::Kind::integer: return in.read(value.content_.emplace<std::int64_t>());
    case codec::Kind::string: {
      std::string_view text;
      if (!in.read(text)) return false;
      value.content_.emplace<std::string>(text);
      return true;
    }
    case codec::Kind::array: {
      std::uint32_t count = 0;
      if (depth == 0 || !in.read_array(count)) return false;
      auto& items = value.content_.emplace<List>();
      for (; count > 0; --count) {
        if (!read(in, depth - 1, items.emplace_back())) return false;
      }
      return true;
    }
    case codec::Kind::map: {
      std::uint32_t count = 0;
      if (depth == 0 || !in.read_map(count)) return false;
      auto& fields = value.content_.emplace<Fields>();
      for (; count > 0; --count) {
        std::string_view name;
        if (!in.read(name)) return false;
        if (!read(in, depth - 1, fields.emplace_back(name, Value()).second)) return false;
      }
      return true;
    }
    case codec::Kind::real:
    case codec::Kind::binary:
    case codec::Kind::extension: return false;
  }
  return false;
}

void Value::encode(std::string& out) const {
  if (const auto* truth = get_if<bool>(&content_)) {
    net::pack::boolean(out, *truth);
  } else if (const auto* number = get_if<std::int64_t>(&content_)) {
    encode_integer(out, *number);
  } else if (const auto* text = get_if<std::string>(&content_)) {
    net::pack::string(out, *text);
  } else if (const auto* items = get_if<List>(&content_)) {
    net::pack::array(out, items->size());
    for (const Value& item : *items) item.encode(out);
  } else if (const auto* fields = get_if<Fields>(&content_)) {
    net::pack::map(out, fields->size());
    for (const auto& [name, field] : *fields) {
      net::pack::string(out, name);
      field.encode(out);
    }
  } else {
    net::pack::nil(out);
  }
}

std::string Value::encoded() const {
  std::string out;
  encode(out);
  return out;
}

std::int64_t Value::number() const { return held_or_empty<std::int64_t>(content_); }
bool Value::flag() const { return held_or_empty<bool>(content_); }
const std::string& Value::text() const { return held_or_empty<std::string>(content_); }
const Value::List& Value::items() const { return held_or_empty<List>(content_); }
const Value::Fields& Value::fields() const { return held_or_empty<Fields>(content_); }

const Value& Value::operator[](std::string_view name) const {
  static const Value nil;
  for (const auto& [known, field] : fields()) {
    if (known == name) return field;
  }
  return nil;
}

void Value::set(std::string_view name, Value value) {
  if (!is_map()) content_.emplace<Fields>();
  auto& fields = get<Fields>(content_);
  for (auto& [known, field] : fields) {
    if (known == name) {
      field = std::move(value);
      return;
    }
  }
  fields.emplace_back(name, std::move(value));
}

std::string Value::plain() const {
  if (const auto* truth = get_if<bool>(&content_)) return *truth ? "true" : "false";
  if (const auto* number = get_if<std::int64_t>(&content_)) return std::to_string(*number);
  if (is_text()) return text();
  std::string line;
  for (const Value& item : items()) line += (line.empty() ? "" : ", ") + item.plain();
  for (const auto& [name, field] : fields()) {
    line += (line.empty() ? "" : ", ") + name + " " + field.plain();
  }
  return line;
}

}  // namespace loyalty::cli
