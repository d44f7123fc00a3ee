#include "services/registration/store/row.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/standards/area_code.h"

namespace bangfu::registration::store {

std::string RowReader::Text() {
  const pqxx::field field = Next();
  return field.is_null() ? std::string() : field.as<std::string>();
}

int64_t RowReader::Number() { return OptionalNumber().value_or(0); }

std::optional<int64_t> RowReader::OptionalNumber() {
  const pqxx::field field = Next();
  if (field.is_null()) return std::nullopt;
  return field.as<int64_t>();
}

std::optional<bool> RowReader::OptionalBoolean() {
  const pqxx::field field = Next();
  if (field.is_null()) return std::nullopt;
  return field.as<bool>();
}

std::string RowReader::AreaCode() { return standards::FormatAreaCode(Number()); }

std::string RowReader::RecordId() {
  const auto shard = static_cast<int32_t>(Number());
  return ids::RecordId{shard, Number()}.ToString();
}

void RowReader::Time(google::protobuf::Timestamp* out) { SetTime(absl::FromUnixMicros(Number()), out); }

std::string RowReader::Sealed(const char* table, const char* column, const std::string& record_id) {
  const pqxx::field field = Next();
  if (field.is_null()) return "";
  auto opened = sealer_->Open({kService, table, column, record_id}, db::BytesOf(field));
  if (opened.ok()) return *std::move(opened);
  if (status_.ok()) status_ = opened.status();
  return "";
}

std::string TimeLiteral(absl::Time time) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%E6S+00", time, absl::UTCTimeZone());
}

void SetTime(absl::Time time, google::protobuf::Timestamp* out) {
  const int64_t micros = absl::ToUnixMicros(time);
  out->set_seconds(micros / 1'000'000);
  out->set_nanos(static_cast<int32_t>(micros % 1'000'000) * 1000);
}

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

std::string HexBytes(absl::string_view bytes) { return absl::StrCat("\\x", absl::BytesToHexString(bytes)); }

namespace {

void AppendQuoted(absl::string_view text, std::string* out) {
  *out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') {
      *out += '\\';
      *out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppend(out, "\\u", absl::Hex(c, absl::kZeroPad4));
    } else {
      *out += c;
    }
  }
  *out += '"';
}

}  // namespace

JsonCell::JsonCell(absl::string_view column, bool first, std::string* out) : out_(out) {
  absl::StrAppend(out_, first ? "\"" : ",\"", column, "\":");
}

void JsonCell::operator=(absl::string_view text) { AppendQuoted(text, out_); }

void JsonCell::operator=(const std::optional<std::string>& text) {
  text ? AppendQuoted(*text, out_) : (void)out_->append("null");
}

std::optional<std::string> TextOrNull(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional<std::string>(text);
}

std::optional<std::string> SealedOrNull(const crypto::Sealer& sealer, const char* table, const char* column,
                                        const std::string& record_id, const std::string& text) {
  if (text.empty()) return std::nullopt;
  return HexBytes(sealer.Seal({kService, table, column, record_id}, text));
}

std::optional<std::string> CellOf(const google::protobuf::Message& record, api::Column::Type type,
                                  const std::string& field) {
  const google::protobuf::FieldDescriptor& descriptor = *record.GetDescriptor()->FindFieldByName(field);
  const google::protobuf::Reflection& reflection = *record.GetReflection();
  if (descriptor.has_presence() && !reflection.HasField(record, &descriptor)) return std::nullopt;
  switch (descriptor.cpp_type()) {
    case google::protobuf::FieldDescriptor::CPPTYPE_BOOL:
      return reflection.GetBool(record, &descriptor) ? "true" : "false";
    case google::protobuf::FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(reflection.GetInt32(record, &descriptor));
    case google::protobuf::FieldDescriptor::CPPTYPE_ENUM:
      return absl::StrCat(reflection.GetEnumValue(record, &descriptor));
    default: break;
  }
  std::string text = reflection.GetString(record, &descriptor);
  if (type == api::Column::kDate && text.empty()) return std::nullopt;
  return text;
}

IdArrays ArraysOf(absl::Span<const ids::RecordId> ids) {
  std::vector<int64_t> shards, numbers;
  for (const ids::RecordId& id : ids) {
    shards.push_back(id.shard);
    numbers.push_back(id.number);
  }
  return {db::IntegerArray(shards), db::IntegerArray(numbers)};
}

std::map<int32_t, std::vector<int64_t>> NumbersByCounty(absl::Span<const ids::RecordId> ids) {
  std::map<int32_t, std::vector<int64_t>> by_county;
  for (const ids::RecordId& id : ids) by_county[id.shard].push_back(id.number);
  return by_county;
}

ids::RecordId IdOf(absl::string_view text) { return ids::ParseRecordId(text).value_or(ids::RecordId{}); }

}  // namespace bangfu::registration::store
