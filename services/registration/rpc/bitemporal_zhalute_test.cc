// The register of 扎鲁特旗: 8,638 households with 21,654 persons on it, 8,600 with 21,388 out of poverty by October
// 2020. The difference of 38 households and 266 persons is explained by what happened in between, entry by entry.
#include "services/registration/rpc/bitemporal_fixture.h"
#include "services/registration/store/family_store.h"

namespace bangfu::registration {
namespace {

using domain::Family;

constexpr int kHouseholds = 8638, kOfThree = 4378;  // the others have two members: 21,654 persons

class ZhaluteTest : public BitemporalFixture {
 protected:
  void Save(const std::string& day, const std::vector<Family>& before, std::vector<Family>* after) {
    store::Author author{"registrar", "Test", clock_.Now()};
    author.valid_from = day;
    const auto saved = database_.database().Write({}, [&](db::Tx& tx) {
      return store::SaveFamilies(tx, sealer_, {{&author, &before, after}});
    });
    ASSERT_TRUE(saved.ok()) << saved;
    clock_.Advance(absl::Seconds(1));
  }

  void RegisterAll() {
    for (int at = 0; at < kHouseholds;) {
      std::vector<Family> batch;
      for (; at < kHouseholds && batch.size() < 1000; ++at) {
        std::vector<v1::Member> members;
        std::vector<std::string> ids = {NewIdIn(kVillage)};
        for (int i = 0; i < (at < kOfThree ? 3 : 2); ++i) {
          members.push_back(NewMember(next_serial_++, i == 0 ? "01" : "99"));
          members.back().set_join_date("2015-12-31");
          ids.push_back(NewIdIn(kVillage));
        }
        auto family =
            domain::Register(NewHousehold(at % 2 == 0 ? kVillage : kSecondVillage), members, ids, "2016-01-01");
        ASSERT_TRUE(family.ok()) << family.status();
        batch.push_back(*std::move(family));
      }
      Save("2015-12-31", {}, &batch);
      families_.insert(families_.end(), batch.begin(), batch.end());
    }
  }

  // Changes the families from `first` on, `count` of them, on a day.
  template <typename Change>
  void ChangeSome(const std::string& day, int first, int count, Change change) {
    const std::vector<Family> before(families_.begin() + first, families_.begin() + first + count);
    std::vector<Family> after;
    for (const Family& family : before) {
      auto changed = change(family);
      ASSERT_TRUE(changed.ok()) << changed.status();
      after.push_back(*std::move(changed));
    }
    Save(day, before, &after);
    for (Family& family : after) {
      std::erase_if(family.members, [](const v1::Member& member) { return member.state() != v1::Member::PRESENT; });
    }
    std::copy(after.begin(), after.end(), families_.begin() + first);
  }

  void ArchiveSome(int first, int count, const std::string& reason) {
    ChangeSome("2018-06-01", first, count,
               [&](const Family& family) { return domain::Archive(family, reason, "2018-06-01"); });
  }

  void LoseSome(int first, int count, const std::string& reason) {
    ChangeSome("2019-03-01", first, count, [&](const Family& family) {
      v1::RemoveMemberRequest request;
      request.set_member_id(family.members.back().member_id());
      request.set_leave_reason(reason);
      request.set_leave_date("2019-03-01");
      return domain::Leave(family, request, "2026-03-02");
    });
  }

  void WinSome(int first, int count, const std::string& reason) {
    ChangeSome("2019-09-01", first, count, [&](const Family& family) {
      v1::Member member = NewMember(next_serial_++, "99");
      member.set_member_id(NewIdIn(kVillage));
      member.set_join_date("2019-09-01");
      member.set_join_reason(reason);
      return domain::Join(family, member, "2026-03-02");
    });
  }

  std::vector<Family> families_;
};

using Explained = std::map<std::string, std::pair<int64_t, int64_t>>;  // households and persons, by reason

Explained FiguresOf(const google::protobuf::RepeatedPtrField<v1::PopulationFigure>& figures) {
  Explained explained;
  for (const v1::PopulationFigure& figure : figures) {
    explained[figure.reason()] = {figure.household_count(), figure.person_count()};
  }
  return explained;
}

void ExpectExplained(const v1::PopulationBalance& poor) {
  EXPECT_EQ(poor.start_household_count(), 8638);
  EXPECT_EQ(poor.start_person_count(), 21654);
  EXPECT_EQ(FiguresOf(poor.increases()), (Explained{{"JOIN_01", {0, 38}}, {"JOIN_02", {0, 12}}}));
  EXPECT_EQ(FiguresOf(poor.decreases()), (Explained{{"ARCHIVE_01", {11, 0}},
                                                    {"ARCHIVE_02", {17, 0}},
                                                    {"ARCHIVE_05", {10, 0}},
                                                    {"LEAVE_01", {0, 181}},
                                                    {"LEAVE_02", {0, 34}},
                                                    {"LEAVE_03", {0, 25}},
                                                    {"LEAVE_08", {0, 76}},
                                                    {"EXITED", {8600, 21388}}}));
  EXPECT_EQ(poor.end_household_count(), 0);
}

TEST_F(ZhaluteTest, ThirtyEightHouseholdsAndTwoHundredAndSixtySixPersonsAreExplained) {
  RegisterAll();
  ArchiveSome(8600, 11, "01");
  ArchiveSome(8611, 17, "02");
  ArchiveSome(8628, 10, "05");
  LoseSome(0, 181, "01");
  LoseSome(181, 34, "02");
  LoseSome(215, 25, "03");
  WinSome(1000, 38, "01");
  WinSome(1038, 12, "02");
  for (int first = 0; first < 8600; first += 1000) {
    ChangeSome("2020-10-15", first, std::min(1000, 8600 - first), [](Family family) -> absl::StatusOr<Family> {
      family.household.set_exit_flag("1");
      return family;
    });
  }
  Fold(20);
  const auto flow = FlowAt("150526000000", "2016-01-01", "2020-10-31", clock_.Now());
  ASSERT_TRUE(flow.ok()) << flow.status();
  ExpectBalanced(*flow);
  ASSERT_EQ(flow->total_size(), 2);
  ExpectExplained(flow->total(0));
  EXPECT_EQ(flow->total(1).end_household_count(), 8600);
  EXPECT_EQ(flow->total(1).end_person_count(), 21388);
  const auto then = StatisticsAt("150526000000", "2016-12-31", clock_.Now());
  EXPECT_EQ(then->total().household_count(), 8638);
  EXPECT_EQ(then->total().exited_person_count(), 0);
  EXPECT_EQ(Statistics("150526000000")->total().person_count(), 21388);
  v1::ListPopulationChangesRequest request;
  request.set_area("150526000000");
  request.set_from_date("2016-01-01");
  request.set_to_date("2020-10-31");
  request.set_direction(v1::PopulationChange::DECREASE);
  request.set_status(v1::PopulationChange::IN_POVERTY);
  request.set_subject(v1::PopulationChange::HOUSEHOLD);
  request.set_reason("ARCHIVE_02");
  EXPECT_EQ(OpenedBy(request), 17);
}

}  // namespace
}  // namespace bangfu::registration
