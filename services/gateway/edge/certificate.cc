#include "services/gateway/edge/certificate.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "boost/system/error_code.hpp"
#include "common/log/log.h"
#include "common/status/macros.h"

namespace bangfu::edge {

absl::StatusOr<std::unique_ptr<Certificate>> Certificate::Load(std::string certificate_file, std::string key_file,
                                                               absl::Duration interval) {
  std::unique_ptr<Certificate> certificate(new Certificate(std::move(certificate_file), std::move(key_file), interval));
  certificate->stamps_ = certificate->Look();
  ASSIGN_OR_RETURN(certificate->context_, certificate->Read());
  return certificate;
}

Certificate::Stamp Certificate::StampOf(const std::string& file) {
  struct stat facts = {};
  if (::stat(file.c_str(), &facts) != 0) return {};
  return {facts.st_mtim.tv_sec * 1'000'000'000 + facts.st_mtim.tv_nsec, static_cast<int64_t>(facts.st_ino),
          static_cast<int64_t>(facts.st_size)};
}

absl::StatusOr<std::shared_ptr<Certificate::Context>> Certificate::Read() const {
  auto context = std::make_shared<Context>(Context::tls_server);
  context->set_options(Context::default_workarounds | Context::no_tlsv1 | Context::no_tlsv1_1 |
                       SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  boost::system::error_code error;
  context->use_certificate_chain_file(certificate_file_, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("certificate file: ", error.message()));
  context->use_private_key_file(key_file_, Context::pem, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat("key file: ", error.message()));
  return context;
}

std::shared_ptr<Certificate::Context> Certificate::Current(absl::Time now) {
  std::lock_guard lock(mutex_);
  if (now - looked_at_ < interval_) return context_;
  looked_at_ = now;
  const Stamps stamps = Look();
  if (stamps == stamps_) return context_;
  auto fresh = Read();
  if (fresh.ok()) {
    context_ = *std::move(fresh);
    stamps_ = stamps;
    log::Info("certificate_loaded", {{"file", certificate_file_}});
  } else {
    log::Warning("certificate_not_loaded", {{"file", certificate_file_}, {"what", fresh.status().message()}});
  }
  return context_;
}

}  // namespace bangfu::edge
