// bangfu.registration.v1.StatisticsService.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_STATISTICS_RPC_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_STATISTICS_RPC_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "bangfu/registration/v1/statistics_service.pb.h"
#include "common/rpc/call.h"
#include "common/rpc/dispatcher.h"
#include "common/rpc/service_table.h"
#include "google/api/httpbody.pb.h"
#include "services/registration/rpc/registration.h"

namespace bangfu::registration {

class StatisticsRpc {
 public:
  explicit StatisticsRpc(const Registration& registration) : registration_(registration) {}

  absl::StatusOr<v1::ListReportKindsResponse> ListReportKinds(rpc::Call& call,
                                                              const v1::ListReportKindsRequest& request);
  absl::StatusOr<v1::Report> GetReport(rpc::Call& call, const v1::GetReportRequest& request);
  absl::Status ExportReport(rpc::Call& call, const v1::ExportReportRequest& request,
                            rpc::Writer<google::api::HttpBody>& writer);
  absl::StatusOr<v1::PovertyMeasures> GetPovertyMeasures(rpc::Call& call, const v1::GetPovertyMeasuresRequest& request);
  absl::StatusOr<v1::IncomeSeries> GetIncomeSeries(rpc::Call& call, const v1::GetIncomeSeriesRequest& request);
  absl::StatusOr<v1::AreaFigure> RecordAreaFigure(rpc::Call& call, const v1::RecordAreaFigureRequest& request);
  absl::StatusOr<v1::ListAreaFiguresResponse> ListAreaFigures(rpc::Call& call,
                                                              const v1::ListAreaFiguresRequest& request);
  absl::StatusOr<v1::WallChart> GetWallChart(rpc::Call& call, const v1::GetWallChartRequest& request);
  absl::StatusOr<v1::ListLedgerEntriesResponse> ListLedgerEntries(rpc::Call& call,
                                                                  const v1::ListLedgerEntriesRequest& request);
  absl::Status ExportList(rpc::Call& call, const v1::ExportListRequest& request,
                          rpc::Writer<google::api::HttpBody>& writer);

 private:
  const Registration& registration_;
};

// The gRPC service, ready to be served. Outlives the server; `registration` and `dispatcher` outlive it.
class StatisticsTables {
 public:
  StatisticsTables(const Registration& registration, rpc::Dispatcher& dispatcher);

  rpc::ServiceTable* table() { return &table_; }

 private:
  StatisticsRpc statistics_;
  rpc::ServiceTable table_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_STATISTICS_RPC_H_
