#include "services/registration/domain/disability.h"

#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace bangfu::registration::domain {
namespace {

using status::FieldError;

constexpr size_t kIdentityLength = 18;
constexpr size_t kCertificateLength = 20;

bool IsBetween(char c, char first, char last) { return first <= c && c <= last; }

// What follows the first twenty characters: nothing, or B and the number of the re-issue.
bool IsReissue(absl::string_view rest) {
  return rest.empty() || (rest.size() == 2 && rest[0] == 'B' && IsBetween(rest[1], '1', '9'));
}

// Takes over what the certificate says; false if something else is there already.
bool Agree(char digit, std::string* code) {
  if (code->empty()) *code = std::string(1, digit);
  return *code == absl::string_view(&digit, 1);
}

}  // namespace

std::vector<FieldError> CheckDisability(absl::string_view path, v1::Member* member) {
  std::vector<FieldError> faults;
  const auto fault = [&](absl::string_view field, absl::string_view text) {
    faults.push_back({absl::StrCat(path, field), std::string(text)});
  };
  std::string number = member->disability_certificate();
  absl::AsciiStrToUpper(&number);
  if (!number.empty()) {
    member->set_disability_certificate(number);
    if (number.size() < kCertificateLength || !IsBetween(number[18], '1', '7') || !IsBetween(number[19], '1', '4') ||
        !IsReissue(absl::string_view(number).substr(kCertificateLength))) {
      fault("disability_certificate", "残疾人证号: 应为 18 位身份证号加残疾类别 (1-7)、残疾等级 (1-4), 补证再加 B1 等");
      return faults;
    }
    if (absl::string_view(number).substr(0, kIdentityLength) != member->id_number()) {
      fault("disability_certificate", "残疾人证号: 前 18 位与证件号码不一致");
    }
    if (!Agree(number[18], member->mutable_disability_class()))
      fault("disability_class", "残疾类别: 与残疾人证号不一致");
    if (!Agree(number[19], member->mutable_disability_grade()))
      fault("disability_grade", "残疾等级: 与残疾人证号不一致");
  }
  if (member->disability_class().empty() != member->disability_grade().empty()) {
    fault(member->disability_class().empty() ? "disability_class" : "disability_grade",
          "残疾类别和残疾等级: 应同时填写");
  }
  return faults;
}

}  // namespace bangfu::registration::domain
