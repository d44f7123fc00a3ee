// Random histories against a simple model: a grid of days that every edit overwrites from its day on, as far as no edit
// had given the field another value later, and a copy of the grid for each instant. Records, lists, statistics and
// flows at random instants must all be those of the grid.
#include <map>
#include <optional>
#include <random>
#include <set>

#include "services/registration/rpc/bitemporal_fixture.h"

namespace bangfu::registration {
namespace {

using v1::PopulationChange;

constexpr int kDays = 40;  // of the grid, from 1 February 2026 on

std::string DayText(int day) { return absl::FormatCivilTime(absl::CivilDay(2026, 2, 1) + day); }

// What a record was on each day; nothing while it was not there.
template <typename State>
using Grid = std::vector<std::optional<State>>;

struct HouseholdState {
  std::string area, exit_flag, main_cause;
  bool active = true;
};
struct MemberState {
  std::string household, education;
  bool present = true;
};

struct Model {
  std::map<std::string, Grid<HouseholdState>> households;
  std::map<std::string, Grid<MemberState>> members;

  const HouseholdState* HouseOf(const MemberState& member, int day) const {
    const auto& state = households.at(member.household)[day];
    return state ? &*state : nullptr;
  }
};

template <typename State>
int FirstDay(const Grid<State>& grid) {
  int day = 0;
  while (!grid[day]) ++day;
  return day;
}

// Gives a field a value from a day on, up to where it had changed by itself.
template <typename State, typename Value>
void Overwrite(Grid<State>* grid, int from, Value State::*field, const Value& value) {
  const Grid<State> old = *grid;
  for (int day = std::max(from, FirstDay(old)); day < kDays; ++day) {
    const bool changes = day > std::max(from, FirstDay(old)) && (*old[day]).*field != (*old[day - 1]).*field;
    if (changes) return;
    (*(*grid)[day]).*field = value;
  }
}

int StatusOf(const std::string& exit_flag) { return PopulationChange::IN_POVERTY + std::stoi(exit_flag); }

class BitemporalHistoryTest : public BitemporalFixture {
 protected:
  int Today() {
    return static_cast<int>(absl::ToCivilDay(clock_.Now(), absl::FixedTimeZone(8 * 3600)) - absl::CivilDay(2026, 2, 1));
  }

  int Random(int low, int high) { return low + static_cast<int>(random_() % (high - low + 1)); }

  template <typename Map>
  std::string PickKey(const Map& map) {
    return map.empty() ? "" : std::next(map.begin(), static_cast<std::ptrdiff_t>(random_() % map.size()))->first;
  }

  std::string PickActive() {
    const std::string id = PickKey(model_.households);
    return id.empty() || !model_.households[id][Today()]->active ? "" : id;
  }

  void RegisterOne() {
    v1::Household household = NewHousehold(random_() % 2 == 0 ? kVillage : kSecondVillage);
    std::vector<v1::Member> given;
    std::vector<int> joined;
    for (int i = 0; i <= Random(1, 3); ++i) {
      given.push_back(NewMember(next_serial_++, i == 0 ? "01" : "99"));
      joined.push_back(Random(0, Today()));
      given.back().set_join_date(DayText(joined.back()));
      given.back().set_education("02");
    }
    const auto made = Create(household, given, Registrar(kProvince));
    ASSERT_TRUE(made.ok()) << made.status();
    auto& grid = model_.households[made->household_id()];
    grid.resize(kDays);
    for (int day = *std::min_element(joined.begin(), joined.end()); day < kDays; ++day) {
      grid[day] = HouseholdState{household.area(), "0", "01"};
    }
    // Members are told apart by their join dates and serials: both are in the order in which they were given.
    const auto members = MembersOf(made->household_id());
    ASSERT_EQ(members.size(), given.size());
    for (const v1::Member& member : members) {
      auto& of_member = model_.members[member.member_id()];
      of_member.resize(kDays);
      for (int day = 0; day < kDays; ++day) {
        if (DayText(day) >= member.join_date()) of_member[day] = MemberState{made->household_id(), "02"};
      }
    }
  }

