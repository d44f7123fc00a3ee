#include "services/registration/domain/disability.h"

#include <string>

#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

constexpr char kNumber[] = "150526198005010017";

std::string Fault(const std::string& certificate, const std::string& type = "", const std::string& grade = "") {
  v1::Member member;
  member.set_id_number(kNumber);
  member.set_disability_certificate(certificate);
  member.set_disability_class(type);
  member.set_disability_grade(grade);
  const auto faults = CheckDisability("member.", &member);
  return faults.empty() ? "" : faults[0].path;
}

TEST(DisabilityTest, ClassAndGradeComeFromTheCertificate) {
  for (const std::string reissue : {"", "B1", "b2"}) {
    v1::Member member;
    member.set_id_number(kNumber);
    member.set_disability_certificate(kNumber + std::string("43") + reissue);
    EXPECT_TRUE(CheckDisability("", &member).empty());
    EXPECT_EQ(member.disability_class(), "4");
    EXPECT_EQ(member.disability_grade(), "3");
  }
}

TEST(DisabilityTest, RefusesWhatIsNoCertificateOrSomebodyElses) {
  const std::string number = kNumber;
  EXPECT_EQ(Fault(""), "");
  EXPECT_EQ(Fault("", "1", "4"), "");
  EXPECT_EQ(Fault("", "1", ""), "member.disability_grade");
  EXPECT_EQ(Fault("", "", "1"), "member.disability_class");
  EXPECT_EQ(Fault(number), "member.disability_certificate");
  EXPECT_EQ(Fault(number + "81"), "member.disability_certificate");
  EXPECT_EQ(Fault(number + "15"), "member.disability_certificate");
  EXPECT_EQ(Fault(number + "11B0"), "member.disability_certificate");
  EXPECT_EQ(Fault(number + "11B"), "member.disability_certificate");
  EXPECT_EQ(Fault("15052619800501002511"), "member.disability_certificate");
  EXPECT_EQ(Fault(number + "11", "2", "1"), "member.disability_class");
  EXPECT_EQ(Fault(number + "11", "1", "2"), "member.disability_grade");
}

}  // namespace
}  // namespace bangfu::registration::domain
