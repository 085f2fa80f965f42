// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loyalty::codec {
class Reader;
}

namespace loyalty::cli {

/// A MessagePack value as a tree that keeps the order of its maps. Numbers are whole: neither the
/// server nor its clients ever send others.
class Value {
 public:
  using List = std::vector<Value>;
  using Fields = std::vector<std::pair<std::string, Value>>;

  Value() = default;
  Value(bool flag) : content_(flag) {}                           // NOLINT: implicit, to write trees
  Value(std::int64_t number) : content_(number) {}               // NOLINT: as above
  Value(std::string text) : content_(std::move(text)) {}         // NOLINT: as above
  Value(List items) : content_(std::move(items)) {}              // NOLINT: as above
  Value(Fields fields) : content_(std::move(fields)) {}          // NOLINT: as above
  Value(std::string_view text) : content_(std::string(text)) {}  // NOLINT: as above
  Value(const char* text) : content_(std::string(text)) {}       // NOLINT: as above

  /// Exactly one value and nothing after it; nullopt when it is malformed, deeper than the codec
  /// reads, or holds what is neither ours nor JSON's.
  static std::optional<Value> decode(std::string_view bytes);
  void encode(std::string& out) const;
  std::string encoded() const;

  bool is_nil() const { return holds_alternative<boost::variant2::monostate>(content_); }
  bool is_map() const { return holds_alternative<Fields>(content_); }
  bool is_list() const { return holds_alternative<List>(content_); }
  bool is_text() const { return holds_alternative<std::string>(content_); }

  /// What it holds when it is of that kind, else 0, false, "" or nothing.
  std::int64_t number() const;
  bool flag() const;
  const std::string& text() const;
  const List& items() const;
  const Fields& fields() const;

  /// The field of a map; nil where there is none.
  const Value& operator[](std::string_view name) const;
  /// Sets a field of a map; a nil becomes a map first.
  void set(std::string_view name, Value value);

  /// For people: text as it is, numbers in digits, lists with commas, maps as "name value".
  std::string plain() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  static bool read(codec::Reader& in, int depth, Value& value);

  boost::variant2::variant<boost::variant2::monostate, bool, std::int64_t, std::string, List,
                           Fields>
      content_;
};

}  // namespace loyalty::cli