  void UpdateOne() {
    const std::string id = PickActive();
    if (id.empty()) return;
    auto& grid = model_.households[id];
    const int from = Random(FirstDay(grid), Today());
    v1::Household change = *Get(id, Viewer(kProvince));
    switch (Random(0, 2)) {
      case 0:
        change.set_exit_flag(std::to_string(Random(0, 3)));
        ASSERT_TRUE(UpdateFrom(change, "exit_flag", DayText(from)).ok());
        return Overwrite(&grid, from, &HouseholdState::exit_flag, change.exit_flag());
      case 1:
        change.set_main_cause(random_() % 2 == 0 ? "01" : "02");
        ASSERT_TRUE(UpdateFrom(change, "main_cause", DayText(from)).ok());
        return Overwrite(&grid, from, &HouseholdState::main_cause, change.main_cause());
      default:
        change.set_area(random_() % 2 == 0 ? kVillage : kSecondVillage);
        ASSERT_TRUE(UpdateFrom(change, "area", DayText(from)).ok());
        return Overwrite(&grid, from, &HouseholdState::area, change.area());
    }
  }

  // A member who is present today and is no head; empty if the pick is none.
  v1::Member PickMember() {
    const std::string id = PickKey(model_.members);
    if (id.empty() || !model_.members[id][Today()] || !model_.members[id][Today()]->present) return {};
    const auto member = GetMember(id);
    EXPECT_TRUE(member.ok()) << member.status();
    return member->relation() == "01" ? v1::Member() : *member;
  }

  void CorrectOne() {
    v1::Member member = PickMember();
    if (member.member_id().empty()) return;
    auto& grid = model_.members[member.member_id()];
    const int from = Random(FirstDay(grid), Today());
    member.set_education(random_() % 2 == 0 ? "03" : "04");
    const auto corrected = UpdateMemberFrom(member, "education", DayText(from));
    ASSERT_TRUE(corrected.ok()) << corrected.status();
    Overwrite(&grid, from, &MemberState::education, member.education());
  }

  void AddOne() {
    const std::string id = PickActive();
    if (id.empty()) return;
    const int from = Random(0, Today());
    v1::Member given = NewMember(next_serial_++, "99");
    given.set_join_date(DayText(from));
    given.set_education("02");
    const auto added = Add(id, given);
    ASSERT_TRUE(added.ok()) << added.status();
    auto& grid = model_.members[added->member_id()];
    grid.resize(kDays);
    for (int day = std::max(from, FirstDay(model_.households[id])); day < kDays; ++day) {
      grid[day] = MemberState{id, "02"};
    }
  }

  int DayOf(const std::string& text) {
    int day = 0;
    while (DayText(day) < text) ++day;
    return day;
  }

  void RemoveOne() {
    const v1::Member member = PickMember();
    if (member.member_id().empty()) return;
    auto& grid = model_.members[member.member_id()];
    const int from = Random(std::max(FirstDay(grid), DayOf(member.join_date())), Today());
    ASSERT_TRUE(RemoveOn(member, DayText(from)).ok());
    for (int day = from; day < kDays; ++day) grid[day]->present = false;
  }

  void MoveOne() {
    const v1::Member member = PickMember();
    const std::string to = PickActive();
    if (member.member_id().empty() || to.empty() || to == member.household_id()) return;
    auto& grid = model_.members[member.member_id()];
    const int from = Random(std::max(FirstDay(grid), DayOf(member.join_date())), Today());
    const auto moved = MoveOn(member, to, DayText(from));
    if (from < FirstDay(model_.households[to])) {
      EXPECT_EQ(ReasonOf(moved), "EFFECTIVE_DATE_TOO_EARLY");
      return;
    }
    ASSERT_TRUE(moved.ok()) << moved.status();
    for (int day = from; day < kDays; ++day) grid[day]->household = to;
  }

