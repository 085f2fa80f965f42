// SPDX-License-Identifier: Apache-2.0
#include "api/quote.hpp"

#include "api/methods.hpp"

namespace loyalty::api {
namespace {

Error misquoted(const std::string& param, const std::string& expected) {
  return {.code = "INVALID_PARAM",
          .text = param + ": expected " + expected,
          .param = param,
          .callers_fault = true};
}

/// The parameters of the call, with those that the quote stands for. What the caller repeats of
/// them is refused by the call as given twice.
std::string whole_params(const QuoteParams& quote) {
  codec::Reader in(quote.with.bytes);
  std::uint32_t count = 0;
  (void)in.read_map(count);
  codec::Writer out;
  out.map(count + 4);
  out.string("member");
  out.string(quote.member);
  out.string("program");
  out.string(quote.program);
  out.string("key");
  out.string("quote");
  out.string("deadline_ms");
  out.integer(quote.deadline_ms);
  return out.take() + std::string(in.rest());
}

}  // namespace

domain::Expected<Call, Error> decode_quote(std::string_view params) {
  QuoteParams quote;
  codec::Reader in(params);
  codec::WireFault fault;
  if (!codec::read_wire(in, quote, fault)) {
    return domain::Unexpected{misquoted(fault.param, fault.expected)};
  }
  const Method* method = find_method(quote.call);
  if (method == nullptr || !method->writes || method->entity != EntityKind::member) {
    return domain::Unexpected{misquoted("call", "a method that changes a member")};
  }
  auto call = method->decode(whole_params(quote));
  if (!call) return call;
  call->key.clear();
  call->payload = 0;
  call->quote = true;
  return call;
}

}  // namespace loyalty::api
