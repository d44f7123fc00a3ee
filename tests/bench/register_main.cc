// Writes a synthetic register as COPY reads it, sealed as the store seals it, so that millions of persons stand in the
// tables within a minute or two:
//
//   bangfu-bench-register DIVISION AREA HOUSEHOLDS PERSONS KEYS FOLDER FIRST
//
// FOLDER gets the files household, member, identity_claim, income and living_condition: text format, the columns' names
// in the first line. Ids of households are FIRST + 1, FIRST + 2 …, their national numbers H and the id; members are
// numbered alike.
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/crypto/sealer.h"
#include "common/ids/record_id.h"
#include "common/status/macros.h"
#include "deploy/demo/population.h"
#include "deploy/demo/register_rows.h"
#include "services/registration/store/member_store.h"
#include "services/registration/store/row.h"

namespace bangfu::bench {
namespace {

namespace store = registration::store;

// A table's file. Cells never hold tabs or line ends.
class CopyFile {
 public:
  CopyFile(const std::string& folder, const std::string& table, const std::string& columns)
      : file_(absl::StrCat(folder, "/", table)) {
    file_ << columns << "\n";
  }

  template <typename... Cells>
  void Write(const Cells&... cells) {
    line_.clear();
    ((absl::StrAppend(&line_, cells, "\t")), ...);
    line_.back() = '\n';
    file_.write(line_.data(), static_cast<std::streamsize>(line_.size()));
  }

  bool good() { return file_.flush().good(); }

 private:
  std::ofstream file_;
  std::string line_;
};

constexpr char kHouseholdColumns[] =
    "shard\tid\tarea\tnational_id\thead_name\tstandard\tattribute\tmain_cause\tother_causes\tcause_note\texit_flag\t"
    "exit_year\tphone\tbank_name\tbank_account\tmartyr_family\tmember_count\tupdated_by\tupdate_method\tcreate_time\t"
    "update_time\tvalid_from";
constexpr char kMemberColumns[] =
    "shard\tid\thousehold_id\tarea\tname\tsex\tid_type\tid_number\tid_digest\tbirth_date\trelation\tethnicity\t"
    "education\tschool_status\thealth\tlabour\twork_place\twork_months\tmedical_insurance\tpension_insurance\t"
    "illness_insurance\tsubsistence_allowance\tsoldier\tphone\tpolitical_status\tjoin_date\tjoin_reason\tupdated_by\t"
    "update_method\tcreate_time\tupdate_time\tvalid_from";
constexpr char kJoined[] = "2016-01-01";  // the day on which everybody joined
constexpr char kIncomeColumns[] =
    "shard\thousehold_id\tyear\twage_fen\tproduction_fen\tproperty_fen\ttransfer_fen\tfamily_planning_fen\t"
    "subsistence_fen\textreme_poverty_fen\tpension_fen\tecological_fen\tother_transfer_fen\texpense_fen\tnet_fen\t"
    "net_per_capita_fen\tmember_count\trule_version\tupdated_by\tupdate_method\tupdate_time";
constexpr char kLivingColumns[] =
    "shard\thousehold_id\tyear\tarable_centi_mu\tirrigated_centi_mu\tforest_centi_mu\treturned_centi_mu\t"
    "orchard_centi_mu\tpasture_centi_mu\twater_centi_mu\tproduction_power\twater_difficulty\tsafe_water\t"
    "road_centi_km\troad_type\thouse_centi_m2\tdangerous_house\tdanger_grade\tsanitary_toilet\tfuel\tupdated_by\t"
    "update_method\tupdate_time";
constexpr char kClaimColumns[] = "digest\tshard\tmember_id";

// A backslash is written twice in a COPY file.
std::string Bytes(absl::string_view bytes) { return absl::StrCat("\\", store::HexBytes(bytes)); }

class RegisterWriter {
 public:
  RegisterWriter(const crypto::Sealer& sealer, const std::string& folder, int64_t first)
      : sealer_(sealer),
        time_(store::TimeLiteral(absl::Now())),
        household_id_(first),
        member_id_(first),
        households_(folder, "household", kHouseholdColumns),
        members_(folder, "member", kMemberColumns),
        claims_(folder, "identity_claim", kClaimColumns),
        incomes_(folder, "income", kIncomeColumns),
        livings_(folder, "living_condition", kLivingColumns) {}

  void Write(const demo::Household& household) {
    using namespace demo::ac01;
    demo::FillRows(household, &rows_);
    const ids::RecordId id{static_cast<int32_t>(household.village / 1'000'000), ++household_id_};
    const std::string name = id.ToString();
    const auto& cells = rows_.household;
    households_.Write(id.shard, id.number, cells[AAR008], absl::StrCat("H", id.number), cells[AAC029], cells[AAC005],
                      cells[AAC006], cells[AAC007], cells[AAC008], cells[AAC011], cells[AAR010],
                      household.out_of_poverty ? household.exit_year : 0,
                      Sealed("household", "phone", name, cells[AAR012]), cells[AAQ002],
                      Sealed("household", "bank_account", name, cells[AAC004]), cells[AAC012], cells[AAC017], "bench",
                      "Bench", time_, time_, kJoined);
    for (int i = 0; i < rows_.size; ++i) WriteMember(id, cells[AAR008], rows_.persons[i]);
    WriteIncome(id, household);
    WriteLiving(id, household.living);
  }

