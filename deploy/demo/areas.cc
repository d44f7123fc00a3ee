#include "deploy/demo/areas.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/macros.h"
#include "deploy/demo/csv_file.h"

namespace bangfu::demo {
namespace {

// One file of the package for each level; its codes have so many digits.
struct LevelFile {
  AreaLevel level;
  const char* file;
  int digits;
};
constexpr LevelFile kLevelFiles[] = {{AreaLevel::kProvince, "provinces.csv", 2},
                                     {AreaLevel::kCity, "cities.csv", 4},
                                     {AreaLevel::kCounty, "areas.csv", 6},
                                     {AreaLevel::kTownship, "streets.csv", 9},
                                     {AreaLevel::kVillage, "villages.csv", 12}};

// The rules by which a name tells the kind, tried from top to bottom; the first that applies decides. A committee that
// is named after the farm it lies on is a committee, so endings of governments come before words of zones.
enum class Where { kAnywhere, kEnd };
struct KindRule {
  Where where;
  absl::string_view word;
  AreaLevel top;  // Applies at this level and below: 白云鄂博矿区 is a county, 布敦化矿区 is not.
  AreaKind kind;
};
constexpr AreaLevel kAnyLevel = AreaLevel::kProvince;
constexpr KindRule kKindRules[] = {
    {Where::kAnywhere, "虚拟", AreaLevel::kTownship, AreaKind::kVirtual},

    {Where::kEnd, "街道", kAnyLevel, AreaKind::kAdministrative},
    {Where::kEnd, "镇", kAnyLevel, AreaKind::kAdministrative},
    {Where::kEnd, "乡", kAnyLevel, AreaKind::kAdministrative},
    {Where::kEnd, "苏木", kAnyLevel, AreaKind::kAdministrative},
    {Where::kEnd, "村", kAnyLevel, AreaKind::kAdministrative},
    {Where::kEnd, "嘎查", kAnyLevel, AreaKind::kAdministrative},
    {Where::kEnd, "社区", kAnyLevel, AreaKind::kAdministrative},
    {Where::kEnd, "村委", kAnyLevel, AreaKind::kAdministrative},
    {Where::kEnd, "委会", AreaLevel::kVillage, AreaKind::kAdministrative},
    {Where::kEnd, "委员会", AreaLevel::kVillage, AreaKind::kAdministrative},
    {Where::kEnd, "筹备处", kAnyLevel, AreaKind::kAdministrative},

    {Where::kAnywhere, "开发区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "工业区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "管理区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "示范区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "实验区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "保护区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "保税区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "合作区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "贸易区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "园区", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "产业园", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "工业园", kAnyLevel, AreaKind::kZone},
    {Where::kAnywhere, "创业园", kAnyLevel, AreaKind::kZone},
    {Where::kEnd, "新区", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kEnd, "矿区", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kEnd, "厂区", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kEnd, "厂区办事处", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kEnd, "灌区", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kEnd, "煤矿", AreaLevel::kTownship, AreaKind::kZone},

    {Where::kAnywhere, "农场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "牧场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "林场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "渔场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "马场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "羊场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "种畜", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "繁殖场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "良种场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "总场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "分场", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kEnd, "生活区", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kEnd, "队", AreaLevel::kVillage, AreaKind::kZone},

    {Where::kEnd, "中心", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kEnd, "公司", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kEnd, "局", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "监狱", AreaLevel::kTownship, AreaKind::kZone},
    {Where::kAnywhere, "戒毒所", AreaLevel::kTownship, AreaKind::kZone},
};

int64_t Power10(int exponent) { return exponent == 0 ? 1 : 10 * Power10(exponent - 1); }

int64_t Fill(int64_t code, int digits) { return code * Power10(12 - digits); }

int64_t ParentOf(int64_t code, AreaLevel level) {
  if (level == AreaLevel::kProvince) return 0;
  const int digits = kLevelFiles[static_cast<int>(level) - 2].digits;
  return Fill(code / Power10(12 - digits), digits);
}

// A line is: code,"name",codes of the levels above.
absl::StatusOr<Area> ParseLine(const std::string& line, const LevelFile& file) {
  const size_t comma = line.find(",\"");
  const size_t quote = line.find('"', comma + 2);
  int64_t code = 0;
  if (comma != static_cast<size_t>(file.digits) || quote == std::string::npos ||
      !absl::SimpleAtoi(line.substr(0, comma), &code)) {
    return absl::InvalidArgumentError(absl::StrCat(file.file, " 中有看不懂的行: ", line));
  }
  Area area;
  area.code = Fill(code, file.digits);
  area.name = line.substr(comma + 2, quote - comma - 2);
  area.level = file.level;
  area.parent = ParentOf(area.code, file.level);
  area.kind = KindOf(area.name, file.level);
  return area;
}

absl::Status ReadLevel(const std::string& division, const LevelFile& file, absl::string_view prefix,
                       std::vector<Area>* areas) {
  if (prefix.size() > static_cast<size_t>(file.digits)) return absl::OkStatus();
  const std::string path = absl::StrCat(division, "/", file.file);
  std::ifstream in(path);
  if (!in) return absl::NotFoundError(absl::StrCat("无法读取 ", path));
  std::string line;
  while (std::getline(in, line)) {
    if (!absl::StartsWith(line, prefix)) continue;
    ASSIGN_OR_RETURN(Area area, ParseLine(line, file));
    areas->push_back(std::move(area));
  }
  return absl::OkStatus();
}

}  // namespace

AreaKind KindOf(absl::string_view name, AreaLevel level) {
  for (const KindRule& rule : kKindRules) {
    if (level < rule.top) continue;
    if (rule.where == Where::kEnd ? absl::EndsWith(name, rule.word) : absl::StrContains(name, rule.word)) {
      return rule.kind;
    }
  }
  return AreaKind::kAdministrative;
}

absl::StatusOr<std::vector<Area>> ReadAreas(const std::string& division, absl::string_view prefix) {
  const bool known_length = std::any_of(std::begin(kLevelFiles), std::end(kLevelFiles),
                                        [&](const LevelFile& f) { return prefix.size() == size_t(f.digits); });
  if (!known_length || !std::all_of(prefix.begin(), prefix.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return absl::InvalidArgumentError(absl::StrCat("区域代码应为 2, 4, 6, 9 或 12 位数字: ", prefix));
  }
  std::vector<Area> areas;
  for (const LevelFile& file : kLevelFiles) RETURN_IF_ERROR(ReadLevel(division, file, prefix, &areas));
  if (areas.empty()) return absl::NotFoundError(absl::StrCat("没有以此开头的区划: ", prefix));
  std::sort(areas.begin(), areas.end(), [](const Area& a, const Area& b) { return a.code < b.code; });
  return areas;
}

absl::Status WriteAreas(const std::vector<Area>& areas, const std::string& path) {
  ASSIGN_OR_RETURN(CsvFile file, CsvFile::Create(path, Encoding::kUtf8Bom));
  const std::array<absl::string_view, 7> header = {"BFA001", "BFA002", "BFA003", "BFA004",
                                                   "BFA005", "BFA006", "BFA007"};
  file.Write(header.data(), header.size());
  for (const Area& area : areas) {
    const std::array<std::string, 7> row = {absl::StrCat(area.code),
                                            area.name,
                                            absl::StrCat(static_cast<int>(area.level)),
                                            area.parent == 0 ? "" : absl::StrCat(area.parent),
                                            absl::StrCat(static_cast<int>(area.kind)),
                                            std::string(kAreasAsOf),
                                            ""};
    file.Write(row.data(), row.size());
  }
  return file.Close();
}

}  // namespace bangfu::demo
