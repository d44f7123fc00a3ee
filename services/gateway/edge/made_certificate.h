// For tests: certificates of their own.
#ifndef BANGFU_SERVICES_GATEWAY_EDGE_MADE_CERTIFICATE_H_
#define BANGFU_SERVICES_GATEWAY_EDGE_MADE_CERTIFICATE_H_

#include <string>

namespace bangfu::edge {

// PEM of a self-signed certificate and of its key.
struct MadeCertificate {
  std::string certificate;
  std::string key;
};
MadeCertificate MakeCertificate(const std::string& name);

// A file in the folder for temporary files, with this content from now on.
std::string PutFile(const std::string& name, const std::string& content);

}  // namespace bangfu::edge

#endif  // BANGFU_SERVICES_GATEWAY_EDGE_MADE_CERTIFICATE_H_
