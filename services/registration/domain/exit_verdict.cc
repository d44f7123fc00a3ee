#include "services/registration/domain/exit_verdict.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/registration/domain/label.h"

namespace bangfu::registration::domain {
namespace {

const char* NameOf(Finding::State state) {
  switch (state) {
    case Finding::kHeld: return "_HELD";
    case Finding::kFailed: return "_FAILED";
    default: return "_UNKNOWN";
  }
}

void SetVerdict(const char* verdict, const char* label, RuleOutcome* outcome) {
  outcome->set_verdict(verdict);
  outcome->set_label(label);
}

std::string TextOf(const v1::ExitStatement& statement) {
  return absl::StrCat("核实: ", statement.held() ? "具备" : "不具备",
                      statement.evidence().empty() ? "" : absl::StrCat(" (", statement.evidence(), ")"));
}

}  // namespace

void ExitVerdict::Tell(const std::string& code, const std::string& label, const Finding& finding,
                       const std::string& asked) {
  auto& reason = *outcome_.add_reasons();
  reason.set_code(absl::StrCat(code, NameOf(finding.state)));
  reason.set_label(label);
  reason.set_met(finding.state == Finding::kHeld);
  reason.set_found(finding.text);
  reason.set_asked(asked);
}

void ExitVerdict::Require(const std::string& code, const std::string& label, const Finding& finding,
                          const std::string& asked) {
  Tell(code, label, finding, asked);
  required_failed_ |= finding.state == Finding::kFailed;
  required_unknown_ |= finding.state == Finding::kUnknown;
}

void ExitVerdict::Add(const v1::ExitCondition& condition, const Finding& finding, const std::string& asked) {
  const std::string& code = v1::ExitCondition::Item_Name(condition.item());
  const std::string with_evidence =
      condition.evidence().empty() ? asked : absl::StrCat(asked, ", 附", condition.evidence());
  if (condition.veto()) {
    return Require(code, LabelOf(condition.item()), finding, absl::StrCat(with_evidence, " (一票否决)"));
  }
  Tell(code, LabelOf(condition.item()), finding, with_evidence);
  ++others_;
  others_held_ += finding.state == Finding::kHeld ? 1 : 0;
  others_unknown_ += finding.state == Finding::kUnknown ? 1 : 0;
}

RuleOutcome ExitVerdict::Conclude(int least_held) {
  const int needed = least_held == 0 ? others_ : least_held;
  Finding enough{Finding::kFailed, absl::StrCat("具备 ", others_held_, " 项, 不明 ", others_unknown_, " 项")};
  if (others_held_ >= needed) {
    enough.state = Finding::kHeld;
  } else if (others_held_ + others_unknown_ >= needed) {
    enough.state = Finding::kUnknown;
  }
  if (least_held > 0) {
    Tell("ENOUGH_CONDITIONS", "具备项数", enough, absl::StrCat(others_, " 项中至少 ", needed, " 项"));
  }
  if (required_failed_ || enough.state == Finding::kFailed) {
    SetVerdict("FAIL", "不符合退出条件", &outcome_);
  } else if (required_unknown_ || enough.state == Finding::kUnknown) {
    SetVerdict("INCOMPLETE", "情况不明, 暂不能判定", &outcome_);
  } else {
    SetVerdict("PASS", "符合退出条件", &outcome_);
  }
  return outcome_;
}

Finding Combine(const v1::ExitCondition& condition, const std::optional<Finding>& registered,
                const google::protobuf::RepeatedPtrField<v1::ExitStatement>& statements) {
  const auto statement = std::find_if(statements.begin(), statements.end(),
                                      [&](const auto& one) { return one.item() == condition.item(); });
  const bool is_stated = statement != statements.end();
  const bool is_registered = registered && registered->state != Finding::kUnknown;
  Finding finding;
  if (registered) finding.text = absl::StrCat(is_registered ? "登记: " : "", registered->text);
  if (is_stated) absl::StrAppend(&finding.text, finding.text.empty() ? "" : "; ", TextOf(*statement));
  if (!is_stated && !is_registered) {
    absl::StrAppend(&finding.text, finding.text.empty() ? "" : "; ", "未核实");
    return finding;
  }
  if (is_stated && is_registered && statement->held() != (registered->state == Finding::kHeld)) {
    absl::StrAppend(&finding.text, "; 两者不一致");
  }
  const bool fails = (is_stated && !statement->held()) || (is_registered && registered->state == Finding::kFailed);
  finding.state = fails ? Finding::kFailed : Finding::kHeld;
  if (!fails && !condition.evidence().empty() && (!is_stated || statement->evidence().empty())) {
    absl::StrAppend(&finding.text, "; 缺", condition.evidence());
    finding.state = Finding::kUnknown;
  }
  return finding;
}

}  // namespace bangfu::registration::domain
