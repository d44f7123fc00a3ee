// Random histories of the register against a simple model: stocks are start + in − out in every village, every
// household has exactly one head, and every person is on the register once.
#include <map>
#include <random>
#include <set>

#include "services/registration/rpc/register_fixture.h"
#include "services/registration/store/row.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration {
namespace {

// What the register should hold.
struct Model {
  struct Family {
    std::string village;
    std::set<std::string> members;
    std::string head;
  };
  std::map<std::string, Family> families;
  std::map<std::string, int> joined, left;  // by village
};

class RegisterHistoryTest : public RegisterFixture {
 protected:
  std::string PickFamily() {
    if (model_.families.empty()) return "";
    return std::next(model_.families.begin(), random_() % model_.families.size())->first;
  }

  v1::Member MemberNamed(const std::string& household_id, const std::string& member_id) {
    for (const v1::Member& member : MembersOf(household_id)) {
      if (member.member_id() == member_id) return member;
    }
    ADD_FAILURE() << "missing member";
    return {};
  }

  std::string PickMember(const Model::Family& family) {
    return *std::next(family.members.begin(), random_() % family.members.size());
  }

  void RegisterOne() {
    const std::string village = random_() % 2 == 0 ? kVillage : kSecondVillage;
    const int size = 1 + random_() % 4;
    const v1::Household household = RegisterFixture::Register(village, size);
    Model::Family& family = model_.families[household.household_id()];
    family.village = village;
    for (const v1::Member& member : MembersOf(household.household_id())) {
      family.members.insert(member.member_id());
      if (member.relation() == "01") family.head = member.member_id();
    }
    model_.joined[village] += size;
  }

  void AddOne(const std::string& id) {
    auto added = Add(id, NewMember(next_serial_++, "99"));
    ASSERT_TRUE(added.ok()) << added.status();
    model_.families[id].members.insert(added->member_id());
    ++model_.joined[model_.families[id].village];
  }

  void RemoveOne(const std::string& id) {
    Model::Family& family = model_.families[id];
    const std::string who = PickMember(family), heir = PickMember(family);
    const bool head = who == family.head;
    auto removed = Remove(MemberNamed(id, who), head ? heir : "");
    const bool possible = family.members.size() > 1 && (!head || heir != who);
    ASSERT_EQ(removed.ok(), possible) << removed.status();
    if (!possible) return;
    family.members.erase(who);
    if (head) family.head = heir;
    ++model_.left[family.village];
  }

  void MoveOne(const std::string& id, const std::string& to) {
    Model::Family& family = model_.families[id];
    const std::string who = PickMember(family);
    auto moved = Move(MemberNamed(id, who), to);
    const bool possible = id != to && who != family.head;
    ASSERT_EQ(moved.ok(), possible) << moved.status();
    if (!possible) return;
    family.members.erase(who);
    model_.families[to].members.insert(who);
    ++model_.left[family.village];
    ++model_.joined[model_.families[to].village];
  }

  void ArchiveOne(const std::string& id) {
    ASSERT_TRUE(Archive(*Get(id, Viewer())).ok());
    const Model::Family& family = model_.families[id];
    model_.left[family.village] += static_cast<int>(family.members.size());
    model_.families.erase(id);
  }

  void MergeTwo(const std::string& stays, const std::string& goes) {
    v1::MergeHouseholdsRequest request;
    request.set_household_id(stays);
    request.set_merged_household_id(goes);
    for (const v1::Member& member : MembersOf(goes)) {
      auto* named = request.add_members();
      named->set_member_id(member.member_id());
      named->set_relation("99");
    }
    request.set_etag(Get(stays, Viewer())->etag());
    request.set_request_id(testing::NewRequestId());
    auto merged = Call(households_, &Households::MergeHouseholds, request, Reviewer());
    ASSERT_EQ(merged.ok(), stays != goes) << merged.status();
    if (stays == goes) return;
    const Model::Family gone = model_.families[goes];
    model_.families[stays].members.insert(gone.members.begin(), gone.members.end());
    model_.left[gone.village] += static_cast<int>(gone.members.size());
    model_.joined[model_.families[stays].village] += static_cast<int>(gone.members.size());
    model_.families.erase(goes);
  }

