#include "services/gateway/edge/certificate.h"

#include <openssl/ssl.h>

#include <filesystem>

#include "gtest/gtest.h"
#include "services/gateway/edge/made_certificate.h"

namespace bangfu::edge {
namespace {

class CertificateTest : public testing::Test {
 protected:
  ~CertificateTest() override {
    std::filesystem::remove(certificate_file_);
    std::filesystem::remove(key_file_);
  }

  // The name for which a new connection's certificate was made.
  std::string NameAt(absl::Time now) {
    char name[64] = "";
    const X509* shown = SSL_CTX_get0_certificate(certificate_->Current(now)->native_handle());
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown), NID_commonName, name, sizeof name);
    return name;
  }

  const MadeCertificate first_ = MakeCertificate("first"), second_ = MakeCertificate("second");
  std::string certificate_file_ = PutFile("certificate.pem", first_.certificate);
  std::string key_file_ = PutFile("key.pem", first_.key);
  std::unique_ptr<Certificate> certificate_ = *Certificate::Load(certificate_file_, key_file_, absl::Seconds(30));
  absl::Time now_ = absl::FromUnixSeconds(1'790'000'000);
};

TEST_F(CertificateTest, IsReadAgainWhenItsFilesChange) {
  EXPECT_EQ(NameAt(now_), "first");
  PutFile("certificate.pem", second_.certificate);
  PutFile("key.pem", second_.key);
  EXPECT_EQ(NameAt(now_ + absl::Seconds(29)), "first");
  EXPECT_EQ(NameAt(now_ + absl::Seconds(30)), "second");
  EXPECT_EQ(NameAt(now_ + absl::Seconds(60)), "second");
}

TEST_F(CertificateTest, StaysInForceWhileTheNewFilesAreOfNoUse) {
  PutFile("certificate.pem", second_.certificate);
  EXPECT_EQ(NameAt(now_), "first");  // the key has not come yet
  PutFile("key.pem", second_.key);
  EXPECT_EQ(NameAt(now_ + absl::Seconds(30)), "second");
  PutFile("certificate.pem", "no certificate");
  EXPECT_EQ(NameAt(now_ + absl::Seconds(60)), "second");
  std::filesystem::remove(certificate_file_);
  EXPECT_EQ(NameAt(now_ + absl::Seconds(90)), "second");
}

TEST_F(CertificateTest, MustBeUsableAtTheStart) {
  EXPECT_FALSE(Certificate::Load("/nowhere", key_file_, absl::Seconds(30)).ok());
  PutFile("key.pem", second_.key);
  EXPECT_FALSE(Certificate::Load(certificate_file_, key_file_, absl::Seconds(30)).ok());
}

}  // namespace
}  // namespace bangfu::edge
