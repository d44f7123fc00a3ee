// SHA-256 of a file that streams by.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_FILE_DIGEST_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_FILE_DIGEST_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "openssl/evp.h"

namespace bangfu::registration {

class FileDigest {
 public:
  FileDigest();

  void Add(absl::string_view bytes);

  // Hexadecimal; nothing is added behind it.
  std::string Finish();

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_FILE_DIGEST_H_
