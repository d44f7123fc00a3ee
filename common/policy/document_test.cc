#include "common/policy/document.h"

#include "bangfu/registration/v1/poverty_line.pb.h"
#include "common/policy/area_chain.h"
#include "common/policy/diff.h"
#include "common/policy/fixture_for_tests.h"
#include "common/policy/working_days.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::policy {
namespace {

using registration::v1::PovertyLine;
using ::testing::ElementsAre;

Kinds TestKinds() {
  Kinds kinds;
  kinds.Add(CheckHolidayTable).Add<PovertyLine>();
  return kinds;
}

PovertyLine LineOf(int64_t fen) {
  PovertyLine line;
  line.set_line_fen(fen);
  line.set_price_basis(PovertyLine::CURRENT);
  return line;
}

// The paths that are refused, or the reason if it is not that of wrong fields.
std::vector<std::string> FaultsOf(PolicyDocument document) {
  static const auto& kinds = *new Kinds(TestKinds());
  const absl::Status status = CheckDraft(kinds, nullptr, &document);
  std::vector<std::string> faults;
  if (!status.ok() && status::ReasonOf(status) != "INVALID_FIELD") return {status::ReasonOf(status)};
  const auto details = status::BadRequestOf(status);
  for (const auto& violation : details.field_violations()) faults.push_back(violation.field());
  return faults;
}

PolicyDocument Exit2016() { return NewDocument(LineOf(295200), kNation, "2016-01-01", "2017-01-01", "EXIT"); }

TEST(AreaChainTest, GoesFromTheVillageToTheCountry) {
  EXPECT_THAT(ChainOf(150526100201),
              ElementsAre(150526100201, 150526100000, 150526000000, 150500000000, 150000000000, kCountry));
  EXPECT_THAT(ChainOf(441900003000), ElementsAre(441900003000, 441900000000, 440000000000, kCountry));
  EXPECT_THAT(ChainOf(kCountry), ElementsAre(kCountry));
  EXPECT_EQ(LevelOf(kCountry), 0);
}

TEST(DocumentTest, ADraftIsCheckedByItsOwnAnnotationsAndByThoseOfItsBody) {
  EXPECT_THAT(FaultsOf(Exit2016()), ElementsAre());
  PolicyDocument document = Exit2016();
  document.mutable_body()->PackFrom(LineOf(0));
  EXPECT_THAT(FaultsOf(document), ElementsAre("policy.body.line_fen"));
  document = Exit2016();
  document.set_purpose("EXITS");
  EXPECT_THAT(FaultsOf(document), ElementsAre("policy.purpose"));
  document = Exit2016();
  document.set_valid_to("2016-01-01");
  EXPECT_THAT(FaultsOf(document), ElementsAre("policy.valid_to"));
  document = Exit2016();
  document.mutable_body()->PackFrom(v1::Period());
  EXPECT_THAT(FaultsOf(document), ElementsAre("POLICY_KIND_UNKNOWN"));
  document = Exit2016();
  document.set_area("150526100000");
  EXPECT_THAT(FaultsOf(document), ElementsAre("POLICY_AREA_TOO_FINE"));
  document = NewDocument(HolidaysOf(2025, "2026-01-28", "2026-02-04"), kNation, "2025-01-01");
  EXPECT_THAT(FaultsOf(document), ElementsAre("policy.body.holidays[0]"));
}

TEST(DocumentTest, AProposalIsNeverShownAsOfficial) {
  PolicyDocument document = Exit2016();
  SetSource(v1::PolicySource::PROPOSAL, &document);
  EXPECT_THAT(FaultsOf(document), ElementsAre());
  document.mutable_source()->set_document_number("国开办发〔2014〕24号");
  EXPECT_THAT(FaultsOf(document), ElementsAre("policy.source.document_number"));
  EXPECT_EQ(Cite(document.source()).rfind("【建议稿】", 0), 0u);
  EXPECT_EQ(RefOf(document).confidence(), v1::PolicySource::PROPOSAL);

  SetSource(v1::PolicySource::OFFICIAL, &document);
  EXPECT_THAT(FaultsOf(document), ElementsAre());
  EXPECT_EQ(Cite(document.source()), "国务院办公厅 国办发明电〔2024〕12号 (2024年)");
  document.mutable_source()->clear_document_number();
  document.mutable_source()->clear_year();
  EXPECT_THAT(FaultsOf(document), ElementsAre("policy.source.document_number", "policy.source.year"));
  SetSource(v1::PolicySource::SECONDARY, &document);
  document.mutable_source()->set_note("见 www.example.test");
  EXPECT_THAT(FaultsOf(document), ElementsAre("policy.source"));
}

TEST(DocumentTest, MovesOnlyFromTheStateThatAllowsIt) {
  using Request = v1::ReviewPolicyRequest;
  const auto in = [](PolicyDocument::State state) {
    PolicyDocument document;
    document.set_state(state);
    document.add_authors("author");
    return document;
  };
  for (int i = PolicyDocument::DRAFT; i <= PolicyDocument::WITHDRAWN; ++i) {
    const auto state = static_cast<PolicyDocument::State>(i);
    PolicyDocument document = in(state);
    EXPECT_EQ(CheckEditable(document).ok(), state == PolicyDocument::DRAFT);
    EXPECT_EQ(CheckPublishable(document).ok(), state == PolicyDocument::APPROVED);
    EXPECT_EQ(Submit(&document).ok(), state == PolicyDocument::DRAFT);
    document = in(state);
    EXPECT_EQ(Review("second", Request::APPROVE, "", &document).ok(), state == PolicyDocument::IN_REVIEW);
    document = in(state);
    EXPECT_EQ(Withdraw("错误", &document).ok(), state != PolicyDocument::WITHDRAWN);
  }
  PolicyDocument document = in(PolicyDocument::IN_REVIEW);
  EXPECT_EQ(status::ReasonOf(Review("author", Request::APPROVE, "", &document)), "SECOND_PERSON_REQUIRED");
  EXPECT_EQ(status::ReasonOf(Review("second", Request::RETURN, "", &document)), "INVALID_FIELD");
  EXPECT_TRUE(Review("second", Request::RETURN, "请写明文号", &document).ok());
  EXPECT_EQ(document.state(), PolicyDocument::DRAFT);
}

std::vector<std::string> LinesOf(const std::vector<v1::PolicyChange>& changes) {
  std::vector<std::string> lines;
  for (const auto& change : changes) {
    lines.push_back(change.path() + " | " + change.label() + ": " + change.before() + " → " + change.after());
  }
  return lines;
}

TEST(DiffTest, TellsWhatDiffersInWords) {
  PolicyDocument after = Exit2016();
  after.set_valid_to("");
  PovertyLine line = LineOf(307000);
  line.set_approximate(true);
  after.mutable_body()->PackFrom(line);
  SetSource(v1::PolicySource::PROPOSAL, &after);
  EXPECT_THAT(LinesOf(DiffDocuments(Exit2016(), after)),
              ElementsAre("valid_to | 失效日期: 2017-01-01 → ", "source.confidence | 依据的可信程度: 间接来源 → 建议稿",
                          "body.line_fen | 内容的标准线: 2952.00 → 3070.00", "body.approximate | 内容的约数: 否 → 是"));
  EXPECT_THAT(DiffDocuments(after, after), ElementsAre());
}

TEST(DiffTest, TellsItemsApartByTheirFirstText) {
  v1::HolidayTable before = HolidaysOf(2025, "2025-01-28", "2025-02-04");
  v1::HolidayTable after = HolidaysOf(2025, "2025-01-01", "2025-01-01", "元旦");
  *after.add_holidays() = before.holidays(0);
  after.mutable_holidays(1)->set_last_day("2025-02-03");
  after.add_working_days("2025-01-26");
  EXPECT_THAT(LinesOf(Diff(before, after)),
              ElementsAre("holidays[春节].last_day | 放假“春节”的末日: 2025-02-04 → 2025-02-03",
                          "holidays[元旦].name | 放假“元旦”的节日:  → 元旦",
                          "holidays[元旦].first_day | 放假“元旦”的首日:  → 2025-01-01",
                          "holidays[元旦].last_day | 放假“元旦”的末日:  → 2025-01-01",
                          "working_days | 调休上班日:  → 2025-01-26"));
}

}  // namespace
}  // namespace bangfu::policy
