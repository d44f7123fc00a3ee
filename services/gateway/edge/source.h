// Whom a request comes from: the address that rates, connections and failed sign-ins are counted by, and the
// certificate that a department's system has shown to the proxy in front.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_SOURCE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_SOURCE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bangfu::edge {

// The address in gRPC's name of a peer: ipv4:10.0.0.7:50412 → 10.0.0.7, ipv6:%5B::1%5D:50412 → ::1; others as they are.
std::string AddressOfPeer(absl::string_view peer);

bool IsTrustedProxy(absl::string_view address, const std::vector<std::string>& proxies);

// `forwarded` is the header X-Forwarded-For. Of a trusted proxy its last entry is believed, which that proxy has put
// there itself; what a peer says that is none is not looked at, nor is an entry that is no address.
std::string SourceOf(const std::string& address, absl::string_view forwarded, const std::vector<std::string>& proxies);

// `header` is X-Client-Certificate: the certificate in PEM, percent-encoded, as nginx's $ssl_client_escaped_cert. Its
// SHA-256 in hexadecimal; empty without one, and for whatever a peer says that is no trusted proxy.
std::string CertificateOf(const std::string& address, absl::string_view header,
                          const std::vector<std::string>& proxies);

// What is known of whom a request comes from.
struct Origin {
  std::string source;       // a network address
  std::string certificate;  // SHA-256 in hexadecimal; empty without one
};

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_SOURCE_H_
