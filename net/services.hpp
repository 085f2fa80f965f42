// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "net/admission.hpp"
#include "net/counters.hpp"
#include "net/server.hpp"

namespace loyalty::net {

/// What every connection of a server needs; made before the first and destroyed after the last.
struct Services {
  Limits limits;
  Handler handler;
  std::string discovery;  ///< the result of `nvim_get_api_info`
  Counters counters;
  Admission admission;

  Services(const Limits& bounds, Handler calls, std::string methods)
      : limits(bounds),
        handler(std::move(calls)),
        discovery(std::move(methods)),
        admission(limits) {}
};

}  // namespace loyalty::net
