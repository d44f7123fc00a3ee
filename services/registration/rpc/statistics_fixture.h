// For tests: StatisticsService beside the register, and the lists that its figures open.
#ifndef BANGFU_SERVICES_REGISTRATION_RPC_STATISTICS_FIXTURE_H_
#define BANGFU_SERVICES_REGISTRATION_RPC_STATISTICS_FIXTURE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bangfu/registration/v1/statistics_service.grpc.pb.h"
#include "common/status/grpc_status.h"
#include "services/registration/domain/statistic_catalogue.h"
#include "services/registration/rpc/policy_fixture.h"
#include "services/registration/rpc/statistics_rpc.h"
#include "services/registration/store/statistic_store.h"

namespace bangfu::registration {

class StatisticsFixture : public PolicyFixture {
 protected:
  using Statistics = v1::StatisticsService::Stub;

  StatisticsFixture() : statistics_(v1::StatisticsService::NewStub(statistics_server_.channel())) {}

  static v1::GetReportRequest Asked(const std::string& report, const std::string& area,
                                    v1::Report::Status status = v1::Report::STATUS_UNSPECIFIED, int year = 0) {
    v1::GetReportRequest request;
    request.set_report(report);
    request.set_area(area);
    request.set_status(status);
    request.set_year(year);
    return request;
  }

  absl::StatusOr<v1::Report> Report(const v1::GetReportRequest& request, const std::string& token) {
    return Call(statistics_, &Statistics::GetReport, request, token);
  }

  int64_t Fold(int limit = 1000) {
    return *database_.database().Write(
        {}, [&](db::Tx& tx) -> absl::StatusOr<int64_t> { return store::FoldDue(tx, limit); });
  }

  // Rows of the list that a filter opens in an area.
  absl::StatusOr<int64_t> Listed(const std::string& list_path, const std::string& area, const std::string& filter,
                                 const std::string& token) {
    if (list_path == "/v1/households") {
      auto response = List(std::stoll(area), filter, "", 1, "", token);
      if (!response.ok()) return response.status();
      return response->total_size();
    }
    v1::ListMembersRequest request;
    request.set_area(area);
    request.set_filter(filter);
    request.set_page_size(1);
    auto response = Call(members_, &Members::ListMembers, request, token);
    if (!response.ok()) return response.status();
    return response->total_size();
  }

  v1::Household Change(const std::string& household_id, const std::vector<std::string>& mask,
                       const std::function<void(v1::Household*)>& change) {
    v1::Household household = *Get(household_id, Registrar(kProvince));
    change(&household);
    auto changed = Update(household, mask);
    EXPECT_TRUE(changed.ok()) << changed.status();
    return changed.ok() ? *changed : household;
  }

  // Replaces the report of the year.
  void RecordIncome(const std::string& household_id, v1::Income income) {
    v1::ListIncomesRequest asked;
    asked.set_household_id(household_id);
    const auto known = Call(households_, &Households::ListIncomes, asked, Registrar());
    for (const v1::Income& one : known->incomes()) {
      if (one.year() == income.year()) income.set_etag(one.etag());
    }
    v1::RecordIncomeRequest request;
    request.set_household_id(household_id);
    *request.mutable_income() = std::move(income);
    request.set_request_id(testing::NewRequestId());
    const auto recorded = Call(households_, &Households::RecordIncome, request, Registrar());
    EXPECT_TRUE(recorded.ok()) << recorded.status();
  }
  void RecordWage(const std::string& household_id, int year, int64_t fen) {
    v1::Income income;
    income.set_year(year);
    income.set_wage_fen(fen);
    RecordIncome(household_id, income);
  }

  void RecordLiving(const std::string& household_id, v1::LivingCondition living) {
    v1::ListLivingConditionsRequest asked;
    asked.set_household_id(household_id);
    const auto known = Call(households_, &Households::ListLivingConditions, asked, Registrar());
    for (const v1::LivingCondition& one : known->living_conditions()) {
      if (one.year() == living.year()) living.set_etag(one.etag());
    }
    v1::RecordLivingConditionRequest request;
    request.set_household_id(household_id);
    *request.mutable_living_condition() = std::move(living);
    request.set_request_id(testing::NewRequestId());
    const auto recorded = Call(households_, &Households::RecordLivingCondition, request, Registrar());
    EXPECT_TRUE(recorded.ok()) << recorded.status();
  }

  absl::StatusOr<v1::AreaFigure> Enter(const std::string& area, v1::AreaFigure::Kind kind, int year, int64_t amount,
                                       const std::string& source, const std::string& token) {
    v1::RecordAreaFigureRequest request;
    request.mutable_area_figure()->set_area(area);
    request.mutable_area_figure()->set_kind(kind);
    request.mutable_area_figure()->set_year(year);
    request.mutable_area_figure()->set_amount(amount);
    request.mutable_area_figure()->set_source(source);
    request.set_request_id(testing::NewRequestId());
    return Call(statistics_, &Statistics::RecordAreaFigure, request, token);
  }

  // The whole file, or why there is none.
  template <typename Request>
  absl::StatusOr<std::string> File(std::unique_ptr<grpc::ClientReader<google::api::HttpBody>> (Statistics::*method)(
                                       grpc::ClientContext*, const Request&),
                                   const Request& request, const std::string& token) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", absl::StrCat("Bearer ", token));
    auto reader = (statistics_.get()->*method)(&context, request);
    std::string file;
    for (google::api::HttpBody portion; reader->Read(&portion);) file += portion.data();
    const grpc::Status status = reader->Finish();
    if (!status.ok()) return status::FromGrpc(status);
    return file;
  }

  StatisticsTables statistics_tables_{registration_, dispatcher_};
  testing::TestServer statistics_server_{{statistics_tables_.table()}};
  std::unique_ptr<Statistics> statistics_;
};

}  // namespace bangfu::registration

#endif  // BANGFU_SERVICES_REGISTRATION_RPC_STATISTICS_FIXTURE_H_