  void SplitOne(const std::string& id) {
    Model::Family& family = model_.families[id];
    const std::string who = PickMember(family);
    const auto request = Splitting(*Get(id, Viewer()), who);
    auto founded = Call(households_, &Households::SplitHousehold, request, Registrar());
    ASSERT_EQ(founded.ok(), who != family.head) << founded.status();
    if (who == family.head) return;
    family.members.erase(who);
    model_.families[founded->household_id()] = {family.village, {who}, who};
  }

  void RelocateOne(const std::string& id) {
    Model::Family& family = model_.families[id];
    v1::Household household = *Get(id, Viewer());
    household.set_area(family.village == kVillage ? kSecondVillage : kVillage);
    ASSERT_TRUE(Update(household, {"area"}).ok());
    const int size = static_cast<int>(family.members.size());
    model_.left[family.village] += size;
    family.village = household.area();
    model_.joined[family.village] += size;
  }

  void Step() {
    const std::string id = PickFamily();
    if (id.empty()) return RegisterOne();
    switch (random_() % 10) {
      case 0: return RegisterOne();
      case 1: return AddOne(id);
      case 2: return AddOne(id);
      case 3: return RemoveOne(id);
      case 4: return MoveOne(id, PickFamily());
      case 5: return SplitOne(id);
      case 6: return MergeTwo(id, PickFamily());
      case 7: return RelocateOne(id);
      case 8: return random_() % 4 == 0 ? ArchiveOne(id) : RegisterOne();
      default: Fold();
    }
  }

  void RecordIncomeOf(const std::string& id) {
    v1::ListIncomesRequest list;
    list.set_household_id(id);
    auto before = Call(households_, &Households::ListIncomes, list, Viewer());
    ASSERT_TRUE(before.ok()) << before.status();
    v1::RecordIncomeRequest request;
    request.set_household_id(id);
    request.set_request_id(testing::NewRequestId());
    request.mutable_income()->set_year(2025);
    request.mutable_income()->set_wage_fen(random_() % 1'000'000);
    if (before->incomes_size() > 0) request.mutable_income()->set_etag(before->incomes(0).etag());
    auto recorded = Call(households_, &Households::RecordIncome, request, Registrar());
    ASSERT_TRUE(recorded.ok()) << recorded.status();
  }

  // When the household was last changed as it was known at an instant, in microseconds; -1 if it was not known.
  int64_t ChangeKnownAt(const std::string& id, int64_t micros) {
    v1::GetHouseholdRequest request;
    request.set_household_id(id);
    store::SetTime(absl::FromUnixMicros(micros), request.mutable_as_known_at());
    auto household = Call(households_, &Households::GetHousehold, request, Viewer());
    if (!household.ok()) return -1;
    return household->update_time().seconds() * 1'000'000 + household->update_time().nanos() / 1000;
  }

  // All versions that begin later than they end, or not where the one before them ends.
  int64_t BrokenVersions() {
    return database_.Count(R"sql((
      SELECT known_from, known_to,
             lead(known_from) OVER (PARTITION BY shard, kind, record_id, report ORDER BY version) AS next
      FROM (SELECT shard, kind, record_id, CASE WHEN kind > 2 THEN household_id END AS report, version, known_from,
                   known_to FROM record_version
            UNION ALL SELECT shard, 1, id, NULL, version, update_time, 'infinity' FROM household
            UNION ALL SELECT shard, 2, id, NULL, version, update_time, 'infinity' FROM member
            UNION ALL SELECT shard, 3, year, household_id, version, update_time, 'infinity' FROM income) AS versions
      ) AS followed
      WHERE known_from >= known_to OR known_to <> coalesce(next, 'infinity'))sql");
  }

  void Fold() {
    ASSERT_TRUE(database_.database()
                    .Write({}, [&](db::Tx& tx) -> absl::StatusOr<int64_t> { return store::FoldDeltas(tx, 5); })
                    .ok());
  }

