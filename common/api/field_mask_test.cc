#include "common/api/field_mask.h"

#include "bangfu/registration/v1/area.pb.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "bangfu/registration/v1/yearly_report.pb.h"
#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

using google::protobuf::FieldMask;
using registration::v1::Area;
using registration::v1::Household;
using registration::v1::Income;
using registration::v1::LivingCondition;
using registration::v1::Member;
using registration::v1::RecordIncomeRequest;
using testing::ElementsAre;
using testing::IsEmpty;

FieldMask MaskOf(std::initializer_list<const char*> paths) {
  FieldMask mask;
  for (const char* path : paths) mask.add_paths(path);
  return mask;
}

Member Stored() {
  Member member;
  member.set_member_id("150526-0c5h2k9m3n7pq");
  member.set_name("张三");
  member.set_phone("13800000021");
  member.set_work_months(6);
  member.set_join_date("2018-01-05");
  member.set_etag("\"1\"");
  return member;
}

TEST(ApplyUpdateTest, AnEmptyMaskNamesWhatIsPopulated) {
  Member to = Stored(), from;
  from.set_member_id("150526-other00000000");
  from.set_name("张三");
  from.set_work_months(0);
  from.set_education("02");
  EXPECT_THAT(ApplyUpdate({}, from, &to).value(), ElementsAre("education", "work_months"));
  EXPECT_EQ(to.member_id(), "150526-0c5h2k9m3n7pq");
  EXPECT_EQ(to.phone(), "13800000021");
  EXPECT_TRUE(to.has_work_months());
  EXPECT_EQ(to.work_months(), 0);
}

TEST(ApplyUpdateTest, AMaskClearsWhatIsAbsentAndLeavesTheRest) {
  Member to = Stored(), from;
  from.set_education("02");
  EXPECT_THAT(ApplyUpdate(MaskOf({"phone", "work_months", "sex"}), from, &to).value(),
              ElementsAre("work_months", "phone"));
  EXPECT_EQ(to.phone(), "");
  EXPECT_FALSE(to.has_work_months());
  EXPECT_EQ(to.education(), "");
  EXPECT_EQ(to.etag(), "\"1\"");
}

TEST(ApplyUpdateTest, AStarNamesAllThatCanBeUpdated) {
  Member to = Stored(), from;
  from.set_name("李四");
  EXPECT_THAT(ApplyUpdate(MaskOf({"*"}), from, &to).value(), ElementsAre("name", "work_months", "phone"));
  EXPECT_EQ(to.join_date(), "2018-01-05");
  EXPECT_EQ(to.member_id(), "150526-0c5h2k9m3n7pq");
}

TEST(ApplyUpdateTest, RefusesPathsThatTheCallerMayNotChangeAndThenChangesNothing) {
  Member from;
  from.set_name("李四");
  from.set_join_date("2019-01-01");
  struct Case {
    FieldMask mask;
    const char* path;
  };
  for (const Case& c :
       {Case{MaskOf({"name", "nickname"}), "nickname"}, Case{MaskOf({"name", "join_date"}), "join_date"},
        Case{MaskOf({"*"}), "join_date"}, Case{{}, "join_date"},
        Case{MaskOf({"create_time.seconds"}), "create_time.seconds"}, Case{MaskOf({"name", "etag"}), "etag"},
        Case{MaskOf({"*", "leave_date"}), "leave_date"}, Case{MaskOf({""}), ""}, Case{MaskOf({"张三"}), "?"}}) {
    Member to = Stored();
    const auto result = ApplyUpdate(c.mask, from, &to);
    ASSERT_FALSE(result.ok()) << c.path;
    EXPECT_EQ(status::ReasonOf(result.status()), "INVALID_UPDATE_MASK");
    EXPECT_EQ(status::ErrorInfoOf(result.status()).metadata().at("path"), c.path);
    EXPECT_EQ(status::BadRequestOf(result.status()).field_violations(0).field(), c.path);
    EXPECT_EQ(to.SerializeAsString(), Stored().SerializeAsString());
  }
  Member to = Stored();
  from.set_join_date("2018-01-05");
  EXPECT_THAT(ApplyUpdate(MaskOf({"join_date"}), from, &to).value(), IsEmpty());
}

