#include "common/rpc/admin_listener.h"

#include <thread>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "boost/asio.hpp"
#include "boost/beast.hpp"
#include "common/metrics/metrics.h"

namespace bangfu::rpc {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;

// One connection after the other is enough for a scraper and a probe; a slow one is dropped after two seconds.
class AdminListener::Loop {
 public:
  Loop(const tcp::endpoint& endpoint, const Health& health) : acceptor_(io_, endpoint), health_(health) {
    Accept();
    thread_ = std::thread([this] { io_.run(); });
  }
  ~Loop() {
    io_.stop();
    thread_.join();
  }
  int port() const { return acceptor_.local_endpoint().port(); }

 private:
  struct Session {
    explicit Session(tcp::socket socket) : stream(std::move(socket)) {}
    beast::tcp_stream stream;
    beast::flat_buffer buffer{8192};
    http::request<http::empty_body> request;
    http::response<http::string_body> response;
  };

  void Accept() {
    acceptor_.async_accept([this](beast::error_code error, tcp::socket socket) {
      if (!error) Serve(std::make_shared<Session>(std::move(socket)));
      Accept();
    });
  }

  void Serve(std::shared_ptr<Session> session) {
    session->stream.expires_after(std::chrono::seconds(2));
    http::async_read(session->stream, session->buffer, session->request,
                     [this, session](beast::error_code error, size_t) {
                       if (error) return;
                       Answer(*session);
                       http::async_write(session->stream, session->response, [session](beast::error_code, size_t) {
                         beast::error_code ignored;
                         session->stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
                       });
                     });
  }

  void Answer(Session& session) {
    auto& response = session.response;
    response.version(11);
    response.keep_alive(false);
    response.set(http::field::content_type, "text/plain; charset=utf-8");
    const auto target = session.request.target();
    if (session.request.method() != http::verb::get) {
      response.result(http::status::method_not_allowed);
    } else if (target == "/healthz") {
      response.body() = "ok\n";
    } else if (target == "/readyz") {
      bool serving = health_.serving();
      response.result(serving ? http::status::ok : http::status::service_unavailable);
      response.body() = serving ? "ok\n" : absl::StrCat(health_.fault(), "\n");
    } else if (target == "/metrics") {
      response.body() = metrics::Exposition();
    } else {
      response.result(http::status::not_found);
    }
    response.prepare_payload();
  }

  asio::io_context io_{1};
  tcp::acceptor acceptor_;
  const Health& health_;
  std::thread thread_;
};

AdminListener::AdminListener(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}
AdminListener::~AdminListener() = default;
int AdminListener::port() const { return loop_->port(); }

absl::StatusOr<std::unique_ptr<AdminListener>> AdminListener::Start(const std::string& address, const Health& health) {
  std::vector<std::string> parts = absl::StrSplit(address, ':');
  int port = 0;
  if (parts.size() != 2 || !absl::SimpleAtoi(parts[1], &port)) {
    return absl::InvalidArgumentError(absl::StrCat("not host:port: ", address));
  }
  try {
    tcp::endpoint endpoint(asio::ip::make_address(parts[0]), static_cast<unsigned short>(port));
    return std::unique_ptr<AdminListener>(new AdminListener(std::make_unique<Loop>(endpoint, health)));
  } catch (const std::exception& e) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", address, ": ", e.what()));
  }
}

}  // namespace bangfu::rpc
