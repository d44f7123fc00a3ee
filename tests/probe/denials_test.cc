// What whoever is refused can do to the audit log, and what he cannot.
#include "common/rpc/denials.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/probe/probe_fixture.h"

namespace bangfu::probe {
namespace {

using rpc::Asker;
using ::testing::ElementsAre;

class DenialsTest : public ::testing::Test {
 protected:
  static audit::v1::AuditRecord Record(const std::string& result, const std::string& subject, const std::string& source,
                                       const std::string& method = "Read", const std::string& detail = "") {
    audit::v1::AuditRecord record;
    record.set_result(result);
    record.set_subject(subject);
    record.set_source(source);
    record.set_method(method);
    record.set_detail(detail);
    return record;
  }

  // All that was written by the end of `act`.
  template <typename Act>
  std::vector<audit::v1::AuditRecord> Written(const rpc::DenialBounds& bounds, const Act& act) {
    {
      rpc::Denials denials(database_.database(), bounds);
      act(denials);
    }
    std::vector<audit::v1::AuditRecord> found;
    for (const auto& row : database_.Sql("TABLE audit_outbox ORDER BY id")) {
      found.emplace_back().ParseFromString(db::BytesOf(row["body"]));
    }
    return found;
  }

  // How many denials those records stand for that are alike in what `told` says of them.
  template <typename Told>
  static std::map<std::string, int64_t> Sums(const std::vector<audit::v1::AuditRecord>& records, const Told& told) {
    std::map<std::string, int64_t> sums;
    for (const auto& record : records) sums[told(record)] += std::max<int64_t>(1, record.repeat_count());
    return sums;
  }

  testing::TestDatabase database_{kMigrations};
};

// Who makes up what tells denials apart does not get beyond the bound either.
TEST_F(DenialsTest, KindsAreBounded) {
  const auto records = Written({.kinds = 4}, [](rpc::Denials& denials) {
    for (int i = 0; i < 100; ++i) {
      denials.Add(Record("UNAUTHENTICATED", "", absl::StrCat("10.0.0.", i)), Asker::kAnybody);
    }
  });
  EXPECT_EQ(records.size(), 6u) << "four, the first of all others, and their number";
  EXPECT_EQ(Sums(records, [](const auto& record) { return record.result(); }).at("UNAUTHENTICATED"), 100);
}

// Two addresses without a token once filled the table with methods and faults, and what an insider was refused lost his
// name and what he asked for.
TEST_F(DenialsTest, StrangersHideNothingOfWhatAnInsiderIsRefused) {
  const auto records = Written({.kinds = 8}, [](rpc::Denials& denials) {
    for (int source = 0; source < 50; ++source) {
      for (int method = 0; method < 20; ++method) {
        denials.Add(Record("UNAUTHENTICATED", "", absl::StrCat("10.0.0.", source), absl::StrCat("M", method),
                           method % 2 == 0 ? "form" : "signature"),
                    Asker::kAnybody);
      }
    }
    for (int i = 0; i < 2; ++i) {
      auto denial = Record("PERMISSION_DENIED", "insider", "10.1.1.1");
      denial.add_objects(absl::StrCat("150526-", i));
      denials.Add(denial, Asker::kKnown);
    }
  });
  std::vector<std::string> insiders;
  for (const auto& record : records) {
    if (record.result() != "PERMISSION_DENIED") continue;
    insiders.push_back(absl::StrCat(record.subject(), " ", record.source(), " ", record.method(), " ",
                                    record.objects_size() == 1 ? record.objects(0) : "", " ", record.repeat_count()));
  }
  EXPECT_THAT(insiders, ElementsAre("insider 10.1.1.1 Read 150526-0 0", "insider 10.1.1.1 Read 150526-1 1"));
}

TEST_F(DenialsTest, AStrangerIsToldApartByHisAddressWhateverHeAsksFor) {
  const auto records = Written({}, [](rpc::Denials& denials) {
    for (int i = 0; i < 100; ++i) {
      denials.Add(Record("UNAUTHENTICATED", "", "10.0.0.1", absl::StrCat("M", i), "form"), Asker::kAnybody);
    }
  });
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].method(), "M0");
  EXPECT_EQ(records[1].method(), "") << "it differs";
  EXPECT_EQ(records[1].source() + " " + records[1].detail(), "10.0.0.1 form");
  EXPECT_EQ(records[1].repeat_count(), 99);
}

