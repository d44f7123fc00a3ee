// bangfu.registration.v1.ExitProcedureService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_EXIT_PROCEDURE_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_EXIT_PROCEDURE_RPC_H_

#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/registration/v1/exit_procedure_service.pb.h"
#include "common/procedure/host.h"
#include "common/rpc/call.h"
#include "services/registration/rpc/exit_judgement.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class ExitProcedureRpc {
 public:
  ExitProcedureRpc(const Registration& registration, const procedure::ProcedureHost& host)
      : registration_(registration), host_(host) {}

  absl::StatusOr<v1::ExitStart> StartHouseholdExit(rpc::Call& call, const v1::StartHouseholdExitRequest& request);
  absl::StatusOr<v1::RecordExitConsentsResponse> RecordExitConsents(rpc::Call& call,
                                                                    const v1::RecordExitConsentsRequest& request);
  absl::StatusOr<v1::ListExitCasesResponse> ListExitCases(rpc::Call& call, const v1::ListExitCasesRequest& request);
  absl::StatusOr<v1::ExitStart> StartVillageExit(rpc::Call& call, const v1::StartVillageExitRequest& request);
  absl::StatusOr<v1::ExitStart> StartCountyExit(rpc::Call& call, const v1::StartCountyExitRequest& request);
  absl::StatusOr<v1::Household> CorrectWrongExit(rpc::Call& call, const v1::CorrectWrongExitRequest& request);
  absl::StatusOr<v1::ListHouseholdExitsResponse> ListHouseholdExits(rpc::Call& call,
                                                                    const v1::ListHouseholdExitsRequest& request);
  absl::StatusOr<v1::SupportGuard> GetSupportGuard(rpc::Call& call, const v1::GetSupportGuardRequest& request);

 private:
  // The families of the list, locked, if they may leave. Those of StartHouseholdExit but for EXIT_NOT_PASSED.
  absl::StatusOr<std::vector<domain::Family>> LockListed(rpc::Call& call, db::Tx& tx,
                                                         const v1::StartHouseholdExitRequest& request) const;
  // What the villages of the list are judged by; the register counts them in one statement.
  absl::StatusOr<std::vector<JudgedArea>> JudgeVillages(rpc::Call& call, db::Tx& tx,
                                                        const v1::StartVillageExitRequest& request) const;
  absl::StatusOr<JudgedArea> JudgeCounty(rpc::Call& call, db::Tx& tx, const v1::StartCountyExitRequest& request) const;

  // The last steps of a start: keeps the judgements, starts the procedure about their subjects and describes both.
  template <typename Inputs>
  absl::StatusOr<v1::ExitStart> Begin(rpc::Call& call, db::Tx& tx, rpc::Effects& effects, const char* kind,
                                      int64_t area, const std::vector<std::string>& subjects,
                                      const std::vector<Judged<Inputs>>& judged) const;

  const Registration& registration_;
  const procedure::ProcedureHost& host_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_EXIT_PROCEDURE_RPC_H_
