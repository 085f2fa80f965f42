// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/call.hpp"
#include "codec/wire.hpp"

/// `quote`: what a call would answer, without doing it (domain.md F57, U4).
namespace loyalty::api {

struct QuoteParams {
  std::string member;
  std::string call;
  codec::RawMap with;
  std::string program;
  std::int64_t deadline_ms = 0;

  static void fields(auto& self, auto visit) {
    using domain::defaulted;
    using domain::required;
    visit(required("member", "member id, [A-Za-z0-9_-]{1,64}"), self.member);
    visit(required("call", "a method that changes a member, such as purchase"), self.call);
    visit(defaulted("with", "its parameters, without member and key"), self.with);
    visit(defaulted("program", "default: the one named in hello, or the only one there is"),
          self.program);
    visit(defaulted("deadline_ms", "give up when not begun within this time; 0 = never"),
          self.deadline_ms);
  }
};

/// The call that is quoted, marked as a quote.
domain::Expected<Call, Error> decode_quote(std::string_view params);

}  // namespace loyalty::api
