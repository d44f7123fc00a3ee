#include "services/registration/rpc/entry_gate.h"

#include "services/registration/rpc/publish_for_tests.h"
#include "services/registration/rpc/register_fixture.h"

namespace bangfu::registration {
namespace {

class EntryGateTest : public RegisterFixture {
 protected:
  // In force in the first of the two counties.
  void Publish(bool entry, bool exit) {
    v1::EntryRules rules;
    rules.set_line_purpose("NATIONAL");
    rules.set_entry_by_procedure(entry);
    rules.set_exit_by_procedure(exit);
    PublishRule(database_.database(), clock_.Now(), rules, "150526000000");
  }

  std::string CreateIn(const std::string& village) {
    const auto created = Create(NewHousehold(village), {NewMember(next_serial_++, "01")}, Registrar(kProvince));
    return created.ok() ? "OK" : ReasonOf(created);
  }

  std::string UpdateOf(v1::Household household, const std::string& field, const std::string& value) {
    const auto* known = v1::Household::descriptor()->FindFieldByName(field);
    household.GetReflection()->SetString(&household, known, value);
    const auto updated = Update(household, {field});
    return updated.ok() ? "OK" : ReasonOf(updated);
  }
};

TEST_F(EntryGateTest, WhereEntryIsByProcedureNobodyRegistersThePoorByHand) {
  EXPECT_EQ(CreateIn(kVillage), "OK") << "no rules, no gate";
  Publish(true, false);
  EXPECT_EQ(CreateIn(kVillage), "ENTRY_BY_PROCEDURE");
  EXPECT_EQ(CreateIn(kForeignVillage), "OK") << "another county";
  v1::RegisterOrdinaryHouseholdRequest ordinary;
  ordinary.set_area(kVillage);
  *ordinary.add_members() = NewMember(next_serial_++, "01");
  ordinary.set_request_id(testing::NewRequestId());
  EXPECT_TRUE(Call(households_, &Households::RegisterOrdinaryHousehold, ordinary, Registrar()).ok());
}

TEST_F(EntryGateTest, WhereExitIsByProcedureNobodySetsTheFlagByHand) {
  const v1::Household household = Register();
  Publish(false, true);
  EXPECT_EQ(CreateIn(kVillage), "OK");
  EXPECT_EQ(UpdateOf(household, "exit_flag", "1"), "EXIT_BY_PROCEDURE");
  EXPECT_EQ(UpdateOf(household, "exit_flag", "0"), "OK") << "nothing changes";
  EXPECT_EQ(UpdateOf(household, "main_cause", "03"), "OK");
  v1::Household year = *Get(household.household_id(), Registrar());
  year.set_exit_year(2025);
  EXPECT_EQ(ReasonOf(Update(year, {"exit_year"})), "EXIT_BY_PROCEDURE");
}

TEST_F(EntryGateTest, ARuleThatIsNotInForceYetStopsNobody) {
  v1::EntryRules rules;
  rules.set_line_purpose("NATIONAL");
  rules.set_entry_by_procedure(true);
  PublishRule(database_.database(), clock_.Now(), rules, "150526000000", "", "2026-03-03");
  EXPECT_EQ(CreateIn(kVillage), "OK");
  clock_.Advance(absl::Hours(24));
  EXPECT_EQ(CreateIn(kVillage), "ENTRY_BY_PROCEDURE");
}

}  // namespace
}  // namespace bangfu::registration
