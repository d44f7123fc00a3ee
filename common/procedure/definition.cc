#include "common/procedure/definition.h"

#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/api/validate.h"
#include "common/procedure/notice_text.h"
#include "common/status/macros.h"

namespace bangfu::procedure {
namespace {

bool IsKey(absl::string_view key) {
  return std::all_of(key.begin(), key.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) || absl::ascii_isdigit(static_cast<unsigned char>(c)) ||
           c == '-';
  });
}

bool NamesRoles(const google::protobuf::RepeatedField<int>& roles) {
  return std::find(roles.begin(), roles.end(), static_cast<int>(options::v1::ROLE_UNSPECIFIED)) == roles.end();
}

// A share that people can reach.
bool IsReachable(const v1::Share& share) {
  return share.exceeded() ? share.numerator() < share.denominator() : share.numerator() <= share.denominator();
}

// Gathers the faults of one step.
class StepCheck {
 public:
  StepCheck(const StepDefinition& step, int index, const std::set<std::string>& earlier,
            std::vector<status::FieldError>* faults)
      : step_(step), path_(absl::StrCat("steps[", index, "].")), earlier_(earlier), faults_(*faults) {}

  void Run() {
    Require(IsKey(step_.key()), "key", "标识只能用小写字母、数字和连字符");
    Require(earlier_.count(step_.key()) == 0, "key", "标识重复");
    Require(NamesRoles(step_.roles()), "roles", "角色有误");
    for (const std::string& key : step_.return_to()) RequireEarlier(key, "return_to");
    for (const std::string& key : step_.different_from()) RequireEarlier(key, "different_from");
    if (step_.has_recheck()) RequireEarlier(step_.recheck().return_to(), "recheck.return_to");
    CheckEvidence();
    CheckMeeting();
    CheckSignatures();
    if (!step_.has_notice()) return;
    const std::string fault = TemplateFault(step_.notice());
    Require(fault.empty(), "notice.template", fault);
  }

 private:
  void Require(bool holds, absl::string_view field, absl::string_view fault) {
    if (!holds) faults_.push_back({absl::StrCat(path_, field), absl::StrCat("环节\"", step_.title(), "\": ", fault)});
  }

  void RequireEarlier(const std::string& key, absl::string_view field) {
    Require(earlier_.count(key) > 0, field, "只能指向前面的环节");
  }

  void CheckEvidence() {
    std::set<std::string> kinds;
    for (const v1::EvidenceRequirement& evidence : step_.evidence()) {
      Require(kinds.insert(evidence.kind()).second, "evidence", "材料类型重复");
    }
  }

  void CheckMeeting() {
    const v1::MeetingRequirement& meeting = step_.meeting();
    Require(!meeting.has_quorum() || IsReachable(meeting.quorum()), "meeting.quorum", "到会比例无法达到");
    Require(!meeting.has_vote() || IsReachable(meeting.vote()), "meeting.vote", "赞成比例无法达到");
    Require(meeting.has_vote() || !meeting.vote_each_subject(), "meeting.vote", "逐户表决须有赞成比例");
  }

  void CheckSignatures() {
    std::set<std::string> keys;
    for (const v1::SignatureSlot& slot : step_.signatures().slots()) {
      Require(IsKey(slot.key()), "signatures.slots", "岗位标识只能用小写字母、数字和连字符");
      Require(keys.insert(slot.key()).second, "signatures.slots", "岗位标识重复");
      Require(NamesRoles(slot.roles()), "signatures.slots", "签字角色有误");
    }
  }

  const StepDefinition& step_;
  const std::string path_;
  const std::set<std::string>& earlier_;
  std::vector<status::FieldError>& faults_;
};

}  // namespace

std::vector<status::FieldError> DefinitionFaults(const ProcedureDefinition& definition) {
  std::vector<status::FieldError> faults;
  std::set<std::string> earlier;
  for (int i = 0; i < definition.steps_size(); ++i) {
    StepCheck(definition.steps(i), i, earlier, &faults).Run();
    earlier.insert(definition.steps(i).key());
  }
  return faults;
}

absl::Status CheckDefinition(const ProcedureDefinition& definition) {
  RETURN_IF_ERROR(api::Validate(definition));
  const std::vector<status::FieldError> faults = DefinitionFaults(definition);
  return faults.empty() ? absl::OkStatus() : status::RefuseFields(faults);
}

int StepIndex(const ProcedureDefinition& definition, absl::string_view key) {
  for (int i = 0; i < definition.steps_size(); ++i) {
    if (definition.steps(i).key() == key) return i;
  }
  return -1;
}

std::string StepTitle(const ProcedureDefinition& definition, absl::string_view key) {
  const int index = StepIndex(definition, key);
  return index < 0 ? std::string(key) : definition.steps(index).title();
}

}  // namespace bangfu::procedure
