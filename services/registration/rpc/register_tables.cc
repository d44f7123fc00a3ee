#include "services/registration/rpc/register_tables.h"

namespace bangfu::registration {

namespace {

void Bind(rpc::ServiceTable& table, HouseholdRpc* households) {
  table.Add(households, &HouseholdRpc::GetHousehold)
      .Add(households, &HouseholdRpc::ListHouseholds)
      .Add(households, &HouseholdRpc::CreateHousehold)
      .Add(households, &HouseholdRpc::RegisterOrdinaryHousehold)
      .Add(households, &HouseholdRpc::UpdateHousehold)
      .Add(households, &HouseholdRpc::ArchiveHousehold)
      .Add(households, &HouseholdRpc::SplitHousehold)
      .Add(households, &HouseholdRpc::MergeHouseholds)
      .Add(households, &HouseholdRpc::ChangeHead)
      .Add(households, &HouseholdRpc::ListHouseholdHistory)
      .Add(households, &HouseholdRpc::ListIncomes)
      .Add(households, &HouseholdRpc::RecordIncome)
      .Add(households, &HouseholdRpc::ListLivingConditions)
      .Add(households, &HouseholdRpc::RecordLivingCondition);
}

void Bind(rpc::ServiceTable& table, PopulationRpc* population) {
  table.Add(population, &PopulationRpc::GetPopulationFlow).Add(population, &PopulationRpc::ListPopulationChanges);
}

void Bind(rpc::ServiceTable& table, PublishedFigureRpc* published) {
  table.Add(published, &PublishedFigureRpc::RecordPublishedFigure)
      .Add(published, &PublishedFigureRpc::ListPublishedFigures)
      .Add(published, &PublishedFigureRpc::GetPublishedBalance);
}

void Bind(rpc::ServiceTable& table, SnapshotRpc* snapshots) {
  table.Add(snapshots, &SnapshotRpc::CreateSnapshot)
      .Add(snapshots, &SnapshotRpc::GetSnapshot)
      .Add(snapshots, &SnapshotRpc::ListSnapshots);
}

}  // namespace

RegisterTables::RegisterTables(const Registration& registration, rpc::Dispatcher& dispatcher)
    : areas_(registration),
      exits_(registration),
      households_(registration),
      members_(registration),
      population_(registration),
      published_(registration),
      figures_(registration),
      snapshots_(registration),
      area_table_("bangfu.registration.v1.AreaService", dispatcher),
      exit_table_("bangfu.registration.v1.ExitService", dispatcher),
      household_table_("bangfu.registration.v1.HouseholdService", dispatcher),
      member_table_("bangfu.registration.v1.MemberService", dispatcher),
      population_table_("bangfu.registration.v1.PopulationService", dispatcher),
      published_table_("bangfu.registration.v1.PublishedFigureService", dispatcher),
      register_table_("bangfu.registration.v1.RegisterService", dispatcher),
      snapshot_table_("bangfu.registration.v1.SnapshotService", dispatcher) {
  area_table_.Add(&areas_, &AreaRpc::GetArea)
      .Add(&areas_, &AreaRpc::ListAreas)
      .Add(&areas_, &AreaRpc::ImportAreas)
      .Add(&areas_, &AreaRpc::EndArea)
      .Add(&areas_, &AreaRpc::RestoreArea);
  exit_table_.Add(&exits_, &ExitRpc::JudgeHouseholdExit)
      .Add(&exits_, &ExitRpc::JudgeVillageExit)
      .Add(&exits_, &ExitRpc::JudgeCountyExit);
  Bind(household_table_, &households_);
  member_table_.Add(&members_, &MemberRpc::GetMember)
      .Add(&members_, &MemberRpc::ListMembers)
      .Add(&members_, &MemberRpc::FindMember)
      .Add(&members_, &MemberRpc::AddMember)
      .Add(&members_, &MemberRpc::UpdateMember)
      .Add(&members_, &MemberRpc::RemoveMember)
      .Add(&members_, &MemberRpc::MoveMember);
  Bind(population_table_, &population_);
  Bind(published_table_, &published_);
  Bind(snapshot_table_, &snapshots_);
  register_table_.Add(&figures_, &RegisterRpc::GetRegisterStatistics)
      .Add(&figures_, &RegisterRpc::ListDictionaries)
      .Add(&figures_, &RegisterRpc::ListDictionaryEntries);
}

}  // namespace bangfu::registration