  bool good() { return households_.good() && members_.good() && claims_.good() && incomes_.good() && livings_.good(); }

 private:
  void WriteMember(const ids::RecordId& household, const std::string& area,
                   const demo::Row<demo::ab01::kColumns>& cells) {
    using namespace demo::ab01;
    const ids::RecordId id{household.shard, ++member_id_};
    const std::string name = id.ToString();
    const std::string digest = Bytes(store::IdentityDigest(sealer_, cells[AAB004]));
    members_.Write(id.shard, id.number, household.number, area, cells[AAB002], cells[AAB003], cells[AAB018],
                   Sealed("member", "id_number", name, cells[AAB004]), digest, cells[AAB005], cells[AAB006],
                   cells[AAB007], cells[AAB008], cells[AAB009], cells[AAB017], cells[AAB010], cells[AAB011],
                   cells[AAB012], cells[AAB013], cells[AAB014], cells[AAB022], cells[AAB030], cells[AAB019],
                   Sealed("member", "phone", name, cells[AAB031]), cells[AAK033], kJoined, "01", "bench", "Bench",
                   time_, time_, kJoined);
    claims_.Write(digest, id.shard, id.number);
  }

  void WriteIncome(const ids::RecordId& id, const demo::Household& household) {
    const demo::Income& income = household.income;
    incomes_.Write(id.shard, id.number, demo::kDataYear, income.wage_fen, income.production_fen, income.property_fen,
                   income.TransferFen(), income.family_planning_fen, income.allowance_fen, income.extreme_poverty_fen,
                   income.pension_fen, income.ecological_fen, income.other_transfer_fen, income.expense_fen,
                   income.NetFen(), demo::PerHeadFen(income.NetFen(), household.size), household.size, "net-2016-1",
                   "bench", "Bench", time_);
  }

  void WriteLiving(const ids::RecordId& id, const demo::Living& living) {
    const auto flag = [](bool value) { return value ? "t" : "f"; };
    livings_.Write(id.shard, id.number, demo::kDataYear, living.arable, living.irrigated, living.forest,
                   living.returned, living.orchard, living.pasture, living.water, flag(living.production_power),
                   flag(living.water_difficulty), flag(living.safe_water), living.road_distance,
                   absl::StrCat("0", living.road_type), living.house, flag(living.DangerousHouse()),
                   std::string(1, living.danger_grade), flag(living.sanitary_toilet), absl::StrCat("0", living.fuel),
                   "bench", "Bench", time_);
  }

  std::string Sealed(const char* table, const char* column, const std::string& row, const std::string& text) const {
    return text.empty() ? "\\N" : Bytes(sealer_.Seal({store::kService, table, column, row}, text));
  }

  const crypto::Sealer& sealer_;
  const std::string time_;
  int64_t household_id_;
  int64_t member_id_;
  demo::RegisterRows rows_;
  CopyFile households_;
  CopyFile members_;
  CopyFile claims_;
  CopyFile incomes_;
  CopyFile livings_;
};

absl::Status WriteRegister(const std::vector<std::string>& arguments) {
  const std::string& division = arguments[0];
  const std::string& area = arguments[1];
  demo::PopulationSize size;
  int64_t first = 0;
  if (!absl::SimpleAtoi(arguments[2], &size.households) || !absl::SimpleAtoi(arguments[3], &size.persons) ||
      !absl::SimpleAtoi(arguments[6], &first)) {
    return absl::InvalidArgumentError("numbers expected");
  }
  ASSIGN_OR_RETURN(crypto::KeyRing ring, crypto::KeyRing::Load(arguments[4]));
  const crypto::Sealer sealer(std::move(ring));
  ASSIGN_OR_RETURN(const auto province, demo::ReadAreas(division, area.substr(0, 2)));
  ASSIGN_OR_RETURN(const auto areas, demo::ReadAreas(division, area));
  ASSIGN_OR_RETURN(demo::Population population, demo::Population::Create(areas, province, size));
  RegisterWriter writer(sealer, arguments[5], first);
  for (demo::Household household; population.Next(&household);) writer.Write(household);
  return writer.good() ? absl::OkStatus() : absl::DataLossError("cannot write to " + arguments[5]);
}

}  // namespace
}  // namespace bangfu::bench

int main(int argc, char** argv) {
  if (argc != 8) return 2;
  const absl::Status status = bangfu::bench::WriteRegister({argv + 1, argv + argc});
  if (!status.ok()) std::cerr << status << "\n";
  return status.ok() ? 0 : 1;
}