  void ArchiveOne() {
    const std::string id = PickActive();
    if (id.empty() || random_() % 3 != 0) return;
    ASSERT_TRUE(Archive(*Get(id, Viewer(kProvince))).ok());
    for (int day = Today(); day < kDays; ++day) {
      model_.households[id][day]->active = false;
      for (auto& [member, grid] : model_.members) {
        if (grid[day] && grid[day]->household == id) grid[day]->present = false;
      }
    }
  }

  void Step() {
    clock_.Advance(absl::Hours(Random(1, 3)));
    switch (Random(0, 9)) {
      case 0: RegisterOne(); break;
      case 1:
      case 2:
      case 3:
      case 4: UpdateOne(); break;
      case 5: CorrectOne(); break;
      case 6: AddOne(); break;
      case 7: RemoveOne(); break;
      case 8: MoveOne(); break;
      default: ArchiveOne();
    }
    known_.emplace_back(clock_.Now(), model_);
  }

  const Model& ModelAt(absl::Time time) {
    static const Model& kNothing = *new Model;
    const Model* model = &kNothing;
    for (const auto& [known, known_model] : known_) {
      if (known <= time) model = &known_model;
    }
    return *model;
  }

  static bool Within(const std::string& village, const std::string& area) {
    return area == "150526000000" || village == area;
  }

  void ExpectRecords(const Model& model, int day, absl::Time time) {
    const std::string household = PickKey(model_.households);
    const auto& known = model.households.find(household);
    const auto read = GetAt(household, DayText(day), time);
    if (known == model.households.end() || !known->second[day]) {
      EXPECT_EQ(ReasonOf(read), "HOUSEHOLD_NOT_FOUND");
    } else {
      const HouseholdState& state = *known->second[day];
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(read->exit_flag(), state.exit_flag);
      EXPECT_EQ(read->main_cause(), state.main_cause);
      EXPECT_EQ(read->area(), state.area);
      EXPECT_EQ(read->state() == v1::Household::ACTIVE, state.active);
      int present = 0;
      for (const auto& [id, grid] : model.members)
        present += grid[day] && grid[day]->present && grid[day]->household == household;
      EXPECT_EQ(read->member_count(), present) << household;
      EXPECT_EQ(MemberIdsOf(household, DayText(day), time).size(), static_cast<size_t>(present));
    }
    const std::string member = PickKey(model_.members);
    const auto& person = model.members.find(member);
    const auto read_member = GetMemberAt(member, DayText(day), time);
    if (person == model.members.end() || !person->second[day]) {
      EXPECT_EQ(ReasonOf(read_member), "MEMBER_NOT_FOUND");
    } else {
      ASSERT_TRUE(read_member.ok()) << read_member.status();
      EXPECT_EQ(read_member->education(), person->second[day]->education);
      EXPECT_EQ(read_member->household_id(), person->second[day]->household);
      EXPECT_EQ(read_member->state() == v1::Member::PRESENT, person->second[day]->present);
    }
  }

  void ExpectLists(const Model& model, const std::string& area, int day, absl::Time time) {
    std::set<std::string> all, out, caused;
    for (const auto& [id, grid] : model.households) {
      if (!grid[day] || !grid[day]->active || !Within(grid[day]->area, area)) continue;
      all.insert(id);
      if (grid[day]->exit_flag == "1") out.insert(id);
      if (grid[day]->main_cause != "02") caused.insert(id);
    }
    EXPECT_EQ(HouseholdIdsAt(area, "", DayText(day), time), all);
    EXPECT_EQ(HouseholdIdsAt(area, "exit_flag = \"1\"", DayText(day), time), out);
    EXPECT_EQ(HouseholdIdsAt(area, "NOT main_cause = \"02\"", DayText(day), time), caused);
    std::set<std::string> present, taught, of_out;
    for (const auto& [id, grid] : model.members) {
      if (!grid[day] || !grid[day]->present) continue;
      const HouseholdState* household = model.HouseOf(*grid[day], day);
      if (household == nullptr || !Within(household->area, area)) continue;
      present.insert(id);
      if (grid[day]->education == "03") taught.insert(id);
      if (household->exit_flag == "1") of_out.insert(id);
    }
    EXPECT_EQ(MemberIdsAt(area, "", DayText(day), time), present);
    EXPECT_EQ(MemberIdsAt(area, "education = \"03\"", DayText(day), time), taught);
    EXPECT_EQ(MemberIdsAt(area, "household_exit_flag = \"1\"", DayText(day), time), of_out);
    const auto counts = StatisticsAt(area, DayText(day), time)->total();
    EXPECT_EQ(counts.household_count(), static_cast<int64_t>(all.size()));
    EXPECT_EQ(counts.exited_household_count(), static_cast<int64_t>(out.size()));
    EXPECT_EQ(counts.person_count(), static_cast<int64_t>(present.size()));
    EXPECT_EQ(counts.exited_person_count(), static_cast<int64_t>(of_out.size()));
  }

