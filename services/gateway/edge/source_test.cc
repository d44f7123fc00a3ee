#include "services/gateway/edge/source.h"

#include "common/crypto/digest.h"
#include "common/crypto/encode.h"
#include "gtest/gtest.h"

namespace bangfu::edge {
namespace {

TEST(SourceTest, PeersOfGrpcAreTheirAddresses) {
  EXPECT_EQ(AddressOfPeer("ipv4:10.0.0.7:50412"), "10.0.0.7");
  EXPECT_EQ(AddressOfPeer("ipv6:%5B::1%5D:50412"), "::1");
  EXPECT_EQ(AddressOfPeer("ipv6:[2001:db8::7]:443"), "2001:db8::7");
  EXPECT_EQ(AddressOfPeer("unix:/run/gateway"), "unix:/run/gateway");
}

TEST(SourceTest, OnlyATrustedProxyTellsOfCertificates) {
  const std::vector<std::string> proxies = {"127.0.0.1"};
  // As nginx writes $ssl_client_escaped_cert; the bytes are those of "certificate".
  const std::string header = "-----BEGIN%20CERTIFICATE-----%0AY2VydGlm%0AaWNhdGU%3D%0A-----END%20CERTIFICATE-----%0A";
  const std::string digest = crypto::HexEncode(crypto::Sha256("certificate"));
  EXPECT_EQ(CertificateOf("127.0.0.1", header, proxies), digest);
  EXPECT_EQ(CertificateOf("10.9.9.9", header, proxies), "");
  for (const char* malformed :
       {"", "%", "Y2VydGlmaWNhdGU%3D", "-----BEGIN%20CERTIFICATE-----%0A*%0A-----END%20CERTIFICATE-----",
        "-----BEGIN%20CERTIFICATE----------END%20CERTIFICATE-----"}) {
    EXPECT_EQ(CertificateOf("127.0.0.1", malformed, proxies), "") << malformed;
  }
}

TEST(SourceTest, OnlyATrustedProxyTellsWhomItForwards) {
  const std::vector<std::string> proxies = {"127.0.0.1", "::1"};
  struct Case {
    const char* address;
    const char* forwarded;
    const char* source;
  };
  for (const Case& c : {
           Case{"127.0.0.1", "", "127.0.0.1"},
           Case{"127.0.0.1", "10.1.2.3", "10.1.2.3"},
           Case{"::1", "1.1.1.1, 10.1.2.3", "10.1.2.3"},  // the caller itself has sent 1.1.1.1
           Case{"127.0.0.1", "10.1.2.3, 2001:db8::7 ", "2001:db8::7"},
           Case{"127.0.0.1", "not an address", "127.0.0.1"},
           Case{"10.9.9.9", "10.1.2.3", "10.9.9.9"},
       }) {
    EXPECT_EQ(SourceOf(c.address, c.forwarded, proxies), c.source) << c.address << " " << c.forwarded;
  }
}

}  // namespace
}  // namespace bangfu::edge
