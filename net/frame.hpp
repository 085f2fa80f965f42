// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <boost/variant2/variant.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "api/exchange.hpp"

/// One MessagePack-RPC message from a client (docs/protocol.md, Messages).
namespace loyalty::net {

/// A well-formed call. The views are into the frame's bytes.
struct Request {
  std::uint32_t msgid = 0;
  std::string_view method;
  std::string_view params;  ///< the raw map, unwrapped; the empty map where there was none
};

/// A call that cannot be handed over; it is answered, and the connection goes on.
struct InvalidRequest {
  std::uint32_t msgid = 0;
  api::Error error;
};

/// A notification or a reply; clients send them, and nothing follows from them.
struct IgnoredMessage {};

/// No message at all, or a call without a msgid to answer to: whoever speaks here speaks another
/// protocol.
struct ForeignMessage {};

using Frame = boost::variant2::variant<Request, InvalidRequest, IgnoredMessage, ForeignMessage>;

/// `bytes` is one whole MessagePack value.
Frame read_frame(std::string_view bytes);

/// The msgid of a call of which only the beginning is there or makes sense.
std::optional<std::uint32_t> readable_msgid(std::string_view bytes);

/// Whether `name` may name a method: 1 to 64 letters, digits, '.', ':', '_' and '-'.
bool is_method_name(std::string_view name);

}  // namespace loyalty::net
