#include "services/gateway/edge/source.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "boost/asio/ip/address.hpp"
#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "services/gateway/edge/path_template.h"

namespace bangfu::edge {
namespace {

constexpr char kBegin[] = "-----BEGIN CERTIFICATE-----";
constexpr char kEnd[] = "-----END CERTIFICATE-----";

}  // namespace

std::string AddressOfPeer(absl::string_view peer) {
  std::string address(peer);
  if (!absl::StartsWith(address, "ipv4:") && !absl::StartsWith(address, "ipv6:")) return address;
  address = address.substr(5, address.rfind(':') - 5);
  return absl::StrReplaceAll(address, {{"%5B", ""}, {"%5D", ""}, {"[", ""}, {"]", ""}});
}

bool IsTrustedProxy(absl::string_view address, const std::vector<std::string>& proxies) {
  return std::find(proxies.begin(), proxies.end(), address) != proxies.end();
}

std::string SourceOf(const std::string& address, absl::string_view forwarded, const std::vector<std::string>& proxies) {
  if (forwarded.empty() || !IsTrustedProxy(address, proxies)) return address;
  const size_t comma = forwarded.rfind(',');
  const std::string last(
      absl::StripAsciiWhitespace(comma == absl::string_view::npos ? forwarded : forwarded.substr(comma + 1)));
  boost::system::error_code fault;
  const auto parsed = boost::asio::ip::make_address(last, fault);
  return fault ? address : parsed.to_string();
}

std::string CertificateOf(const std::string& address, absl::string_view header,
                          const std::vector<std::string>& proxies) {
  if (header.empty() || !IsTrustedProxy(address, proxies)) return "";
  // What PEM is written in lines for, no line of a header can hold.
  const std::optional<std::string> decoded =
      PercentDecode(absl::StrReplaceAll(header, {{"%0A", ""}, {"%0D", ""}, {"%0a", ""}, {"%0d", ""}}));
  if (!decoded) return "";
  absl::string_view text = absl::StripAsciiWhitespace(*decoded);
  if (!absl::ConsumePrefix(&text, kBegin) || !absl::ConsumeSuffix(&text, kEnd)) return "";
  std::string certificate;
  if (!absl::Base64Unescape(text, &certificate)) return "";
  return certificate.empty() ? "" : crypto::HexEncode(crypto::Sha256(certificate));
}

}  // namespace bangfu::edge
