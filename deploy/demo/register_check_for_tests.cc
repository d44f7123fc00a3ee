#include "deploy/demo/register_check_for_tests.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "deploy/demo/household.h"
#include "deploy/demo/identity.h"

namespace bangfu::demo {
namespace {

constexpr char kError[] = "error";
constexpr char kWarning[] = "warning";

// A row whose cells are found by name.
struct Record {
  std::string file;
  int row = 0;
  std::map<std::string, std::string> cells;

  const std::string& operator[](const std::string& column) const { return cells.at(column); }
};

std::vector<Record> ReadRecords(const std::string& folder, const std::string& file) {
  const auto rows = ReadCsv(absl::StrCat(folder, "/", file));
  std::vector<Record> records;
  for (size_t i = 1; i < rows.size(); ++i) {
    Record record{file, static_cast<int>(i) + 1, {}};
    for (size_t c = 0; c < rows[0].size(); ++c) record.cells[rows[0][c]] = rows[i].at(c);
    records.push_back(record);
  }
  return records;
}

size_t Characters(const std::string& text) {
  return std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; });
}

// Hundredths of a number with two decimals; nothing if it is no such number.
std::optional<int64_t> Hundredths(const std::string& text) {
  std::string digits = text;
  const size_t point = digits.find('.');
  int64_t value = 0;
  if (point == std::string::npos || point + 3 != digits.size() || !absl::SimpleAtoi(digits.erase(point, 1), &value)) {
    return std::nullopt;
  }
  return value;
}

bool IsDate(const std::string& text) {
  const int year = std::atoi(text.substr(0, 4).c_str()), month = std::atoi(text.substr(5, 2).c_str());
  const int day = std::atoi(text.substr(8, 2).c_str());
  return text.size() == 10 && month >= 1 && month <= 12 && day >= 1 && day <= DaysInMonth(year, month);
}

class Checker {
 public:
  Checker(const std::string& folder, const std::vector<Area>& areas)
      : households_(ReadRecords(folder, "AC01.csv")),
        persons_(ReadRecords(folder, "AB01.csv")),
        incomes_(ReadRecords(folder, "AC07.csv")),
        livings_(ReadRecords(folder, "AC30.csv")) {
    for (const Area& area : areas) {
      if (area.level == AreaLevel::kVillage) villages_.insert(absl::StrCat(area.code));
    }
  }

  std::set<Finding> Check() {
    for (const Record& r : households_) known_.insert(r["AAC001"]);
    for (const Record& r : persons_) members_[r["AAC001"]].push_back(&r);
    for (const Record& r : persons_) by_number_[r["AAB004"]].push_back(&r);
    for (const Record& r : households_) CheckHousehold(r);
    for (const Record& r : persons_) CheckPerson(r);
    for (const Record& r : incomes_) CheckIncome(r);
    for (const Record& r : livings_) CheckLiving(r);
    for (const auto* records : {&persons_, &incomes_, &livings_}) {
      for (const Record& r : *records) {
        if (refused_.count(r["AAC001"]) > 0) Add(r, "AAC001", "household_refused");
      }
    }
    return findings_;
  }

 private:
  void Add(const Record& r, const std::string& column, const std::string& kind, const std::string& severity = kError) {
    findings_.emplace(r.file, r.row, column, kind, severity);
    if (r.file == "AC01.csv" && severity == kError) refused_.insert(r["AAC001"]);
  }

  void CheckCode(const Record& r, const std::string& column, std::set<std::string> codes) {
    if (codes.count(r[column]) == 0) Add(r, column, "unknown_code");
  }

