#include "common/api/validate.h"

#include <chrono>
#include <map>
#include <string>

#include "bangfu/gateway/v1/account_service.pb.h"
#include "bangfu/policy/v1/policy_service.pb.h"
#include "bangfu/registration/v1/area_service.pb.h"
#include "bangfu/registration/v1/household_service.pb.h"
#include "bangfu/registration/v1/member_service.pb.h"
#include "common/status/refusal.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::api {
namespace {

using registration::v1::CreateHouseholdRequest;
using registration::v1::GetHouseholdRequest;
using registration::v1::RecordIncomeRequest;
using registration::v1::UpdateHouseholdRequest;
using testing::ElementsAre;
using testing::Pair;

constexpr char kId[] = "150526-0c5h2k9m3n7pq";
constexpr char kRequestId[] = "6f1c2a34-0d7e-4b5a-9c3d-1e2f3a4b5c6d";

// Path and description of every field refused.
std::map<std::string, std::string> Faults(const google::protobuf::Message& request, const CodeLookup* codes = nullptr,
                                          const std::string& reason = "INVALID_FIELD") {
  const absl::Status status = Validate(request, codes);
  std::map<std::string, std::string> faults;
  const google::rpc::BadRequest details = status::BadRequestOf(status);
  for (const auto& violation : details.field_violations()) {
    faults[violation.field()] = violation.description();
  }
  EXPECT_EQ(status.ok(), faults.empty());
  EXPECT_EQ(status::ReasonOf(status), status.ok() ? "" : reason);
  return faults;
}

CreateHouseholdRequest GoodRequest() {
  CreateHouseholdRequest request;
  auto& household = *request.mutable_household();
  household.set_area("150526100201");
  household.set_standard("01");
  household.set_attribute("0201");
  household.set_main_cause("01");
  household.set_exit_flag("0");
  auto& member = *request.add_members();
  member.set_name("张三");
  member.set_sex("2");
  member.set_id_number("11010519491231002X");
  member.set_relation("01");
  member.set_ethnicity("01");
  request.set_request_id(kRequestId);
  return request;
}

TEST(ValidateTest, AdmitsAGoodRequest) { EXPECT_TRUE(Validate(GoodRequest()).ok()); }

TEST(ValidateTest, NamesEveryFaultByPathAndLabel) {
  CreateHouseholdRequest request = GoodRequest();
  request.mutable_household()->clear_area();
  request.mutable_household()->set_phone("not a phone");
  *request.add_members() = request.members(0);
  *request.add_members() = request.members(0);
  request.mutable_members(2)->set_id_number("110105194912310021");
  request.mutable_members(1)->set_name("  ");
  request.clear_request_id();
  EXPECT_THAT(Faults(request),
              ElementsAre(Pair("household.area", "农户的所在村代码: 请填写"),
                          Pair("household.phone", "农户的联系电话: 应为电话号码, 只含数字、连字符和开头的加号"),
                          Pair("members[1].name", "家庭成员第2项的姓名: 请填写"),
                          Pair("members[2].id_number", "家庭成员第3项的证件号码: 校验位不对"),
                          Pair("request_id", "请求编号: 请填写")));
}

TEST(ValidateTest, NeverRepeatsAValue) {
  CreateHouseholdRequest request = GoodRequest();
  request.mutable_members(0)->set_id_number("110105194912310021");
  request.mutable_members(0)->set_name(std::string("张三\x01", 7));
  const absl::Status status = Validate(request);
  const std::string everything = status.ToString();
  EXPECT_EQ(everything.find("110105194912310021"), std::string::npos);
  EXPECT_EQ(everything.find("张三"), std::string::npos);
}

TEST(ValidateTest, RequiresMessagesListsAndEnums) {
  EXPECT_THAT(Faults(CreateHouseholdRequest()),
              ElementsAre(Pair("household", "农户: 请填写"), Pair("members", "家庭成员: 请填写"),
                          Pair("request_id", "请求编号: 请填写")));
  gateway::v1::Grant grant;
  grant.set_account_id("zhang");
  EXPECT_THAT(Faults(grant), ElementsAre(Pair("role", "角色: 请填写")));
  grant.set_role(static_cast<options::v1::Role>(99));
  EXPECT_THAT(Faults(grant), ElementsAre(Pair("role", "角色: 不是可选的值")));
  grant.set_role(options::v1::REGISTRAR);
  grant.add_areas("150526000000");
  grant.add_areas("150526");
  EXPECT_THAT(Faults(grant), ElementsAre(Pair("areas[1]", "授权区域第2项: 应为12位区域代码")));
}

TEST(ValidateTest, BoundsLengthsAndNumbers) {
  CreateHouseholdRequest request = GoodRequest();
  std::string sixty;
  for (int i = 0; i < 60; ++i) sixty += "张";
  request.mutable_members(0)->set_name(sixty);
  EXPECT_TRUE(Validate(request).ok());
  request.mutable_members(0)->set_name(sixty + "张");
  EXPECT_THAT(Faults(request), ElementsAre(Pair("members[0].name", "家庭成员第1项的姓名: 最多 60 个字")));
  request = GoodRequest();
  for (int i = 0; i < 13; ++i) request.mutable_household()->add_other_causes("02");
  EXPECT_THAT(Faults(request), ElementsAre(Pair("household.other_causes", "农户的其他致贫原因: 最多 12 项")));

  RecordIncomeRequest income;
  income.set_household_id(kId);
  income.set_request_id(kRequestId);
  EXPECT_THAT(Faults(income), ElementsAre(Pair("income", "收入: 请填写")));
  income.mutable_income()->set_wage_fen(-1);
  EXPECT_THAT(Faults(income), ElementsAre(Pair("income.wage_fen", "收入的工资性收入: 应在 0.00 到 1000000000.00 之间"),
                                          Pair("income.year", "收入的年度: 请填写")));
  income.mutable_income()->set_wage_fen(0);
  income.mutable_income()->set_year(1999);
  EXPECT_THAT(Faults(income), ElementsAre(Pair("income.year", "收入的年度: 应在 2000 到 2100 之间")));

  request = GoodRequest();
  request.mutable_members(0)->set_work_months(0);
  EXPECT_TRUE(Validate(request).ok());
  request.mutable_members(0)->set_work_months(13);
  EXPECT_THAT(Faults(request),
              ElementsAre(Pair("members[0].work_months", "家庭成员第1项的务工月数: 应在 0 到 12 之间")));
}

TEST(ValidateTest, RefusesUnreadableText) {
  GetHouseholdRequest request;
  request.set_household_id(kId);
  request.set_purpose("核实\n身份\t");
  EXPECT_TRUE(Validate(request).ok());
  request.set_purpose("a\x1B[2J");
  EXPECT_THAT(Faults(request), ElementsAre(Pair("purpose", "用途: 含有不可见的控制字符")));
  request.set_purpose("\xFF");
  EXPECT_THAT(Faults(request), ElementsAre(Pair("purpose", "用途: 不是有效的 UTF-8 文本")));
  request.clear_purpose();
  request.mutable_as_known_at()->set_seconds(253402300800);
  EXPECT_THAT(Faults(request), ElementsAre(Pair("as_known_at", "历史时点: 不是有效的时间")));
}

TEST(ValidateTest, LooksCodesUpInTheirDictionary) {
  const CodeLookup codes = [](absl::string_view dictionary, absl::string_view code) {
    return dictionary != "AAC007" && code != "99";
  };
  CreateHouseholdRequest request = GoodRequest();
  request.mutable_household()->add_other_causes("02");
  request.mutable_household()->add_other_causes("99");
  EXPECT_TRUE(Validate(request).ok());
  EXPECT_THAT(Faults(request, &codes),
              ElementsAre(Pair("household.main_cause", "农户的主要致贫原因: 不在代码表 AAC007 中"),
                          Pair("household.other_causes[1]", "农户的其他致贫原因第2项: 不在代码表 AAC008 中")));
}

TEST(ValidateTest, AnUpdateRequiresOnlyWhatItsMaskNames) {
  UpdateHouseholdRequest request;
  request.set_request_id(kRequestId);
  request.mutable_household()->set_household_id(kId);
  request.mutable_household()->set_phone("13800000021");
  EXPECT_TRUE(Validate(request).ok());
  request.mutable_update_mask()->add_paths("phone");
  EXPECT_TRUE(Validate(request).ok());
  request.mutable_update_mask()->add_paths("main_cause");
  EXPECT_THAT(Faults(request), ElementsAre(Pair("household.main_cause", "农户的主要致贫原因: 请填写")));
  request.mutable_update_mask()->clear_paths();
  request.mutable_update_mask()->add_paths("*");
  EXPECT_EQ(Faults(request).size(), 5u);
  request.mutable_household()->set_household_id("150526");
  EXPECT_EQ(Faults(request).count("household.household_id"), 1u);
  request.clear_household();
  EXPECT_THAT(Faults(request), ElementsAre(Pair("household", "农户: 请填写")));
}

TEST(ValidateTest, AnUpdateMayCarryTheMaskedValuesThatWereRead) {
  UpdateHouseholdRequest request;
  request.set_request_id(kRequestId);
  request.mutable_household()->set_household_id(kId);
  request.mutable_household()->set_phone("138****0021");
  request.mutable_household()->set_cause_note("面谈后补充");
  request.mutable_update_mask()->add_paths("cause_note");
  EXPECT_TRUE(Validate(request).ok());
  request.mutable_update_mask()->add_paths("phone");
  const std::string fault = "农户的联系电话: 是遮盖后的显示内容, 不能保存";
  EXPECT_THAT(Faults(request, nullptr, "MASKED_VALUE"), ElementsAre(Pair("household.phone", fault)));
  request.clear_update_mask();
  EXPECT_THAT(Faults(request, nullptr, "MASKED_VALUE"), ElementsAre(Pair("household.phone", fault)));
  request.mutable_household()->set_exit_year(1);  // Among other faults the reason is that of the graver one.
  EXPECT_EQ(Faults(request, nullptr, "MASKED_VALUE").size(), 2u);
}

TEST(ValidateTest, NothingIsMadeOfMaskedValues) {
  CreateHouseholdRequest request = GoodRequest();
  request.mutable_household()->set_bank_account("****1234");
  request.mutable_members(0)->set_id_number("110*************2X");
  EXPECT_EQ(Faults(request, nullptr, "MASKED_VALUE").count("members[0].id_number"), 1u);
  EXPECT_EQ(Faults(request, nullptr, "MASKED_VALUE").count("household.bank_account"), 1u);
}

TEST(ValidateTest, AMaskMayNamePartsOfAMessage) {
  policy::v1::UpdatePolicyRequest request;
  request.set_service("registration");
  request.set_request_id(kRequestId);
  request.mutable_policy()->mutable_source()->set_document_number(std::string(1000, 'x'));
  request.mutable_update_mask()->add_paths("title");
  request.mutable_policy()->set_title("扶贫标准");
  EXPECT_TRUE(Validate(request).ok());
  request.mutable_update_mask()->add_paths("source.document_number");
  EXPECT_EQ(Faults(request).count("policy.source.document_number"), 1u);
  request.mutable_policy()->mutable_source()->clear_document_number();
  EXPECT_TRUE(Validate(request).ok());
}

TEST(ValidateTest, AnAnswerTooLongForHeadersIsCut) {
  registration::v1::ImportAreasRequest request;
  request.set_root("150526000000");
  request.set_request_id(kRequestId);
  for (int i = 0; i < 50; ++i) request.add_areas();
  const auto faults = Faults(request);
  EXPECT_EQ(faults.size(), 21u);
  EXPECT_EQ(faults.at(""), "另有 180 处错误未列出");
}

TEST(ValidateTest, ClearsWhatACallerCannotSet) {
  CreateHouseholdRequest request = GoodRequest();
  auto& household = *request.mutable_household();
  household.set_household_id(kId);
  household.set_etag("\"1\"");
  household.set_state(registration::v1::Household::ARCHIVED);
  household.mutable_create_time()->set_seconds(1);
  request.mutable_members(0)->set_household_id(kId);
  request.mutable_members(0)->set_leave_reason("01");
  ClearOutputOnly(&request);
  CreateHouseholdRequest expected = GoodRequest();
  expected.mutable_household()->set_household_id(kId);
  expected.mutable_household()->set_etag("\"1\"");
  expected.mutable_members(0)->set_household_id(kId);
  EXPECT_EQ(request.SerializeAsString(), expected.SerializeAsString());
}

TEST(ValidateTest, IsFast) {
  GetHouseholdRequest request;
  request.set_household_id(kId);
  request.set_view(options::v1::FULL);
  request.set_purpose("核实身份");
  request.mutable_as_known_at()->set_seconds(1);
  constexpr int kRounds = 20000;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kRounds; ++i) ASSERT_TRUE(Validate(request).ok());
  const std::chrono::nanoseconds spent = std::chrono::steady_clock::now() - start;
  RecordProperty("nanoseconds_per_request", static_cast<int>(spent.count() / kRounds));
  EXPECT_LT(spent.count() / kRounds, 50'000) << "far beyond the 2 µs meant, even on a busy machine";
}

}  // namespace
}  // namespace bangfu::api
