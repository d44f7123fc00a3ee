#include "common/audit/verify.h"

#include <cstdlib>
#include <functional>

#include "absl/strings/str_cat.h"
#include "common/audit/checkpoint.h"
#include "common/audit/merkle.h"
#include "gmock/gmock.h"
#include "google/protobuf/util/json_util.h"
#include "gtest/gtest.h"

namespace bangfu::audit {
namespace {

using ::testing::HasSubstr;

// A log of nine records with checkpoints at the sizes 2, 5, 5 (a heartbeat) and 9.
struct Log {
  std::vector<v1::SealedRecord> records;
  std::vector<v1::Checkpoint> checkpoints;
};

v1::SealedRecord RecordAt(int64_t position) {
  v1::SealedRecord sealed;
  sealed.set_position(position);
  sealed.mutable_record()->set_service("fund");
  sealed.mutable_record()->set_subject(absl::StrCat("clerk-", position));
  sealed.set_body(sealed.record().SerializeAsString());
  return sealed;
}

// Checkpoints as an honest log, or a forger with a key of his own, would make them over the records.
std::vector<v1::Checkpoint> CheckpointsOver(const std::vector<v1::SealedRecord>& records,
                                            const crypto::SigningKey& key) {
  std::vector<v1::Checkpoint> checkpoints;
  TreeHasher tree;
  for (int64_t size : {2, 5, 5, 9}) {
    while (tree.size() < size) tree.Append(LeafHash(records[tree.size()].body()));
    v1::Checkpoint checkpoint;
    checkpoint.set_origin("fund");
    checkpoint.set_size(size);
    checkpoint.set_root(tree.Root());
    checkpoint.mutable_time()->set_seconds(1'790'000'000 + static_cast<int64_t>(checkpoints.size()));
    if (!checkpoints.empty()) checkpoint.set_previous(*CheckpointHash(checkpoints.back()));
    EXPECT_TRUE(SignCheckpoint(key, checkpoint).ok());
    checkpoints.push_back(checkpoint);
  }
  return checkpoints;
}

std::string Json(const google::protobuf::Message& message) {
  std::string text;
  EXPECT_TRUE(google::protobuf::util::MessageToJsonString(message, &text).ok());
  return text;
}

class VerifyTest : public ::testing::Test {
 protected:
  Log Sound() const {
    Log log;
    for (int64_t position = 1; position <= 9; ++position) log.records.push_back(RecordAt(position));
    log.checkpoints = CheckpointsOver(log.records, key_);
    return log;
  }

  // Empty if all is proved, else the fault.
  std::string FaultOf(const Log& log) const {
    BundleVerifier verifier({key_.verifying_key()});
    for (const auto& record : log.records) {
      EXPECT_TRUE(verifier.AddLine(absl::StrCat("{\"record\":", Json(record), "}")).ok());
    }
    for (const auto& checkpoint : log.checkpoints) {
      EXPECT_TRUE(verifier.AddLine(absl::StrCat("{\"checkpoint\":", Json(checkpoint), "}")).ok());
    }
    return std::string(verifier.Finish().status().message());
  }

  const crypto::SigningKey key_ = crypto::SigningKey::Generate();
  const crypto::SigningKey forgers_key_ = crypto::SigningKey::Generate();
};

TEST_F(VerifyTest, ProvesASoundLog) { EXPECT_EQ(FaultOf(Sound()), ""); }

TEST_F(VerifyTest, TakesTheAnswersOfTheRestInterfaceInAnyOrder) {
  const Log log = Sound();
  std::string records;
  std::string checkpoints;
  for (const auto& record : log.records) absl::StrAppend(&records, records.empty() ? "" : ",", Json(record));
  for (const auto& point : log.checkpoints) absl::StrAppend(&checkpoints, checkpoints.empty() ? "" : ",", Json(point));
  BundleVerifier verifier({forgers_key_.verifying_key(), key_.verifying_key()});
  EXPECT_TRUE(verifier.AddLine(absl::StrCat("{\"checkpoints\":[", checkpoints, "],\"publicKeys\":{}}\r")).ok());
  EXPECT_TRUE(verifier.AddLine("").ok());
  EXPECT_TRUE(verifier.AddLine(absl::StrCat("{\"records\":[", records, "],\"size\":\"9\"}")).ok());
  EXPECT_TRUE(verifier.AddLine("{\"publicKeys\":{\"k\":\"AAAA\"}}").ok());
  ASSERT_TRUE(verifier.Finish().ok()) << verifier.Finish().status();
  EXPECT_EQ(verifier.Finish()->size(), 9);
}

TEST_F(VerifyTest, NamesTheFirstFault) {
  const struct {
    const char* name;
    std::function<void(Log&)> spoil;
    const char* fault;
  } kCases[] = {
      {"a bit of a record flipped",
       [](Log& log) {
         log.records[3].clear_record();
         log.records[3].mutable_body()->back() ^= 1;
       },
       "第 3 至 5 条记录中有记录被修改"},
      {"the readable copy changed", [](Log& log) { log.records[3].mutable_record()->set_subject("nobody"); },
       "第 4 条记录的可读内容与原文不符"},
      {"record deleted", [](Log& log) { log.records.erase(log.records.begin() + 5); }, "第 6 条记录缺失"},
      {"first record deleted", [](Log& log) { log.records.erase(log.records.begin()); }, "第 1 条记录缺失"},
      {"record deleted and the rest renumbered",
       [](Log& log) {
         log.records.erase(log.records.begin() + 5);
         for (size_t i = 5; i < log.records.size(); ++i) log.records[i].set_position(static_cast<int64_t>(i) + 1);
       },
       "第 9 至 9 条记录缺失"},
      {"record inserted", [](Log& log) { log.records.insert(log.records.begin() + 2, RecordAt(3)); },
       "第 4 条记录缺失"},
      {"record inserted and the rest renumbered",
       [](Log& log) {
         log.records.insert(log.records.begin() + 2, RecordAt(77));
         for (size_t i = 0; i < log.records.size(); ++i) log.records[i].set_position(static_cast<int64_t>(i) + 1);
       },
       "第 3 至 5 条记录中有记录被修改"},
      {"record appended", [](Log& log) { log.records.push_back(RecordAt(10)); }, "第 10 条起的记录没有检查点"},
      {"records swapped", [](Log& log) { std::swap(log.records[6], log.records[7]); }, "第 7 条记录缺失或次序有误"},
      {"records swapped and renumbered",
       [](Log& log) {
         std::swap(log.records[6], log.records[7]);
         log.records[6].set_position(7);
         log.records[7].set_position(8);
       },
       "第 6 至 9 条记录中有记录被修改"},
      {"records cut off", [](Log& log) { log.records.resize(7); }, "第 8 至 9 条记录缺失"},
      {"all records cut off", [](Log& log) { log.records.clear(); }, "第 1 至 2 条记录缺失"},
      {"last checkpoint cut off", [](Log& log) { log.checkpoints.pop_back(); }, "第 6 条起的记录没有检查点"},
      {"all checkpoints cut off", [](Log& log) { log.checkpoints.clear(); }, "没有检查点"},
      {"first checkpoint deleted", [](Log& log) { log.checkpoints.erase(log.checkpoints.begin()); },
       "记录数为 5 的检查点之前的检查点缺失"},
      {"checkpoint deleted", [](Log& log) { log.checkpoints.erase(log.checkpoints.begin() + 1); },
       "记录数为 5 的检查点没有接续前一检查点"},
      {"checkpoints swapped", [](Log& log) { std::swap(log.checkpoints[2], log.checkpoints[3]); },
       "记录数为 9 的检查点没有接续前一检查点"},
      {"checkpoint changed", [](Log& log) { log.checkpoints[1].set_size(4); }, "记录数为 4 的检查点签名不符"},
      {"checkpoint without signature", [](Log& log) { log.checkpoints[0].clear_signature(); },
       "记录数为 2 的检查点签名不符"},
  };
  for (const auto& c : kCases) {
    Log log = Sound();
    c.spoil(log);
    EXPECT_THAT(FaultOf(log), HasSubstr(c.fault)) << c.name;
  }
}

TEST_F(VerifyTest, RefusesAConsistentLogThatAnotherKeySigned) {
  Log log = Sound();
  log.records[4] = RecordAt(55);
  log.records[4].set_position(5);
  log.checkpoints = CheckpointsOver(log.records, forgers_key_);
  EXPECT_THAT(FaultOf(log), HasSubstr("记录数为 2 的检查点不是由所给的公钥签名的"));
  for (auto& checkpoint : log.checkpoints) checkpoint.set_key_id(key_.key_id());
  EXPECT_THAT(FaultOf(log), HasSubstr("记录数为 2 的检查点签名不符"));
}

TEST_F(VerifyTest, RefusesCheckpointsThatContradictEachOtherThoughSigned) {
  const std::pair<std::function<void(v1::Checkpoint&)>, const char*> kCases[] = {
      {[](auto& c) { c.set_origin("other"); }, "属于另一个日志"},
      {[](auto& c) { c.set_size(4); }, "的记录数少于前一检查点"},
      {[](auto& c) { c.mutable_time()->set_seconds(1'789'999'999); }, "的时间早于前一检查点"},
      {[](auto& c) { c.set_root(LeafHash("x")); }, "与检查点的根不符"},
  };
  for (const auto& [change, fault] : kCases) {
    Log log = Sound();
    change(log.checkpoints[3]);
    ASSERT_TRUE(SignCheckpoint(key_, log.checkpoints[3]).ok());
    EXPECT_THAT(FaultOf(log), HasSubstr(fault));
  }
}

TEST_F(VerifyTest, RefusesLinesOfAnotherForm) {
  for (const char* line :
       {"[]", "{", "7", "{\"other\":1}", "{\"record\":7}", "{\"record\":{\"position\":\"x\"}}", "{\"records\":[[]]}",
        "{\"checkpoint\":{\"size\":1.5}}", "{\"record\":{}} {}", "\xff", "{\"checkpoint\":{\"unknown\":1}}",
        "{\"record\":{\"position\":\"1\",\"position\":\"1\"}}", "{\"record\":{},\"record\":{}}"}) {
    BundleVerifier verifier({key_.verifying_key()});
    EXPECT_EQ(verifier.AddLine(line).code(), absl::StatusCode::kInvalidArgument) << line;
  }
}

}  // namespace
}  // namespace bangfu::audit
