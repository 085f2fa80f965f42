// SPDX-License-Identifier: Apache-2.0
#include "cluster/messages.hpp"

#include "codec/stored.hpp"
#include "codec/stored_entities.hpp"

namespace loyalty::cluster {
namespace {

/// Calls are most of it: they have a form of their own, in which nothing is packed twice.
constexpr std::uint64_t call_tag = 0;
constexpr std::uint64_t message_tag = 1;

constexpr std::uint64_t result_tag = 0;
constexpr std::uint64_t replayed_tag = 1;
constexpr std::uint64_t error_tag = 2;
constexpr std::uint64_t not_owner_tag = 3;

bool read_tag(codec::Reader& in, std::uint64_t& tag) { return in.read(tag); }

}  // namespace

std::string encode(const PassedCall& call) {
  codec::Writer out;
  out.unsigned_integer(call_tag);
  out.string(call.method);
  out.string(call.program);
  out.unsigned_integer(call.listener);
  out.raw(call.params);
  return out.take();
}

bool holds_call(std::string_view bytes) {
  codec::Reader in(bytes);
  std::uint64_t tag = 0;
  return read_tag(in, tag) && tag == call_tag;
}

std::optional<PassedCall> decode_call(std::string_view bytes) {
  codec::Reader in(bytes);
  std::uint64_t tag = 0;
  PassedCall call;
  if (!read_tag(in, tag) || tag != call_tag || !in.read(call.method) || !in.read(call.program) ||
      !in.read(call.listener)) {
    return std::nullopt;
  }
  call.params = in.rest();
  return call;
}

std::string encode(const CallAnswer& answer) {
  codec::Writer out;
  if (!answer) {
    out.unsigned_integer(not_owner_tag);
  } else if (const auto* result = get_if<api::Result>(&*answer)) {
    out.unsigned_integer(result->replayed ? replayed_tag : result_tag);
    out.raw(result->body);
  } else {
    const auto& error = get<api::Error>(*answer);
    out.unsigned_integer(error_tag);
    out.string(error.code);
    out.string(error.text);
    out.string(error.param);
    out.boolean(error.callers_fault);
    out.boolean(error.retryable);
    out.integer(error.retry_after_ms);
  }
  return out.take();
}

std::optional<CallAnswer> decode_answer(std::string_view bytes) {
  codec::Reader in(bytes);
  std::uint64_t tag = 0;
  if (!read_tag(in, tag)) return std::nullopt;
  switch (tag) {
    case result_tag:
    case replayed_tag:
      return CallAnswer(
          api::Result{.body = std::string(in.rest()), .replayed = tag == replayed_tag});
    case not_owner_tag: return CallAnswer(std::nullopt);
    case error_tag: break;
    default: return std::nullopt;
  }
  std::string_view code;
  std::string_view text;
  std::string_view param;
  api::Error error;
  if (!in.read(code) || !in.read(text) || !in.read(param) || !in.read(error.callers_fault) ||
      !in.read(error.retryable) || !in.read(error.retry_after_ms)) {
    return std::nullopt;
  }
  error.code = code;
  error.text = text;
  error.param = param;
  return CallAnswer(std::move(error));
}

std::string encode(const api::Notice& notice) {
  codec::Writer out;
  out.string(notice.method);
  out.raw(notice.body);
  return out.take();
}

std::uint64_t sequence_of(std::string_view body) {
  codec::Reader in(body);
  std::uint32_t count = 0;
  if (!in.read_map(count)) return 0;
  for (; count > 0; --count) {
    std::string_view name;
    if (!in.read(name)) return 0;
    std::uint64_t sequence = 0;
    if (name == "sequence") return in.read(sequence) ? sequence : 0;
    if (!in.skip()) return 0;
  }
  return 0;
}

std::optional<PassedNotice> decode_notice(std::string_view bytes) {
  codec::Reader in(bytes);
  PassedNotice notice;
  if (!in.read(notice.method)) return std::nullopt;
  notice.body = in.rest();
  notice.sequence = sequence_of(notice.body);
  return notice;
}

std::string encode(const Message& message) {
  codec::Writer out;
  out.unsigned_integer(message_tag);
  codec::write_stored(out, message);
  return out.take();
}

std::optional<Message> decode_message(std::string_view bytes) {
  codec::Reader in(bytes);
  std::uint64_t tag = 0;
  Message message;
  if (!read_tag(in, tag) || tag != message_tag || !codec::read_stored(in, message) ||
      !in.at_end()) {
    return std::nullopt;
  }
  return message;
}

}  // namespace loyalty::cluster
