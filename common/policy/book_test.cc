#include "common/policy/book.h"

#include <random>

#include "bangfu/registration/v1/poverty_line.pb.h"
#include "common/policy/fixture_for_tests.h"
#include "common/policy/replay.h"
#include "common/policy/working_days.h"
#include "common/standards/area_code.h"
#include "common/standards/date.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::policy {
namespace {

using registration::v1::PovertyLine;
using ::testing::ElementsAre;

constexpr int64_t kVillage = 150526100201;

absl::CivilDay Day(const std::string& text) { return *standards::ParseDate(text); }
absl::Time Known(int second) { return absl::FromUnixSeconds(1'700'000'000 + second); }

// Publishes documents of one kind and purpose one after the other, a second apart, as the service does.
class Shelf {
 public:
  std::string Publish(const PolicyDocument& document) {
    Rule rule{document, Unpack(document.body())};
    rule.document.set_policy_id(rule.document.area() + "/" + std::to_string(++count_));
    rule.document.set_kind(KindOf(*rule.body->GetDescriptor()).name());
    rule.document.set_version(count_);
    Holding added = HoldingOf(rule.document);
    added.known_from = Known(count_);
    std::vector<Holding> current;
    for (const Holding& holding : holdings_) {
      if (holding.known_to == absl::InfiniteFuture() && AreaOf(holding) == rule.document.area()) {
        current.push_back(holding);
      }
    }
    const Publication publication = policy::Publish(current, added);
    for (const Holding& closed : publication.closed) {
      for (Holding& holding : holdings_) {
        if (holding.id == closed.id) holding.known_to = Known(count_);
      }
    }
    for (Holding holding : publication.opened) {
      holding.id = static_cast<int64_t>(holdings_.size()) + 1;
      holdings_.push_back(holding);
    }
    last_ = publication;
    rules_.push_back(rule);
    return rule.document.policy_id();
  }

  std::unique_ptr<Book> book() const { return std::make_unique<Book>(count_, rules_, holdings_); }
  const Publication& last() const { return last_; }
  const std::vector<Holding>& holdings() const { return holdings_; }

 private:
  static std::string AreaOf(const Holding& holding) { return holding.policy_id.substr(0, 12); }

  int count_ = 0;
  std::vector<Rule> rules_;
  std::vector<Holding> holdings_;
  Publication last_;
};

PolicyDocument Line(const std::string& area, int64_t yuan, const std::string& from, const std::string& to = "",
                    const std::string& purpose = "EXIT") {
  PovertyLine line;
  line.set_line_fen(yuan * 100);
  line.set_price_basis(PovertyLine::CURRENT);
  return NewDocument(line, area, from, to, purpose);
}

int64_t YuanAt(const Book& book, int64_t area, const std::string& date, std::optional<absl::Time> known = {}) {
  auto applied = Resolve<PovertyLine>(book, area, Day(date), "EXIT", known);
  return applied.ok() ? applied->message.line_fen() / 100 : 0;
}

TEST(BookTest, TheMostSpecificAreaWins) {
  Shelf shelf;
  const std::string nation = shelf.Publish(Line(kNation, 2952, "2016-01-01"));
  const std::string county = shelf.Publish(Line(kCountyText, 3300, "2017-01-01", "2018-01-01"));
  const auto book = shelf.book();
  EXPECT_EQ(YuanAt(*book, kVillage, "2016-06-30"), 2952);
  EXPECT_EQ(YuanAt(*book, kVillage, "2017-01-01"), 3300);
  EXPECT_EQ(YuanAt(*book, 150525100201, "2017-01-01"), 2952) << "another county";
  EXPECT_EQ(YuanAt(*book, kVillage, "2018-01-01"), 2952) << "the end does not belong to it";
  EXPECT_EQ(YuanAt(*book, kVillage, "2015-12-31"), 0);
  const auto refused = Resolve<PovertyLine>(*book, kVillage, Day("2015-12-31"), "EXIT");
  EXPECT_EQ(status::ReasonOf(refused.status()), "NO_POLICY_APPLIES");
  EXPECT_FALSE(Resolve<PovertyLine>(*book, kVillage, Day("2017-01-01"), "MONITORING").ok()) << "another purpose";

  const auto steps = book->Trace({"POVERTY_LINE", kVillage, Day("2017-05-01"), "EXIT"});
  ASSERT_EQ(steps.size(), 3u);
  EXPECT_EQ(steps[0].rule, nullptr);
  EXPECT_EQ(steps[2].area, standards::ParseAreaCode(kCountyText));
  EXPECT_EQ(steps[2].rule->document.policy_id(), county);
  EXPECT_EQ(book->Trace({"POVERTY_LINE", kVillage, Day("2010-01-01"), "EXIT"}).size(), 6u);
  EXPECT_NE(book->FindDocument(nation), nullptr);
}

TEST(BookTest, ANewerDocumentEndsTheOlderOneFromItsFirstDayOn) {
  Shelf shelf;
  const std::string old = shelf.Publish(Line(kNation, 2952, "2016-01-01"));
  shelf.Publish(Line(kNation, 3300, "2018-07-01"));
  EXPECT_THAT(shelf.last().superseded, ElementsAre(old));
  const auto book = shelf.book();
  EXPECT_EQ(YuanAt(*book, kVillage, "2018-06-30"), 2952);
  EXPECT_EQ(YuanAt(*book, kVillage, "2018-07-01"), 3300);
  EXPECT_EQ(YuanAt(*book, kVillage, "2018-07-01", Known(1)), 2952) << "as known before";
  EXPECT_EQ(YuanAt(*book, kVillage, "2018-07-01", Known(0)), 0) << "before anything was known";
}

TEST(BookTest, ALimitedDocumentLeavesBothSidesToTheOlderOne) {
  Shelf shelf;
  const std::string old = shelf.Publish(Line(kNation, 2952, "2016-01-01"));
  shelf.Publish(Line(kNation, 1000, "2020-02-01", "2020-06-01"));
  EXPECT_THAT(shelf.last().overlapped, ElementsAre(old));
  EXPECT_THAT(shelf.last().superseded, ElementsAre()) << "it still reaches its own end";
  const auto book = shelf.book();
  EXPECT_EQ(YuanAt(*book, kVillage, "2020-01-31"), 2952);
  EXPECT_EQ(YuanAt(*book, kVillage, "2020-03-01"), 1000);
  EXPECT_EQ(YuanAt(*book, kVillage, "2020-06-01"), 2952);
  shelf.Publish(Line(kNation, 4000, "2019-01-01"));
  EXPECT_EQ(shelf.last().superseded.size(), 2u);
}

// Day by day and publication by publication against the plainest model: an array that is overwritten.
TEST(BookTest, AgreesWithAnOverwrittenArray) {
  std::mt19937 random(20160401);
  for (int round = 0; round < 20; ++round) {
    Shelf shelf;
    const absl::CivilDay start(2016, 1, 1);
    constexpr int kDays = 60;
    std::vector<std::vector<int>> model = {std::vector<int>(kDays, 0)};
    for (int i = 1; i <= 12; ++i) {
      const int from = static_cast<int>(random() % kDays), length = 1 + static_cast<int>(random() % kDays);
      const bool open = random() % 3 == 0;
      const int to = open ? kDays : std::min(kDays, from + length);
      shelf.Publish(Line(kNation, i, standards::FormatDate(start + from),
                         open ? "" : standards::FormatDate(start + from + length)));
      model.push_back(model.back());
      std::fill(model.back().begin() + from, model.back().begin() + to, i);
    }
    const auto book = shelf.book();
    for (size_t known = 0; known < model.size(); ++known) {
      for (int day = 0; day < kDays; ++day) {
        const std::string date = standards::FormatDate(start + day);
        ASSERT_EQ(YuanAt(*book, kVillage, date, Known(static_cast<int>(known))), model[known][day])
            << "round " << round << ", known " << known << ", " << date;
      }
    }
  }
}

TEST(PeriodsTest, TouchingPiecesAreOnePeriod) {
  Shelf shelf;
  shelf.Publish(Line(kNation, 1, "2016-01-01", "2016-02-01"));
  shelf.Publish(Line(kNation, 2, "2016-02-01"));
  const auto periods = PeriodsOf(shelf.holdings());
  ASSERT_EQ(periods.size(), 1u);
  EXPECT_EQ(periods[0].valid_from(), "2016-01-01");
  EXPECT_EQ(periods[0].valid_to(), "");
}

TEST(CalendarTest, TakesTheTableThatAppliesInEachYear) {
  Shelf shelf;
  v1::HolidayTable table = HolidaysOf(2025, "2025-01-28", "2025-02-04");
  table.add_working_days("2025-01-26");
  shelf.Publish(NewDocument(table, kNation, "2025-01-01", "2026-01-01"));
  const WorkCalendar calendar = CalendarOf(*shelf.book(), kVillage);
  EXPECT_TRUE(calendar.IsWorkingDay(Day("2025-01-26"))) << "a Sunday that is worked";
  EXPECT_FALSE(calendar.IsWorkingDay(Day("2025-01-29"))) << "a Wednesday off";
  EXPECT_FALSE(calendar.IsWorkingDay(Day("2025-02-08"))) << "a Saturday";
  EXPECT_TRUE(calendar.IsWorkingDay(Day("2026-01-28"))) << "a Wednesday of a year without a table";
}

// Income against a line: the rule of these tests.
RuleOutcome JudgeIncome(const PovertyLine& income, const PovertyLine& line) {
  RuleOutcome outcome;
  outcome.set_verdict(income.line_fen() >= line.line_fen() ? "PASS" : "FAIL");
  auto& reason = *outcome.add_reasons();
  reason.set_code("INCOME");
  reason.set_met(income.line_fen() >= line.line_fen());
  return outcome;
}

TEST(ReplayTest, JudgesTheSameInputsByOtherDocuments) {
  Shelf shelf;
  const std::string first = shelf.Publish(Line(kNation, 2952, "2016-01-01"));
  const std::string second = shelf.Publish(Line(kNation, 3535, "2018-01-01"));
  const std::string other = shelf.Publish(Line(kProvinceText, 100, "2010-01-01", "2011-01-01", "MONITORING"));
  const auto book = shelf.book();
  Rules rules;
  rules.Add("INCOME", JudgeIncome);
  DecisionRecord decision;
  decision.set_rule("INCOME");
  decision.set_area(kVillageText);
  decision.set_date("2016-10-01");
  *decision.add_policies() = RefOf(book->FindDocument(first)->document);
  PovertyLine income;
  income.set_line_fen(300000);
  decision.mutable_inputs()->PackFrom(income);
  decision.mutable_outcome()->set_verdict("PASS");

  auto same = Replay(rules, *book, decision, {});
  EXPECT_TRUE(same->same_verdict());
  EXPECT_EQ(same->policies(0).policy_id(), first);
  auto later = Replay(rules, *book, decision, {.date = Day("2018-10-01")});
  EXPECT_FALSE(later->same_verdict());
  EXPECT_EQ(later->outcome().verdict(), "FAIL");
  EXPECT_EQ(later->policies(0).policy_id(), second);
  auto unaware = Replay(rules, *book, decision, {.date = Day("2018-10-01"), .as_known_at = Known(1)});
  EXPECT_TRUE(unaware->same_verdict()) << "the second was not known yet";
  EXPECT_EQ(Replay(rules, *book, decision, {.policy_ids = {second}})->outcome().verdict(), "FAIL");
  EXPECT_EQ(Replay(rules, *book, decision, {.policy_ids = {other}})->outcome().verdict(), "PASS") << "another purpose";

  const auto reason = [](const auto& result) { return status::ReasonOf(result.status()); };
  EXPECT_EQ(reason(Replay(rules, *book, decision, {.policy_ids = {"no such"}})), "REPLAY_POLICY_UNUSED");
  EXPECT_EQ(reason(Replay(rules, *book, decision, {.date = Day("2011-01-01")})), "NO_POLICY_APPLIES");
  EXPECT_EQ(reason(Replay(Rules(), *book, decision, {})), "RULE_UNKNOWN");
}

}  // namespace
}  // namespace bangfu::policy
