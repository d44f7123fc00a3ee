#include "common/audit/verify.h"

#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/audit/checkpoint.h"
#include "common/audit/merkle.h"
#include "google/protobuf/util/json_util.h"
#include "google/protobuf/util/message_differencer.h"
#include "nlohmann/json.hpp"

namespace bangfu::audit {
namespace {

using google::protobuf::util::JsonStringToMessage;
using google::protobuf::util::MessageDifferencer;
using nlohmann::json;

// Reads one message, or a list of them, by `take`.
template <typename Message, typename Take>
absl::Status ReadAll(const json& value, const Take& take) {
  if (!value.is_array()) return ReadAll<Message>(json::array({value}), take);
  for (const json& item : value) {
    Message message;
    if (!JsonStringToMessage(item.dump(), &message).ok()) {
      return absl::InvalidArgumentError(absl::StrCat("内容不是 ", Message::descriptor()->name()));
    }
    take(message);
  }
  return absl::OkStatus();
}

// Whether the copy that people read, where there is one, is what was hashed.
bool IsDecodedFaithfully(const v1::SealedRecord& record) {
  if (!record.has_record()) return true;
  v1::AuditRecord decoded;
  return decoded.ParseFromString(record.body()) && MessageDifferencer::Equals(decoded, record.record());
}

bool IsEarlier(const google::protobuf::Timestamp& a, const google::protobuf::Timestamp& b) {
  return a.seconds() != b.seconds() ? a.seconds() < b.seconds() : a.nanos() < b.nanos();
}

absl::Status Fault(const v1::Checkpoint& checkpoint, absl::string_view text) {
  return absl::DataLossError(absl::StrCat("记录数为 ", checkpoint.size(), " 的检查点", text));
}

// Checks that a checkpoint continues the one before it; the default instance stands before the first.
absl::Status CheckLink(const v1::Checkpoint& before, const v1::Checkpoint& checkpoint) {
  if (before.origin().empty()) {
    return checkpoint.previous().empty() ? absl::OkStatus() : Fault(checkpoint, "之前的检查点缺失。");
  }
  if (checkpoint.origin() != before.origin()) return Fault(checkpoint, "属于另一个日志。");
  if (checkpoint.previous() != *CheckpointHash(before)) {
    return Fault(checkpoint, "没有接续前一检查点: 检查点被删除、插入或调换。");
  }
  if (checkpoint.size() < before.size()) return Fault(checkpoint, "的记录数少于前一检查点。");
  if (IsEarlier(checkpoint.time(), before.time())) return Fault(checkpoint, "的时间早于前一检查点。");
  return absl::OkStatus();
}

}  // namespace

BundleVerifier::BundleVerifier(const std::vector<crypto::VerifyingKey>& trusted) {
  for (const crypto::VerifyingKey& key : trusted) trusted_.emplace(key.key_id(), key);
}

absl::Status BundleVerifier::AddLine(absl::string_view line) {
  line = absl::StripAsciiWhitespace(line);
  if (line.empty()) return absl::OkStatus();
  // One reader takes the first of two fields of a name, another the last: what people read would not be what is proved.
  std::vector<std::set<std::string>> names;
  bool repeated = false;
  const auto note_names = [&](int, json::parse_event_t event, json& parsed) {
    if (event == json::parse_event_t::object_start) names.emplace_back();
    if (event == json::parse_event_t::object_end) names.pop_back();
    if (event == json::parse_event_t::key) repeated |= !names.back().insert(parsed.get<std::string>()).second;
    return true;
  };
  const json object = json::parse(line.begin(), line.end(), note_names, /*allow_exceptions=*/false);
  if (repeated) return absl::InvalidArgumentError("有重复的字段");
  if (!object.is_object()) return absl::InvalidArgumentError("不是一行一个 JSON 对象");
  for (const auto& [name, value] : object.items()) {
    absl::Status status;
    if (name == "record" || name == "records") {
      status = ReadAll<v1::SealedRecord>(value, [this](const auto& record) { AddRecord(record); });
    } else if (name == "checkpoint" || name == "checkpoints") {
      status = ReadAll<v1::Checkpoint>(value, [this](const auto& checkpoint) { checkpoints_.push_back(checkpoint); });
    } else if (name != "publicKeys" && name != "size") {
      status = absl::InvalidArgumentError("含有未知的字段");
    }
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

void BundleVerifier::AddRecord(const v1::SealedRecord& record) {
  if (!record_fault_.empty()) return;
  const int64_t expected = static_cast<int64_t>(leaf_hashes_.size() / kHashSize) + 1;
  if (record.position() != expected) {
    record_fault_ = absl::StrCat("第 ", expected, " 条记录缺失或次序有误 (该处是第 ", record.position(), " 条)。");
  } else if (!IsDecodedFaithfully(record)) {
    record_fault_ = absl::StrCat("第 ", expected, " 条记录的可读内容与原文不符。");
  } else {
    leaf_hashes_ += LeafHash(record.body());
    if (!record.has_record()) ++unreadable_;
  }
}

absl::StatusOr<v1::Checkpoint> BundleVerifier::Finish() const {
  if (checkpoints_.empty()) return absl::DataLossError("没有检查点, 任何记录都无法证明。");
  const int64_t records = static_cast<int64_t>(leaf_hashes_.size() / kHashSize);
  TreeHasher tree;
  v1::Checkpoint before;
  for (const v1::Checkpoint& checkpoint : checkpoints_) {
    auto key = trusted_.find(checkpoint.key_id());
    if (key == trusted_.end()) return Fault(checkpoint, "不是由所给的公钥签名的。");
    if (!VerifyCheckpoint(key->second, checkpoint)) return Fault(checkpoint, "签名不符: 内容被修改。");
    if (absl::Status status = CheckLink(before, checkpoint); !status.ok()) return status;
    while (tree.size() < checkpoint.size() && tree.size() < records) {
      tree.Append(absl::string_view(leaf_hashes_).substr(tree.size() * kHashSize, kHashSize));
    }
    if (tree.size() < checkpoint.size()) {
      if (!record_fault_.empty()) return absl::DataLossError(record_fault_);
      return absl::DataLossError(absl::StrCat("第 ", records + 1, " 至 ", checkpoint.size(), " 条记录缺失。"));
    }
    if (tree.Root() != checkpoint.root()) {
      return absl::DataLossError(absl::StrCat("第 ", before.size() + 1, " 至 ", checkpoint.size(),
                                              " 条记录中有记录被修改、删除、插入或调换 (与检查点的根不符)。"));
    }
    before = checkpoint;
  }
  if (!record_fault_.empty()) return absl::DataLossError(record_fault_);
  if (records > before.size()) {
    return absl::DataLossError(absl::StrCat("第 ", before.size() + 1, " 条起的记录没有检查点, 无法证明。"));
  }
  return before;
}

}  // namespace bangfu::audit
