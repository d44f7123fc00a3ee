#include "services/registration/domain/member.h"

#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/standards/identity_number.h"
#include "services/registration/domain/disability.h"

namespace bangfu::registration::domain {
namespace {

using standards::IdentityFault;
using standards::IdentityNumber;
using status::FieldError;

FieldError Fault(absl::string_view path, absl::string_view field, absl::string_view text) {
  return {absl::StrCat(path, field), std::string(text)};
}

// GB/T 2261.1: 1 male, 2 female; 0 and 9 say nothing that could disagree.
bool SexDisagrees(const v1::Member& member, bool male) {
  return (member.sex() == "1" && !male) || (member.sex() == "2" && male);
}

}  // namespace

std::vector<FieldError> CheckIdentity(absl::string_view path, v1::Member* member) {
  auto parsed = standards::ParseIdentityNumber(member->id_number());
  if (const auto* fault = std::get_if<IdentityFault>(&parsed)) {
    return {Fault(path, "id_number", absl::StrCat("证件号码: ", standards::FaultText(*fault)))};
  }
  const auto& identity = std::get<IdentityNumber>(parsed);
  std::vector<FieldError> faults;
  if (member->birth_date().empty()) member->set_birth_date(identity.birth_date);
  if (member->birth_date() != identity.birth_date) {
    faults.push_back(Fault(path, "birth_date", "出生日期: 与证件号码不一致"));
  }
  if (SexDisagrees(*member, identity.male)) faults.push_back(Fault(path, "sex", "性别: 与证件号码不一致"));
  member->set_id_number(identity.number);
  for (FieldError& fault : CheckDisability(path, member)) faults.push_back(std::move(fault));
  return faults;
}

std::vector<FieldError> CheckJoining(absl::string_view path, const v1::Member& member, absl::string_view today) {
  std::vector<FieldError> faults;
  if (member.birth_date() > today) faults.push_back(Fault(path, "birth_date", "出生日期: 不能晚于今天"));
  if (member.join_date() > today) faults.push_back(Fault(path, "join_date", "增加日期: 不能晚于今天"));
  if (member.join_date() < member.birth_date()) {
    faults.push_back(Fault(path, "join_date", "增加日期: 不能早于出生日期"));
  }
  return faults;
}

std::vector<FieldError> CheckCorrection(absl::string_view path, const v1::Member& before, v1::Member* after) {
  if (after->id_number() != before.id_number() && after->birth_date() == before.birth_date()) {
    after->clear_birth_date();
  }
  return CheckIdentity(path, after);
}

}  // namespace bangfu::registration::domain
