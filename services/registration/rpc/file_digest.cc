#include "services/registration/rpc/file_digest.h"

#include "common/crypto/encode.h"

namespace bangfu::registration {

FileDigest::FileDigest() : context_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
  EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
}

void FileDigest::Add(absl::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }

std::string FileDigest::Finish() {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestFinal_ex(context_.get(), digest, &size);
  return crypto::HexEncode(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

}  // namespace bangfu::registration