  void ExpectModel() {
    std::set<std::string> everybody;
    std::map<std::string, int> stock;
    for (const auto& [id, family] : model_.families) {
      const auto members = MembersOf(id);
      EXPECT_EQ(members.size(), family.members.size());
      int heads = 0;
      for (const v1::Member& member : members) {
        heads += member.relation() == "01";
        EXPECT_EQ(member.area(), family.village);
        EXPECT_TRUE(everybody.insert(member.member_id()).second) << "on the register twice";
      }
      EXPECT_EQ(heads, 1);
      EXPECT_EQ(members[0].member_id(), family.head);
      stock[family.village] += static_cast<int>(members.size());
    }
    for (const std::string village : {kVillage, kSecondVillage}) {
      EXPECT_EQ(stock[village], model_.joined[village] - model_.left[village]);
      EXPECT_EQ(Statistics(village)->total().person_count(), stock[village]);
    }
    EXPECT_EQ(Statistics("150526000000")->total().household_count(), static_cast<int64_t>(model_.families.size()));
    EXPECT_EQ(database_.Sql("SELECT count(*) FROM identity_claim")[0][0].as<size_t>(), everybody.size());
  }

  Model model_;
  std::mt19937 random_;
};

TEST_F(RegisterHistoryTest, StocksAndFlowsBalance) {
  for (unsigned seed = 1; seed <= 3; ++seed) {
    random_.seed(seed);
    for (int step = 0; step < 100; ++step) {
      clock_.Advance(absl::Seconds(1));
      ASSERT_NO_FATAL_FAILURE(Step()) << "seed " << seed << " step " << step;
    }
    ASSERT_NO_FATAL_FAILURE(ExpectModel()) << "seed " << seed;
  }
}

// Calls are admitted by replicas whose clocks differ, and wait for each other in any order.
TEST_F(RegisterHistoryTest, VersionsFollowOneAnotherWhateverTheClocksSay) {
  random_.seed(7);
  for (int step = 0; step < 120; ++step) {
    clock_.Advance(absl::Seconds(static_cast<int>(random_() % 9) - 4));
    ASSERT_NO_FATAL_FAILURE(Step()) << "step " << step;
    if (step % 3 == 0) {
      ASSERT_NO_FATAL_FAILURE(RecordIncomeOf(PickFamily()));
    }
  }
  EXPECT_GT(database_.Count("record_version WHERE kind = 1"), 0);
  EXPECT_GT(database_.Count("record_version WHERE kind = 2"), 0);
  EXPECT_GT(database_.Count("record_version WHERE kind = 3"), 0);
  EXPECT_EQ(BrokenVersions(), 0);
  const auto versions = database_.Sql(R"sql(
    SELECT shard, record_id, (extract(epoch FROM known_from) * 1000000)::bigint,
           (extract(epoch FROM known_to) * 1000000)::bigint
    FROM record_version WHERE kind = 1)sql");
  for (const auto& row : versions) {
    const std::string id = ids::RecordId{row[0].as<int32_t>(), row[1].as<int64_t>()}.ToString();
    const auto from = row[2].as<int64_t>(), to = row[3].as<int64_t>();
    EXPECT_EQ(ChangeKnownAt(id, from), from);
    EXPECT_EQ(ChangeKnownAt(id, to - 1), from);
    EXPECT_EQ(ChangeKnownAt(id, to), to);
  }
}

// What a call answers is the time that it wrote.
TEST_F(RegisterHistoryTest, ALaterVersionIsLaterThoughItsClockIsBehind) {
  const v1::Household household = RegisterFixture::Register();
  clock_.Advance(-absl::Seconds(5));
  v1::Household changed = household;
  changed.set_cause_note("面谈后补充");
  auto updated = Update(changed, {"cause_note"});
  ASSERT_TRUE(updated.ok()) << updated.status();
  EXPECT_EQ(updated->update_time().seconds(), household.update_time().seconds());
  EXPECT_EQ(updated->update_time().nanos(), household.update_time().nanos() + 1000);
  EXPECT_EQ(Get(household.household_id(), Viewer())->update_time().nanos(), updated->update_time().nanos());
}

}  // namespace
}  // namespace bangfu::registration
