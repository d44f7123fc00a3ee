// How an exit procedure is begun, whatever it is about.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXIT_START_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXIT_START_H_

#include <string>
#include <vector>

#include "bangfu/registration/v1/exit_reason.pb.h"
#include "common/policy/decision_store.h"
#include "common/standards/date.h"
#include "common/status/macros.h"
#include "common/status/refusal.h"
#include "services/registration/rpc/exit_procedure_rpc.h"
#include "services/registration/rpc/exit_procedures.h"

namespace bangfu::registration {

inline absl::CivilDay DayOfCall(const rpc::Call& call) { return *standards::ParseDate(TodayOf(call)); }

// EXIT_NOT_PASSED with the fields that are at fault, if there are any.
inline absl::Status RefuseUnpassed(const std::vector<status::FieldError>& faults) {
  if (faults.empty()) return absl::OkStatus();
  std::string all;
  constexpr size_t kShown = 20;  // the rest is told by number
  std::vector<status::FieldError> shown(faults.begin(), faults.begin() + std::min(faults.size(), kShown));
  for (const auto& fault : shown) all += (all.empty() ? "" : " | ") + fault.description;
  return status::Refuse(v1::EXIT_NOT_PASSED, {{"count", std::to_string(faults.size())}, {"fields", all}}, shown);
}

template <typename Inputs>
absl::StatusOr<v1::ExitStart> ExitProcedureRpc::Begin(rpc::Call& call, db::Tx& tx, rpc::Effects& effects,
                                                      const char* kind, int64_t area,
                                                      const std::vector<std::string>& subjects,
                                                      const std::vector<Judged<Inputs>>& judged) const {
  const absl::CivilDay day = DayOfCall(call);
  ASSIGN_OR_RETURN(const auto definition, procedure::ResolveDefinition(host_, tx, area, day, PurposeOf(kind)));
  procedure::NewProcedure given{"", kind, area, {}, {}};
  for (const std::string& subject : subjects) given.subjects.emplace_back().set_subject_id(subject);
  v1::ExitStart start;
  ASSIGN_OR_RETURN(*start.mutable_procedure(),
                   procedure::StartProcedure(host_, tx, effects, call.now(), definition, std::move(given)));
  start.mutable_procedure()->clear_subjects();
  std::vector<policy::NewDecision> decisions;
  std::vector<const google::protobuf::Message*> inputs;
  for (const auto& one : judged) {
    decisions.push_back(one.decision);
    inputs.push_back(&one.inputs);
  }
  const auto records = policy::RecordDecisions(tx, decisions, inputs);
  for (size_t i = 0; i < records.size(); ++i) {
    *start.add_judgements() = Describe(decisions[i], records[i].decision_id());
  }
  return start;
}

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXIT_START_H_
