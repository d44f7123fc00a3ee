#include "services/gateway/edge/raw_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace bangfu::edge {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(20);

}  // namespace

RawHttp::RawHttp(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
}

RawHttp::~RawHttp() { ::close(socket_); }

bool RawHttp::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
  return true;
}

bool RawHttp::Fill(absl::Duration time) {
  pollfd poll = {socket_, POLLIN, 0};
  if (::poll(&poll, 1, static_cast<int>(absl::ToInt64Milliseconds(time))) <= 0) return false;
  char bytes[65536];
  ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
  if (size <= 0) return false;
  buffer_.append(bytes, static_cast<size_t>(size));
  return true;
}

std::string RawHttp::TakeLine() {
  size_t end;
  while ((end = buffer_.find("\r\n")) == std::string::npos) {
    if (!Fill(kPatience)) return "";
  }
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 2);
  return line;
}

RawAnswer RawHttp::Receive(bool head_only) {
  RawAnswer answer;
  std::string line = TakeLine();
  if (line.size() < 12) return answer;
  answer.status = std::atoi(line.c_str() + 9);
  while (!(line = TakeLine()).empty()) {
    size_t colon = line.find(':');
    if (colon == std::string::npos) break;
    answer.headers[absl::AsciiStrToLower(line.substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(absl::string_view(line).substr(colon + 1)));
  }
  if (head_only || answer.status == 304 || answer.status == 204 || answer.status == 100) return answer;
  if (answer.headers["transfer-encoding"] == "chunked") {
    while (true) {
      std::string head = TakeLine();
      if (head.empty()) {
        answer.status = -1;  // cut in the middle
        return answer;
      }
      size_t size = std::strtoul(head.c_str(), nullptr, 16);
      while (buffer_.size() < size + 2 && Fill(kPatience)) {
      }
      answer.body += buffer_.substr(0, size);
      buffer_.erase(0, size + 2);
      if (size == 0) return answer;
    }
  }
  size_t size = std::strtoul(answer.headers["content-length"].c_str(), nullptr, 10);
  while (buffer_.size() < size && Fill(kPatience)) {
  }
  answer.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return answer;
}

std::string RawHttp::ReceiveUntil(absl::string_view text, absl::Duration time) {
  absl::Time until = absl::Now() + time;
  while (buffer_.find(std::string(text)) == std::string::npos && absl::Now() < until && Fill(until - absl::Now())) {
  }
  return std::exchange(buffer_, "");
}

bool RawHttp::ClosedWithin(absl::Duration time) {
  absl::Time until = absl::Now() + time;
  while (absl::Now() < until) {
    pollfd poll = {socket_, POLLIN, 0};
    if (::poll(&poll, 1, static_cast<int>(absl::ToInt64Milliseconds(until - absl::Now()) + 1)) <= 0) return false;
    char byte[4096];
    if (::recv(socket_, byte, sizeof byte, 0) <= 0) return true;
  }
  return false;
}

RawAnswer RawHttp::Ask(absl::string_view verb, absl::string_view target, absl::string_view headers,
                       absl::string_view body) {
  std::string length = body.empty() ? "" : absl::StrCat("Content-Length: ", body.size(), "\r\n");
  Send(absl::StrCat(verb, " ", target, " HTTP/1.1\r\nHost: test\r\n", headers, length, "\r\n", body));
  return Receive(verb == "HEAD");
}

}  // namespace bangfu::edge