// An address that names one account after the other leaves room for other addresses.
TEST_F(DenialsTest, ASourceHasNoMoreThanItsShare) {
  const auto records = Written({.kinds = 16, .kinds_per_caller = 4}, [](rpc::Denials& denials) {
    for (int i = 0; i < 100; ++i) {
      denials.Add(Record("ACCOUNT_LOCKED", absl::StrCat("account.", i), "10.0.0.1"), Asker::kAnybody);
    }
    denials.Add(Record("ACCOUNT_LOCKED", "li.ming", "10.0.0.2"), Asker::kAnybody);
  });
  EXPECT_EQ(records.size(), 4u + 2 + 1);
  const auto by_source = Sums(records, [](const auto& record) { return record.source(); });
  EXPECT_EQ(by_source, (std::map<std::string, int64_t>{{"10.0.0.1", 100}, {"10.0.0.2", 1}}));
}

TEST_F(DenialsTest, ACallerWithATokenNeverLosesHisName) {
  const auto records = Written({.kinds = 8, .kinds_per_caller = 2}, [](rpc::Denials& denials) {
    for (int subject = 0; subject < 40; ++subject) {
      for (int method = 0; method < 10; ++method) {
        denials.Add(Record("PERMISSION_DENIED", absl::StrCat("clerk.", subject), "10.1.1.1", absl::StrCat("M", method)),
                    Asker::kKnown);
      }
    }
  });
  const auto by_subject = Sums(records, [](const auto& record) { return record.subject(); });
  ASSERT_EQ(by_subject.size(), 40u);
  for (const auto& [subject, sum] : by_subject) EXPECT_EQ(sum, 10) << subject;
  for (const auto& record : records) EXPECT_EQ(record.source(), "10.1.1.1") << "it does not differ";
}

// New kinds without end are no more records at once than the bound; the others come with the end of the window.
TEST_F(DenialsTest, FirstsAreBounded) {
  rpc::Denials denials(database_.database(), {.firsts = 5, .window = absl::Seconds(3)});
  for (int i = 0; i < 50; ++i) {
    denials.Add(Record("UNAUTHENTICATED", "", absl::StrCat("10.0.0.", i)), Asker::kAnybody);
    denials.Add(Record("PERMISSION_DENIED", absl::StrCat("clerk.", i), "10.1.1.1"), Asker::kKnown);
  }
  const auto count_becomes = [&](int64_t count) {
    for (int i = 0; i < 500 && database_.Count("audit_outbox") < count; ++i) absl::SleepFor(absl::Milliseconds(20));
    return database_.Count("audit_outbox");
  };
  EXPECT_EQ(count_becomes(10), 10);
  absl::SleepFor(absl::Milliseconds(300));
  EXPECT_EQ(database_.Count("audit_outbox"), 10);
  EXPECT_EQ(count_becomes(100), 100);
}

// However many addresses there are, those without a token leave the others a place in the queue.
TEST_F(DenialsTest, StrangersDoNotFillTheQueue) {
  const metrics::Counter unaudited("rpc_denials_not_audited_total", "");
  const double before = unaudited.value();
  auto held = database_.Hold("LOCK TABLE audit_outbox IN ACCESS EXCLUSIVE MODE");
  auto denials = std::make_unique<rpc::Denials>(database_.database(), rpc::DenialBounds{.queue = 64});
  for (int i = 0; i < 200; ++i) {
    denials->Add(Record("UNAUTHENTICATED", "", absl::StrCat("10.0.0.", i)), Asker::kAnybody);
  }
  const double lost = unaudited.value() - before;
  EXPECT_GT(lost, 0);
  for (int i = 0; i < 8; ++i) {
    denials->Add(Record("PERMISSION_DENIED", absl::StrCat("clerk.", i), "10.1.1.1"), Asker::kKnown);
  }
  EXPECT_EQ(unaudited.value() - before, lost);
  held.reset();  // before the records that wait for it
}

}  // namespace
}  // namespace bangfu::probe