  // Persons of a status in an area.
  static int64_t Stock(const Model& model, const std::string& area, int status, int day) {
    int64_t persons = 0;
    for (const auto& [id, grid] : model.members) {
      if (day < 0 || !grid[day] || !grid[day]->present) continue;
      const HouseholdState* household = model.HouseOf(*grid[day], day);
      persons += household != nullptr && Within(household->area, area) && StatusOf(household->exit_flag) == status;
    }
    return persons;
  }

  void ExpectFlow(const Model& model, const std::string& area, int from, int to, absl::Time time) {
    const auto flow = FlowAt(area, DayText(from), DayText(to), time);
    ASSERT_TRUE(flow.ok()) << flow.status();
    ExpectBalanced(*flow);
    std::map<int, const v1::PopulationBalance*> by_status;
    for (const v1::PopulationBalance& balance : flow->total()) by_status[balance.status()] = &balance;
    for (int status = PopulationChange::IN_POVERTY; status <= PopulationChange::RETURNED; ++status) {
      const v1::PopulationBalance none;
      const v1::PopulationBalance& balance = by_status.contains(status) ? *by_status[status] : none;
      EXPECT_EQ(balance.start_person_count(), Stock(model, area, status, from - 1)) << status;
      EXPECT_EQ(balance.end_person_count(), Stock(model, area, status, to)) << status;
    }
    if (!flow->total().empty()) ExpectFiguresOpen(*flow, flow->total(Random(0, flow->total_size() - 1)), time);
  }

  std::mt19937 random_{20261128};
  Model model_;
  std::vector<std::pair<absl::Time, Model>> known_;
};

TEST_F(BitemporalHistoryTest, EverythingAtEveryInstantIsThatOfTheModel) {
  const std::string areas[] = {"150526000000", kVillage, kSecondVillage};
  for (int i = 0; i < 4; ++i) RegisterOne();
  known_.emplace_back(clock_.Now(), model_);
  for (int step = 0; step < 110 && !HasFatalFailure() && Today() < kDays - 1; ++step) {
    Step();
    if (random_() % 3 == 0) Fold(Random(1, 20));
    for (int question = 0; question < 2; ++question) {
      const size_t at = random_() % known_.size();
      const absl::Time time = known_[at].first + (random_() % 2 == 0 ? absl::ZeroDuration() : absl::Minutes(20));
      const int day = Random(0, kDays - 1);
      SCOPED_TRACE(absl::StrCat("step ", step, ", ", DayText(day), " as known at ", absl::FormatTime(time)));
      ExpectRecords(ModelAt(time), day, time);
      ExpectLists(ModelAt(time), areas[random_() % 3], day, time);
      const int from = Random(0, kDays - 1);
      ExpectFlow(ModelAt(time), areas[random_() % 3], from, Random(from, kDays - 1), time);
    }
    if (HasFailure()) break;
  }
  ExpectLists(model_, "150526000000", Today(), clock_.Now());
  EXPECT_EQ(Statistics("150526000000")->total().person_count(),
            StatisticsAt("150526000000", DayText(Today()), clock_.Now())->total().person_count());
  EXPECT_GT(database_.Count("record_version WHERE known_from = known_to AND kind = 1"), 0) << "the past was corrected";
  EXPECT_GT(database_.Count("population_change WHERE count = -1"), 0);
}

}  // namespace
}  // namespace bangfu::registration
