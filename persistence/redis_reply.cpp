// SPDX-License-Identifier: Apache-2.0
#include "persistence/redis_reply.hpp"

#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>

namespace loyalty::persistence {
namespace {

constexpr std::array<std::string_view, 6> wrong_server = {"READONLY",    "LOADING", "MASTERDOWN",
                                                          "CLUSTERDOWN", "NOAUTH",  "UNKILLABLE"};
constexpr std::array<std::string_view, 10> transient = {
    "NOREPLICAS", "MISCONF", "BUSY",      "TRYAGAIN", "MOVED",
    "ASK",        "NOPERM",  "WRONGPASS", "NOSCRIPT", "CROSSSLOT"};

}  // namespace

bool ReplyView::is_null() const { return reply_ == nullptr || reply_->type == REDIS_REPLY_NIL; }

std::optional<std::string_view> ReplyView::text() const {
  if (reply_ == nullptr) return std::nullopt;
  if (reply_->type != REDIS_REPLY_STRING && reply_->type != REDIS_REPLY_STATUS) return std::nullopt;
  return std::string_view(reply_->str, reply_->len);
}

std::optional<std::int64_t> ReplyView::integer() const {
  if (reply_ == nullptr || reply_->type != REDIS_REPLY_INTEGER) return std::nullopt;
  return reply_->integer;
}

std::optional<std::string_view> ReplyView::error() const {
  if (reply_ == nullptr || reply_->type != REDIS_REPLY_ERROR) return std::nullopt;
  return std::string_view(reply_->str, reply_->len);
}

std::optional<std::size_t> ReplyView::size() const {
  if (reply_ == nullptr || reply_->type != REDIS_REPLY_ARRAY) return std::nullopt;
  return reply_->elements;
}

ReplyView ReplyView::operator[](std::size_t index) const {
  const auto elements = size();
  return ReplyView(elements && index < *elements ? reply_->element[index] : nullptr);
}

void Reply::Free::operator()(redisReply* reply) const { freeReplyObject(reply); }

std::string_view error_code(std::string_view error) { return error.substr(0, error.find(' ')); }

bool is_transient(std::string_view error) {
  return std::ranges::find(transient, error_code(error)) != transient.end() ||
         is_wrong_server(error);
}

bool is_wrong_server(std::string_view error) {
  return std::ranges::find(wrong_server, error_code(error)) != wrong_server.end();
}

}  // namespace loyalty::persistence
