// bangfu-audit-verify: verifies exported audit logs offline. See common/audit/verify.h for the form of a bundle.
//
// Exit code 0: every record is proved. 1: it is not, and standard output says what is wrong first. 2: nothing could be
// checked (wrong use, a file that cannot be read).
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/audit/checkpoint.h"
#include "common/audit/verify.h"
#include "common/crypto/encode.h"
#include "common/crypto/secret_file.h"

namespace bangfu::audit {
namespace {

constexpr int kProved = 0;
constexpr int kNotProved = 1;
constexpr int kNotChecked = 2;

constexpr char kUsage[] =
    "用法: bangfu-audit-verify --public-key 公钥文件 [--public-key 公钥文件]... 导出文件...\n"
    "离线核验导出的审计日志。多个导出文件按顺序首尾相接, 一行一个 JSON 对象。\n"
    "公钥文件: PEM, 或检查点接口返回的 Base64 公钥。公钥须从可信渠道取得。\n"
    "退出码: 0 全部证实; 1 未能证实, 标准输出说明第一处问题; 2 未能核验。\n";

struct Arguments {
  std::vector<std::string> key_paths;
  std::vector<std::string> bundle_paths;
};

// Nothing if the program is not used as it should be.
std::optional<Arguments> ParseArguments(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--public-key") {
      if (++i == argc) return std::nullopt;
      arguments.key_paths.emplace_back(argv[i]);
    } else if (argument.size() > 1 && argument[0] == '-') {
      return std::nullopt;
    } else {
      arguments.bundle_paths.push_back(argument);
    }
  }
  if (arguments.key_paths.empty() || arguments.bundle_paths.empty()) return std::nullopt;
  return arguments;
}

// Reads a public key in PEM, or its 32 bytes in base64.
absl::StatusOr<crypto::VerifyingKey> LoadKey(const std::string& path) {
  absl::StatusOr<std::string> text = crypto::ReadSecretFile(path);
  if (!text.ok()) return text.status();
  std::string raw;
  if (absl::Base64Unescape(absl::StripAsciiWhitespace(*text), &raw) && raw.size() == crypto::kPublicKeySize) {
    return crypto::VerifyingKey::FromRaw(raw);
  }
  return crypto::VerifyingKey::LoadPem(path);
}

int Fail(int code, const std::string& text) {
  (code == kNotProved ? std::cout : std::cerr) << text << "\n";
  return code;
}

void PrintProved(const v1::Checkpoint& last, int64_t unreadable) {
  const absl::Time time = absl::FromUnixSeconds(last.time().seconds());
  std::cout << "全部证实: 日志 " << last.origin() << ", 共 " << last.size() << " 条记录。\n"
            << "最后检查点: " << absl::FormatTime(absl::RFC3339_sec, time, absl::UTCTimeZone()) << ", 摘要 "
            << crypto::HexEncode(*CheckpointHash(last)) << "\n"
            << (unreadable > 0 ? absl::StrCat("其中 ", unreadable, " 条没有可读内容, 只有原文。\n") : "")
            << "请与此前留存或其他服务见证的检查点核对, 以排除整个日志被回退。\n";
}

int Run(const Arguments& arguments) {
  std::vector<crypto::VerifyingKey> keys;
  for (const std::string& path : arguments.key_paths) {
    absl::StatusOr<crypto::VerifyingKey> key = LoadKey(path);
    if (!key.ok()) return Fail(kNotChecked, std::string(key.status().message()));
    keys.push_back(*std::move(key));
  }
  BundleVerifier verifier(keys);
  for (const std::string& path : arguments.bundle_paths) {
    std::ifstream bundle(path);
    std::string line;
    for (int64_t number = 1; std::getline(bundle, line); ++number) {
      absl::Status status = verifier.AddLine(line);
      if (!status.ok()) {
        return Fail(kNotProved, absl::StrCat(path, " 第 ", number, " 行: ", std::string(status.message()), "。"));
      }
    }
    if (!bundle.eof()) return Fail(kNotChecked, absl::StrCat("无法读取 ", path));
  }
  absl::StatusOr<v1::Checkpoint> last = verifier.Finish();
  if (!last.ok()) return Fail(kNotProved, absl::StrCat("未能证实: ", std::string(last.status().message())));
  PrintProved(*last, verifier.unreadable());
  return kProved;
}

}  // namespace
}  // namespace bangfu::audit

int main(int argc, char** argv) {
  if (argc == 2 && std::string(argv[1]) == "--help") {
    std::cout << bangfu::audit::kUsage;
    return bangfu::audit::kProved;
  }
  const auto arguments = bangfu::audit::ParseArguments(argc, argv);
  if (!arguments) return bangfu::audit::Fail(bangfu::audit::kNotChecked, bangfu::audit::kUsage);
  return bangfu::audit::Run(*arguments);
}
