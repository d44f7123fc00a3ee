#include "services/registration/rpc/exit_tables.h"

namespace bangfu::registration {

ExitTables::ExitTables(const Registration& registration, const procedure::ProcedureHost& host,
                       rpc::Dispatcher& dispatcher)
    : plans_(registration),
      procedures_(registration, host),
      guarantees_(registration),
      areas_(registration),
      plan_table_("bangfu.registration.v1.ExitPlanService", dispatcher),
      procedure_table_("bangfu.registration.v1.ExitProcedureService", dispatcher),
      guarantee_table_("bangfu.registration.v1.GuaranteeService", dispatcher),
      area_table_("bangfu.registration.v1.PovertyAreaService", dispatcher) {
  plan_table_.Add(&plans_, &ExitPlanRpc::SetExitPlan)
      .Add(&plans_, &ExitPlanRpc::ListExitPlans)
      .Add(&plans_, &ExitPlanRpc::GetExitProgress);
  procedure_table_.Add(&procedures_, &ExitProcedureRpc::StartHouseholdExit)
      .Add(&procedures_, &ExitProcedureRpc::RecordExitConsents)
      .Add(&procedures_, &ExitProcedureRpc::ListExitCases)
      .Add(&procedures_, &ExitProcedureRpc::StartVillageExit)
      .Add(&procedures_, &ExitProcedureRpc::StartCountyExit)
      .Add(&procedures_, &ExitProcedureRpc::CorrectWrongExit)
      .Add(&procedures_, &ExitProcedureRpc::ListHouseholdExits)
      .Add(&procedures_, &ExitProcedureRpc::GetSupportGuard);
  guarantee_table_.Add(&guarantees_, &GuaranteeRpc::RecordGuarantees)
      .Add(&guarantees_, &GuaranteeRpc::ListGuarantees)
      .Add(&guarantees_, &GuaranteeRpc::ListGuaranteeGaps)
      .Add(&guarantees_, &GuaranteeRpc::CheckIncomeByNeeds);
  area_table_.Add(&areas_, &PovertyAreaRpc::DesignatePovertyArea)
      .Add(&areas_, &PovertyAreaRpc::ListPovertyAreas)
      .Add(&areas_, &PovertyAreaRpc::RecordVillageProfile)
      .Add(&areas_, &PovertyAreaRpc::ListVillageProfiles);
}

}  // namespace bangfu::registration
