#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "services/registration/rpc/register_fixture.h"
#include "services/registration/store/household_store.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/summary_store.h"

namespace bangfu::registration {
namespace {

class RegisterRpcTest : public RegisterFixture {
 protected:
  int64_t Fold(int limit) {
    auto folded = database_.database().Write(
        {}, [&](db::Tx& tx) -> absl::StatusOr<int64_t> { return store::FoldDeltas(tx, limit); });
    return *folded;
  }

  int64_t Listed(const std::string& figure, const std::string& area, const std::string& filter) {
    const std::string viewer = Viewer(kProvince);
    if (figure.find("household") != std::string::npos) {
      return List(std::stoll(area), filter, "", 0, "", viewer)->total_size();
    }
    v1::ListMembersRequest request;
    request.set_area(area);
    request.set_filter(filter);
    const auto members = Call(members_, &Members::ListMembers, request, viewer);
    EXPECT_TRUE(members.ok()) << members.status();
    return members->total_size();
  }

  // Every figure that there is has a filter beside it, and is the length of the list behind that.
  void ExpectStatisticsEqualLists(const v1::RegisterCounts& counts) {
    const auto* type = v1::RegisterCounts::descriptor();
    int figures = 0;
    for (int i = 0; i < type->field_count(); ++i) {
      const std::string name = type->field(i)->name();
      if (!absl::EndsWith(name, "_count")) continue;
      ++figures;
      const std::string figure = name.substr(0, name.size() - 6);
      const auto* filter = type->FindFieldByName(figure + "_filter");
      ASSERT_NE(filter, nullptr) << name << " opens no list";
      const auto* reflection = v1::RegisterCounts::GetReflection();
      EXPECT_EQ(reflection->GetInt64(counts, type->field(i)),
                Listed(figure, counts.area(), reflection->GetString(counts, filter)))
          << name << " of " << counts.area();
    }
    EXPECT_EQ(figures, 4);
  }

