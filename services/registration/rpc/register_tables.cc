#include "services/registration/rpc/register_tables.h"

namespace bangfu::registration {

RegisterTables::RegisterTables(const Registration& registration, rpc::Dispatcher& dispatcher)
    : areas_(registration),
      exits_(registration),
      households_(registration),
      members_(registration),
      figures_(registration),
      area_table_("bangfu.registration.v1.AreaService", dispatcher),
      exit_table_("bangfu.registration.v1.ExitService", dispatcher),
      household_table_("bangfu.registration.v1.HouseholdService", dispatcher),
      member_table_("bangfu.registration.v1.MemberService", dispatcher),
      register_table_("bangfu.registration.v1.RegisterService", dispatcher) {
  area_table_.Add(&areas_, &AreaRpc::GetArea)
      .Add(&areas_, &AreaRpc::ListAreas)
      .Add(&areas_, &AreaRpc::ImportAreas)
      .Add(&areas_, &AreaRpc::EndArea);
  exit_table_.Add(&exits_, &ExitRpc::JudgeHouseholdExit)
      .Add(&exits_, &ExitRpc::JudgeVillageExit)
      .Add(&exits_, &ExitRpc::JudgeCountyExit);
  household_table_.Add(&households_, &HouseholdRpc::GetHousehold)
      .Add(&households_, &HouseholdRpc::ListHouseholds)
      .Add(&households_, &HouseholdRpc::CreateHousehold)
      .Add(&households_, &HouseholdRpc::UpdateHousehold)
      .Add(&households_, &HouseholdRpc::ArchiveHousehold)
      .Add(&households_, &HouseholdRpc::SplitHousehold)
      .Add(&households_, &HouseholdRpc::MergeHouseholds)
      .Add(&households_, &HouseholdRpc::ListHouseholdHistory)
      .Add(&households_, &HouseholdRpc::ListIncomes)
      .Add(&households_, &HouseholdRpc::RecordIncome)
      .Add(&households_, &HouseholdRpc::ListLivingConditions)
      .Add(&households_, &HouseholdRpc::RecordLivingCondition);
  member_table_.Add(&members_, &MemberRpc::GetMember)
      .Add(&members_, &MemberRpc::ListMembers)
      .Add(&members_, &MemberRpc::FindMember)
      .Add(&members_, &MemberRpc::AddMember)
      .Add(&members_, &MemberRpc::UpdateMember)
      .Add(&members_, &MemberRpc::RemoveMember)
      .Add(&members_, &MemberRpc::MoveMember);
  register_table_.Add(&figures_, &RegisterRpc::GetRegisterStatistics)
      .Add(&figures_, &RegisterRpc::ListDictionaryEntries);
}

}  // namespace bangfu::registration
