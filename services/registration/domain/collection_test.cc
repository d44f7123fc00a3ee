#include "services/registration/domain/collection.h"

#include "gtest/gtest.h"

namespace bangfu::registration::domain {
namespace {

v1::CollectionWindow Window(std::vector<std::tuple<int, int, bool>> spans) {
  v1::CollectionWindow window;
  for (const auto& [first, last, changes] : spans) {
    auto* span = window.add_spans();
    span->set_phase(v1::CollectionWindow::ENTRY);
    span->set_first_day(first);
    span->set_last_day(last);
    span->set_changes_allowed(changes);
  }
  return window;
}

const v1::CollectionWindow kWindow = Window({{1001, 1120, true}, {1121, 1123, true}, {1124, 1231, false}});

TEST(CollectionWindowTest, IsCheckedWhenItIsDrawnUp) {
  EXPECT_TRUE(CheckCollectionWindow(kWindow).empty());
  EXPECT_EQ(CheckCollectionWindow(Window({{1001, 1120, false}}))[0].path, "spans");
  EXPECT_EQ(CheckCollectionWindow(Window({{1031, 1131, true}}))[0].path, "spans[0].last_day");
  EXPECT_EQ(CheckCollectionWindow(Window({{1120, 1001, true}}))[0].path, "spans[0].last_day");
  EXPECT_EQ(CheckCollectionWindow(Window({{1120, 1121, true}, {1001, 1231, true}}))[0].path, "spans[1].first_day");
}

TEST(CollectionWindowTest, ClosesBehindTheLastPhaseThatAllowsChanges) {
  EXPECT_EQ(LastDayOf(kWindow, 2020), "2020-11-23");
  EXPECT_TRUE(IsOpen(kWindow, 2020, "", "2020-11-23"));
  EXPECT_FALSE(IsOpen(kWindow, 2020, "", "2020-11-24"));
  EXPECT_TRUE(IsOpen(kWindow, 2020, "2020-11-24", "2020-11-24"));
  EXPECT_FALSE(IsOpen(kWindow, 2020, "2020-11-24", "2020-11-25"));
  EXPECT_TRUE(IsOpen(std::nullopt, 2020, "", "2030-01-01"));
  EXPECT_EQ(status::ReasonOf(CheckOpen(kWindow, 2020, "", "2020-12-01")), "COLLECTION_CLOSED");
}

TEST(CollectionWindowTest, AClosedYearIsReopenedForAMonthAtMost) {
  v1::ReopenCollectionRequest request;
  request.set_year(2020);
  const auto check = [&](const std::string& last_day, const std::string& today) {
    request.set_last_day(last_day);
    return status::ReasonOf(CheckReopening(kWindow, request, "", today));
  };
  EXPECT_EQ(check("2020-12-31", "2020-12-01"), "");
  EXPECT_EQ(check("2021-01-01", "2020-12-01"), "");
  EXPECT_EQ(check("2021-01-02", "2020-12-01"), "INVALID_FIELD");
  EXPECT_EQ(check("2020-11-30", "2020-12-01"), "INVALID_FIELD");
  EXPECT_EQ(check("2020-11-20", "2020-11-10"), "COLLECTION_OPEN");
}

TEST(ConfirmTest, IncomeIsTakenOverOrLaidOver) {
  v1::Income known;
  known.set_year(2024);
  known.set_wage_fen(10'000);
  known.set_pension_fen(3'000);
  known.set_transfer_fen(3'000);
  known.set_etag("old");
  auto same = ConfirmIncome(&known, nullptr, {}, 2025, 2);
  ASSERT_TRUE(same.ok()) << same.status();
  EXPECT_EQ(same->year(), 2025);
  EXPECT_EQ(same->net_per_capita_fen(), 6'500);
  EXPECT_EQ(same->etag(), "");
  v1::Income changes;
  changes.set_year(2025);
  changes.set_pension_fen(5'000);
  auto changed = ConfirmIncome(&known, &changes, {}, 2025, 3);
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->transfer_fen(), 5'000);
  EXPECT_EQ(changed->net_per_capita_fen(), 5'000);
  google::protobuf::FieldMask mask;
  mask.add_paths("wage_fen");
  EXPECT_EQ(ConfirmIncome(&known, &changes, mask, 2025, 1)->net_fen(), 3'000) << "no wage any more";
  changes.set_year(2024);
  EXPECT_EQ(status::ReasonOf(ConfirmIncome(&known, &changes, {}, 2025, 1).status()), "INVALID_FIELD");
}

TEST(ConfirmTest, NeedsAnEarlierYearAndNoneOfThisOne) {
  v1::LivingCondition known;
  known.set_year(2024);
  known.set_safe_water(true);
  EXPECT_EQ(ConfirmLivingCondition(&known, nullptr, {}, 2026)->year(), 2026);
  EXPECT_TRUE(ConfirmLivingCondition(&known, nullptr, {}, 2026)->safe_water());
  EXPECT_EQ(status::ReasonOf(ConfirmLivingCondition(&known, nullptr, {}, 2024).status()), "COLLECTION_RECORDED");
  EXPECT_EQ(status::ReasonOf(ConfirmLivingCondition(nullptr, nullptr, {}, 2024).status()), "COLLECTION_NOTHING_KNOWN");
}

}  // namespace
}  // namespace bangfu::registration::domain
