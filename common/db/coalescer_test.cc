#include "common/db/coalescer.h"

#include <atomic>
#include <future>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "common/db/migrate.h"
#include "common/status/refusal.h"
#include "common/testing/test_database.h"
#include "gtest/gtest.h"

namespace bangfu::db {
namespace {

using Answers = absl::StatusOr<std::vector<int>>;

constexpr Migration kMigrations[] = {
    {"9000_counter.sql",
     "CREATE TABLE counter (id integer PRIMARY KEY, value integer NOT NULL CHECK (value <= 1000))"}};

class CoalescerTest : public ::testing::Test {
 protected:
  testing::TestDatabase test_{kMigrations};
  Database& db_ = test_.database();
};

TEST_F(CoalescerTest, AllRowsAreWrittenAndABadOneFallsOutAlone) {
  constexpr int kRows = 300;
  std::atomic<int> answered{0}, refused{0};
  {
    Coalescer<int, int> coalescer(db_, [](Tx& tx, absl::Span<const int> rows) -> Answers {
      std::vector<int> values;
      for (int row : rows) values.push_back(row == 1007 ? 5000 : row % 10);  // breaks the CHECK
      tx.RunText("INSERT INTO counter SELECT * FROM unnest($1::int[], $2::int[]) ON CONFLICT DO NOTHING",
                 {IntegerArray(rows), IntegerArray(values)});
      return std::vector<int>(rows.begin(), rows.end());
    });
    for (int i = 0; i < kRows; ++i) {
      coalescer.Add({}, 1000 + i, [&, i](absl::StatusOr<int> answer) {
        if (answer.ok()) {
          EXPECT_EQ(*answer, 1000 + i);
          ++answered;
        } else {
          ++refused;
        }
      });
    }
  }
  EXPECT_EQ(answered, kRows - 1);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(test_.Count("counter"), kRows - 1);
}

// The first row keeps the one worker busy, so that what comes after it waits and goes together.
class CrowdedCoalescerTest : public CoalescerTest {
 protected:
  static constexpr int kFirst = -1;

  Answers Run(absl::Span<const int> rows) {
    if (rows[0] == kFirst) {
      entered_.set_value();
      gate_.get_future().wait();
      return Answers(std::vector<int>{kFirst});
    }
    ++batches_;
    seen_.insert(seen_.end(), rows.begin(), rows.end());
    if (!failure_.ok()) return failure_;
    return Answers(std::vector<int>(rows.begin(), rows.end()));
  }

  // Adds rows 0, 1, … with these bounds behind the first, and answers their reasons.
  std::vector<std::string> RunTogether(const std::vector<Bounds>& bounds) {
    std::vector<std::string> reasons(bounds.size());
    Coalescer<int, int> coalescer(db_, [this](Tx&, absl::Span<const int> rows) { return Run(rows); }, {.batches = 1});
    coalescer.Add({}, kFirst, [](absl::StatusOr<int>) {});
    entered_.get_future().wait();
    std::atomic<size_t> left{bounds.size()};
    for (size_t i = 0; i < bounds.size(); ++i) {
      coalescer.Add(bounds[i], static_cast<int>(i), [&, i](absl::StatusOr<int> answer) {
        reasons[i] = answer.ok() ? "OK" : status::ReasonOf(answer.status());
        --left;
      });
    }
    gate_.set_value();
    while (left > 0) absl::SleepFor(absl::Milliseconds(5));
    return reasons;
  }

  std::promise<void> gate_, entered_;
  absl::Status failure_;
  int batches_ = 0;
  std::vector<int> seen_;
};

TEST_F(CrowdedCoalescerTest, AFailureThatIsNotOfTheDataIsTheAnswerOfAllAtOnce) {
  failure_ = status::Refuse(status::Reason::UNAVAILABLE);
  EXPECT_EQ(RunTogether(std::vector<Bounds>(50)), std::vector<std::string>(50, "UNAVAILABLE"));
  EXPECT_EQ(batches_, 1);
}

TEST_F(CrowdedCoalescerTest, AFailureOfTheDataIsLookedForByHalves) {
  failure_ = status::Refuse(status::Reason::CONSTRAINT_VIOLATED);
  EXPECT_EQ(RunTogether(std::vector<Bounds>(50)), std::vector<std::string>(50, "CONSTRAINT_VIOLATED"));
  EXPECT_EQ(batches_, 2 * 50 - 1);
}

TEST_F(CrowdedCoalescerTest, RowsThatNobodyWaitsForAreLeftOut) {
  const std::atomic<bool> cancelled{true};
  const absl::Time now = absl::Now();
  EXPECT_EQ(RunTogether({{now + absl::Minutes(1)}, {now}, {now + absl::Minutes(1), &cancelled}, {}}),
            (std::vector<std::string>{"OK", "DEADLINE_EXCEEDED", "DEADLINE_EXCEEDED", "OK"}));
  EXPECT_EQ(seen_, (std::vector<int>{0, 3}));
}

}  // namespace
}  // namespace bangfu::db
