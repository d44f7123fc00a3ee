// What may stand on a wall, and what may not.
#include "absl/strings/str_cat.h"
#include "bangfu/procedure/v1/procedure.pb.h"
#include "bangfu/procedure/v1/reason.pb.h"
#include "bangfu/registration/v1/household.pb.h"
#include "bangfu/registration/v1/member.pb.h"
#include "common/procedure/notice_scrub.h"
#include "common/procedure/notice_text.h"
#include "common/status/refusal.h"
#include "gtest/gtest.h"

namespace bangfu::procedure {
namespace {

std::string Kind(absl::string_view text) {
  const auto found = FindPersonalData(text);
  return found ? found->kind : "";
}

// Numbers are put together, so that no source holds one.
const std::string kIdentity = absl::StrCat("150526", "19700101", "001", "9");

TEST(FindPersonalDataTest, FindsNumbersHoweverTheyAreWritten) {
  const std::string phone = absl::StrCat("139", "0000", "0000");
  const std::string texts[] = {
      kIdentity,
      absl::StrCat("姓名张三", kIdentity, "家住"),
      "150526 19700101 0019",
      "150526-19700101-001X",
      "150526197001010 01x",
      "１５０５２６１９７００１０１００１９",
      "一五〇五二六一九七〇〇一〇一〇〇一九",
      "1\u200B5\u200B0\u200B5\u200B2\u200B6\u200B1\u200B9\u200B7\u200B0\u200B0\u200B1\u200B0\u200B1\u200B0\u200B0",
      "150526700101001",  // 15 digits
      phone,
      "139 0000 0000",
      "139-0000-0000",
      "139.0000.0000",
      "+86 13900000000",
      "壹叁玖零零零零零零零零",
      absl::StrCat("金额", phone, ".00"),
      "6217 0000 1111 2222 333",
      "621700001111222",
      "账号: 12345678",
      "一卡通卡号 123456789",
      "\xff\xfe",
  };
  for (const std::string& text : texts) EXPECT_NE(Kind(text), "") << text;
}

TEST(FindPersonalDataTest, LeavesAloneWhatNoticesSay) {
  const char* texts[] = {
      "经村民代表会议评议, 以下 38 户 266 人拟纳入, 现予公示 7 天。",
      "2020年2月17日至2020年2月21日",
      "二〇二〇年二月十七日",
      "国开办发〔2014〕24号",
      "监督电话 0475-1234567, 12317",
      "监督电话 010-12345678",
      "联系人: 李四 0475-1234567",
      "第 1, 2, 3, 2020, 2021 批",
      "人均纯收入 2,952.00 元, 共 56,550,000.00 元",
      "安排资金 135000000.00 元",
      "1,234,567,890.12",
      "1\t张三\t5\t2020\t3500.00\n2\t李四\t3\t2019\t2900.50",
      "扶贫手册、身份证复印件各 1 份",
      "",
  };
  for (const char* text : texts) EXPECT_EQ(Kind(text), "") << text;
}

TEST(FindPersonalDataTest, NamesTheLineAndNotTheNumber) {
  const auto found = FindPersonalData(absl::StrCat("公示\n名单\n张三 ", kIdentity));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->line, 3);
  EXPECT_EQ(found->kind, "居民身份证号");
}

google::protobuf::RepeatedPtrField<std::string> Columns(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

std::string NoLabel(const std::string&, const std::string& code) { return code; }

TEST(NoticeLineTest, RefusesWhatMustNotBeShown) {
  registration::v1::Member member;
  member.set_id_number(kIdentity);
  const auto reason = [&](const google::protobuf::Message& record, const std::string& field) {
    return status::ReasonOf(NoticeLine::Of(record, Columns({field}), NoLabel).status());
  };
  // Every field of a person and a household: none that is sealed or of health gets through.
  int shown = 0, refused = 0;
  for (const google::protobuf::Message* record : std::initializer_list<const google::protobuf::Message*>{
           &member, &registration::v1::Household::default_instance()}) {
    const auto* type = record->GetDescriptor();
    for (int i = 0; i < type->field_count(); ++i) {
      const auto& annotation = type->field(i)->options().GetExtension(options::v1::field);
      const bool secret =
          annotation.sensitivity() == options::v1::SEALED || annotation.sensitivity() == options::v1::HEALTH;
      const std::string outcome = reason(*record, type->field(i)->name());
      EXPECT_TRUE(!secret || outcome == "NOTICE_FIELD_FORBIDDEN") << type->field(i)->full_name();
      ++(outcome.empty() ? shown : refused);
    }
  }
  EXPECT_GT(shown, 10);
  EXPECT_GT(refused, 5);
  EXPECT_EQ(reason(member, "no_such_field"), "NOTICE_FIELD_FORBIDDEN");
}

TEST(RenderNoticeTest, FillsTheTemplateAndLooksAtAllOfIt) {
  v1::NoticeRequirement requirement;
  requirement.set_title("名单公示");
  requirement.set_days(5);
  requirement.set_day_kind(policy::v1::WORKING);
  requirement.set_template_("{title}\n{area}{place} {count} 户 {days}\n{list}\n{from}至{to}");
  requirement.add_columns("note");
  v1::Subject subject;  // any annotated message does
  subject.set_note("张三 {to}\t户");
  const NoticeFrame frame{"宝力皋嘎查", "村务公开栏", absl::CivilDay(2020, 2, 17), absl::CivilDay(2020, 2, 21)};
  const std::vector<NoticeLine> lines = {*NoticeLine::Of(subject, requirement.columns(), NoLabel)};
  auto text = RenderNotice(requirement, frame, lines);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_EQ(*text,
            "名单公示\n宝力皋嘎查村务公开栏 1 户 5个工作日\n序号\t说明\n1\t张三 {to} 户\n2020年2月17日至2020年2月21日");

  subject.set_note(kIdentity);
  const std::vector<NoticeLine> leaking = {*NoticeLine::Of(subject, requirement.columns(), NoLabel)};
  EXPECT_EQ(status::ReasonOf(RenderNotice(requirement, frame, leaking).status()), "NOTICE_HOLDS_PERSONAL_DATA");
}

}  // namespace
}  // namespace bangfu::procedure