  void CheckHousehold(const Record& r) {
    if (villages_.count(r["AAR008"]) == 0) Add(r, "AAR008", "unknown_area");
    CheckCode(r, "AAC007", {"01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "99"});
    if (Characters(r["AAC011"]) > 500) Add(r, "AAC011", "over_long");
    for (absl::string_view cause : absl::StrSplit(r["AAC008"], ',', absl::SkipEmpty())) {
      if (cause.size() != 2 || cause == r["AAC007"]) Add(r, "AAC008", "unknown_code");
    }
    const std::vector<const Record*>& members = members_[r["AAC001"]];
    if (members.empty()) return Add(r, "AAC017", "household_without_person", kWarning);
    if (r["AAC017"] != absl::StrCat(members.size())) Add(r, "AAC017", "declared_members", kWarning);
    const auto count = [&](auto test) { return std::count_if(members.begin(), members.end(), test); };
    const auto able = count([](const Record* m) { return (*m)["AAB010"] == "01" || (*m)["AAB010"] == "02"; });
    const auto healthy = count([](const Record* m) { return (*m)["AAB017"] == "01"; });
    const bool illness = r["AAC007"] == "01" || absl::StrContains(r["AAC008"], "01");
    const bool no_labour = r["AAC007"] == "08" || absl::StrContains(r["AAC008"], "08");
    if (illness && healthy == static_cast<int64_t>(members.size())) {
      Add(r, "AAC007", "illness_but_all_healthy", kWarning);
    }
    if (no_labour && able >= 2) Add(r, "AAC007", "no_labour_but_able", kWarning);
    CheckHeads(members);
  }

  void CheckHeads(const std::vector<const Record*>& members) {
    std::vector<const Record*> heads;
    for (const Record* m : members) {
      if ((*m)["AAB006"] == "01") heads.push_back(m);
    }
    if (heads.empty()) Add(*members[0], "AAB006", "no_head");
    if (heads.size() < 2) return;
    for (const Record* head : heads) Add(*head, "AAB006", "two_heads");
  }

  void CheckPerson(const Record& r) {
    if (known_.count(r["AAC001"]) == 0) Add(r, "AAC001", "person_without_household");
    if (Characters(r["AAB002"]) > 60) Add(r, "AAB002", "over_long");
    CheckCode(r, "AAB007", {"01", "02", "03", "10", "11", "31", "45", "52"});
    CheckIdentity(r);
    const int age = kDataYear - std::atoi(r["AAB005"].c_str());
    if (r["AAB010"] == "02" && (age < 16 || age > 60)) Add(r, "AAB010", "skilled_outside_age", kWarning);
    if ((r["AAB009"] == "02" || r["AAB008"] == "06") && age >= 7)
      Add(r, "AAB009", "pre_school_at_school_age", kWarning);
  }

  void CheckIdentity(const Record& r) {
    std::string number = r["AAB004"];
    if (number.size() == 15) {
      Add(r, "AAB004", "fifteen_digits", kWarning);
      number.insert(6, "19");
      number.push_back(IdentityCheck(number));
    }
    if (!IsDate(r["AAB005"])) return Add(r, "AAB005", "bad_date");
    if (!IsIdentityNumber(number)) {
      return Add(r, "AAB004", absl::EndsWith(number, "000") ? "float_damaged" : "bad_checksum");
    }
    const std::string birth = absl::StrCat(number.substr(6, 4), "-", number.substr(10, 2), "-", number.substr(12, 2));
    if (birth != r["AAB005"]) Add(r, "AAB005", "birth_mismatch");
    if (((number[16] - '0') % 2 == 1) != (r["AAB003"] == "1")) Add(r, "AAB003", "sex_mismatch");
    for (const Record* other : by_number_[r["AAB004"]]) {
      if (other == &r) continue;
      Add(r, "AAB004", (*other)["AAC001"] == r["AAC001"] ? "duplicate_in_household" : "duplicate_across_households");
    }
  }

  void CheckIncome(const Record& r) {
    std::map<std::string, int64_t> fen;
    for (const auto& [column, text] : r.cells) {
      if (column == "AAC001" || column == "AAR040") continue;
      const std::optional<int64_t> value = Hundredths(text);
      if (!value.has_value()) return Add(r, column, "bad_number");
      if (*value < 0) Add(r, column, "negative_money");
      fen[column] = *value;
    }
    const int64_t parts = fen["AAC076"] + fen["AAC077"] + fen["AAC086"] + fen["AAC087"] + fen["AAC078"] + fen["AAC083"];
    if (parts != fen["AAC085"]) Add(r, "AAC085", "transfer_mismatch");
    const int64_t net = fen["AAC073"] + fen["AAC071"] + fen["AAC072"] + fen["AAC085"] - fen["AAC074"];
    if (net != fen["AAC079"]) Add(r, "AAC079", "net_mismatch");
    const std::vector<const Record*>& members = members_[r["AAC001"]];
    const int64_t n = members.size();
    if (n > 0 && (fen["AAC079"] * 2 + n) / (2 * n) != fen["AAC082"]) Add(r, "AAC082", "per_head_mismatch");
    const bool worked =
        std::any_of(members.begin(), members.end(), [](const Record* m) { return (*m)["AAB012"] != "0"; });
    if (worked && fen["AAC073"] == 0) Add(r, "AAC073", "months_without_wage", kWarning);
    if (!worked && n > 0 && fen["AAC073"] > 0) Add(r, "AAC073", "wage_without_months", kWarning);
  }

  void CheckLiving(const Record& r) {
    for (const char* column :
         {"AAC301", "AAC302", "AAC303", "AAC304", "AAC305", "AAC306", "AAC307", "AAC315", "AAC317"}) {
      if (!Hundredths(r[column]).has_value()) Add(r, column, "bad_number");
    }
    CheckCode(r, "AAC316", {"01", "02", "03", "04"});
    CheckCode(r, "AAC320", {"01", "02", "03", "04"});
    CheckCode(r, "AAC322", {"A", "B", "C", "D"});
    if ((r["AAC318"] == "1") != (r["AAC322"] >= "C")) Add(r, "AAC318", "danger_mismatch");
  }

  std::vector<Record> households_, persons_, incomes_, livings_;
  std::set<std::string> villages_, known_, refused_;
  std::map<std::string, std::vector<const Record*>> members_, by_number_;
  std::set<Finding> findings_;
};

}  // namespace

std::vector<std::vector<std::string>> ReadCsv(const std::string& path) {
  std::ifstream in(path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (rows.empty() && absl::StartsWith(line, "\xEF\xBB\xBF")) line.erase(0, 3);
    std::vector<std::string> cells(1);
    bool quoted = false;
    for (char c : line) {
      if (c == '"') quoted = !quoted;
      if (c == ',' && !quoted) cells.emplace_back();
      if ((c != ',' || quoted) && c != '"' && c != '\r') cells.back().push_back(c);
    }
    rows.push_back(cells);
  }
  return rows;
}

std::set<Finding> ReadTruth(const std::string& path) {
  std::set<Finding> truth;
  const auto rows = ReadCsv(path);
  for (size_t i = 1; i < rows.size(); ++i) {
    truth.emplace(rows[i][0], std::atoi(rows[i][1].c_str()), rows[i][2], rows[i][3], rows[i][4]);
  }
  return truth;
}

std::set<Finding> CheckRegister(const std::string& folder, const std::vector<Area>& areas) {
  return Checker(folder, areas).Check();
}

}  // namespace bangfu::demo