  void ExpectAllStatisticsEqualLists() {
    for (const char* area : {"150000000000", "150500000000", "150526000000", "150526100000", kVillage}) {
      auto statistics = Statistics(area);
      ASSERT_TRUE(statistics.ok()) << statistics.status();
      ExpectStatisticsEqualLists(statistics->total());
      int64_t households = 0, persons = 0;
      for (const v1::RegisterCounts& part : statistics->parts()) {
        ExpectStatisticsEqualLists(part);
        households += part.household_count();
        persons += part.person_count();
      }
      if (statistics->parts_size() == 0) continue;
      EXPECT_EQ(households, statistics->total().household_count());
      EXPECT_EQ(persons, statistics->total().person_count());
    }
  }
};

TEST_F(RegisterRpcTest, StatisticsEqualTheListsBehindThemFoldedOrNot) {
  Register(kVillage, 3);
  v1::Household exits = Register(kVillage, 2);
  Register(kSecondVillage, 1);
  Register(kForeignVillage, 4);
  const v1::Household goes = Register(kVillage, 2);
  ExpectAllStatisticsEqualLists();
  EXPECT_EQ(Fold(3), 3);
  ExpectAllStatisticsEqualLists();
  exits.set_exit_flag("1");
  auto exited = Update(exits, {"exit_flag"});
  ASSERT_TRUE(exited.ok()) << exited.status();
  ASSERT_TRUE(Archive(goes).ok());
  ASSERT_TRUE(Add(exits.household_id(), NewMember(next_serial_++, "99")).ok());
  EXPECT_EQ(Statistics(kVillage)->total().exited_person_count(), 3);
  ExpectAllStatisticsEqualLists();
  EXPECT_GT(Fold(1000), 0);
  EXPECT_EQ(Fold(1000), 0);
  ExpectAllStatisticsEqualLists();
}

TEST_F(RegisterRpcTest, StatisticsAreOfTheCallersArea) {
  v1::GetRegisterStatisticsRequest request;
  request.set_area("150500000000");
  EXPECT_EQ(ReasonOf(Call(figures_, &Figures::GetRegisterStatistics, request, Viewer())), "AREA_OUT_OF_SCOPE");
  request.set_area("150526999000");
  EXPECT_EQ(ReasonOf(Call(figures_, &Figures::GetRegisterStatistics, request, Viewer())), "AREA_NOT_FOUND");
}

TEST_F(RegisterRpcTest, DictionariesListTheirValidEntries) {
  v1::ListDictionaryEntriesRequest request;
  request.set_dictionary("AAC007");
  auto response = Call(figures_, &Figures::ListDictionaryEntries, request, Viewer());
  ASSERT_TRUE(response.ok()) << response.status();
  EXPECT_EQ(response->entries(0).label(), "因病");
  EXPECT_EQ(response->entries_size(), 12);
  request.set_dictionary("AAB007");
  EXPECT_EQ(Call(figures_, &Figures::ListDictionaryEntries, request, Viewer())->entries_size(), 57);
  request.set_dictionary("NONE");
  EXPECT_EQ(ReasonOf(Call(figures_, &Figures::ListDictionaryEntries, request, Viewer())), "NOT_FOUND");
}

TEST_F(RegisterRpcTest, DictionariesAreListedWithTheirFields) {
  const auto response = Call(figures_, &Figures::ListDictionaries, v1::ListDictionariesRequest(), Viewer());
  ASSERT_TRUE(response.ok()) << response.status();
  std::map<std::string, v1::Dictionary> by_name;
  for (const v1::Dictionary& dictionary : response->dictionaries()) by_name[dictionary.dictionary()] = dictionary;
  EXPECT_EQ(by_name["AAB007"].entry_count(), 57);
  EXPECT_THAT(by_name["AAB007"].field_labels(), ::testing::ElementsAre("民族"));
  EXPECT_THAT(by_name["LEAVE_REASON"].field_labels(), ::testing::SizeIs(::testing::Ge(2)));
  for (const auto& [name, dictionary] : by_name) {
    // Which of these a row of a list takes depends on the list's kind, and no annotation says so.
    if (absl::StartsWith(name, "MATCH_")) continue;
    EXPECT_FALSE(dictionary.field_labels().empty()) << name;
  }
}

TEST_F(RegisterRpcTest, EntriesOfAllTimesTellWhenTheyEnd) {
  database_.Sql("UPDATE dictionary_entry SET valid_to = '2015-01-01' WHERE dictionary = 'AAB003' AND code = '9'");
  ASSERT_TRUE(dictionaries_.Refresh().ok());
  v1::ListDictionaryEntriesRequest request;
  request.set_dictionary("AAB003");
  const auto today = Call(figures_, &Figures::ListDictionaryEntries, request, Viewer());
  request.set_all_times(true);
  const auto ever = Call(figures_, &Figures::ListDictionaryEntries, request, Viewer());
  ASSERT_TRUE(today.ok() && ever.ok());
  ASSERT_EQ(today->entries_size() + 1, ever->entries_size());
  EXPECT_EQ(today->entries(0).valid_to(), "");
  EXPECT_EQ(ever->entries(ever->entries_size() - 1).valid_to(), "2015-01-01");
  request.set_dictionary("NONE");
  EXPECT_EQ(ReasonOf(Call(figures_, &Figures::ListDictionaryEntries, request, Viewer())), "NOT_FOUND");
}

// Every dictionary that a field names has entries, and every field that the contract calls filterable can be filtered.
TEST_F(RegisterRpcTest, TheContractAndTheDatabaseAgree) {
  const auto expect_agreement = [&](const google::protobuf::Descriptor* type, const api::ColumnMap* columns) {
    for (int i = 0; i < type->field_count(); ++i) {
      const auto& annotation = type->field(i)->options().GetExtension(options::v1::field);
      if (!annotation.dictionary().empty()) {
        EXPECT_FALSE(dictionaries_.EntriesOf(annotation.dictionary()).empty()) << annotation.dictionary();
      }
      if (columns != nullptr) {
        EXPECT_EQ(annotation.filterable(), columns->contains(type->field(i)->name())) << type->field(i)->full_name();
      }
    }
  };
  expect_agreement(v1::Household::descriptor(), &store::HouseholdFilterColumns());
  expect_agreement(v1::Member::descriptor(), &store::MemberFilterColumns());
  expect_agreement(v1::LivingCondition::descriptor(), nullptr);
  expect_agreement(v1::ArchiveHouseholdRequest::descriptor(), nullptr);
}

}  // namespace
}  // namespace bangfu::registration