TEST(ApplyUpdateTest, APathLeadsIntoAMessage) {
  RecordIncomeRequest stored, from;
  stored.set_request_id("r1");
  stored.mutable_income()->set_wage_fen(100);
  stored.mutable_income()->set_expense_fen(50);
  from.set_request_id("r2");
  from.mutable_income()->set_wage_fen(300);

  RecordIncomeRequest to = stored;
  EXPECT_THAT(ApplyUpdate(MaskOf({"income.wage_fen"}), from, &to).value(), ElementsAre("income.wage_fen"));
  EXPECT_EQ(to.income().wage_fen(), 300);
  EXPECT_EQ(to.income().expense_fen(), 50);
  EXPECT_EQ(to.request_id(), "r1");

  to = stored;  // what is absent is cleared, and only that
  EXPECT_THAT(ApplyUpdate(MaskOf({"income.expense_fen", "request_id"}), from, &to).value(),
              ElementsAre("income.expense_fen", "request_id"));
  EXPECT_EQ(to.income().expense_fen(), 0);
  EXPECT_EQ(to.income().wage_fen(), 100);

  to = stored;  // the whole contains its parts
  EXPECT_THAT(ApplyUpdate(MaskOf({"income.wage_fen", "income"}), from, &to).value(), ElementsAre("income"));
  EXPECT_EQ(to.income().expense_fen(), 0);

  RecordIncomeRequest empty;  // nothing to change makes no message
  EXPECT_THAT(ApplyUpdate(MaskOf({"income.wage_fen"}), RecordIncomeRequest(), &empty).value(), IsEmpty());
  EXPECT_FALSE(empty.has_income());
}

TEST(ApplyUpdateTest, RefusesPathsThatLeadNowhere) {
  const RecordIncomeRequest from;
  for (const char* path : {"income.", ".income", "income.nothing", "income.wage_fen.more", "request_id.more",
                           "income..wage_fen", "*.wage_fen"}) {
    RecordIncomeRequest to;
    const auto result = ApplyUpdate(MaskOf({"income", path}), from, &to);
    EXPECT_EQ(status::ReasonOf(result.status()), "INVALID_UPDATE_MASK") << path;
  }
}

TEST(ChangedFieldsTest, ComparesValuesPresenceListsAndMessages) {
  Household a, b;
  EXPECT_THAT(ChangedFields(a, b), IsEmpty());
  b.set_etag("\"2\"");
  b.mutable_update_time()->set_seconds(5);
  b.set_martyr_family(false);
  b.add_other_causes("02");
  b.set_exit_year(2018);
  b.mutable_create_time();
  EXPECT_THAT(ChangedFields(a, b), ElementsAre("other_causes", "exit_year", "martyr_family", "create_time"));
  a = b;
  a.mutable_create_time()->set_seconds(1);
  a.add_other_causes("03");
  EXPECT_THAT(ChangedFields(a, b), ElementsAre("other_causes", "create_time"));
}

template <typename Message>
std::string Display(const Message& message, const char* field) {
  return DisplayValue(message, *Message::descriptor()->FindFieldByName(field));
}

TEST(DisplayValueTest, ShowsWhatAPersonReads) {
  Household household;
  for (const char* field : {"exit_year", "martyr_family", "phone", "other_causes", "state", "create_time", "area"}) {
    EXPECT_EQ(Display(household, field), "") << field;
  }
  household.set_martyr_family(false);
  household.set_phone("13800000021");
  household.add_other_causes("02");
  household.add_other_causes("07");
  household.set_state(Household::ARCHIVED);
  household.mutable_create_time()->set_seconds(1514764800);
  household.set_exit_year(2018);
  EXPECT_EQ(Display(household, "martyr_family"), "否");
  EXPECT_EQ(Display(household, "phone"), "138****21");
  EXPECT_EQ(Display(household, "other_causes"), "02,07");
  EXPECT_EQ(Display(household, "state"), "已归档");
  EXPECT_EQ(Display(household, "create_time"), "2018-01-01 08:00:00");
  EXPECT_EQ(Display(household, "exit_year"), "2018");
  EXPECT_EQ(Display(household, "member_count"), "0");

  Income income;
  income.set_wage_fen(1234567);
  EXPECT_EQ(Display(income, "wage_fen"), "12345.67");
  EXPECT_EQ(Display(income, "expense_fen"), "0.00");
  LivingCondition condition;
  EXPECT_EQ(Display(condition, "arable_centi_mu"), "");
  condition.set_arable_centi_mu(305);
  condition.set_safe_water(true);
  EXPECT_EQ(Display(condition, "arable_centi_mu"), "3.05");
  EXPECT_EQ(Display(condition, "safe_water"), "是");
  Area area;
  area.add_successors();
  EXPECT_EQ(Display(area, "successors"), "1 项");
}

}  // namespace
}  // namespace bangfu::api
