// ProcedureService, the same in every process.
#ifndef BANGFU_COMMON_PROCEDURE_PROCEDURE_RPC_H_
#define BANGFU_COMMON_PROCEDURE_PROCEDURE_RPC_H_

#include <memory>
#include <optional>
#include <string>

#include "bangfu/procedure/v1/procedure_service.pb.h"
#include "common/procedure/host.h"
#include "common/rpc/call.h"
#include "common/rpc/service_table.h"

namespace bangfu::procedure {

class ProcedureRpc {
 public:
  // The host outlives the object and does not change any more.
  explicit ProcedureRpc(const ProcedureHost& host) : host_(host) {}

  absl::StatusOr<Procedure> GetProcedure(rpc::Call& call, const v1::GetProcedureRequest& request);
  absl::StatusOr<v1::ListProceduresResponse> ListProcedures(rpc::Call& call, const v1::ListProceduresRequest& request);
  absl::StatusOr<v1::ListProcedureSubjectsResponse> ListProcedureSubjects(
      rpc::Call& call, const v1::ListProcedureSubjectsRequest& request);
  absl::StatusOr<v1::ListProcedureEntriesResponse> ListProcedureEntries(rpc::Call& call,
                                                                        const v1::ListProcedureEntriesRequest& request);
  absl::StatusOr<Procedure> ActOnProcedure(rpc::Call& call, const v1::ActOnProcedureRequest& request);
  absl::StatusOr<v1::NoticeText> GetNoticeText(rpc::Call& call, const v1::GetNoticeTextRequest& request);

  std::unique_ptr<rpc::ServiceTable> Table(rpc::Dispatcher& dispatcher);

 private:
  // What was loaded, if the caller may read it. PROCEDURE_NOT_FOUND, AREA_OUT_OF_SCOPE, PERMISSION_DENIED.
  absl::StatusOr<StoredProcedure> Readable(rpc::Call& call, const std::string& procedure_id,
                                           std::optional<StoredProcedure> loaded) const;
  absl::StatusOr<ProcedureQuery> QueryOf(rpc::Call& call, const v1::ListProceduresRequest& request) const;
  // The number in a page token; `first` without one.
  absl::StatusOr<int64_t> Position(const std::string& page_token, const std::string& query, int64_t first) const;

  const ProcedureHost& host_;
};

}  // namespace bangfu::procedure

#endif  // BANGFU_COMMON_PROCEDURE_PROCEDURE_RPC_H_
