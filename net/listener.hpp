// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "domain/expected.hpp"
#include "net/asio.hpp"
#include "net/io_thread.hpp"
#include "net/services.hpp"

namespace loyalty::net {

/// Accepts connections, on the first io thread, and deals them out to all of them.
class Listener {
 public:
  Listener(Services& services, std::vector<std::unique_ptr<IoThread>>& homes);

  /// The port listened at, or why it cannot be.
  domain::Expected<std::uint16_t, std::string> open(const std::string& host, std::uint16_t port);
  void start() { accept(); }
  /// On the first io thread.
  void stop();

 private:
  void accept();
  void on_accepted(const boost::system::error_code& error, IoThread& home,
                   boost::asio::ip::tcp::socket socket);
  void refuse(boost::asio::ip::tcp::socket socket);
  void retry_later();

  Services& services_;
  std::vector<std::unique_ptr<IoThread>>& homes_;
  std::size_t next_home_ = 0;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer retry_;
};

}  // namespace loyalty::net
